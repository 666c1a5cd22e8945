"""Pages as HTML sheets, for the page, 汇报模式 and paper. Everything from data is escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from pages.charts.description import Chart
from pages.exports.briefing.model import (
    COVER,
    Briefing,
    BriefingPage,
    KeyFigure,
    PaperCell,
    PaperColumn,
    PaperTable,
    Sentence,
)
from pages.exports.briefing.paging import row_lines
from pages.theme import formats, tokens

DEMO = "演示数据"
DEMO_WORDS = "演示数据：数字全部是虚构的，只供试用，不是任何地方的真实统计。"
_LIGHTS = {"达标": "met", "预警": "warning", "滞后": "behind"}
# Few short rows stand larger, for the last seat in the room: the class of the style, how many
# letters go across the sheet in it, how many lines fit. Tables of many columns stay small.
_LARGE = (("roomy", 64, 12), ("middle", 71, 16))
_LARGE_COLUMNS = 8
_BARS = 2.4  # the weight of the column of bars
_EDITED = '<span class="edited">（编辑过）</span>'


def sheet(page: BriefingPage, briefing: Briefing, *, anchor: str = "") -> str:
    """One page as a 16:9 sheet.

    anchor  The element's id; empty for none.
    """
    number = briefing.pages.index(page) + 1
    inside = _cover(briefing) if page.layout == COVER else _head(page, briefing) + _body(page)
    mark = f' id="{escape(anchor)}"' if anchor else ""
    label = escape(f"第{number}页 {page.section} {page.title}".strip())
    return (
        f'<section class="sheet" data-page="{number}" aria-label="{label}"{mark}>'
        f'<div class="sheet-in">{inside}{_foot(page, briefing, number)}</div></section>'
    )


def detail(area: str, name: str, tables: Sequence[PaperTable]) -> str:
    """What a click on an area opens: its indicators, and its own parts."""
    shown = "".join(
        f"<h3>{escape(table.title)}</h3>{table_html(table)}"
        f'<div class="sheet-note">{escape(table.note)}</div>'
        for table in tables
        if table.rows
    )
    return (
        f'<div class="deck-detail" data-detail="{escape(area)}" tabindex="-1">'
        f'<button class="deck-back" type="button">返回</button>'
        f"<h2>{escape(name)}</h2>{shown}</div>"
    )


def light_html(text: str) -> str:
    """A light as shape and word, with its reason where it has one; another word plain."""
    if not text:
        return ""
    word = text.partition("（")[0]
    shape = f"{tokens.LIGHTS[word].shape} " if word in tokens.LIGHTS else ""
    return f'<span class="sheet-light {_LIGHTS.get(word, "")}">{shape}{escape(text)}</span>'


def table_html(table: PaperTable, bars: Mapping[int, str] | None = None, key: str = "") -> str:
    """A table; `bars` puts a drawing behind the third column of each row.

    key  Heading of the column of bars.
    """
    widths = [column.weight for column in table.columns]
    if bars is not None:
        widths.insert(3, _BARS)
    share = 100 / sum(widths)
    groups = "".join(f'<col style="width:{width * share:.2f}%">' for width in widths)
    heads = [_heading(column) for column in table.columns]
    if bars is not None:
        heads.insert(3, f'<th scope="col">{escape(key)}</th>')
    body = []
    for index, row in enumerate(table.rows):
        cells = [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        if bars is not None:
            cells.insert(3, f"<td>{bars.get(index, '')}</td>")
        whole = ' class="whole"' if index < table.totals else ""
        area = next((cell.area for cell in row if cell.area), "")
        body.append(f'<tr{whole} data-area="{escape(area)}">{"".join(cells)}</tr>')
    size = _size(table, sum(column.weight for column in table.columns) / sum(widths))
    style = f' class="{size}"' if size else ""
    return (
        f"<table{style}><colgroup>{groups}</colgroup><thead><tr>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _size(table: PaperTable, share: float) -> str:
    """The largest size in which a table fits; empty for the smallest.

    share  Of the sheet's width that the table's own columns take.
    """
    if len(table.columns) > _LARGE_COLUMNS:
        return ""
    for size, across, most in _LARGE:
        if sum(row_lines(row, table.columns, across * share) for row in table.rows) <= most:
            return size
    return ""


def _head(page: BriefingPage, briefing: Briefing) -> str:
    demo = f'<span class="sheet-demo">{DEMO}</span>' if briefing.demo else ""
    return (
        f'<div class="sheet-head"><span class="sheet-section">{escape(page.section)}</span>'
        f'<span class="sheet-title">{escape(page.title)}</span>'
        f'<span class="sheet-place">{escape(briefing.place)}</span>{demo}</div>'
    )


def _body(page: BriefingPage) -> str:
    said = "".join(_paragraph(each) for each in page.sentences)
    parts = []
    if said and (page.table or page.chart):
        parts.append(f'<div class="sheet-said">{said}</div>')
    elif said:
        parts.append(f"<div>{said}</div>")
    if page.figures:
        cards = "".join(_card(each) for each in page.figures)
        parts.append(f'<div class="sheet-cards">{cards}</div>')
    if page.table is not None:
        parts.append(_table(page, page.table))
    elif page.chart is not None:
        parts.append(_stacked(page.chart))
    notes = [page.table.note] if page.table and page.table.note else []
    if page.definition:
        notes.append(f"口径：{page.definition}" if page.table else page.definition)
    parts += [f'<div class="sheet-note">{escape(note)}</div>' for note in notes]
    return f'<div class="sheet-body">{"".join(parts)}</div>'


def _foot(page: BriefingPage, briefing: Briefing, number: int) -> str:
    unit = f"<span>单位：{escape(page.unit)}</span>" if page.unit else ""
    demo = f"<span><b>{DEMO}</b></span>" if briefing.demo else ""
    made = f"<span>编制：{escape(briefing.made_by)}</span>" if briefing.made_by else ""
    return (
        f'<div class="sheet-foot"><span>{escape(briefing.area_name)}</span>{unit}'
        f"<span>数据截至 {formats.date_zh(briefing.period_end)}</span>"
        f"<span>快照 {briefing.snapshot} 号</span>{made}{demo}"
        f'<span class="sheet-number">第 {number}/{len(briefing.pages)} 页</span></div>'
    )


def _cover(briefing: Briefing) -> str:
    words = f'<div class="sheet-demo-words">{DEMO_WORDS}</div>' if briefing.demo else ""
    made = f"<div>编制：{escape(briefing.made_by)}</div>" if briefing.made_by else ""
    return (
        f'<div class="sheet-cover"><h1>{escape(briefing.title)}</h1>'
        f"<div>{escape(briefing.period_label)}</div>"
        f"<div>数据截至 {formats.date_zh(briefing.period_end)} · "
        f"快照 {briefing.snapshot} 号（{escape(briefing.snapshot_time)}）</div>{made}{words}</div>"
    )


def _paragraph(sentence: Sentence) -> str:
    return f"<p>{escape(sentence.text)}{_EDITED if sentence.edited else ''}</p>"


def _card(figure: KeyFigure) -> str:
    lines = "".join(f"<div>{escape(line)}</div>" for line in figure.lines)
    return (
        f'<div class="sheet-card {_LIGHTS.get(figure.light, "")}">'
        f'<b>{escape(figure.name)}</b><div class="sheet-people">{escape(figure.about)}</div>'
        f'<div class="sheet-value">{escape(figure.number)}'
        f"<small>{escape(figure.unit)}</small></div>"
        f"{light_html(figure.judged)}{lines}</div>"
    )


def _table(page: BriefingPage, table: PaperTable) -> str:
    if page.chart is None:
        return table_html(table)
    chart = page.chart
    top = _top(chart)
    bars = {}
    (series,), target = chart.series, _target(chart)
    for index, (value, colour) in enumerate(zip(series.values, series.colour, strict=True)):
        bars[index + table.totals] = _bar(value, top, colour, target)
    key = "" if target is None else f"目标 {formats.plain(target, chart.decimals)}"
    return table_html(table, bars, f"虚线为{key}" if key else "对比")


def _target(chart: Chart) -> float | None:
    return chart.lines[0].value if chart.lines else None


def _bar(value: float | None, top: float, fill: str, target: float | None) -> str:
    if value is None:
        return ""
    line = "" if target is None else f'<s style="left:{100 * target / top:.2f}%"></s>'
    width = 100 * max(value, 0) / top
    return (
        f'<div class="sheet-bar"><i style="width:{width:.2f}%;background:{fill}"></i>{line}</div>'
    )


def _top(chart: Chart) -> float:
    """The right end of the bars: 100 for a percentage, else the largest figure or target."""
    known = [value for each in chart.series for value in each.values if value is not None]
    largest = max([*known, _target(chart) or 0.0, 0.0])
    return max(largest, 100.0) if chart.unit == "%" else largest or 1.0


def _stacked(chart: Chart) -> str:
    """Stacked bars with the figures in words; the longest bar takes the whole width."""
    totals = [
        sum(each.values[index] or 0 for each in chart.series) for index in range(len(chart.names))
    ]
    top = max(totals, default=0) or 1
    colours = {each.name: each.colour for each in chart.series}
    key = "".join(
        f'<span><i style="background:{c}"></i>{escape(n)}</span>' for n, c in colours.items()
    )
    heads = "".join(f'<th scope="col" class="number">{escape(n)}</th>' for n in colours)
    rows = []
    for index, name in enumerate(chart.names):
        parts = "".join(
            f'<i style="width:{100 * (each.values[index] or 0) / top:.2f}%;'
            f'background:{colours[each.name]}"></i>'
            for each in chart.series
        )
        cells = "".join(
            f'<td class="number">{formats.plain(each.values[index], chart.decimals)}</td>'
            for each in chart.series
        )
        rows.append(
            f'<tr data-area="{escape(chart.codes[index])}"><th scope="row">{escape(name)}</th>'
            f'<td><div class="sheet-bar">{parts}</div></td>{cells}</tr>'
        )
    share = 30 / len(chart.series)
    columns = "".join(f'<col style="width:{share:.2f}%">' for _ in chart.series)
    return (
        f'<div class="sheet-key">{key}</div><table><colgroup><col style="width:18%">'
        f'<col style="width:52%">{columns}</colgroup><thead><tr><th scope="col"></th>'
        f'<th scope="col">{escape(chart.title)}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _heading(column: PaperColumn) -> str:
    style = ' class="number"' if column.kind == "number" else ""
    return f'<th scope="col"{style}>{escape(column.heading)}</th>'


def _cell(cell: PaperCell, column: PaperColumn) -> str:
    if column.kind == "light":
        return f"<td>{light_html(cell.text)}</td>"
    style = ' class="number"' if column.kind == "number" else ""
    area = f' data-area="{escape(cell.area)}"' if cell.area else ""
    return f"<td{style}{area}>{escape(cell.text)}</td>"
