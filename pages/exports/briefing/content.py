"""Builds one briefing: the pages in the order of a 通报, from the answers of one snapshot."""

from collections.abc import Sequence
from dataclasses import replace

from data.catalogue.model import LEVELS
from pages.exports.briefing import charts, rows
from pages.exports.briefing.edits import NONE, Edits
from pages.exports.briefing.facts import CLINIC_RATE, Choice, Desk, Facts, gather
from pages.exports.briefing.key_figure import key_figure
from pages.exports.briefing.model import (
    CLINICS,
    COVER,
    FIGURES,
    RANKING,
    TABLE,
    WORDS,
    Briefing,
    BriefingPage,
    Origin,
    PaperTable,
    Sentence,
)
from pages.exports.briefing.paging import split_chart, split_sentences, split_table
from pages.exports.briefing.revisions import revision_sentence, revision_table, revisions
from pages.exports.briefing.sentences import clinics, figure, places, problems, tasks
from pages.exports.briefing.sentences.voice import Reading, numeral
from pages.theme import formats

_CARDS = 8


def build(choice: Choice, desk: Desk, edits: Edits = NONE) -> Briefing:
    """Make the briefing of one area and period.

    edits   Texts that a person has changed, and who made it.
    raises  BriefingError (see `gather`), QueryError of the questions.
    """
    facts = gather(choice, desk)
    sections = (
        ("overall", _overall(facts)),
        ("areas", _areas(facts)),
        ("clinics", _clinics(facts)),
        ("problems", _words("problems", _problems(facts), facts)),
        ("next", _words("next", _tasks(facts), facts)),
        ("revisions", _revisions(facts)),
        ("annex", _annexes(facts)),
    )
    unused: list[str] = []
    pages = [_cover()]
    tables: dict[str, PaperTable] = {}
    # What is empty does not appear, and is not counted.
    filled = [(name, drafts) for name, drafts in sections if drafts]
    for number, (name, drafts) in enumerate(filled, 1):
        title = facts.voice.say(f"titles.{name}")
        heading = title if name == "annex" else f"{numeral(number)}、{title}"
        for draft in drafts:
            edited = tuple(edits.apply(each, unused) for each in draft.sentences)
            shown = replace(draft, section=heading, sentences=edited)
            if draft.table is not None:
                tables[draft.key] = draft.table
                shown = replace(shown, table=draft.table.for_screen())
            pages += _split(shown, facts)
    return _bound(facts, edits, tuple(pages), tables, unused)


def _bound(
    facts: Facts,
    edits: Edits,
    pages: tuple[BriefingPage, ...],
    tables: dict[str, PaperTable],
    unused: list[str],
) -> Briefing:
    voice, manifest, period = facts.voice, facts.desk.manifest, facts.period
    words = voice.words["programme"].get(facts.desk.catalogue.settings.get("programme_name"))
    words = words or next(iter(voice.words["programme"].values()))
    weekly = period.frequency == "weekly"
    label = f"{period.year}年第{period.number}周" if weekly else period.label_zh()
    name = "titles.briefing" if weekly else "titles.briefing_other"
    return Briefing(
        area=facts.choice.area,
        area_name=facts.full_name,
        place=voice.place,
        level=voice.level,
        children=voice.children,
        period=period.text,
        period_label=period.label_zh(),
        period_end=period.end,
        frequency=period.frequency,
        snapshot=manifest.number,
        snapshot_time=manifest.time[:16].replace("T", " "),
        manifest=manifest.sha256,
        demo=manifest.demo,
        title=voice.say(name, place=voice.place, work=words["work"]),
        bulletin_title=voice.say(
            "titles.bulletin", place=voice.place, period=label, focus=words["focus"]
        ),
        span=voice.say(
            "titles.span", first=formats.date_zh(period.start), last=formats.date_zh(period.end)
        ),
        made_by=edits.made_by,
        indicators=facts.indicators,
        pages=pages,
        tables=tables,
        edited=tuple([*unused, *edits.left_over(pages)]),
    )


