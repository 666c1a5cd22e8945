"""Reading a column of cells as a person would; what cannot be read is named, never dropped.

Plain numbers and plain texts are converted a column at a time; only odd cells (「1,200」「1.2万」
「—」) are read one by one, each distinct text once.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any

import polars as pl

from data.errors import UsageError
from data.periods import Period, containing
from data.workbooks import words
from data.workbooks.read import CellError

EMPTY_WORDS = frozenset({"", "—", "——", "-", "--", "---", "–", "―", "――", "/", "\\", "无", "一"})
_NOT_EMPTY_IN_TEXT = frozenset({"一"})
_FOUR_PLACES = Decimal("0.0001")
_NOISE = 1e-9
_LARGEST = Decimal(10) ** 14
_SCALES = {"百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8}
_MONEY = {"元": 0, "百元": 2, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}
_UNIT_ALIASES = {"平米": "平方米", "㎡": "平方米", "m2": "平方米", "m²": "平方米", "名": "人"}
# Not \d: to the vectorised reader full-width digits are digits too, but no numbers.
_PLAIN_INT = r"^[+-]?[0-9]{1,14}$"
_PLAIN_NUMBER = r"^[+-]?[0-9]{1,14}(\.[0-9]{1,4})?$"
_NUMBER = re.compile(
    r"^(?P<digits>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)\s?"
    r"(?P<scale>百万|千万|百|千|万|亿)?(?P<unit>[^\d\s]{0,4})$"
)
_TRUE = frozenset(
    "是 有 √ ✓ ✔ ☑ v y yes true 1 对 达标 合格 已 已达标 具备 完成 开通 联网 符合 ok t".split()
)
_FALSE = frozenset(
    "否 无 × ✗ ✘ ✕ ╳ x n no false 0 非 不 未 没有 不是 不达标 不合格 不具备 f 没".split()
)
_DATE = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?:年|[-/.])(?P<m>\d{1,2})(?:月|[-/.])(?P<d>\d{1,2})日?"
    r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_DATE_DIGITS = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = (32874, 55153)  # 1990 to 2050: day numbers nobody would write as a number
_CHINESE = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}


class Unreadable(ValueError):
    """A cell that a person could not read either; `expected` says what should stand there."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True)
class Column:
    """A column that was read.

    values  a Series of the declared type, null where the cell is empty or unreadable.
    bad     row → (what was found, what was expected) of every unreadable cell.
    """

    values: pl.Series
    bad: dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Spec:
    """How a column is to be read.

    type         int, decimal, bool, enum, date, period, code or text.
    unit         its unit in the catalogue, header_unit the one printed at the header or None.
    allowed      values of an enum; labels gives other words for each of them.
    frequency    of the table, for periods; year stands in where a period has none.
    """

    type: str
    unit: str = ""
    header_unit: str | None = None
    allowed: tuple[str, ...] = ()
    labels: Mapping[str, Sequence[str]] | None = None
    frequency: str = "monthly"
    year: int | None = None


def read(cells: Sequence[Any], spec: Spec) -> Column:
    """Read a column of cells. Errors of the workbook (#REF!) are unreadable in every type."""
    kinds = set(map(type, cells))
    if CellError in kinds:
        return _with_errors(cells, spec)
    if spec.type in ("int", "decimal"):
        return _numbers(cells, kinds, spec)
    if spec.type in ("code", "text"):
        return _texts(cells, kinds, spec)
    one: Callable[[Any], Any] = {
        "bool": parse_bool,
        "date": parse_date,
        "enum": _enum_reader(spec),
        "period": lambda cell: parse_period(cell, spec.frequency, spec.year).text,
    }[spec.type]
    dtype = {"bool": pl.Boolean, "date": pl.Date}.get(spec.type, pl.String)
    return _one_by_one(cells, one, dtype, keep_none=spec.type == "bool")


def is_empty(cell: Any) -> bool:
    """Whether a person would call the cell empty (a dash counts, 无 counts)."""
    if type(cell) is str:
        return cell == "" or words.plain(cell) in EMPTY_WORDS - _NOT_EMPTY_IN_TEXT
    return cell is None


