"""Workbooks: one call for every table and page. Large ones take the fast writer.

Numbers stay numbers, a percent is a percent, dates are dates, codes are text with their zeros,
and no text is ever read as a formula.
"""

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from pages.exports.sheets import Book, BookSheet, fitting_names, marked, split

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Up to so many cells the careful writer takes well under a second.
_CAREFUL = 150_000
# What a cell can hold as it is, beside numbers; anything else is written as text.
_HELD = (pl.String, pl.Boolean, pl.Date, pl.Datetime)


def write(target: Path | BinaryIO, book: Book) -> None:
    """Write a workbook: the 说明 sheet last, every row of every sheet in it.

    target  A path or a binary buffer.
    Sheets with more rows than Excel holds become several and say so.
    raises  OSError when the file cannot be written.
    """
    from pages.exports.xlsx import careful, fast  # a tenth of a second no page waits for

    parts = [part for sheet in book.sheets for part in split(_told(sheet))]
    sheets = fitting_names(parts)
    cells = sum(sheet.table.height * len(sheet.columns) for sheet in sheets)
    plain = not any(sheet.chart or sheet.mixed for sheet in sheets)
    if plain and cells > _CAREFUL and fast.is_there():
        fast.write(target, book, sheets)
    else:
        careful.write(target, book, sheets)


def _told(sheet: BookSheet) -> BookSheet:
    """The sheet with marks in columns that are kept back as a whole: figures stay figures."""
    columns, table = marked(sheet.columns, sheet.table, partly=False)
    return replace(sheet, columns=columns, table=table.select(map(_plain, table.get_columns())))


def _plain(values: pl.Series) -> pl.Series:
    """A column as a cell can hold it: one writer fails on rarer types, the other leaves them empty.

    A question of one's own returns what DuckDB knows: enums, decimals, times, intervals, lists.
    """
    kind = values.dtype
    if kind.is_decimal():
        return values.cast(pl.Float64)
    if kind.is_numeric() or kind in _HELD:
        return values
    if kind in (pl.Enum, pl.Categorical):
        return values.cast(pl.String)
    texts = [None if value is None else str(value) for value in values.to_list()]
    return pl.Series(values.name, texts, pl.String)
