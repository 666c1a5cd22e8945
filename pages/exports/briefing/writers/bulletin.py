"""The bulletin, a text document of a few pages: what a 通报 says, most tables left out."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import BinaryIO

from docx.document import Document as Word

from data.catalogue.model import Catalogue
from pages.exports.briefing.model import Briefing, PaperTable, Sentence
from pages.exports.briefing.sentences.voice import numeral
from pages.exports.briefing.writers import document_style as style
from pages.exports.briefing.writers.document_table import UPRIGHT, add_table
from pages.exports.briefing.writers.sheets import DEMO_WORDS
from pages.theme import formats

_EDITED = "（编辑过）"
_STANDING = "annex.1"  # the table that stands in the body


def write_bulletin(briefing: Briefing, _catalogue: Catalogue, target: BinaryIO) -> None:
    """Write the bulletin."""
    word = style.new_document()
    style.title(word, briefing.bulletin_title)
    style.paragraph(word, briefing.span, indent=False).alignment = style.CENTRE
    if briefing.demo:
        style.paragraph(word, f"（{DEMO_WORDS}）")
    said = briefing.said
    style.paragraph(word, _run_on(said["verdict"]))
    sections = (
        ("总体进展", _overall),
        ("各地情况", _areas),
        ("存在问题", _problems),
        ("下一步工作", _next),
    )
    for number, (name, write) in enumerate(sections, 1):
        style.heading(word, f"{numeral(number)}、{name}", 1)
        write(word, briefing)
    _list_of_annexes(word, briefing)
    _signature(word, briefing)
    _origin(word, briefing)
    core = word.core_properties
    core.title, core.author = "".join(briefing.bulletin_title), briefing.made_by
    core.comments = DEMO_WORDS if briefing.demo else ""
    day = briefing.period_end
    core.created = core.modified = datetime(day.year, day.month, day.day)
    core.last_modified_by, core.language = briefing.made_by, "zh-CN"
    word.save(target)


def _overall(word: Word, briefing: Briefing) -> None:
    """One paragraph for each indicator: how the area stands."""
    for each in briefing.said["overall"]:
        if each.key.startswith("level.") or each.edited:
            style.paragraph(word, _text(each))


def _areas(word: Word, briefing: Briefing) -> None:
    """Who stands first and last, then everybody on every indicator."""
    for each in briefing.said.get("areas", ()):
        style.paragraph(word, _text(each))
    add_table(word, briefing.tables[_STANDING], UPRIGHT)
    for each in briefing.said.get("revisions", ()):
        style.paragraph(word, _text(each))


def _problems(word: Word, briefing: Briefing) -> None:
    _numbered(word, [*briefing.said["problems"], *briefing.said.get("owed", ())])


def _next(word: Word, briefing: Briefing) -> None:
    _numbered(word, briefing.said["next"])


def _numbered(word: Word, said: Iterable[Sentence]) -> None:
    for number, each in enumerate(said, 1):
        style.paragraph(word, f"{number}. {_text(each)}")


def _run_on(said: Iterable[Sentence]) -> str:
    return "".join(_text(each) for each in said)


def _text(sentence: Sentence) -> str:
    return f"{sentence.in_bulletin}{_EDITED if sentence.edited else ''}"


def _list_of_annexes(word: Word, briefing: Briefing) -> None:
    """The tables by name; they are the sheets of the workbook of the same briefing."""
    tables: list[PaperTable] = [
        table
        for key, table in briefing.tables.items()
        if not key.startswith("areas.") and key != _STANDING
    ]
    if not tables:
        return
    for number, table in enumerate(tables, 1):
        lead = "附件：" if number == 1 else "　　　"
        style.paragraph(word, f"{lead}{number}. {table.title}")


def _signature(word: Word, briefing: Briefing) -> None:
    """Issuer and day, at the right; the day is that on which the figures were published."""
    style.paragraph(word, "")
    day = formats.date_zh(date.fromisoformat(briefing.snapshot_time[:10]))
    for line in (briefing.made_by or "（发文单位）", day):
        made = style.paragraph(word, line, indent=False)
        made.alignment = style.RIGHT
        made.paragraph_format.right_indent = style.Pt(4 * style.SIZE_BODY)


def _origin(word: Word, briefing: Briefing) -> None:
    """One small line: of which day, snapshot and questions the figures are."""
    codes = "、".join(each.code for each in briefing.sources())
    style.small(
        word,
        f"附件见随文数据表。数据截至{formats.date_zh(briefing.period_end)}，"
        f"取自{briefing.snapshot}号快照。溯源码：{codes}。",
    )
