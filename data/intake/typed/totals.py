"""合计 and 小计 rows: no data, but compared with the sum of the rows they stand for."""

from bisect import bisect
from dataclasses import replace
from decimal import Decimal

import polars as pl

from data.catalogue.model import Column
from data.findings import HINT
from data.intake import words
from data.intake.locate.located import ALL, BEFORE, UNCOMPARED, Match
from data.intake.read.facts import NO_RESULT
from data.intake.read.workbook import CellError
from data.intake.typed.form import Form
from data.intake.typed.number_values import header_shift, parse_number
from data.intake.typed.value import Unreadable, shown

_TOLERANCE = Decimal("0.005")


def set_own_apart(form: Form) -> None:
    """A row called as the filing unit itself, where the table is about smaller areas, is its sum.

    Such a row has no code: with a code it is about that area, and at the wrong level.
    """
    matches = form.located.matches
    named = [matches[name] for name in ("division_name", "division_code") if name in matches]
    entry = form.surroundings.entries.get("reporting_unit")
    code = form.filing_area
    if entry is None or not named or code is None or not form.levels():
        return
    own = form.catalogue.areas.filter(pl.col("area_code") == code)
    if own["level"][0] in form.levels():
        return
    called = {words.key(name) for name in (entry.value, own["name"][0], own["full_name"][0])}
    rows = []
    for row in form.located.rows:
        filled = [cell for match in named if (cell := form.sheet.columns[match.column][row]) != ""]
        if filled and all(type(cell) is str and words.key(cell) in called for cell in filled):
            rows.append(row)
    if rows:
        totals = (*form.located.totals, *((row, ALL) for row in rows))
        others = tuple(row for row in form.located.rows if row not in rows)
        form.keep_rows(replace(form.located, rows=others, totals=totals))


def compare_totals(form: Form) -> None:
    """Compare every filled cell of every total row with the rows it stands for."""
    if not form.located.totals:
        return
    for name, match in form.located.matches.items():
        column = form.table.by_name.get(name)
        if column is None or column.type not in ("int", "decimal"):
            continue
        for row, kind in form.located.totals:
            filed = _filed_total(form, column, match, row) if kind != UNCOMPARED else None
            if filed is not None:
                _compare(form, column, match, row, filed, _spans(form, row, kind))


def _filed_total(form: Form, column: Column, match: Match, row: int) -> Decimal | None:
    cell = form.sheet.columns[match.column][row]
    # A total that was never computed (a form filled in by a program) says nothing.
    if cell in ("", NO_RESULT):
        return None
    place = form.sheet.address(row, match.column)
    try:
        shift = header_shift(column.unit, match.unit)
        if isinstance(cell, CellError):
            raise Unreadable("公式的结果")
        return parse_number(cell, column.unit, shift)
    except Unreadable as problem:
        form.notes.add(
            "total.unreadable",
            HINT,
            shown(cell),
            problem.expected,
            "合计行不入库，请核对。",
            cell=place,
            column=column.header,
        )
        return None


def _spans(form: Form, row: int, kind: str) -> list[list[int]]:
    """Which data rows a total may be about: all, those before it, or those up to the next one."""
    rows = form.located.rows
    if kind == ALL:
        return [list(range(len(rows)))]
    if kind == BEFORE:
        return [list(range(bisect(rows, row)))]
    marks = sorted(at for at, _ in form.located.totals)
    before = max((at for at in marks if at < row), default=-1)
    behind = min((at for at in marks if at > row), default=form.sheet.height)
    spans = [
        [index for index, at in enumerate(rows) if before < at < row],
        [index for index, at in enumerate(rows) if row < at < behind],
    ]
    return [span for span in spans if span]


def _compare(
    form: Form, column: Column, match: Match, row: int, filed: Decimal, spans: list[list[int]]
) -> None:
    sums = []
    for span in spans:
        series = form.columns[column.name].gather(span).drop_nulls()
        if not series.len():
            continue
        total = Decimal(str(series.sum()))
        if abs(total - filed) <= (_TOLERANCE if column.type == "decimal" else 0):
            return
        sums.append(total)
    if not sums:
        return
    form.notes.add(
        "total.differs",
        HINT,
        f"合计填 {_shown(filed)}",
        f"各行相加 {_shown(sums[0])}",
        "合计行不入库；请核对是合计错了还是有行漏报、错报。",
        cell=form.sheet.address(row, match.column),
        column=column.header,
    )


def _shown(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
