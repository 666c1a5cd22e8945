"""Columns of cells: Python lists from workbooks, one text Series from CSV files.

A workbook's cells have types of their own; a CSV file has texts only, and may have a million
rows, so its columns stay in polars and are looked at as a whole.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import polars as pl


class Texts(Sequence[str]):
    """A column of a text file; "" is an empty cell."""

    def __init__(self, series: pl.Series) -> None:
        self.series = series

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
            return Texts(self.series[at])
        return self.series[at]

    @cached_property
    def distinct(self) -> pl.Series:
        """Every different cell once."""
        return self.series.unique()

    def gather(self, rows: Sequence[int]) -> "Texts":
        """The cells of some rows."""
        return Texts(self.series.gather(list(rows)))


Cells = Sequence[Any]


def kinds(cells: Cells) -> set[type]:
    """The Python types that occur."""
    return {str} if isinstance(cells, Texts) else set(map(type, cells))


def distinct(cells: Cells) -> set[Any]:
    """Every different cell once."""
    return set(cells.distinct.to_list()) if isinstance(cells, Texts) else set(cells)


def positions(cells: Cells, wanted: set[Any]) -> list[int]:
    """Rows whose cell is one of those wanted."""
    if isinstance(cells, Texts):
        return cells.series.is_in(list(wanted)).arg_true().to_list()
    return [row for row, cell in enumerate(cells) if cell in wanted]


def short_texts(distinct: Texts | set[Any], longest: int, pattern: str = "") -> Collection[str]:
    """Every different text of at most so many characters in which a pattern is found.

    distinct  A column of a text file, or what `distinct` gave for another one.
    pattern   A regular expression that says the same to Python and to polars.
    """
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
    if isinstance(cells, Texts):
        return cells.series != ""
    return pl.Series([cell != "" for cell in cells], dtype=pl.Boolean)


def longer_than(cells: Cells, length: int) -> set[Any]:
    """Every different cell that is not a text or has at least so many characters."""
    if isinstance(cells, Texts):
        return set(cells.series.filter(cells.series.str.len_bytes() >= length).unique().to_list())
    return {cell for cell in set(cells) if type(cell) is not str or len(cell) >= length}
