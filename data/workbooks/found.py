"""A report table found in a sheet: which columns, which rows, what stands around it."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from data.catalogue.model import Column, Table
from data.workbooks import words
from data.workbooks.cells import Cells, Texts
from data.workbooks.read import Sheet

LONGEST_HEADER = 60
# What a row of sums stands for: all rows, those up to the next such row, those before it, or
# something that this table does not tell (the year so far).
ALL, PART, BEFORE, UNCOMPARED = "all", "part", "before", "uncompared"
_LABEL = re.compile(
    r"^(填报单位|填表单位|报送单位|填报日期|填表日期|报出日期|上报日期|报告期|填报期|所属期|统计期"
    r"|单位负责人|负责人|分管领导|审核人|复核人|填报人|填表人|经办人|制表人|联系电话|联系人|单位)"
    r"(\([^)]*\))?[::]"
)


@dataclass(frozen=True)
class Match:
    """A column of the sheet and the column of the table it was taken for.

    label  the header as printed, levels joined by 「/」.
    sure   False when only the lowest of several header levels told what it is.
    """

    column: int
    name: str
    label: str
    unit: str | None
    sure: bool


@dataclass
class Found:
    """A report table in a sheet.

    top, bottom    first and last row of its header.
    matches        matched columns by name; division_name is the finest of several.
    places         every column that names an area, coarse or fine, left to right.
    unknown        (column, label) of headers nobody knows.
    duplicates     name → matches that claim it equally well.
    ties           titles of other tables that fit as well.
    rows           positions of the data rows; totals (position, what it sums up); after: positions
                   of rows that look like data below the signatures.
    above, below   positions of title rows and of signature and footnote rows.
    """

    table: Table
    top: int
    bottom: int
    matches: dict[str, Match]
    places: list[Match]
    unknown: list[tuple[int, str]]
    duplicates: dict[str, list[Match]]
    ties: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    totals: list[tuple[int, str]] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)

    @cached_property
    def missing(self) -> list[Column]:
        """Required columns of the table that no header names."""
        return [
            column
            for column in self.table.columns
            if column.required
            and column.filed_at is None
            and column.name not in self.matches
            and column.name not in self.duplicates
        ]

    def moved(self, top: int) -> "Found":
        """The same header at another row, with no rows below it yet."""
        lists: dict[str, list] = {
            name: [] for name in ("rows", "totals", "after", "above", "below")
        }
        return replace(self, top=top, bottom=top + self.bottom - self.top, **lists)

    def absorb(self, page: "Found") -> None:
        """Take the rows of the next page, whose header was only printed again."""
        self.rows += page.rows
        self.totals += page.totals
        self.after += page.after
        self.below += page.below

    def take(self, column: Cells) -> Cells:
        """The cells of the data rows."""
        rows = self.rows
        if rows and rows[-1] - rows[0] == len(rows) - 1:
            return column[rows[0] : rows[-1] + 1]
        if isinstance(column, Texts):
            return column.gather(rows)
        return [column[row] for row in rows]


def is_metadata(text: str) -> bool:
    """Whether a cell is a label with its value, 「填报单位:…」, not a column header."""
    return _LABEL.match(words.plain(text)) is not None


def texts_of(sheet: Sheet, row: int) -> list[str]:
    """The texts of a row that are not blank."""
    return [cell for cell in sheet.row(row) if type(cell) is str and cell.strip()]
