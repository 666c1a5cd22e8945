"""The briefing as slides: the same pages as on the screen, with native charts and tables."""

from datetime import UTC, datetime
from typing import Any, BinaryIO

from pptx.presentation import Presentation as Deck
from pptx.slide import Slide, SlideLayout
from pptx.util import Pt

from data.catalogue.model import Catalogue
from pages.exports.briefing.model import (
    CLINICS,
    COVER,
    FIGURES,
    RANKING,
    WORDS,
    Briefing,
    BriefingPage,
    PaperTable,
    Sentence,
)
from pages.exports.briefing.paging import (
    note_of,
    side_by_side,
    table_across,
    table_place,
    text_scale,
)
from pages.exports.briefing.writers.sheets import DEMO, DEMO_WORDS
from pages.exports.briefing.writers.slide_master import (
    CHART,
    FOOT,
    NOTE,
    TABLE_IN,
    TEXT,
    WORDS_SIZE,
    new_deck,
)
from pages.exports.briefing.writers.slide_parts import (
    add,
    add_card,
    add_table,
    fill_chart,
    fill_table,
    write,
)
from pages.theme import formats

_EDITED = "（编辑过）"
_CARD, _GAP = (216.0, 196.0), 12.0
_PAGE = 900.0  # points across a page, and across its tables beside a chart, by how many there are
_TABLES = {1: 564.0, 2: 648.0}


def write_slides(briefing: Briefing, catalogue: Catalogue, target: BinaryIO) -> None:
    """Write the presentation; definitions for the notes come from the catalogue."""
    deck, layouts = new_deck()
    for page in briefing.pages:
        _slide(deck, layouts[page.layout], page, briefing, catalogue)
    core = deck.core_properties
    core.title, core.author = briefing.title, briefing.made_by
    core.subject = f"{briefing.period_label} 快照{briefing.snapshot}号"
    core.comments = DEMO_WORDS if briefing.demo else ""
    core.language = "zh-CN"
    # The day of the data, not of the making: the same snapshot gives the same file.
    core.created = core.modified = _moment(briefing)
    core.last_modified_by = briefing.made_by
    deck.save(target)


def _slide(
    deck: Deck,
    layout: SlideLayout,
    page: BriefingPage,
    briefing: Briefing,
    catalogue: Catalogue,
) -> None:
    slide = deck.slides.add_slide(layout)
    places: dict[int, Any] = {each.placeholder_format.idx: each for each in slide.placeholders}
    if page.layout == COVER:
        _cover(places, briefing)
    else:
        write(places[0].text_frame, f"{page.section}　{page.title}".strip("　"))
    if page.layout == FIGURES:
        for index, figure in enumerate(page.figures):
            row, column = divmod(index, 4)
            left = 30 + column * (_CARD[0] + _GAP)
            add_card(slide, figure, left, 66 + row * (_CARD[1] + _GAP), _CARD)
    elif page.layout != COVER and page.sentences and TEXT in places:
        space = 6 if page.layout in (WORDS, CLINICS) else 0
        size = text_scale(page.sentences) * WORDS_SIZE if page.layout == WORDS else 0
        for number, each in enumerate(page.sentences, 1):
            add(places[TEXT].text_frame, _said(each, number, page), size=size, space=space)
    if page.table is not None and TABLE_IN in places:
        _tables(slide, places, page, page.table)
    if page.chart is not None and CHART in places:
        fill_chart(places[CHART], page.chart)
    if NOTE in places and page.layout != COVER and (note := note_of(page)):
        write(places[NOTE].text_frame, note)
    write(places[FOOT].text_frame, _foot(page, briefing))
    _drop_empty(slide)
    told = slide.notes_slide.notes_text_frame
    if told is not None:
        for line in _notes(page, briefing, catalogue):
            add(told, line)


def _said(sentence: Sentence, number: int, page: BriefingPage) -> str:
    count = f"{number}. " if page.numbered else ""
    return f"{count}{sentence.on_slide}{_EDITED if sentence.edited else ''}"


