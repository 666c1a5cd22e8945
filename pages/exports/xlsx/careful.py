"""The careful writer: borders, a format for every cell, and native charts beside their data."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from data.filed.withheld import MARK
from pages.exports.sheets import Book, BookSheet, FileColumn
from pages.exports.xlsx import look, native_chart
from pages.theme import tokens

_PERCENT_UNIT = "%"


def write(target: Path | BinaryIO, book: Book, sheets: Sequence[BookSheet]) -> None:
    """Write the sheets of a book, then its 说明 sheet (see `xlsx.write`)."""
    path = str(target) if isinstance(target, Path) else target
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(path, options) as made:
        styles = _Styles(made)
        for sheet in sheets:
            _write_sheet(made, styles, sheet, book.demo)
        _write_explanation(made, styles, book)


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, made: Any) -> None:
        self._made = made
        self._kept: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._kept:
            base = {"font_name": look.FONT, "font_size": 11, "valign": "vcenter"}
            self._kept[key] = self._made.add_format(base | properties)
        return self._kept[key]

    def cell(self, number_format: str, **more: Any) -> Any:
        return self.of(border=1, border_color=tokens.LINE, num_format=number_format, **more)


def _write_sheet(made: Any, styles: _Styles, sheet: BookSheet, demo: bool) -> None:
    page = made.add_worksheet(sheet.name)
    last = max(len(sheet.columns) - 1, 0)
    widths = look.widths(sheet)
    top = _write_above(page, styles, look.above(sheet, demo=demo), widths)
    header = styles.of(
        bold=True,
        align="center",
        text_wrap=True,
        border=1,
        border_color=tokens.AXIS,
        bg_color=look.HEADER_GROUND,
    )
    for at, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        page.set_column(at, at, width)
        page.write_string(top, at, column.heading, header)
    page.set_row(top, 32)
    _write_rows(page, styles, sheet, top + 1)
    page.freeze_panes(top + 1, 1)
    if sheet.table.height:
        page.autofilter(top, 0, top + sheet.table.height, last)
    _print_setup(page, top, look.pages_wide(widths))
    if sheet.shaded and sheet.table.height:
        _shade(page, sheet, top + 1)
    if sheet.chart and sheet.table.height:
        native_chart.add_chart(made, page, sheet, sheet.chart, top)


def _write_above(page: Any, styles: _Styles, texts: list[str], widths: list[float]) -> int:
    """Write title and lines over the table, or as much of it as is seen at once; the next row."""
    last, width = look.title_columns(widths)
    for row, text in enumerate(texts):
        style = (
            styles.of(bold=True, font_size=16, align="center")
            if row == 0
            else styles.of(text_wrap=True, font_color=tokens.INK_QUIET)
        )
        page.merge_range(row, 0, row, last, text, style)
        lines = 1 + int(2.2 * len(text) // width)
        page.set_row(row, 26 if row == 0 else 16 * lines)
    return len(texts)


def _write_rows(page: Any, styles: _Styles, sheet: BookSheet, first: int) -> None:
    blank = styles.cell("General")
    for at, column in enumerate(sheet.columns):
        values = sheet.table[column.name].to_list()
        units = sheet.table[column.unit_column].to_list() if column.unit_column else None
        hidden = sheet.table[column.withheld].to_list() if column.withheld else None
        whole = _is_whole(column, values)
        for row, value in enumerate(values, start=first):
            unit = units[row - first] if units else None
            if hidden and hidden[row - first]:
                page.write_string(row, at, MARK, styles.cell(look.TEXT))
            elif value is None:
                page.write_blank(row, at, None, blank)
            elif column.kind == "flag":
                page.write_string(row, at, "是" if value else "否", styles.cell(look.TEXT))
            elif isinstance(value, date):
                page.write_datetime(row, at, value, styles.cell(look.DATE))
            elif isinstance(value, str):
                page.write_string(row, at, value, styles.cell(look.TEXT))
            elif column.kind == "percent" or unit == _PERCENT_UNIT:
                page.write_number(row, at, value / 100, styles.cell(look.PERCENT))
            else:
                shown = float(value).is_integer() if units else whole
                page.write_number(row, at, value, styles.cell(_number(column, shown)))


def _shade(page: Any, sheet: BookSheet, first: int) -> None:
    places = [at for at, column in enumerate(sheet.columns) if column.name in sheet.shaded]
    scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0}
    scale |= {"min_color": tokens.WHITE, "max_color": tokens.BLUE_LIGHT}
    last = first + sheet.table.height - 1
    page.conditional_format(first, min(places), last, max(places), scale)


def _is_whole(column: FileColumn, values: list[Any]) -> bool:
    """Whether a column of numbers has no fractions anywhere, so that it needs no decimals."""
    if column.decimals is not None or column.kind != "number":
        return column.decimals == 0
    return all(value is None or float(value).is_integer() for value in values)


def _number(column: FileColumn, whole: bool) -> str:
    if column.decimals:
        return f"#,##0.{'0' * column.decimals}"
    return look.WHOLE if whole else look.AMOUNT


def _print_setup(page: Any, top: int, pages: int) -> None:
    page.set_landscape()
    page.set_paper(look.A4)
    page.repeat_rows(top)
    page.repeat_columns(0)
    page.fit_to_pages(pages, 0)
    page.set_footer(look.FOOTER)


def _write_explanation(made: Any, styles: _Styles, book: Book) -> None:
    page = made.add_worksheet(look.EXPLANATION)
    page.set_column(0, 0, look.EXPLANATION_WIDTH)
    page.hide_gridlines(2)
    for row, (text, is_heading) in enumerate(look.explanation(book)):
        if row == 0:
            style = styles.of(bold=True, font_size=16)
        elif is_heading:
            style = styles.of(bold=True, font_color=tokens.BLUE, top=1, top_color=tokens.LINE)
        else:
            style = styles.of(text_wrap=True)
        page.write_string(row, 0, text, style)
        lines = 1 + int(2 * len(text) // look.EXPLANATION_WIDTH)
        page.set_row(row, 26 if row == 0 else 17 * lines)
    page.set_paper(look.A4)
    page.fit_to_pages(1, 0)
    page.set_footer(look.FOOTER)
