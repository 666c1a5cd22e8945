"""A report table found in a sheet: which columns, which rows, what stands around it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from data.catalogue.model import Column, Table
from data.intake import words
from data.intake.read.cells import Cells, Texts
from data.intake.read.workbook import Sheet

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


@dataclass(frozen=True)
class Rate:
    """A column of the sheet that two columns of the table give: checked, not stored.

    per  What a whole is: 100 for a percentage.
    """

    column: int
    label: str
    numerator: str
    denominator: str
    per: int


@dataclass(frozen=True)
class Located:
    """A report table in a sheet: the result of the second stage.

    top, bottom    first and last row of its header.
    matches        matched columns by name; division_name is the finest of several.
    places         every column that names an area, coarse or fine, left to right.
    unknown        (column, label) of headers nobody knows.
    duplicates     name → matches that claim it equally well.
    ties           titles of other tables that fit as well.
    above          positions of the title rows.
    rows           positions of the data rows; totals (position, what it sums up); after: positions
                   of rows that look like data below the signatures; below: those of signature and
                   footnote rows.
    saved_as       the name of the office's own form that told the columns, and what else it says
                   (data/catalogue/forms.py): rates, absent, constants, skip_rows, without.
    """

    table: Table
    top: int
    bottom: int
    matches: Mapping[str, Match]
    places: tuple[Match, ...]
    unknown: tuple[tuple[int, str], ...]
    duplicates: Mapping[str, tuple[Match, ...]]
    ties: tuple[str, ...] = ()
    above: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()
    totals: tuple[tuple[int, str], ...] = ()
    after: tuple[int, ...] = ()
    below: tuple[int, ...] = ()
    saved_as: str = ""
    rates: tuple[Rate, ...] = ()
    absent: frozenset[str] = frozenset()
    constants: Mapping[str, str] = field(default_factory=dict)
    skip_rows: int = 0
    without: frozenset[str] = frozenset()

    @cached_property
    def missing(self) -> list[Column]:
        """Required columns of the table that no header names."""
        return [
            column
            for column in self.table.columns
            if column.required
            and column.filed_at is None
            and column.name not in self.matches
            and not self.lets_lack(column.name)
        ]

    def lets_lack(self, name: str) -> bool:
        """Whether no more is to be said of a column that is not there."""
        return name in self.duplicates or name in self.absent or name in self.constants

    def moved(self, top: int) -> "Located":
        """The same header at another row, with no rows below it yet."""
        none: dict[str, tuple] = dict.fromkeys(("above", "rows", "totals", "after", "below"), ())
        return replace(self, top=top, bottom=top + self.bottom - self.top, **none)

    def with_page(self, page: "Located") -> "Located":
        """This table with the rows of the next page, whose header was only printed again."""
        return replace(
            self,
            rows=self.rows + page.rows,
            totals=self.totals + page.totals,
            after=self.after + page.after,
            below=self.below + page.below,
        )

    def with_unit(self, name: str, unit: str) -> "Located":
        """This table with a unit over one of its columns."""
        match = replace(self.matches[name], unit=unit)
        return replace(self, matches={**self.matches, name: match})

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
