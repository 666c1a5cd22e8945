"""Reading a column of cells as a person would; what cannot be read is named, never dropped.

Plain numbers and plain texts are converted a column at a time; only odd cells (「1,200」「1.2万」
「—」) are read one by one, each distinct text once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from math import isfinite
from typing import Any

import polars as pl

from data.intake import words
from data.intake.read.cells import Texts
from data.intake.read.cells import kinds as kinds_of
from data.intake.read.cells import positions as positions_of
from data.intake.read.workbook import CellError
from data.intake.typed.date_values import parse_date, parse_period
from data.intake.typed.number_values import (
    read_numbers,
)
from data.intake.typed.value import (
    EMPTY_WORDS,
    NOT_EMPTY_IN_TEXT,
    Bad,
    Converted,
    Spec,
    Unreadable,
    is_empty,
)

# What to do about a formula that shows an error, and about one that was never computed.
_MEND = "请打开工作簿修好公式，或粘贴为数值。"
_COMPUTE = "请用 Excel 或 WPS 打开、保存后再报，或粘贴为数值。"
_PLAIN_CODE = r"^[0-9A-Za-z\u4e00-\u9fff_-]*$"
_TRUE = frozenset(
    "是 有 √ ✓ ✔ ☑ v y yes true 1 对 达标 合格 已 已达标 具备 完成 开通 联网 符合 ok t".split()
)
_FALSE = frozenset(
    "否 无 × ✗ ✘ ✕ ╳ x n no false 0 非 不 未 没有 不是 不达标 不合格 不具备 f 没".split()
)


def read(cells: Sequence[Any], spec: Spec) -> Converted:
    """Read a column of cells. Errors of the workbook (#REF!) are unreadable in every type."""
    kinds = kinds_of(cells)
    if CellError in kinds:
        return _with_errors(cells, spec)
    if spec.type in ("int", "decimal"):
        return read_numbers(cells, kinds, spec)
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


def _texts(cells: Sequence[Any], kinds: set[type], spec: Spec) -> Converted:
    if isinstance(cells, Texts):
        # Most columns of a text file are clean: told by its distinct texts, left as they are.
        distinct = cells.distinct
        clean = _clean(distinct, spec)
        if clean.equals(distinct):
            return Converted(cells.series, {})
        return Converted(cells.series.replace_strict(distinct, clean), {})
    bad: dict[int, Bad] = {}
    if kinds <= {str}:
        texts = pl.Series(cells, dtype=pl.String)
    else:
        reader = _code_text if spec.type == "code" else _any_text
        made = []
        for row, cell in enumerate(cells):
            if type(cell) is str:
                made.append(cell)
                continue
            try:
                made.append(reader(cell))
            except Unreadable as problem:
                made.append(None)
                bad[row] = Bad.of(cell, problem)
        texts = pl.Series(made, dtype=pl.String)
    return Converted(_clean(texts, spec), bad)


def _clean(texts: pl.Series, spec: Spec) -> pl.Series:
    """Texts without stray spaces, null where they say that there is nothing."""
    column = pl.DataFrame({"t": texts})
    t = pl.col("t")
    if spec.type == "code":
        clean = t
        if not texts.str.contains(_PLAIN_CODE).fill_null(True).all():
            clean = t.str.normalize("NFKC").str.replace_all(r"\s+", "").str.strip_chars_start("'")
            clean = clean.str.replace(r"^(\d+)\.0+$", "${1}")
    else:
        clean = t
        if texts.str.contains(r"\s").any():
            clean = t.str.replace_all(r"\s+", " ").str.strip_chars(" ")
    emptied = EMPTY_WORDS - NOT_EMPTY_IN_TEXT
    return column.select(pl.when(~clean.is_in(list(emptied))).then(clean).alias("t"))["t"]


def _code_text(cell: Any) -> str:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unreadable("代码（文本）")
    if abs(cell) >= 1e15:
        raise Unreadable("以文本存放的代码（数字超过15位，末几位已丢失）")
    if isinstance(cell, float) and not cell.is_integer():
        raise Unreadable("代码（文本）")
    return str(int(cell))


def _any_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and not isfinite(cell):
        raise Unreadable("文字")
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


def _one_by_one(
    cells: Sequence[Any], one: Callable[[Any], Any], dtype: Any, *, keep_none: bool
) -> Converted:
    """Read by distinct cell: long columns of dates and words repeat themselves."""
    if isinstance(cells, Texts):
        return _by_distinct_text(cells, one, dtype, keep_none=keep_none)
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
        return Converted(pl.Series([known[mark] for mark in marks], dtype=dtype), {})
    out, bad = [], {}
    for row, mark in enumerate(marks):
        value = known[mark]
        if mark in problems:
            bad[row] = Bad.of(mark[1], value)
            value = None
        out.append(value)
    return Converted(pl.Series(out, dtype=dtype), bad)


def _by_distinct_text(
    cells: Texts, one: Callable[[Any], Any], dtype: Any, *, keep_none: bool
) -> Converted:
    known: dict[str, Any] = {}
    problems: dict[str, Unreadable] = {}
    for cell in cells.distinct.to_list():
        known[cell] = None
        if cell == "" or (not keep_none and is_empty(cell)):
            continue
        try:
            known[cell] = one(cell)
        except Unreadable as problem:
            problems[cell] = problem
    new = pl.Series(list(known.values()), dtype=dtype)
    out = cells.series.replace_strict(pl.Series(list(known), dtype=pl.String), new)
    bad = {}
    for row in positions_of(cells, set(problems)) if problems else ():
        bad[row] = Bad.of(cells[row], problems[cells[row]])
    return Converted(out, bad)


def _with_errors(cells: Sequence[Any], spec: Spec) -> Converted:
    errors = {row: str(cell) for row, cell in enumerate(cells) if type(cell) is CellError}
    column = read(["" if type(cell) is CellError else cell for cell in cells], spec)
    bad = dict(column.bad)
    for row, shows in errors.items():
        action = _MEND if shows.startswith("#") else _COMPUTE
        bad[row] = Bad(shows, "公式的结果", action)
    return Converted(column.values, dict(sorted(bad.items())))
