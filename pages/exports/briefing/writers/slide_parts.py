"""Native charts, tables and cards on a slide: everything can be changed in PowerPoint or WPS."""

from copy import deepcopy
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] (compiled)
from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Pt

from pages.charts.description import Chart, Series
from pages.exports.briefing.model import KeyFigure, PaperColumn, PaperTable
from pages.exports.briefing.paging import ROW, heading_lines, row_lines, table_scale
from pages.exports.briefing.writers.line_scale import fitted, places_of
from pages.exports.briefing.writers.slide_master import FONT
from pages.theme import formats, tokens

_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
_SIZE, _LINE_HEIGHT = 11.5, 14.5  # points of a table: type, line
_MARGIN = (ROW - _LINE_HEIGHT) / 2
_PERIODS = 6  # so many are named below a line
_CROWDED = 0.15  # of the scale: so near its top the newest figure stands below the line
_RULE = parse_xml(
    f'<a:lnB {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{tokens.LINE[1:]}"/>'
    "</a:solidFill></a:lnB>"
)
_ALIGN = {"number": PP_ALIGN.RIGHT, "text": PP_ALIGN.LEFT, "light": PP_ALIGN.LEFT}


def fill_chart(placeholder: Any, chart: Chart) -> NativeChart:
    """Put a native chart of bars or lines into a placeholder; null stays a gap."""
    data = CategoryChartData(number_format=_format(chart.decimals))
    data.categories = list(chart.names)
    for series in chart.series:
        data.add_series(series.name, list(series.values))
    is_lines = chart.kind == "lines"
    kind = XL_CHART_TYPE.LINE if is_lines else XL_CHART_TYPE.BAR_STACKED
    frame = placeholder.insert_chart(kind, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)
    native = frame.chart
    _faces(native, 12)
    native.has_title = True
    write(native.chart_title.text_frame, chart.title, size=12, bold=True)
    native.has_legend = True
    native.legend.position = XL_LEGEND_POSITION.BOTTOM
    native.legend.include_in_layout = False
    if is_lines:
        _periods(native, chart)
    else:
        _bars(native)
    for drawn, series in zip(native.plots[0].series, chart.series, strict=True):
        _colour(drawn, series, is_lines=is_lines)
    return native


def _bars(native: NativeChart) -> None:
    """Names from the top down, no scale: the table beside has every figure."""
    names, scale = native.category_axis, native.value_axis
    names.reverse_order = True
    names.has_major_gridlines = False
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.format.line.color.rgb = _rgb(tokens.AXIS)
    scale.has_major_gridlines = False
    scale.visible = False
    scale.minimum_scale = 0
    plot: Any = native.plots[0]
    plot.gap_width, plot.overlap = 45, 100