# -- the sections -----------------------------------------------------------------------------


def _cover() -> BriefingPage:
    return BriefingPage(key="cover", section="", title="", layout=COVER)


def _overall(facts: Facts) -> list[BriefingPage]:
    source = facts.source("briefing_areas")
    readings = [facts.wholes[each] for each in facts.indicators]
    cards = [key_figure(reading, facts) for reading in readings]
    pages = [
        BriefingPage(
            key=f"overall.{start // _CARDS + 1}",
            section="",
            title="",
            layout=FIGURES,
            figures=tuple(cards[start : start + _CARDS]),
            sources=(source,),
            definition=_light_rule(),
        )
        for start in range(0, len(cards), _CARDS)
    ]
    said = []
    for reading in readings:
        words = figure.figure_sentence(reading, facts.voice)
        said.append(_about(reading, f"level.{reading['indicator']}", words, source))
    return pages + _words("overall.words", said, facts)


def _areas(facts: Facts) -> list[BriefingPage]:
    known, level = facts.desk.catalogue.indicators, LEVELS.index(facts.voice.level)
    reaching = [
        each
        for each in facts.indicators
        if facts.parts.get(each) and level <= LEVELS.index(known[each].grain)
    ]
    return [_ranking(number, each, facts) for number, each in enumerate(reaching, 1)]


def _ranking(number: int, indicator: str, facts: Facts) -> BriefingPage:
    whole, parts = facts.wholes[indicator], facts.parts[indicator]
    source = facts.source("briefing_areas")
    words = places.places_sentence(
        parts,
        facts.voice,
        first=facts.first,
        last=facts.last,
        counted_in=facts.counted_in(whole),
    )
    table = rows.ranking_table(facts, indicator)
    known = facts.desk.catalogue.indicators[indicator]
    return BriefingPage(
        key=f"areas.{indicator}",
        section="",
        title=f"（{numeral(number)}）{facts.voice.named(whole)}",
        layout=RANKING,
        sentences=(_about(whole, f"places.{indicator}", words, source),) if words else (),
        table=table,
        chart=charts.ranking(table, whole, facts),
        unit=whole["unit"],
        definition=known.definition,
        sources=(source,),
    )


def _clinics(facts: Facts) -> list[BriefingPage]:
    whole, parts = facts.whole_row(facts.clinics), facts.part_rows(facts.clinics)
    source = facts.source("briefing_clinics")
    rate = facts.wholes.get(CLINIC_RATE)
    said = [
        Sentence(
            f"clinics.{key}",
            words,
            area=facts.choice.area,
            source=source,
            period=whole["period"] if whole else "",
        )
        for key, words in clinics.clinic_sentences(whole, rate, parts, facts.voice).items()
    ]
    page = BriefingPage(
        key="clinics",
        section="",
        title="",
        layout=WORDS if whole is None else CLINICS,
        sentences=tuple(said),
        unit="个（卫生室）",
        sources=(source,),
    )
    if whole is None:
        return [page]
    return [replace(page, chart=charts.clinics(parts, facts))]


def _problems(facts: Facts) -> list[Sentence]:
    voice, source = facts.voice, facts.source("briefing_areas")
    said: list[Sentence] = []
    for each in facts.indicators:
        whole, parts = facts.wholes[each], facts.parts.get(each, [])
        said.append(_about(whole, f"lagging.{each}", problems.lagging(parts, voice), source))
    for each in facts.indicators:
        whole, parts = facts.wholes[each], facts.parts.get(each, [])
        said.append(_about(whole, f"worse.{each}", problems.worse(parts, voice), source))
    whole, parts = facts.whole_row(facts.issues), facts.part_rows(facts.issues)
    words = problems.issues(whole, parts, voice)
    said.append(Sentence("issues", words, source=facts.source("briefing_issues")))
    for row in facts.doubts.iter_rows(named=True):
        key = f"doubts.{row['suspicion']}.{row['source_a']}.{row['source_b']}"
        words = problems.doubt(row, voice)
        said.append(Sentence(key, words, source=facts.source("data_doubts")))
    for key, words in problems.unreported(facts.unreported, voice):
        said.append(Sentence(f"unreported.{key}", words, source=facts.source("unreported")))
    found = [each for each in said if each.text]
    none = f"{voice.say('problems.none')}。"
    return found or [Sentence("problems.none", none, source=source)]