def shown(cell: Any) -> str:
    """A cell as it is quoted in a finding, shortened; long digit runs are never quoted."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == time() else cell
    text = words.plain(str(cell))
    text = re.sub(r"\d{11,}[Xx]?", lambda m: m[0] if len(m[0]) == 12 else "…(长数字略)", text)
    return text if len(text) <= 40 else text[:37] + "…"


# Numbers ---------------------------------------------------------------------------------------


def header_shift(unit: str, header_unit: str | None) -> int:
    """By which power of ten values under a header must be moved to the column's unit.

    raises Unreadable when the header names a unit that cannot be turned into the column's.
    """
    unit, written = _same_unit(unit), _same_unit(header_unit or "")
    if not written or written == unit or not unit or unit == "-":
        return 0
    if unit in _MONEY and written in _MONEY:
        return _MONEY[written] - _MONEY[unit]
    for scale, power in _SCALES.items():
        if written == scale + unit:
            return power
    raise Unreadable(f"以「{unit}」为单位")


def parse_number(cell: Any, unit: str = "", shift: int = 0) -> Decimal | None:
    """A number cell or text as a Decimal in the column's unit; None when it is empty.

    shift   power of ten that the header's unit asks for; a unit in the cell itself wins.
    raises  Unreadable.
    """
    if isinstance(cell, bool | date | time | timedelta):
        raise Unreadable("数字")
    if isinstance(cell, int | float):
        if not isfinite(cell):
            raise Unreadable("数字")
        return Decimal(repr(cell)).scaleb(shift)
    text = words.plain(cell).lstrip("'").replace("−", "-")
    if text in EMPTY_WORDS:
        return None
    match = _NUMBER.match(text.replace("，", ","))
    if not match:
        raise Unreadable("数字")
    value = Decimal(match["digits"].replace(",", "").replace(" ", ""))
    scale, cell_unit = match["scale"] or "", match["unit"]
    if not scale and not cell_unit:
        return value.scaleb(shift)
    unit = _same_unit(unit)
    if cell_unit:
        cell_unit = _same_unit(cell_unit)
        if scale + cell_unit == unit:
            return value
        if cell_unit != unit and not (unit in _MONEY and cell_unit in _MONEY):
            raise Unreadable(f"以「{unit}」为单位的数字" if unit not in ("", "-") else "数字")
        power = _SCALES.get(scale, 0)
        if unit in _MONEY:
            power += _MONEY[cell_unit] - _MONEY[unit]
        return value.scaleb(power)
    if unit in _MONEY:
        # 「3.5万」 under 万元 is what people write for 3.5 万元.
        return value.scaleb(_SCALES[scale] - _MONEY[unit])
    if shift:
        raise Unreadable("不带「万」「亿」的数字(表头已有单位)")
    return value.scaleb(_SCALES[scale])


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


def _numbers(cells: Sequence[Any], kinds: set[type], spec: Spec) -> Column:
    shift = header_shift(spec.unit, spec.header_unit)
    if kinds <= {float, int}:
        numbers = pl.Series(cells, dtype=pl.Float64, strict=False)
        texts = None
    else:
        numbers = pl.Series(
            [c if type(c) is float or type(c) is int else None for c in cells], dtype=pl.Float64
        )
        texts = [c if type(c) is str else None for c in cells]
    whole = spec.type == "int"
    frame = _plain_numbers(numbers, texts, shift, whole)
    odd = frame.filter(pl.col("odd"))["row"].to_list()
    if not odd:
        return Column(frame["value"], {})
    return _odd_numbers(cells, frame["value"], odd, spec.unit, shift, whole)


def _plain_numbers(
    numbers: pl.Series, texts: list[str | None] | None, shift: int, whole: bool
) -> pl.DataFrame:
    """Row, value (Int64 or Decimal(18, 4)) and whether the cell must be looked at by itself."""
    frame = pl.DataFrame({"number": numbers}).with_row_index("row")
    dtype = pl.Int64 if whole else pl.Decimal(18, 4)
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
    frame = frame.with_columns(text=pl.Series(texts, dtype=pl.String))
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


def _from_ticks(ticks: pl.Expr) -> pl.Expr:
    """Ten-thousandths as Decimal(18, 4), by way of text so that no float comes between."""
    whole, rest = (ticks.abs() // 10_000), (ticks.abs() % 10_000)
    sign = pl.when(ticks < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    text = sign + whole.cast(pl.String) + "." + rest.cast(pl.String).str.zfill(4)
    return text.cast(pl.Decimal(18, 4), strict=False)


def _odd_numbers(
    cells: Sequence[Any], values: pl.Series, odd: list[int], unit: str, shift: int, whole: bool
) -> Column:
    known: dict[tuple[type, Any], Any] = {}
    bad: dict[int, tuple[str, str]] = {}
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
            bad[row] = (shown(cell), result.expected)
            result = None
        read_values.append(result)
    return Column(_scatter(values, odd, read_values), bad)


def _scatter(values: pl.Series, rows: list[int], new: list[Any]) -> pl.Series:
    patch = pl.DataFrame(
        {"row": pl.Series(rows, dtype=pl.UInt32), "new": pl.Series(new, dtype=values.dtype)}
    )
    frame = pl.DataFrame({"value": values}).with_row_index("row")
    joined = frame.join(patch, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("new", "value").alias("value"))["value"]


def _same_unit(unit: str) -> str:
    return _UNIT_ALIASES.get(unit.lower(), unit)


# Words, codes -----------------------------------------------------------------------------------


def _texts(cells: Sequence[Any], kinds: set[type], spec: Spec) -> Column:
    if kinds <= {str}:
        texts = pl.Series(cells, dtype=pl.String)
        bad: dict[int, tuple[str, str]] = {}
    else:
        reader = _code_text if spec.type == "code" else _any_text
        made, bad = [], {}
        for row, cell in enumerate(cells):
            if type(cell) is str:
                made.append(cell)
                continue
            try:
                made.append(reader(cell))
            except Unreadable as problem:
                made.append(None)
                bad[row] = (shown(cell), problem.expected)
        texts = pl.Series(made, dtype=pl.String)
    column = pl.DataFrame({"t": texts})
    t = pl.col("t")
    if spec.type == "code":
        clean = t.str.normalize("NFKC").str.replace_all(r"\s+", "").str.strip_chars_start("'")
        clean = clean.str.replace(r"^(\d+)\.0+$", "${1}")
    else:
        clean = t.str.replace_all(r"[\s\u{3000}]+", " ").str.strip_chars(" ")
    emptied = EMPTY_WORDS - _NOT_EMPTY_IN_TEXT
    out = column.select(pl.when(~clean.is_in(list(emptied))).then(clean).alias("t"))["t"]
    return Column(out, bad)


def _code_text(cell: Any) -> str:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unreadable("代码(文本)")
    if abs(cell) >= 1e15:
        raise Unreadable("以文本存放的代码(数字超过15位,末几位已丢失)")
    if isinstance(cell, float) and not cell.is_integer():
        raise Unreadable("代码(文本)")
    return str(int(cell))


def _any_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _enum_reader(spec: Spec) -> Callable[[Any], str | None]:
    known = {words.key(value): value for value in spec.allowed}
    for value, labels in (spec.labels or {}).items():
        for label in labels if value in spec.allowed else ():
            known.setdefault(words.key(label), value)
    choices = "、".join(spec.allowed if len(spec.allowed) <= 12 else [*spec.allowed[:3], "…"])

    def one(cell: Any) -> str | None:
        text = _any_text(cell) if not isinstance(cell, str) else words.plain(cell)
        found = known.get(words.key(text))
        if found is None:
            # 「md01 儿童先天性心脏病」: code and name in one cell.
            parts = [known.get(words.key(part)) for part in text.split(" ") if part]
            if len(parts) > 1 and parts[0] is not None and set(parts) == {parts[0]}:
                return parts[0]
            raise Unreadable(f"{choices} 之一")
        return found

    return one


def parse_bool(cell: Any) -> bool | None:
    """是/否, √/×, 有/无, 1/0, 已…/未… and their like; None when the cell is empty.

    raises Unreadable.
    """
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        if cell in (0, 1):
            return cell == 1
        raise Unreadable("是或否")
    if not isinstance(cell, str):
        raise Unreadable("是或否")
    text = "".join(words.plain(cell).lower().split())
    if text in EMPTY_WORDS and text != "无":
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if text.startswith("已") and len(text) <= 6:
        return True
    if text.startswith(("未", "尚未", "没有")) and len(text) <= 6:
        return False
    raise Unreadable("是或否")


# Dates, periods ---------------------------------------------------------------------------------


def parse_date(cell: Any) -> date | None:
    """A date cell, 2026年11月1日, 2026-11-1, 2026/11/1, 2026.11.1, 20261101; None when empty.

    raises Unreadable, also for 30 February.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        raise Unreadable("日期,如 2026-11-01")
    if isinstance(cell, int | float):
        if _EXCEL_DAYS[0] <= cell <= _EXCEL_DAYS[1] and float(cell).is_integer():
            return _EXCEL_DAY_ZERO + timedelta(days=int(cell))
        cell = str(int(cell)) if float(cell).is_integer() else str(cell)
    text = words.plain(cell)
    if text in EMPTY_WORDS:
        return None
    tight = re.sub(r"\s*([年月日./-])\s*", r"\1", text)
    match = _DATE.match(_arabic(tight)) or _DATE_DIGITS.match(tight)
    if not match:
        raise Unreadable("日期,如 2026-11-01")
    year, month, day = (int(part) for part in match.groups()[:3])
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable("存在的日期,如 2026-11-01") from error


