"""From a located table to a frame of typed rows, every doubt on the way a finding."""

from dataclasses import dataclass

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.findings import Finding
from data.withheld import WITHHELD
from data.workbooks import (
    areas,
    privacy,
    row_areas,
    row_periods,
    row_units,
    row_values,
    screening,
    totals,
)
from data.workbooks.found import Found
from data.workbooks.read import Sheet
from data.workbooks.work import Source, Work


@dataclass
class Extract:
    """The rows of one table in one sheet.

    frame    the raw schema of the table without what only the store knows; `WITHHELD` where
             cells hold the mark of figures that an export kept back.
    letters  column → letters in the workbook.
    fixed    column → address, for what stands once in the title or the signature.
    """

    table: Table
    frame: pl.DataFrame
    letters: dict[str, str]
    fixed: dict[str, str]
    findings: list[Finding]


def extract(
    sheet: Sheet, found: Found, catalogue: Catalogue, register: areas.Register, source: Source
) -> Extract:
    """Read one located table: its areas, periods and columns, then compare and check.

    returns  Extract; a cell that cannot be read is null in the frame and an 错误 in findings.
    """
    work = Work(sheet, found, catalogue, register, source)
    totals.set_own_apart(work)
    screening.report_headers(work)
    row_areas.resolve(work)
    row_units.apply_units(work)
    row_periods.read_periods(work)
    row_values.read_common(work)
    row_areas.report_outside(work)
    row_values.read_own(work)
    row_values.check_required(work)
    totals.compare_totals(work)
    screening.find_personal(work)
    screening.report_rows(work)
    letters = {name: sheet.letters(match.column) for name, match in found.matches.items()}
    area_match = work.area_match()
    if area_match is not None:
        letters.setdefault("area_code", sheet.letters(area_match.column))
        letters.setdefault("division_code", sheet.letters(area_match.column))
    return Extract(work.table, _frame(work), letters, work.fixed, work.notes.closed())


def _frame(work: Work) -> pl.DataFrame:
    stored = [
        column.name
        for column in work.table.stored_columns
        if column.name not in ("area_code", "division_code")
    ]
    names = ["division_code", "area_code", "period", "period_start", "period_end", *stored]
    names += ["reporting_unit", "reported_on", "remark"]
    rows = pl.Series(work.found.rows, dtype=pl.Int64) + work.sheet.row_number(0)
    columns = {name: work.columns[name] for name in dict.fromkeys(names)}
    if work.withheld:
        marked = [
            [name for name, held in work.withheld.items() if row in held]
            for row in range(work.height)
        ]
        columns[WITHHELD] = pl.Series(marked, dtype=pl.List(pl.String))
    return pl.DataFrame(columns).with_columns(
        source_id=pl.lit(work.source.id),
        source_sheet=pl.lit(privacy.hide(work.sheet.name)),
        source_row=rows,
    )