def _tables(slide: Slide, places: dict[int, Any], page: BriefingPage, table: PaperTable) -> None:
    """The table below what is said, in two columns where it is long; the chart right of it."""
    top, bottom = table_place(page)
    parts = side_by_side(table) if page.layout == RANKING else (table,)
    beside = page.layout == RANKING and page.chart is not None
    whole = (_TABLES[len(parts)] if beside else _PAGE) - _GAP * (len(parts) - 1)
    width = whole / len(parts)
    across = table_across(page) / len(parts)
    if beside:
        left = 30 + whole + _GAP * len(parts)
        _put(places[CHART], left, top, 930 - left, bottom - top)
    _put(places[TABLE_IN], 30, top, width, bottom - top)
    if NOTE in places:
        _put(places[NOTE], 30, bottom + 6, _PAGE, 507 - bottom)
    fill_table(places[TABLE_IN], parts[0], across)
    for number, part in enumerate(parts[1:], 1):
        box = (30 + number * (width + _GAP), top, width, bottom - top)
        add_table(slide, box, part, across)


def _cover(places: dict[int, Any], briefing: Briefing) -> None:
    write(places[0].text_frame, briefing.title)
    for each in briefing.said["verdict"]:
        edited = _EDITED if each.edited else ""
        add(places[NOTE].text_frame, f"{each.on_slide}{edited}")
    lines = [
        briefing.period_label,
        f"数据截至 {formats.date_zh(briefing.period_end)}",
        f"编制：{briefing.made_by}" if briefing.made_by else "",
        DEMO_WORDS if briefing.demo else "",
    ]
    for line in filter(None, lines):
        add(places[TEXT].text_frame, line, space=6)


def _put(shape: Any, left: float, top: float, width: float, height: float) -> None:
    """Place a shape, in points."""
    shape.left, shape.top, shape.width, shape.height = (
        Pt(each) for each in (left, top, width, height)
    )


def _foot(page: BriefingPage, briefing: Briefing) -> str:
    parts = [
        briefing.area_name,
        f"单位：{page.unit}" if page.unit else "",
        f"数据截至 {formats.date_zh(briefing.period_end)}",
        f"快照 {briefing.snapshot} 号",
        f"编制：{briefing.made_by}" if briefing.made_by else "",
        DEMO if briefing.demo else "",
        briefing.counted(page),
    ]
    return "　".join(part for part in parts if part)


def _notes(page: BriefingPage, briefing: Briefing, catalogue: Catalogue) -> list[str]:
    """Definitions of what the slide shows, its 溯源码, and original sentences of edited ones."""
    named = [each.indicator for each in (*page.sentences, *page.figures) if each.indicator]
    lines = []
    for each in dict.fromkeys(named):
        known = catalogue.indicators[each]
        lines.append(f"{known.name}（{known.unit}）口径：{known.definition}")
        if known.caveat:
            lines.append(f"注意：{known.caveat}")
    lines += [f"溯源码 {each.code}（查询 {each.query}）" for each in page.sources]
    lines.append(f"快照 {briefing.snapshot} 号，校验值 {briefing.manifest[:12]}。")
    lines += [f"全句：{each.said}" for each in page.figures]
    lines += [f"原句：{each.original}" for each in page.sentences if each.edited]
    if briefing.demo:
        lines.append(DEMO_WORDS)
    return lines


def _drop_empty(slide: Slide) -> None:
    """Take out placeholders that nothing was put into: they would ask for a click."""
    shapes: list[Any] = list(slide.placeholders)
    for shape in shapes:
        is_text = shape.has_text_frame and shape._element.tag.endswith("}sp")
        if is_text and not shape.text_frame.text:
            shape._element.getparent().remove(shape._element)


def _moment(briefing: Briefing) -> datetime:
    day = briefing.period_end
    return datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
