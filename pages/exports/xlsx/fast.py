"""The writer for large tables: rows go from the frame to the file without passing Python."""

from collections.abc import Sequence
from importlib.util import find_spec
from os import fspath
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from pages.exports.sheets import Book, BookSheet, FileColumn
from pages.exports.xlsx import look


def is_there() -> bool:
    """Say whether the fast writer is installed; without it the careful one takes its place."""
    return find_spec("rustpy_xlsxwriter") is not None


def write(target: Path | BinaryIO, book: Book, sheets: Sequence[BookSheet]) -> None:
    """Write the sheets of a book, then its 说明 sheet (see `xlsx.write`)."""
    from rustpy_xlsxwriter import FastExcel, Format

    writer = FastExcel(fspath(target) if isinstance(target, Path) else target)
    writer.format(datetime_format=look.DATE)
    for sheet in sheets:
        frame = ready(sheet)
        top = len(look.above(sheet, demo=book.demo))
        writer.freeze(row=top + 1, col=1, sheet=sheet.name)
        writer.sheet(
            sheet.name,
            frame,
            header_row=top,
            header_format=_header(Format()),
            merge_ranges=_above(sheet, book.demo, Format),
            autofilter=True,
            column_widths=look.widths(sheet),
            column_formats={
                column.heading: Format().set_num_format(look.PERCENT)
                for column in sheet.columns
                if column.kind == "percent"
            },
            page_setup=_page_setup(top, look.pages_wide(look.widths(sheet))),
        )
    lines = [text for text, _ in look.explanation(book)]
    writer.freeze(row=0, col=0, sheet=look.EXPLANATION)
    writer.sheet(
        look.EXPLANATION,
        pl.DataFrame({lines[0]: lines[1:]}),
        column_widths=[look.EXPLANATION_WIDTH],
        header_format=Format().set_bold().set_font_size(14).set_text_wrap(),
        column_formats=[Format().set_text_wrap()],
        page_setup={"paper_size": look.A4, "fit_to_pages": (1, 0)},
    )
    writer.save()


def ready(sheet: BookSheet) -> pl.DataFrame:
    """Return the table under its headings, percent as shares of one, yes and no in Chinese."""
    return sheet.table.select(_cell(column) for column in sheet.columns)


def _cell(column: FileColumn) -> pl.Expr:
    found = pl.col(column.name)
    if column.kind == "percent":
        found = found / 100
    elif column.kind == "flag":
        found = pl.when(found).then(pl.lit("是")).when(~found).then(pl.lit("否"))
    return found.alias(column.heading)


def _header(plain: Any) -> Any:
    return (
        plain.set_bold()
        .set_text_wrap()
        .set_align("center")
        .set_background_color(look.HEADER_GROUND)
        .set_border_bottom("thin")
    )


def _above(sheet: BookSheet, demo: bool, make: Any) -> list[tuple[Any, ...]]:
    """Title and lines over the table, or as much of it as is seen at once."""
    last, _ = look.title_columns(look.widths(sheet))
    formats = {
        True: make().set_bold().set_font_size(16).set_align("center"),
        False: make().set_text_wrap(),
    }
    return [
        (row, 0, row, last, text, formats[row == 0])
        for row, text in enumerate(look.above(sheet, demo=demo))
    ]


def _page_setup(top: int, pages: int) -> dict[str, Any]:
    return {
        "landscape": True,
        "paper_size": look.A4,
        "repeat_rows": (top, top),
        "repeat_columns": (0, 0),
        "fit_to_pages": (pages, 0),
        "footer": look.FOOTER,
    }
