"""The briefing as slides: the same pages as on the screen, with native charts and tables."""

from datetime import UTC, datetime
from typing import Any, BinaryIO

from pptx.presentation import Presentation as Deck
from pptx.slide import Slide, SlideLayout
from pptx.util import Pt

from data.catalogue.model import Catalogue
from pages.exports.briefing.model import (
    COVER,
    FIGURES,
    RANKING,
    TABLE,
    WORDS,
    Briefing,
    BriefingPage,
)
from pages.exports.briefing.paging import BESIDE_CHART, WHOLE_WIDTH, text_scale
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
from pages.exports.briefing.writers.slide_parts import add, add_card, fill_chart, fill_table, write
from pages.theme import formats

_EDITED = "（编辑过）"
_CARD, _GAP = (216.0, 196.0), 12.0


def write_slides(briefing: Briefing, catalogue: Catalogue, target: BinaryIO) -> None:
    """Write the presentation; definitions for the notes come from the catalogue."""
    deck, layouts = new_deck()
    for number, page in enumerate(briefing.pages, 1):
        _slide(deck, layouts[page.layout], page, briefing, catalogue, number)
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
    number: int,
) -> None:
    slide = deck.slides.add_slide(layout)
    places: dict[int, Any] = {each.placeholder_format.idx: each for each in slide.placeholders}
    if page.layout == COVER:
        _cover(places, briefing)
    else:
        write(places[0].text_frame, f"{page.section}　{page.title}".rstrip("　"))
    if page.layout == FIGURES:
        for index, figure in enumerate(page.figures):
            row, column = divmod(index, 4)
            left = 30 + column * (_CARD[0] + _GAP)
            add_card(slide, figure, left, 66 + row * (_CARD[1] + _GAP), _CARD)
    elif page.sentences and TEXT in places:
        space = 6 if page.layout in (WORDS, "clinics") else 2
        size = text_scale(page.sentences) * WORDS_SIZE if page.layout == WORDS else 0
        for each in page.sentences:
            text = f"{each.text}{_EDITED if each.edited else ''}"
            add(places[TEXT].text_frame, text, size=size, space=space)
    if page.layout == RANKING and not page.sentences:
        for each in (places[CHART], places[TABLE_IN]):
            _move(each, -62)
    if page.chart is not None and CHART in places:
        fill_chart(places[CHART], page.chart)
    if page.table is not None and TABLE_IN in places:
        if page.layout == TABLE and page.sentences:
            _move(places[TABLE_IN], 40)
        across = BESIDE_CHART if page.layout == RANKING else WHOLE_WIDTH
        fill_table(places[TABLE_IN], page.table, across)
    if NOTE in places and (note := _note(page)):
        write(places[NOTE].text_frame, note)
    write(places[FOOT].text_frame, _foot(page, briefing, number))
    _drop_empty(slide)
    told = slide.notes_slide.notes_text_frame
    if told is not None:
        for line in _notes(page, briefing, catalogue):
            add(told, line)


def _cover(places: dict[int, Any], briefing: Briefing) -> None:
    write(places[0].text_frame, briefing.title)
    lines = [
        briefing.period_label,
        f"数据截至 {formats.date_zh(briefing.period_end)}",
        f"编制：{briefing.made_by}" if briefing.made_by else "",
        DEMO_WORDS if briefing.demo else "",
    ]
    for line in filter(None, lines):
        add(places[TEXT].text_frame, line, space=6)


def _move(placeholder: Any, points: float) -> None:
    """Begin lower, to make room for a sentence, or higher where none stands; the end stays."""
    left, top, width, height = (
        getattr(placeholder, name) for name in ("left", "top", "width", "height")
    )
    placeholder.left, placeholder.width = left, width
    placeholder.top, placeholder.height = top + Pt(points), height - Pt(points)


def _note(page: BriefingPage) -> str:
    parts = [page.table.note] if page.table and page.table.note else []
    if page.definition:
        parts.append(f"口径：{page.definition}" if page.table else page.definition)
    return " ".join(parts)


def _foot(page: BriefingPage, briefing: Briefing, number: int) -> str:
    parts = [
        briefing.area_name,
        f"单位：{page.unit}" if page.unit else "",
        f"数据截至 {formats.date_zh(briefing.period_end)}",
        f"快照 {briefing.snapshot} 号",
        f"编制：{briefing.made_by}" if briefing.made_by else "",
        DEMO if briefing.demo else "",
        f"第 {number}/{len(briefing.pages)} 页",
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
