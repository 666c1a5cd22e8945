"""The careful writer: borders, a format for every cell, and native charts beside their data."""

from collections.abc import Sequence
from datetime import date
from math import floor, log10
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from data.withheld import MARK
from pages.exports import look
from pages.exports.sheets import Book, Chart, Column, Series, Sheet
from pages.theme import tokens

FONT = "宋体"
_HEIGHT, _WIDTH = 400, 640
_PX_PER_ROW = 26  # of a lying bar: long lists get long charts
_PERCENT_UNIT = "%"
_MOST_LABELS = 40
_NEARLY_ALL = 80  # from here on an axis of percent ends at 100


def write(target: Path | BinaryIO, book: Book, sheets: Sequence[Sheet]) -> None:
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
            base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
            self._kept[key] = self._made.add_format(base | properties)
        return self._kept[key]

    def cell(self, number_format: str, **more: Any) -> Any:
        return self.of(border=1, border_color=tokens.LINE, num_format=number_format, **more)


def _write_sheet(made: Any, styles: _Styles, sheet: Sheet, demo: bool) -> None:
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
        _add_chart(made, page, sheet, sheet.chart, top)


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


def _write_rows(page: Any, styles: _Styles, sheet: Sheet, first: int) -> None:
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


def _shade(page: Any, sheet: Sheet, first: int) -> None:
    places = [at for at, column in enumerate(sheet.columns) if column.name in sheet.shaded]
    scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0}
    scale |= {"min_color": tokens.WHITE, "max_color": tokens.BLUE_LIGHT}
    last = first + sheet.table.height - 1
    page.conditional_format(first, min(places), last, max(places), scale)


def _is_whole(column: Column, values: list[Any]) -> bool:
    """Whether a column of numbers has no fractions anywhere, so that it needs no decimals."""
    if column.decimals is not None or column.kind != "number":
        return column.decimals == 0
    return all(value is None or float(value).is_integer() for value in values)


def _number(column: Column, whole: bool) -> str:
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


def _add_chart(made: Any, page: Any, sheet: Sheet, chart: Chart, top: int) -> None:
    """Draw the chart right of the table it reads from."""
    places = {column.name: at for at, column in enumerate(sheet.columns)}
    first, last = top + 1, top + sheet.table.height

    def cells(name: str) -> list[Any]:
        return [sheet.name, first, places[name], last, places[name]]

    drawn: Any = None
    for line in (False, True):
        chosen = [each for each in chart.series if each.line == line]
        if not chosen:
            continue
        kind = "line" if line and chart.kind != "scatter" else chart.kind
        options = {"type": kind} | ({"subtype": "stacked"} if chart.stacked and not line else {})
        part = made.add_chart(options)
        for series in chosen:
            part.add_series(
                {
                    "name": [sheet.name, top, places[series.column]],
                    "categories": cells(chart.categories),
                    "values": cells(series.column),
                    **_painted(kind, series.colour or tokens.BLUE, series.dashed),
                    **(_labels(sheet) if kind == "scatter" else {}),
                }
            )
        if drawn is None:
            drawn = part
        else:
            drawn.combine(part)
    _dress(drawn, sheet, chart)
    height = max(_HEIGHT, _PX_PER_ROW * sheet.table.height) if chart.kind == "bar" else _HEIGHT
    drawn.set_size({"width": _WIDTH, "height": height})
    anchor = xl_col_to_name(len(sheet.columns) + 1)
    page.insert_chart(f"{anchor}{top + 1}", drawn, {"description": chart.title or sheet.title})


def _painted(kind: str, colour: str, dashed: bool) -> dict[str, Any]:
    if kind == "scatter":
        mark = {"type": "circle", "size": 7, "fill": {"color": colour}}
        return {"marker": mark | {"border": {"color": colour}}}
    if kind == "line":
        line = {"color": colour, "width": 2.25} | ({"dash_type": "dash"} if dashed else {})
        mark = {"type": "none"} if dashed else {"type": "circle", "size": 5}
        if not dashed:
            mark |= {"fill": {"color": colour}, "border": {"color": colour}}
        return {"line": line, "marker": mark}
    return {"fill": {"color": colour}, "gap": 60}


def _labels(sheet: Sheet) -> dict[str, Any]:
    """The names of the first column beside the points of a scatter chart."""
    if sheet.table.height > _MOST_LABELS:
        return {}
    custom = [{"value": name} for name in sheet.table[sheet.columns[0].name].to_list()]
    font = {"name": FONT, "size": 9, "color": tokens.INK_QUIET}
    return {"data_labels": {"custom": custom, "value": True, "position": "right", "font": font}}


def _dress(drawn: Any, sheet: Sheet, chart: Chart) -> None:
    font = {"name": FONT, "size": 10, "color": tokens.INK}
    drawn.set_title({"name": chart.title or sheet.title, "name_font": font | {"size": 13}})
    told = {column.name: column for column in sheet.columns}
    values = _axis(sheet, chart.series, font) | {
        "major_gridlines": {"visible": True, "line": {"color": tokens.LINE}},
    }
    names: dict[str, Any] = {"num_font": font}
    if chart.kind == "scatter":
        across = _axis(sheet, (Series(chart.categories),), font)
        names = across | {"name": told[chart.categories].heading, "name_font": font}
        values |= {"name": told[chart.series[0].column].heading, "name_font": font}
    if chart.kind in ("bar", "column"):
        values |= {"min": 0}
    if chart.kind == "bar":
        # Lying: the names stand upright, the first row of the table on top, as it is read.
        drawn.set_y_axis(names | {"reverse": True})
        drawn.set_x_axis(values | {"label_position": "low"})
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(values)
    drawn.show_blanks_as("gap")
    if len(chart.series) > 1:
        drawn.set_legend({"position": "top", "font": font})
    else:
        drawn.set_legend({"none": True})


def _axis(sheet: Sheet, series: Sequence[Series], font: dict[str, Any]) -> dict[str, Any]:
    """An axis of figures that begins a little below the smallest of them."""
    told = {column.name: column for column in sheet.columns}
    percent = all(told[each.column].kind == "percent" for each in series)
    drawn = sheet.table.select(each.column for each in series)
    found = [value for row in drawn.iter_rows() for value in row if value is not None]
    axis: dict[str, Any] = {"num_font": font}
    if percent:
        axis["num_format"] = "0%"
    if found and min(found) > 0:
        step = 10.0 ** floor(log10(max(found) - min(found) or max(found)))
        lowest = max(floor(min(found) / step - 0.5) * step, 0)
        axis["min"] = lowest / 100 if percent else lowest
    if percent and found and _NEARLY_ALL <= max(found) <= 100:
        axis["max"] = 1
    return axis


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