_YEAR = r"(?P<y>20\d{2})"
_PERIOD_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("weekly", re.compile(rf"{_YEAR}-?W(?P<n>\d{{1,2}})", re.IGNORECASE)),
    ("weekly", re.compile(rf"(?:{_YEAR}年度?)?第(?P<n>\d{{1,2}})周")),
    ("weekly", re.compile(rf"{_YEAR}年(?P<n>\d{{1,2}})周")),
    ("quarterly", re.compile(rf"{_YEAR}年?-?Q(?P<n>[1-4])", re.IGNORECASE)),
    ("quarterly", re.compile(rf"(?:{_YEAR}年度?)?第?(?P<n>[1-4])季度?")),
    ("monthly", re.compile(rf"(?:{_YEAR}年)?(?P<n>\d{{1,2}})月份?(?!\d{{1,2}}日)")),
    ("monthly", re.compile(rf"{_YEAR}[-/.](?P<n>\d{{1,2}})(?![-/.\d])")),
    ("yearly", re.compile(rf"{_YEAR}年度?")),
)
_DAYS = re.compile(
    r"(?P<y>20\d{2})[年./-](?P<m>\d{1,2})[月./-](?P<d>\d{1,2})日?\s*(?:至|到|—+|-|–|~|～)+\s*"
    r"(?:(?P<y2>20\d{2})[年./-])?(?:(?P<m2>\d{1,2})[月./-])?(?P<d2>\d{1,2})日?"
)


