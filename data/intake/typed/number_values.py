"""Numbers as people write them: 「1,200」, 「1.2万」, full-width, with units, or plain.

Plain ones are converted a column at a time, odd ones by themselves, each distinct text once.
"""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any

import polars as pl

from data.intake import words
from data.intake.read.cells import Counts, Texts
from data.intake.typed.value import EMPTY_WORDS, Bad, Converted, Spec, Unreadable

_DECIMAL = pl.Decimal(18, 4)
_FOUR_PLACES = Decimal("0.0001")
_NOISE = 1e-9
_LARGEST = Decimal(10) ** 14
# For so few cells, as most workbooks have, a loop is done before a vector has begun.
_FEW = 500
_SCALES = {"百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8}
_UNIT_ALIASES = {"平米": "平方米", "㎡": "平方米", "m2": "平方米", "m²": "平方米", "名": "人"}
# Not \d: to the vectorised reader full-width digits are digits too, but no numbers.
_PLAIN_INT = r"^[+-]?[0-9]{1,14}$"
_PLAIN_NUMBER = r"^[+-]?[0-9]{1,14}(\.[0-9]{1,4})?$"
_NUMBER = re.compile(
    r"^(?P<digits>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)\s?"
    r"(?P<scale>百万|千万|百|千|万|亿)?(?P<unit>[^\d\s]{0,4})$"
)
_SQUARE_METRES = re.compile(r"(?:[mM]\s*[2２²]|㎡)\s*$")
# Marks that only look like digits once their forms are evened out: 5① is not 51, 5³ not 53.
_SIGNED = re.compile(r"[²³¹⁰-⁹₀-₉①-⒛⓪-⓿❶-➓㉑-㉟㊱-㊿¼-¾⅐-ↈ]")
_SEVERAL = re.compile(r"\d[^\d,.]+\d")
_AROUND = re.compile(r"^([^\d+-]*)[+-]?[\d,.]*\d([^\d]*)$")


def header_shift(unit: str, header_unit: str | None) -> int:
    """By which power of ten values under a header must be moved to the column's unit.

    raises Unreadable when the header names a unit that cannot be turned into the column's.
    """
    unit, written = _same_unit(unit), _same_unit(header_unit or "")
    if not written or written == unit or not unit or unit == "-":
        return 0
    if unit in words.MONEY and written in words.MONEY:
        return words.MONEY[written] - words.MONEY[unit]
    for scale, power in _SCALES.items():
        if written == scale + unit:
            return power
    raise Unreadable(f"以「{unit}」为单位")


def parse_number(cell: Any, unit: str = "", shift: int = 0) -> Decimal | None:
    """A number cell or text as a Decimal in the column's unit; None when it is empty.

    shift   power of ten that the header's unit asks for; a unit in the cell itself wins.
    raises  Unreadable.
    """
    if isinstance(cell, bool):
        raise Unreadable("数字")
    if isinstance(cell, date | time | timedelta):
        kind = "日期" if isinstance(cell, date) else "时间"
        action = f"这一格的格式是{kind}，请选中这一列，设为「常规」后核对数字。"
        raise Unreadable("数字", action)
    if isinstance(cell, int | float):
        if not isfinite(cell):
            raise Unreadable("数字")
        return Decimal(repr(cell)).scaleb(shift)
    cell = _SQUARE_METRES.sub("平方米", cell)
    text = words.plain(cell).lstrip("'").replace("−", "-")
    if text in EMPTY_WORDS:
        return None
    match = _NUMBER.match(text.replace("，", ","))
    if not match or _SIGNED.search(cell):
        raise Unreadable(*_no_number(cell, text))
    value = Decimal(match["digits"].replace(",", ""))
    scale, cell_unit = match["scale"] or "", match["unit"]
    if not scale and not cell_unit:
        return value.scaleb(shift)
    unit = _same_unit(unit)
    if cell_unit:
        cell_unit = _same_unit(cell_unit)
        if scale + cell_unit == unit:
            return value
        if cell_unit != unit and not (unit in words.MONEY and cell_unit in words.MONEY):
            expected = f"以「{unit}」为单位的数字" if unit not in ("", "-") else "数字"
            raise Unreadable(expected, f"请只填数字，删去「{match['unit']}」。")
        power = _SCALES.get(scale, 0)
        if unit in words.MONEY:
            power += words.MONEY[cell_unit] - words.MONEY[unit]
        return value.scaleb(power)
    if unit in words.MONEY:
        # 「3.5万」 under 万元 is what people write for 3.5 万元.
        return value.scaleb(_SCALES[scale] - words.MONEY[unit])
    if shift:
        raise Unreadable("不带「万」「亿」的数字（表头已有单位）")
    return value.scaleb(_SCALES[scale])


def _no_number(cell: str, text: str) -> tuple[str, str]:
    """What should stand in a cell that is no number, and what to do about it."""
    marks = "".join(_SIGNED.findall(cell))
    if not marks and _SEVERAL.search(text):
        return "一个数", "这一格里不止一个数，请只留一个。"
    around = _AROUND.match(text)
    marks = marks or ("".join(around.groups()) if around else "")
    return "数字", f"请只填数字，删去「{marks}」。" if 0 < len(marks) <= 6 else ""


def to_int(value: Decimal) -> int:
    """A whole number; differences below 1e-9, as spreadsheets leave them, are repaired.

    raises Unreadable for 12.5 and for what no count can be.
    """
    whole = value.to_integral_value(ROUND_HALF_UP)
    if abs(value - whole) >= Decimal("1e-9") or abs(whole) >= _LARGEST:
        raise Unreadable("整数")
    return int(whole)


def to_four_places(value: Decimal) -> Decimal:
    """Rounded half up to four places.

    raises Unreadable when it is larger than a Decimal(18, 4) holds.
    """
    if abs(value) >= _LARGEST:
        raise Unreadable("小于 100 万亿的数字")
    return value.quantize(_FOUR_PLACES, ROUND_HALF_UP)


def read_numbers(cells: Sequence[Any], kinds: set[type], spec: Spec) -> Converted:
    """A column of cells as Int64 or Decimal(18, 4); kinds are the Python types that occur."""
    shift = header_shift(spec.unit, spec.header_unit)
    if isinstance(cells, Counts) and not cells.above and not shift:
        return Converted(cells.numbers.cast(pl.Int64 if spec.type == "int" else _DECIMAL), {})
    if spec.type == "int" and not shift and len(cells) <= _FEW and all(map(_is_count, cells)):
        counts = [None if cell == "" else int(cell) for cell in cells]
        return Converted(pl.Series(counts, dtype=pl.Int64), {})
    if isinstance(cells, Texts):
        numbers = pl.repeat(None, len(cells), dtype=pl.Float64, eager=True)
        texts = cells.series
    elif kinds <= {float, int}:
        numbers = pl.Series(cells, dtype=pl.Float64, strict=False)
        texts = None
    else:
        numbers = pl.Series(
            [c if type(c) is float or type(c) is int else None for c in cells], dtype=pl.Float64
        )
        texts = pl.Series([c if type(c) is str else None for c in cells], dtype=pl.String)
    whole = spec.type == "int"
    if isinstance(cells, Texts) and whole and not shift:
        frame = _plain_whole_texts(cells.series)
        if not frame["value"].null_count():
            return Converted(frame["value"], {})
    else:
        frame = _plain_numbers(numbers, texts, shift, whole)
    odd = frame.filter(pl.col("odd"))["row"].to_list()
    if not odd:
        return Converted(frame["value"], {})
    return _odd_numbers(cells, frame["value"], odd, spec.unit, shift, whole)


def _is_count(cell: Any) -> bool:
    """Whether a cell is empty or a whole number as a workbook holds one."""
    if type(cell) is float:
        return cell.is_integer() and abs(cell) < _LARGEST
    return cell == "" if type(cell) is str else type(cell) is int and abs(cell) < _LARGEST


def _plain_numbers(
    numbers: pl.Series, texts: pl.Series | None, shift: int, whole: bool
) -> pl.DataFrame:
    """Row, value (Int64 or Decimal(18, 4)) and whether the cell must be looked at by itself."""
    frame = pl.DataFrame({"number": numbers}).with_row_index("row")
    dtype = pl.Int64 if whole else _DECIMAL
    number = pl.col("number")
    if shift:
        fits = pl.lit(False)
        from_number = pl.lit(None, dtype=dtype)
    elif whole:
        nearest = (number + 0.5).floor()
        fits = ((number - nearest).abs() < _NOISE) & (number.abs() < 1e14)
        from_number = pl.when(fits).then(nearest).cast(pl.Int64, strict=False)
    else:
        # Exact to the last place: a float of this size is printed and read back by Decimal.
        ticks = ((number.abs() * 10_000) + 0.500001).floor()
        fits = number.abs() < 1e9
        signed = pl.when(fits).then(pl.when(number < 0).then(-ticks).otherwise(ticks))
        from_number = _from_ticks(signed.cast(pl.Int64, strict=False))
    if texts is None:
        return frame.select("row", value=from_number, odd=~fits & number.is_not_null())
    frame = frame.with_columns(text=texts)
    text = pl.col("text").str.strip_chars()
    is_plain = text.str.contains(_PLAIN_INT if whole else _PLAIN_NUMBER)
    if shift:
        is_plain = pl.lit(False)
    from_text = pl.when(is_plain).then(text.str.strip_chars_start("+")).cast(dtype, strict=False)
    return frame.select(
        "row",
        value=pl.coalesce(from_number, from_text),
        odd=pl.when(number.is_not_null())
        .then(~fits)
        .otherwise(pl.col("text").is_null() | ((text != "") & ~is_plain)),
    )


def _plain_whole_texts(texts: pl.Series) -> pl.DataFrame:
    """Row, value and whether the cell must be looked at by itself, for a column of texts."""
    read = texts.cast(pl.Int64, strict=False)
    beyond = read.abs() >= 10**14
    if beyond.any():
        read = read.set(beyond, None)
    odd = read.is_null() & (texts != "") if read.null_count() else pl.lit(False)
    return pl.DataFrame({"value": read}).with_columns(odd=odd).with_row_index("row")


def _from_ticks(ticks: pl.Expr) -> pl.Expr:
    """Ten-thousandths as Decimal(18, 4), by way of text so that no float comes between."""
    whole, rest = (ticks.abs() // 10_000), (ticks.abs() % 10_000)
    sign = pl.when(ticks < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    text = sign + whole.cast(pl.String) + "." + rest.cast(pl.String).str.zfill(4)
    return text.cast(_DECIMAL, strict=False)


def _odd_numbers(
    cells: Sequence[Any], values: pl.Series, odd: list[int], unit: str, shift: int, whole: bool
) -> Converted:
    known: dict[tuple[type, Any], Any] = {}
    bad: dict[int, Bad] = {}
    read_values: list[Any] = []
    for row in odd:
        cell = cells[row]
        mark = (type(cell), cell)
        if mark not in known:
            try:
                value = parse_number(cell, unit, shift)
                if value is not None:
                    value = to_int(value) if whole else to_four_places(value)
                known[mark] = value
            except Unreadable as problem:
                known[mark] = problem
        result = known[mark]
        if isinstance(result, Unreadable):
            bad[row] = Bad.of(cell, result)
            result = None
        read_values.append(result)
    return Converted(_scatter(values, odd, read_values), bad)


def _scatter(values: pl.Series, rows: list[int], new: list[Any]) -> pl.Series:
    patch = pl.DataFrame(
        {"row": pl.Series(rows, dtype=pl.UInt32), "new": pl.Series(new, dtype=values.dtype)}
    )
    frame = pl.DataFrame({"value": values}).with_row_index("row")
    joined = frame.join(patch, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("new", "value").alias("value"))["value"]


def _same_unit(unit: str) -> str:
    return _UNIT_ALIASES.get(unit.lower(), unit)
