"""Workbooks: one call for every table and page. Large ones take the fast writer.

Numbers stay numbers, a percent is a percent, dates are dates, codes are text with their zeros,
and no text is ever read as a formula.
"""

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pages.exports.sheets import Book, Sheet, fitting_names, marked, split

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Up to so many cells the careful writer takes well under a second.
_CAREFUL = 150_000


def write(target: Path | BinaryIO, book: Book) -> None:
    """Write a workbook: the 说明 sheet last, every row of every sheet in it.

    target  A path or a binary buffer.
    Sheets with more rows than Excel holds become several and say so.
    raises  OSError when the file cannot be written.
    """
    from pages.exports import xlsx_fast, xlsx_formatted  # a tenth of a second no page waits for

    parts = [part for sheet in book.sheets for part in split(_told(sheet))]
    sheets = fitting_names(parts)
    cells = sum(sheet.table.height * len(sheet.columns) for sheet in sheets)
    plain = not any(sheet.chart or sheet.mixed for sheet in sheets)
    if plain and cells > _CAREFUL and xlsx_fast.is_there():
        xlsx_fast.write(target, book, sheets)
    else:
        xlsx_formatted.write(target, book, sheets)


def _told(sheet: Sheet) -> Sheet:
    """The sheet with marks in columns that are kept back as a whole: figures stay figures."""
    columns, table = marked(sheet.columns, sheet.table, partly=False)
    return replace(sheet, columns=columns, table=table)