def parse_period(cell: Any, frequency: str, year: int | None = None) -> Period:
    """A cell of a period column: 2020-W51, 2020年第51周, 2020年12月, 12月, 2020年四季度 …

    frequency  of the table; a date that Excel made of 「2020-12」 is that month.
    year       stands in where the text has none.
    returns    a Period, which may be of another frequency: the caller says so.
    raises     Unreadable, also for an empty cell.
    """
    expected = _period_example(frequency)
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        if cell.day == 1 and frequency != "weekly":
            return containing(frequency, cell)
        raise Unreadable(expected)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _period_of_number(cell, frequency, expected)
    if not isinstance(cell, str):
        raise Unreadable(expected)
    text = "".join(words.plain(cell).split())
    found = find_period(text, frequency, year, whole=True)
    if found is None and text.isdigit():
        return _period_of_number(int(text), frequency, expected)
    if found is None and frequency == "monthly":
        try:
            day = parse_date(cell)
        except Unreadable:
            day = None
        if day is not None and day.day == 1:
            return containing("monthly", day)
    if found is None:
        raise Unreadable(expected)
    return found


def find_period(
    text: str, frequency: str, year: int | None = None, *, whole: bool = False
) -> Period | None:
    """The period named in a text (a title, a sheet name), the table's own frequency first.

    whole   the text must be nothing but the period.
    """
    text = _arabic("".join(words.plain(text).split()))
    order = sorted(_PERIOD_FORMS, key=lambda form: form[0] != frequency)
    for kind, pattern in order:
        match = pattern.fullmatch(text) if whole else pattern.search(text)
        if match is None and whole:
            # 2020年第51周(12月14日—12月20日): what is in brackets repeats it.
            match = pattern.fullmatch(re.sub(r"\(.*\)$", "", text))
        if match is None:
            continue
        number_year = match["y"] or year
        if number_year is None:
            continue
        made = _make(kind, int(number_year), int(match.groupdict().get("n") or 1))
        if made is not None and (whole or kind == frequency or kind != "yearly"):
            return made
    return _from_days(text, frequency, whole)


def year_in(text: str) -> int | None:
    """A year written in a title, as 2020年."""
    match = re.search(r"(20\d{2})年", _arabic("".join(words.plain(text).split())))
    return int(match[1]) if match else None


