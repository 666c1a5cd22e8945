"""From a located table to a frame of typed rows, every doubt on the way a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.filed.withheld import WITHHELD
from data.findings import Finding
from data.intake.locate.located import Located
from data.intake.read.workbook import Sheet, Workbook
from data.intake.typed import (
    areas,
    rates,
    row_areas,
    row_periods,
    row_units,
    row_values,
    screening,
    totals,
)
from data.intake.typed.form import Form


@dataclass(frozen=True)
class Typed:
    """The rows of one report table in one sheet of one file: the result of the third stage.

    file, sheet  as they are called in findings.
    frame        division_code, area_code, period, period_start, period_end, the table's stored
                 columns, reporting_unit, reported_on, remark, source_id, source_sheet, source_row
                 (as numbered in the workbook); `WITHHELD` where cells hold the mark of figures
                 that an export kept back.
    letters      column → letters in the workbook; fixed: column → address, where the value stands
                 once for the whole table (title or signature row).
    """

    table: Table
    source_id: str
    file: str
    sheet: str
    frame: pl.DataFrame
    letters: Mapping[str, str]
    fixed: Mapping[str, str]
    findings: tuple[Finding, ...]

    def cell(self, row: int, column: str) -> str:
        """The address of a value, C7; the first cell of the row where the column has no cell."""
        if column in self.letters:
            return f"{self.letters[column]}{self.frame['source_row'][row]}"
        return self.fixed.get(column) or f"A{self.frame['source_row'][row]}"


class Typist:
    """Types the rows of located tables as the catalogue and the area register have them.

    import_date  no period may start and no report be dated after it.
    """

    def __init__(self, catalogue: Catalogue, import_date: date) -> None:
        self._catalogue, self._import_date = catalogue, import_date
        self._area_names = areas.AreaNames(catalogue.areas, catalogue.aliases, import_date)

    def typed(self, workbook: Workbook, sheet: Sheet, located: Located) -> Typed:
        """Read one located table: its areas, periods and columns, then compare and check.

        returns  Typed; a cell that cannot be read is null in the frame and an 错误 in findings.
        """
        form = Form(workbook, sheet, located, self._catalogue, self._area_names, self._import_date)
        totals.set_own_apart(form)
        screening.report_headers(form)
        row_areas.resolve(form)
        row_units.apply_units(form)
        row_periods.read_periods(form)
        row_values.read_common(form)
        row_areas.report_outside(form)
        row_values.read_own(form)
        row_values.check_required(form)
        totals.compare_totals(form)
        rates.compare_rates(form)
        screening.find_personal(form)
        screening.report_rows(form)
        return Typed(
            form.table,
            workbook.id,
            workbook.name,
            form.sheet_name,
            _frame(form),
            _letters(form),
            form.fixed,
            tuple(form.notes.closed()),
        )


def _letters(form: Form) -> dict[str, str]:
    matches = form.located.matches
    letters = {name: form.sheet.letters(match.column) for name, match in matches.items()}
    area_match = form.area_match()
    if area_match is not None:
        letters.setdefault("area_code", form.sheet.letters(area_match.column))
        letters.setdefault("division_code", form.sheet.letters(area_match.column))
    return letters


def _frame(form: Form) -> pl.DataFrame:
    stored = [
        column.name
        for column in form.table.stored_columns
        if column.name not in ("area_code", "division_code")
    ]
    names = ["division_code", "area_code", "period", "period_start", "period_end", *stored]
    names += ["reporting_unit", "reported_on", "remark"]
    rows = pl.Series(form.located.rows, dtype=pl.Int64) + form.sheet.row_number(0)
    columns = {name: form.columns[name] for name in dict.fromkeys(names)}
    if form.withheld:
        marked = [
            [name for name, held in form.withheld.items() if row in held]
            for row in range(form.height)
        ]
        columns[WITHHELD] = pl.Series(marked, dtype=pl.List(pl.String))
    return pl.DataFrame(columns).with_columns(
        source_id=pl.lit(form.workbook.id),
        source_sheet=pl.lit(form.sheet_name),
        source_row=rows,
    )