def _tasks(facts: Facts) -> list[Sentence]:
    voice = facts.voice
    said = {
        f"task.{each}": tasks.lagging_task(facts.parts.get(each, []), voice)
        for each in facts.indicators
        if each != CLINIC_RATE
    }
    whole, parts = facts.whole_row(facts.clinics), facts.part_rows(facts.clinics)
    said["task.clinics"] = tasks.clinics_task(whole, parts, facts.wholes.get(CLINIC_RATE), voice)
    whole, parts = facts.whole_row(facts.issues), facts.part_rows(facts.issues)
    said["task.issues"] = tasks.issues_task(whole, parts, voice)
    said["task.doubts"] = tasks.doubts_task(list(facts.doubts.iter_rows(named=True)), voice)
    said["task.reporting"] = tasks.reporting_task(facts.unreported, voice)
    found = [Sentence(key, words, free=True) for key, words in said.items() if words]
    return found or [Sentence("task.steady", f"{voice.say('next.steady')}。", free=True)]


def _revisions(facts: Facts) -> list[BriefingPage]:
    found = revisions(facts)
    if not found:
        return []
    return [
        BriefingPage(
            key="revisions",
            section="",
            title="",
            layout=TABLE,
            sentences=(revision_sentence(facts, found),),
            table=revision_table(facts, found),
            sources=(facts.source("briefing_past"),),
        )
    ]


def _annexes(facts: Facts) -> list[BriefingPage]:
    made = rows.standing_tables(facts)
    if not facts.clinics.is_empty():
        made.append(rows.clinic_table(facts))
    if not facts.issues.is_empty():
        made.append(rows.issue_table(facts))
    return [
        BriefingPage(
            key=f"annex.{number}",
            section="",
            title=f"{facts.voice.say('titles.annex_numbered', number=number)}　{table.title}",
            layout=TABLE,
            table=table,
            sources=(table.source,),
        )
        for number, table in enumerate(made, 1)
    ]


# -- pieces -----------------------------------------------------------------------------------


def _about(reading: Reading, key: str, words: str, source: Origin) -> Sentence:
    return Sentence(
        key=key,
        text=words,
        indicator=reading["indicator"],
        population=reading["population"],
        area=reading["area_code"],
        period=reading["period"] or "",
        source=source,
    )


def _words(key: str, said: Sequence[Sentence], facts: Facts) -> list[BriefingPage]:
    sources = tuple({each.source.code: each.source for each in said if each.source}.values())
    return [
        BriefingPage(
            key=key, section="", title="", layout=WORDS, sentences=tuple(said), sources=sources
        )
    ]


def _split(page: BriefingPage, facts: Facts) -> list[BriefingPage]:
    """A page as it fits the screen: long text and long tables go on on pages of their own."""
    if page.layout == WORDS:
        pieces = [replace(page, sentences=each) for each in split_sentences(page.sentences)]
    elif page.table is not None:
        pieces = split_table(page)
    else:
        pieces = split_chart(page)
    return [
        piece
        if not number
        else replace(
            piece,
            key=f"{page.key}~{number + 1}",
            title=f"{page.title}{facts.voice.say('titles.continued', number=number + 1)}",
        )
        for number, piece in enumerate(pieces)
    ]


def _light_rule() -> str:
    return "灯号由规则判定，以数据所属期末日有效的采用目标为准；参考目标不亮灯。"
