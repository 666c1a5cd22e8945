"""The bulletin as a text document: the same sentences and tables, run together as a 通报."""

from datetime import datetime
from typing import BinaryIO

from docx.document import Document as Word

from data.catalogue.model import Catalogue
from pages.exports.briefing.model import Briefing, BriefingPage, PaperTable, Sentence
from pages.exports.briefing.writers import document_style as style
from pages.exports.briefing.writers.document_table import ACROSS, UPRIGHT, add_table
from pages.exports.briefing.writers.sheets import DEMO_WORDS
from pages.theme import formats

_EDITED = "（编辑过）"
_NARROW = 8  # a table with more columns stands across the page


def write_bulletin(briefing: Briefing, catalogue: Catalogue, target: BinaryIO) -> None:
    """Write the bulletin; definitions come from the catalogue."""
    word = style.new_document()
    style.title(word, briefing.bulletin_title)
    style.paragraph(word, briefing.span, indent=False).alignment = style.CENTRE
    if briefing.demo:
        style.paragraph(word, f"（{DEMO_WORDS}）")
    annexes: list[tuple[str, PaperTable]] = []
    for section, pages in briefing.sections():
        if pages[0].key.startswith("annex"):
            annexes = _annexes(briefing)
            continue
        style.heading(word, section, 1)
        _section(word, pages, briefing)
    _list_of_annexes(word, annexes)
    _signature(word, briefing)
    for number, (name, table) in enumerate(annexes, 1):
        _annex(word, number, name, table)
    _explanation(word, briefing, catalogue)
    core = word.core_properties
    core.title, core.author = briefing.bulletin_title, briefing.made_by
    core.comments = DEMO_WORDS if briefing.demo else ""
    day = briefing.period_end
    core.created = core.modified = datetime(day.year, day.month, day.day)
    core.last_modified_by, core.language = briefing.made_by, "zh-CN"
    word.save(target)


def _section(word: Word, pages: list[BriefingPage], briefing: Briefing) -> None:
    told: set[str] = set()
    numbered = pages[0].key.startswith(("problems", "next"))
    count = 0
    for page in pages:
        whole = page.key.partition("~")[0]
        if page.title and whole not in told and whole.startswith("areas."):
            style.heading(word, page.title, 2)
        for sentence in page.sentences:
            count += 1
            style.paragraph(word, _text(sentence, count if numbered else 0))
        # A bulletin has two to four pages: the areas' figures stand in the annexes.
        if whole not in told and whole in briefing.tables and not whole.startswith("areas."):
            add_table(word, briefing.tables[whole], UPRIGHT)
        told.add(whole)


def _text(sentence: Sentence, number: int) -> str:
    mark = _EDITED if sentence.edited else ""
    return f"{number}. {sentence.text}{mark}" if number else f"{sentence.text}{mark}"


def _annexes(briefing: Briefing) -> list[tuple[str, PaperTable]]:
    return [
        (table.title, table) for key, table in briefing.tables.items() if key.startswith("annex.")
    ]


def _list_of_annexes(word: Word, annexes: list[tuple[str, PaperTable]]) -> None:
    style.paragraph(word, "")
    for number, (name, _) in enumerate(annexes, 1):
        style.paragraph(
            word, f"附件：{number}. {name}" if number == 1 else f"　　　{number}. {name}"
        )


def _signature(word: Word, briefing: Briefing) -> None:
    """Issuer and day, at the right; the day is that of the data until somebody dates it."""
    style.paragraph(word, "")
    for line in (briefing.made_by, f"数据截至{formats.date_zh(briefing.period_end)}"):
        if line:
            made = style.paragraph(word, line, indent=False)
            made.alignment = style.RIGHT
            made.paragraph_format.right_indent = style.Pt(4 * style.SIZE_BODY)


def _annex(word: Word, number: int, name: str, table: PaperTable) -> None:
    wide = len(table.columns) > _NARROW
    if wide:
        style.landscape(word)
    else:
        style.portrait(word)
    style.write(
        style.paragraph(word, "", indent=False), f"附件{number}", style.FIRST, style.SIZE_BODY
    )
    style.title(word, name)
    add_table(word, table, ACROSS if wide else UPRIGHT)


def _explanation(word: Word, briefing: Briefing, catalogue: Catalogue) -> None:
    """The last page: what the figures mean and where they come from."""
    style.portrait(word)
    style.title(word, "指标口径和数据来源")
    for number, each in enumerate(briefing.indicators, 1):
        known = catalogue.indicators[each]
        style.paragraph(word, f"{number}. {known.name}（{known.unit}）：{known.definition}")
    style.paragraph(
        word,
        f"数据取自{briefing.snapshot}号快照（{briefing.snapshot_time}发布，"
        f"校验值{briefing.manifest[:12]}），截至{formats.date_zh(briefing.period_end)}。",
    )
    codes = "、".join(each.code for each in briefing.sources())
    style.paragraph(word, f"溯源码：{codes}。")
