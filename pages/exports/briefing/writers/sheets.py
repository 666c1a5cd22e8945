"""Pages as HTML sheets, for the page, 汇报模式 and paper. Everything from data is escaped."""

from collections.abc import Sequence
from html import escape

from pages.charts.description import Chart
from pages.exports.briefing.model import (
    COVER,
    RANKING,
    Briefing,
    BriefingPage,
    KeyFigure,
    PaperCell,
    PaperColumn,
    PaperTable,
    Sentence,
)
from pages.exports.briefing.paging import (
    note_of,
    side_by_side,
    table_across,
    table_room,
    table_scale,
    text_scale,
)
from pages.exports.briefing.writers.sheet_chart import lines_svg
from pages.theme import formats, tokens

DEMO = "演示数据"
DEMO_WORDS = "演示数据：数字全部是虚构的，只供试用，不是任何地方的真实统计。"
_LIGHTS = {"达标": "met", "预警": "warning", "滞后": "behind"}
_BESIDE = {1: 460.0, 2: 346.0}  # units beside so many tables
_UNITS = 1366 / 960  # of the sheet to a point of the slide
_WORDS_SIZE = 16.0  # points
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
        f'<div class="sheet-in">{inside}{_foot(page, briefing)}</div></section>'
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


def table_html(table: PaperTable, scale: float = 1.0) -> str:
    """A table; scale: how much larger than the smallest size it is set."""
    share = 100 / sum(column.weight for column in table.columns)
    groups = "".join(f'<col style="width:{each.weight * share:.2f}%">' for each in table.columns)
    heads = "".join(_heading(column) for column in table.columns)
    body = []
    for index, row in enumerate(table.rows):
        cells = [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        whole = ' class="whole"' if index < table.totals else ""
        area = next((cell.area for cell in row if cell.area), "")
        body.append(f'<tr{whole} data-area="{escape(area)}">{"".join(cells)}</tr>')
    return (
        f'<table style="--scale:{scale}"><colgroup>{groups}</colgroup>'
        f"<thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _head(page: BriefingPage, briefing: Briefing) -> str:
    demo = f'<span class="sheet-demo">{DEMO}</span>' if briefing.demo else ""
    return (
        f'<div class="sheet-head"><span class="sheet-section">{escape(page.section)}</span>'
        f'<span class="sheet-title">{escape(page.title)}</span>'
        f'<span class="sheet-place">{escape(briefing.place)}</span>{demo}</div>'
    )


def _body(page: BriefingPage) -> str:
    said = "".join(_paragraph(each, page, n) for n, each in enumerate(page.sentences, 1))
    parts = []
    if said and (page.table or page.chart):
        parts.append(f'<div class="sheet-said">{said}</div>')
    elif said:
        size = _WORDS_SIZE * _UNITS * text_scale(page.sentences)
        parts.append(f'<div class="sheet-words" style="--size:{size:.2f}">{said}</div>')
    if page.figures:
        cards = "".join(_card(each) for each in page.figures)
        parts.append(f'<div class="sheet-cards">{cards}</div>')
    if page.table is not None:
        parts.append(_tables(page, page.table))
    elif page.chart is not None:
        parts.append(_stacked(page.chart))
    if note := note_of(page):
        parts.append(f'<div class="sheet-note">{escape(note)}</div>')
    return f'<div class="sheet-body">{"".join(parts)}</div>'


def _tables(page: BriefingPage, table: PaperTable) -> str:
    """The table, a long ranking in two columns, and beside it the year's lines; as on the slide."""
    parts = side_by_side(table) if page.layout == RANKING else (table,)
    across, room = table_across(page) / len(parts), table_room(page)
    tables = "".join(table_html(each, table_scale(each, across, room)) for each in parts)
    drawn = lines_svg(page.chart, _BESIDE[len(parts)]) if page.chart is not None else ""
    beside = " beside" if drawn else ""
    return (
        f'<div class="sheet-ranking"><div class="sheet-tables{beside} of-{len(parts)}">{tables}'
        f"</div>{drawn}</div>"
    )


def _foot(page: BriefingPage, briefing: Briefing) -> str:
    unit = f"<span>单位：{escape(page.unit)}</span>" if page.unit else ""
    demo = f"<span><b>{DEMO}</b></span>" if briefing.demo else ""
    made = f"<span>编制：{escape(briefing.made_by)}</span>" if briefing.made_by else ""
    return (
        f'<div class="sheet-foot"><span>{escape(briefing.area_name)}</span>{unit}'
        f"<span>数据截至 {formats.date_zh(briefing.period_end)}</span>"
        f"<span>快照 {briefing.snapshot} 号</span>{made}{demo}"
        f'<span class="sheet-number">{briefing.counted(page)}</span></div>'
    )


def _cover(briefing: Briefing) -> str:
    words = f'<div class="sheet-demo-words">{DEMO_WORDS}</div>' if briefing.demo else ""
    made = f"<div>编制：{escape(briefing.made_by)}</div>" if briefing.made_by else ""
    verdict = "".join(_sentence(each) for each in briefing.said["verdict"])
    return (
        f'<div class="sheet-cover"><h1>{escape(briefing.title)}</h1>'
        f'<div class="sheet-verdict">{verdict}</div>'
        f"<div>{escape(briefing.period_label)}</div>"
        f"<div>数据截至 {formats.date_zh(briefing.period_end)} · "
        f"快照 {briefing.snapshot} 号（{escape(briefing.snapshot_time)}）</div>{made}{words}</div>"
    )


def _paragraph(sentence: Sentence, page: BriefingPage, number: int) -> str:
    count = f"{number}. " if page.numbered else ""
    return _sentence(sentence, count)


def _sentence(sentence: Sentence, count: str = "") -> str:
    """A sentence with its key: a click on it opens it for writing."""
    edited = _EDITED if sentence.edited else ""
    return (
        f'<p data-sentence="{escape(sentence.key)}" data-text="{escape(sentence.text)}" '
        f'data-original="{escape(sentence.original)}">{count}'
        f"<span>{escape(sentence.on_slide)}</span>{edited}</p>"
    )


def _card(figure: KeyFigure) -> str:
    lines = "".join(f"<div>{escape(line)}</div>" for line in figure.lines)
    return (
        f'<div class="sheet-card {_LIGHTS.get(figure.light, "")}">'
        f'<b>{escape(figure.name)}</b><div class="sheet-people">{escape(figure.about)}</div>'
        f'<div class="sheet-value">{escape(figure.number)}'
        f"<small>{escape(figure.unit)}</small></div>"
        f"{light_html(figure.judged)}{lines}</div>"
    )


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
    unit = f'<span class="unit">（{escape(column.unit)}）</span>' if column.unit else ""
    return f'<th scope="col"{style}>{escape(column.title)}{unit}</th>'


def _cell(cell: PaperCell, column: PaperColumn) -> str:
    if column.kind == "light":
        return f"<td>{light_html(cell.text)}</td>"
    style = ' class="number"' if column.kind == "number" else ""
    area = f' data-area="{escape(cell.area)}"' if cell.area else ""
    return f"<td{style}{area}>{escape(cell.text)}</td>"
