"""One located table while it is typed: its cells, its findings, the columns read so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from data import personal
from data.catalogue.model import Catalogue, Column
from data.findings import ERROR, HINT, Finding
from data.intake.locate import surroundings
from data.intake.locate.located import Located, Match
from data.intake.read.workbook import Sheet, Workbook
from data.intake.typed import areas
from data.intake.typed.value import Converted, shown

# Of one kind in one column this many are listed; the rest is counted in one more finding.
LISTED = 200
AREA_TYPES = ("division_code", "village_code", "area_code")
# What to write in a required cell, by the type of its column.
_MEND = {
    "int": "请补上；确实没有的数填 0。",
    "decimal": "请补上；确实没有的数填 0。",
    "bool": "请填「是」或「否」。",
    "date": "请填日期，如 2020-12-31。",
    "enum": "请补上。",
    "code": "请补上。",
    "text": "请补上。",
}
# Checked to be filled, then forgotten.
FORM_ONLY = ("unit_head", "filled_by")


@dataclass
class Notes:
    """Collects findings, a limited number of each kind in each column."""

    make: Callable[..., Finding]
    found: list[Finding] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(
        self, rule: str, severity: str, found: str, expected: str, action: str, **at: str
    ) -> None:
        """Add one finding; at may give cell, column and area."""
        key = rule, at.get("column", "")
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.counts[key] <= LISTED:
            self.found.append(self.make(rule, severity, found, expected, action, **at))

    def closed(self) -> list[Finding]:
        """All findings, with the number of those that were not listed."""
        for (rule, column), count in self.counts.items():
            if count > LISTED:
                severity = next(f.severity for f in self.found if f.rule == rule)
                self.found.append(
                    self.make(
                        rule,
                        severity,
                        f"另有 {count - LISTED} 处同样的问题未逐条列出",
                        "没有这样的问题",
                        "请先改正已列出的，再检查一次。",
                        column=column,
                    )
                )
        return self.found


class Form:
    """A report form, its rows being typed.

    columns  what has been read, by column name; bad: column → rows whose cell is unreadable;
             withheld: column → rows whose cell says that the figure is as on file.
    fixed    column → address of what stands once, in the title or the signature.
    labels   the areas' names as written, for findings about areas that are not settled.
    units    the area of each row's filing unit, or one value alone for all rows.
    """

    def __init__(
        self,
        workbook: Workbook,
        sheet: Sheet,
        located: Located,
        catalogue: Catalogue,
        area_names: areas.AreaNames,
        import_date: date,
    ) -> None:
        self.workbook, self.sheet = workbook, sheet
        self.catalogue, self.area_names, self.import_date = catalogue, area_names, import_date
        self.sheet_name = personal.hide(sheet.name)
        self.table = located.table
        self.common = {column.name: column for column in catalogue.common}
        self.notes = Notes(self.finding)
        around = (*located.above, *located.below)
        self.surroundings = surroundings.read(sheet, around, catalogue.units)
        self.titles = " ".join(entry.value for entry in self.surroundings.titles)
        self.keep_rows(located)
        self.columns: dict[str, pl.Series] = {}
        self.bad: dict[str, set[int]] = {}
        self.withheld: dict[str, set[int]] = {}
        self.fixed: dict[str, str] = {}
        self.units = pl.Series([], dtype=pl.String)

    def keep_rows(self, located: Located) -> None:
        """Read the rows of this table and no others."""
        self.located = located
        self.height = len(located.rows)
        self.labels = pl.repeat(None, self.height, dtype=pl.String, eager=True)

    def finding(
        self,
        rule: str,
        severity: str,
        found: str,
        expected: str,
        action: str,
        *,
        cell: str = "",
        column: str = "",
        area: str = "",
    ) -> Finding:
        """A finding about this table."""
        return Finding(
            file=self.workbook.name,
            sheet=self.sheet_name,
            cell=cell,
            table=f"{self.table.id} {self.table.title}",
            column=column,
            area=personal.hide(area),
            rule=rule,
            severity=severity,
            found=personal.hide(found),
            expected=expected,
            action=action,
        )

    def column(self, name: str) -> Column:
        """One of the table's columns or of the common ones."""
        return self.table.by_name.get(name) or self.common[name]

    def cell(self, row: int, column: int) -> str:
        """The address of data row number `row` in a column of the sheet."""
        return self.sheet.address(self.located.rows[row], column)

    @cached_property
    def filing_area(self) -> str | None:
        """The area of the unit that the form names, where it names one."""
        entry = self.surroundings.entries.get("reporting_unit")
        return self.area_names.unit(entry.value, self.titles) if entry and entry.value else None

    def header(self, column: int) -> str:
        """The address of a column's header: the lowest cell with words, as merged cells have it."""
        rows = range(self.located.bottom, self.located.top - 1, -1)
        words = (row for row in rows if self.sheet.columns[column][row] != "")
        return self.sheet.address(next(words, self.located.bottom), column)

    def at(self, row: int, name: str) -> dict[str, str]:
        """Keyword arguments for a finding about a value: cell, column, area."""
        match = self.located.matches.get(name)
        return {
            "cell": self.cell(row, match.column) if match else self.fixed.get(name, ""),
            "column": self.column(name).header if name in self.common or self.owns(name) else "",
            "area": self.area_name(row),
        }

    def owns(self, name: str) -> bool:
        """Whether a column is the table's own, not a common one."""
        return name in self.table.by_name

    def area_name(self, row: int) -> str:
        """The name of a row's area, as registered or else as written."""
        codes = self.columns.get("area_code")
        code = codes[row] if codes is not None else None
        return (self.catalogue.area_name(code) or code or "") if code else (self.labels[row] or "")

    def area_of_all(self) -> str:
        """The name of the area that all rows are about: the filing unit's, or what holds them."""
        units = self.units.drop_nulls().unique()
        codes = units if units.len() else self.columns["area_code"].drop_nulls()
        code = self.area_names.common_ancestor(codes) if codes.len() != 1 else codes[0]
        return (self.catalogue.area_name(code) or code) if code else ""

    def cells(self, match: Match, *, fill: bool = False) -> Sequence[Any]:
        """The cells of a column's data rows; fill repeats merged cells downwards."""
        cells = self.sheet.columns[match.column]
        if fill:
            ranges = [
                (first, last, left)
                for first, left, last, right in self.sheet.merged
                if left <= match.column <= right and last > first and first > self.located.bottom
            ]
            if ranges:
                cells = list(cells)
                for first, last, left in ranges:
                    cells[first : last + 1] = [self.sheet.columns[left][first]] * (last - first + 1)
        return self.located.take(cells)

    def unreadable(self, name: str, match: Match, read: Converted) -> None:
        """Report the cells of a column that could not be read."""
        if not read.bad:
            return
        self.bad.setdefault(name, set()).update(read.bad)
        for row, bad in read.bad.items():
            self.notes.add(
                "cell.unreadable",
                ERROR,
                bad.found,
                bad.expected,
                bad.action or "请改正这一格后重新报送。",
                cell=self.cell(row, match.column),
                column=self.column(name).header,
                area=self.area_name(row),
            )

    def stands_once(self, name: str, match: Match, series: pl.Series) -> pl.Series:
        """A value on the first row alone stands for every row: a merged cell without its merge."""
        blank = series.null_count()
        if not blank or blank != self.height - 1 or series[0] is None or self.bad.get(name):
            return series
        self.notes.add(
            "column.filled_down",
            HINT,
            f"只有第一行填了，其余 {blank} 行按它读取",
            "每行都填，或写在标题行",
            "请核对。",
            cell=self.cell(1, match.column),
            column=self.column(name).header,
        )
        return series.forward_fill()

    def area_match(self) -> Match | None:
        """The column that tells the area."""
        matches = self.located.matches
        names = (self.table.area_column, "division_code", "division_name")
        return next((matches[name] for name in names if name in matches), None)

    def empty(self, row: int, name: str) -> None:
        """Report a required cell that is empty, or says that there is nothing."""
        column, match = self.column(name), self.located.matches.get(name)
        cell = self.sheet.columns[match.column][self.located.rows[row]] if match else ""
        said = shown(cell) if type(cell) is str else ""
        self.notes.add(
            "cell.required",
            ERROR,
            f"「{said}」，按没有填处理" if said else "空",
            f"必填：{column.header}",
            _MEND[column.type] if self.owns(name) else "请补上。",
            **self.at(row, name),
        )

    def levels(self) -> tuple[str, ...]:
        """The levels of areas the table is about, () for any."""
        grain = self.table.grain.split(" ")[0]
        if grain not in ("village", "township", "county"):
            return ()
        if any(column.filed_at == "county" for column in self.table.columns):
            return tuple(dict.fromkeys((grain, "county")))
        return (grain,)


def nulls(series: pl.Series) -> list[int]:
    """Positions of the nulls."""
    if not series.null_count():
        return []
    return series.is_null().arg_true().to_list()
