"""Columns of cells: Python lists from workbooks, one text Series from CSV files.

A workbook's cells have types of their own; a CSV file has texts only, and may have a million
rows, so its columns stay in polars and are looked at as a whole. Those of a long file that hold
whole numbers are read as numbers, and are texts only for who asks.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import polars as pl


class Texts(Sequence[str]):
    """A column of a text file; "" is an empty cell.

    whole  the column that it is a part of.
    """

    def __init__(self, series: pl.Series, whole: "Texts | None" = None) -> None:
        self.series, self._whole = series, whole

    def __len__(self) -> int:
        return self.series.len()

    def __iter__(self) -> Iterator[str]:
        return iter(self.series.to_list())

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> "Texts": ...
    def __getitem__(self, at: int | slice) -> "str | Texts":
        if isinstance(at, slice):
            return Texts(self.series[at], self)
        return self.series[at]

    @cached_property
    def distinct(self) -> pl.Series:
        """Every different cell once; of a part of a column perhaps others of that column too."""
        return self.series.unique() if self._whole is None else self._whole.distinct

    @property
    def has_empty(self) -> bool:
        """Whether a cell is empty."""
        return "" in self.distinct

    def gather(self, rows: Sequence[int]) -> "Texts":
        """The cells of some rows."""
        return Texts(self.series.gather(list(rows)))


class Counts(Texts):
    """A column of a text file that holds whole numbers below some rows of header.

    Each is written just as it is printed, so that its text can be had again.

    above    the cells of the first rows; numbers: those below them, null where a cell is empty.
    """

    def __init__(self, above: Sequence[str], numbers: pl.Series) -> None:
        self.above, self.numbers = list(above), numbers

    def __len__(self) -> int:
        return len(self.above) + self.numbers.len()

    def __getitem__(self, at: int | slice) -> "str | Texts":
        first = len(self.above)
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            if step != 1:
                return Texts(self.series[at])
            below = self.numbers.slice(max(start - first, 0), max(stop - max(start, first), 0))
            return Counts(self.above[start:stop], below)
        at = at + len(self) if at < 0 else at
        if at < first:
            return self.above[at]
        number = self.numbers[at - first]
        return "" if number is None else str(number)

    @cached_property
    def series(self) -> pl.Series:
        """The cells as texts."""
        return self._with_above(self.numbers)

    @cached_property
    def distinct(self) -> pl.Series:
        """Every different cell once."""
        return self._with_above(self.numbers.unique()).unique()

    @property
    def has_empty(self) -> bool:
        """Whether a cell is empty."""
        return self.numbers.null_count() > 0 or "" in self.above

    @cached_property
    def longest(self) -> int:
        """How many characters the longest number takes."""
        ends = self.numbers.min(), self.numbers.max()
        return max(len(str(end)) for end in ends if end is not None) if ends[0] is not None else 0

    def gather(self, rows: Sequence[int]) -> Texts:
        """The cells of some rows."""
        first = len(self.above)
        if any(row < first for row in rows):
            return Texts(self.series.gather(list(rows)))
        return Counts([], self.numbers.gather(pl.Series(rows, dtype=pl.UInt32) - first))

    def _with_above(self, numbers: pl.Series) -> pl.Series:
        above = pl.Series(self.above, dtype=pl.String)
        return pl.concat([above, numbers.cast(pl.String).fill_null("").rename(above.name)])


Cells = Sequence[Any]


def kinds(cells: Cells) -> set[type]:
    """The Python types that occur."""
    return {str} if isinstance(cells, Texts) else set(map(type, cells))


def distinct(cells: Cells) -> set[Any]:
    """Every different cell once."""
    return set(cells.distinct.to_list()) if isinstance(cells, Texts) else set(cells)


def positions(cells: Cells, wanted: set[Any]) -> list[int]:
    """Rows whose cell is one of those wanted."""
    # Mostly a header is looked for, and no number is one.
    if isinstance(cells, Counts) and not any(map(_may_be_count, wanted)):
        return [row for row, cell in enumerate(cells.above) if cell in wanted]
    if isinstance(cells, Texts):
        return cells.series.is_in(list(wanted)).arg_true().to_list()
    return [row for row, cell in enumerate(cells) if cell in wanted]


def _may_be_count(text: str) -> bool:
    return text == "" or text.removeprefix("-").isdigit()


def short_texts(distinct: Texts | set[Any], longest: int, pattern: str = "") -> Collection[str]:
    """Every different text of at most so many characters in which a pattern is found.

    distinct  A column of a text file, or what `distinct` gave for another one.
    pattern   A regular expression that says the same to Python and to polars.
    """
    if isinstance(distinct, Counts):
        # Numbers are no texts, in a workbook neither.
        distinct = set(distinct.above)
    if isinstance(distinct, Texts):
        short = distinct.distinct.filter(distinct.distinct.str.len_chars() <= longest)
        return short.filter(short.str.contains(pattern)) if pattern else short
    found = re.compile(pattern)
    return {
        cell
        for cell in distinct
        if type(cell) is str and len(cell) <= longest and found.search(cell)
    }


def emptied(cells: Cells, rows: Sequence[int]) -> Cells:
    """The cells with those of some rows made empty."""
    if isinstance(cells, Texts):
        return Texts(cells.series.scatter(rows, ""))
    out = list(cells)
    for row in rows:
        out[row] = ""
    return out


def is_filled(cells: Cells) -> pl.Series:
    """True where a cell is not empty."""
    if isinstance(cells, Counts):
        above = pl.Series([cell != "" for cell in cells.above], dtype=pl.Boolean)
        return pl.concat([above, cells.numbers.is_not_null().rename(above.name)])
    if isinstance(cells, Texts):
        return cells.series != ""
    return pl.Series([cell != "" for cell in cells], dtype=pl.Boolean)


def longer_than(cells: Cells, length: int) -> set[Any]:
    """Every different cell that is not a text or has at least so many characters.

    Of a part of a text column perhaps others of that column too.
    """
    if isinstance(cells, Counts) and cells.longest < length:
        return {cell for cell in cells.above if len(cell.encode()) >= length}
    if isinstance(cells, Texts):
        return set(cells.distinct.filter(cells.distinct.str.len_bytes() >= length).to_list())
    return {cell for cell in set(cells) if type(cell) is not str or len(cell) >= length}