def _from_days(text: str, frequency: str, whole: bool) -> Period | None:
    match = _DAYS.fullmatch(text) if whole else _DAYS.search(text)
    if match is None:
        return None
    try:
        first = date(int(match["y"]), int(match["m"]), int(match["d"]))
        last = date(
            int(match["y2"] or match["y"]), int(match["m2"] or match["m"]), int(match["d2"])
        )
    except ValueError:
        return None
    for kind in (frequency, "weekly", "monthly", "quarterly", "yearly"):
        period = containing(kind, first)
        if (period.start, period.end) == (first, last):
            return period
    return None


def _make(kind: str, year: int, number: int) -> Period | None:
    form = {
        "weekly": f"{year}-W{number:02d}",
        "monthly": f"{year}-{number:02d}",
        "quarterly": f"{year}-Q{number}",
        "yearly": f"{year}",
    }[kind]
    try:
        return Period.parse(form)
    except UsageError:
        return None


def _period_of_number(number: float, frequency: str, expected: str) -> Period:
    """202012 is a month in a monthly table; in a weekly one nobody can tell 202012 apart."""
    digits = str(int(number)) if float(number).is_integer() else ""
    made = None
    if len(digits) == 6 and frequency == "monthly":
        made = _make("monthly", int(digits[:4]), int(digits[4:]))
    elif len(digits) == 6 and frequency == "weekly" and int(digits[4:]) > 12:
        made = _make("weekly", int(digits[:4]), int(digits[4:]))
    elif len(digits) == 4 and frequency == "yearly":
        made = _make("yearly", int(digits), 1)
    elif _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1] and frequency == "monthly":
        day = _EXCEL_DAY_ZERO + timedelta(days=int(number))
        made = containing("monthly", day) if day.day == 1 else None
    if made is None:
        raise Unreadable(expected)
    return made


def _period_example(frequency: str) -> str:
    return {
        "weekly": "周,如 2020-W51 或 2020年第51周",
        "monthly": "月,如 2020-12 或 2020年12月",
        "quarterly": "季,如 2020-Q4 或 2020年四季度",
        "yearly": "年,如 2020",
    }[frequency]


_NUMERAL = re.compile(
    r"([〇零○一二三四五六七八九两]{1,4}|[二三四五]?十[一二三四五六七八九]?)(年|月|日|周|季)"
)


def _arabic(text: str) -> str:
    """Chinese numerals before 年月日周季 as digits: 二〇二〇年十二月 is 2020年12月."""

    def one(match: re.Match[str]) -> str:
        numeral, unit = match[1], match[2]
        if "十" not in numeral:
            return "".join(str(_CHINESE[c]) for c in numeral) + unit
        tens, _, ones = numeral.partition("十")
        number = _CHINESE.get(tens, 1) * 10 + (_CHINESE[ones] if ones else 0)
        return f"{number}{unit}"

    return _NUMERAL.sub(one, text)


# Shared -----------------------------------------------------------------------------------------


def _one_by_one(
    cells: Sequence[Any], one: Callable[[Any], Any], dtype: Any, *, keep_none: bool
) -> Column:
    """Read by distinct cell: long columns of dates and words repeat themselves."""
    known: dict[tuple[type, Any], Any] = {}
    for mark in set(zip(map(type, cells), cells, strict=True)):
        cell = mark[1]
        if (not keep_none and is_empty(cell)) or cell == "":
            known[mark] = None
            continue
        try:
            known[mark] = one(cell)
        except Unreadable as problem:
            known[mark] = problem
    problems = {mark for mark, value in known.items() if isinstance(value, Unreadable)}
    marks = zip(map(type, cells), cells, strict=True)
    if not problems:
        return Column(pl.Series([known[mark] for mark in marks], dtype=dtype), {})
    out, bad = [], {}
    for row, mark in enumerate(marks):
        value = known[mark]
        if mark in problems:
            bad[row] = (shown(mark[1]), value.expected)
            value = None
        out.append(value)
    return Column(pl.Series(out, dtype=dtype), bad)


def _with_errors(cells: Sequence[Any], spec: Spec) -> Column:
    errors = {row: str(cell) for row, cell in enumerate(cells) if type(cell) is CellError}
    column = read(["" if type(cell) is CellError else cell for cell in cells], spec)
    bad = dict(column.bad)
    for row, words_shown in errors.items():
        bad[row] = (words_shown, "公式的结果;请打开工作簿修好公式,或粘贴为数值")
    return Column(column.values, dict(sorted(bad.items())))