def _periods(native: NativeChart, chart: Chart) -> None:
    """Periods from left to right, the scale fitted to the figures, the newest one written."""
    periods, scale = native.category_axis, native.value_axis
    low, high, step = fitted(chart)
    scale.minimum_scale, scale.maximum_scale, scale.major_unit = low, high, step
    scale.major_gridlines.format.line.color.rgb = _rgb(tokens.LINE)
    scale.format.line.fill.background()
    scale.tick_labels.number_format = _format(places_of(step))
    scale.tick_labels.number_format_is_linked = False
    periods.format.line.color.rgb = _rgb(tokens.AXIS)
    periods.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    skip = str(max(1, -(-len(chart.names) // _PERIODS)))
    for name in ("c:tickLblSkip", "c:tickMarkSkip"):
        made = periods._element.makeelement(qn(name), {"val": skip})
        periods._element.find(qn("c:noMultiLvlLbl")).addprevious(made)
    plot: Any = native.plots[0]
    newest = plot.series[0]
    at = max((n for n, each in enumerate(chart.series[0].values) if each is not None), default=0)
    label = newest.points[at].data_label
    value = chart.series[0].values[at] or 0
    crowded = high - value < _CROWDED * (high - low)
    label.position = XL_LABEL_POSITION.BELOW if crowded else XL_LABEL_POSITION.ABOVE
    label.has_text_frame = True
    write(label.text_frame, formats.plain(value, chart.decimals), size=12, bold=True)


def fill_table(placeholder: Any, table: PaperTable, across: float) -> None:
    """Put a native table into a placeholder, columns by weight, type as large as there is room.

    across  Characters that fit across in the smallest type, as the pages were split with.
    """
    room = placeholder.height / Pt(ROW)
    frame = placeholder.insert_table(len(table.rows) + 1, len(table.columns))
    _write_table(frame, table, across, room)


def add_table(
    slide: Slide, box: tuple[float, float, float, float], table: PaperTable, across: float
) -> None:
    """The same at a place of its own: left, top, width, height in points."""
    left, top, width, height = (Pt(each) for each in box)
    size = (len(table.rows) + 1, len(table.columns))
    frame = slide.shapes.add_table(*size, left, top, width, height)
    _write_table(frame, table, across, height / Pt(ROW))


def _write_table(frame: Any, table: PaperTable, across: float, room: float) -> None:
    scale = table_scale(table, across, room)
    native = frame.table
    native.horz_banding = False
    native._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_STYLE
    whole = sum(column.weight for column in table.columns)
    width = frame.width  # follows the columns as soon as one of them is set
    for made, column in zip(native.columns, table.columns, strict=True):
        made.width = int(width * column.weight / whole)
    heights = [heading_lines(table.columns, across / scale)]
    heights += [row_lines(row, table.columns, across / scale) for row in table.rows]
    for made, height in zip(native.rows, heights, strict=True):
        made.height = Pt((height * _LINE_HEIGHT + 2 * _MARGIN) * scale)
    for index, column in enumerate(table.columns):
        head = native.cell(0, index)
        _cell(head, column.heading, column, scale, bold=True, ground=tokens.PANEL)
    for number, row in enumerate(table.rows, 1):
        total = number <= table.totals
        for index, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _cell(
                native.cell(number, index),
                _shaped(cell.text) if column.kind == "light" else cell.text,
                column,
                scale,
                bold=total or column.kind == "light",
                ground=tokens.BLUE_PALE if total else tokens.WHITE,
                colour=tokens.light(cell.light).text if cell.light else tokens.INK,
            )


def add_card(slide: Slide, figure: KeyFigure, left: float, top: float, size: tuple[float, float]):
    """Draw one key figure as a box of native text; place and size in points."""
    width, height = size
    box = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
    box.name = figure.name
    box.line.color.rgb = _rgb(tokens.light(figure.light).strong)
    box.line.width = Pt(1.25)
    frame = box.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    for side in ("left", "right", "top", "bottom"):
        setattr(frame, f"margin_{side}", Pt(6))
    write(frame, figure.name, size=14, bold=True)
    _run(frame.add_paragraph(), figure.about, size=_SIZE, colour=tokens.INK_QUIET)
    words = frame.add_paragraph()
    _run(words, figure.number, size=30, bold=True, colour=tokens.BLUE)
    _run(words, figure.unit, size=14)
    light = tokens.light(figure.light)
    if figure.light:
        judged = _shaped(figure.judged)
        _run(frame.add_paragraph(), judged, size=14, bold=True, colour=light.text)
    for line in figure.lines:
        _run(frame.add_paragraph(), line, size=_SIZE)
    return box


def write(frame: TextFrame, text: str, *, size: float = 0, bold: bool | None = None) -> None:
    """Write one paragraph as the frame's only one, typefaces set; size 0 is the layout's."""
    frame.clear()
    _run(frame.paragraphs[0], text, size=size, bold=bold)


def add(frame: TextFrame, text: str, *, size: float = 0, space: float = 0) -> None:
    """Write one more paragraph; the first goes into the empty one."""
    fresh = len(frame.paragraphs) == 1 and not frame.paragraphs[0].runs
    paragraph = frame.paragraphs[0] if fresh else frame.add_paragraph()
    paragraph.space_after = Pt(space)
    _run(paragraph, text, size=size)


def _run(
    paragraph, text: str, *, size: float = 0, bold: bool | None = None, colour: str = ""
) -> None:
    run = paragraph.add_run()
    run.text = text
    if size:
        run.font.size = Pt(size)
    if bold is not None:
        run.font.bold = bold
    if colour:
        run.font.color.rgb = _rgb(colour)
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN")
    _set_faces(properties)


def _set_faces(properties) -> None:
    """The typeface for Latin, Chinese and complex scripts: without `ea` Chinese looks wrong."""
    for kind in ("a:latin", "a:ea", "a:cs"):
        etree.SubElement(properties, qn(kind), typeface=FONT)


def _cell(
    cell,
    text: str,
    column: PaperColumn,
    scale: float,
    *,
    bold: bool,
    ground: str,
    colour: str = tokens.INK,
) -> None:
    cell.margin_left = cell.margin_right = Pt(4)
    cell.margin_top = cell.margin_bottom = Pt(_MARGIN * scale)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    write(cell.text_frame, text, size=_SIZE * scale, bold=bold)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.line_spacing = Pt(_LINE_HEIGHT * scale)
    paragraph.alignment = _ALIGN[column.kind]
    if paragraph.runs:
        paragraph.runs[0].font.color.rgb = _rgb(colour)
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb(ground)
    # Lines come before the fill in a cell's properties.
    cell._tc.get_or_add_tcPr().insert(0, deepcopy(_RULE))


def _shaped(text: str) -> str:
    """A light's word behind its shape, with its reason where it has one; another word plain."""
    word = text.partition("（")[0]
    return f"{tokens.LIGHTS[word].shape} {text}" if word in tokens.LIGHTS else text


def _colour(drawn, series: Series, *, is_lines: bool) -> None:
    colour = series.colour if isinstance(series.colour, str) else tokens.BLUE_MIDDLE
    if not is_lines:
        _paint(drawn.format.fill, colour)
        return
    drawn.smooth = False
    drawn.marker.style = XL_MARKER_STYLE.NONE
    line = drawn.format.line
    line.color.rgb = _rgb(colour)
    line.width = Pt(1.5 if series.dashed else 2.25)
    if series.dashed:
        line.dash_style = MSO_LINE_DASH_STYLE.DASH


def _format(decimals: int) -> str:
    return f"0.{'0' * decimals}" if decimals else "0"


def _faces(native: NativeChart, size: float) -> None:
    native.font.size = Pt(size)
    native.font.color.rgb = _rgb(tokens.INK)
    _set_faces(native.font._rPr)


def _paint(fill, colour: str) -> None:
    fill.solid()
    fill.fore_color.rgb = _rgb(colour)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:])
