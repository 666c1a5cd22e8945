"""Builds one briefing: the pages in the order of a 通报, from the answers of one snapshot."""

from collections.abc import Mapping, Sequence
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
    KeyFigure,
    Origin,
    PaperTable,
    Sentence,
)
from pages.exports.briefing.paging import (
    fit_ranking,
    fits,
    split_chart,
    split_sentences,
    split_table,
)
from pages.exports.briefing.revisions import revision_sentence, revision_table, revisions
from pages.exports.briefing.sentences import clinics, places, problems, tasks
from pages.exports.briefing.sentences.figure import (
    brief_sentence,
    bulletin_sentence,
    figure_sentence,
)
from pages.exports.briefing.sentences.verdict import verdict
from pages.exports.briefing.sentences.voice import Reading, numeral
from pages.theme import formats

_CARDS = 8
# Slides before the annexes: of a city, and of a county with its townships.
_DECK, _DECK_OF_COUNTY = 12, 10
_SHORTER = (8, 5, 3)  # so many names in each list of problems, where a slide cannot hold them all


def build(choice: Choice, desk: Desk, edits: Edits = NONE) -> Briefing:
    """Make the briefing of one area and period.

    The deck has at most 12 slides (10 of a county): cover, headline figures, problems, 催报 and
    tasks, and between them as many of the chosen indicators, in their order, as there is room for.
    The others stand in the annexes with the tables.

    edits   Texts that a person has changed, and who made it.
    raises  BriefingError (see `gather`), QueryError of the questions.
    """
    facts = gather(choice, desk)
    unused: list[str] = []
    said = {
        name: tuple(edits.apply(each, unused) for each in found)
        for name, found in _said(facts).items()
        if found
    }
    tables = _tables(facts)
    figures = tuple(key_figure(facts.wholes[each], facts) for each in facts.indicators)
    pages = _pages(facts, said, figures, tables)
    return _bound(facts, edits, pages, said, figures, tables, unused)


def _pages(
    facts: Facts,
    said: Mapping[str, tuple[Sentence, ...]],
    figures: Sequence[KeyFigure],
    tables: Mapping[str, PaperTable],
) -> tuple[BriefingPage, ...]:
    cards = _cards(facts, figures)
    closing = [
        ("problems", _words("problems", said.get("problems", ()))),
        ("owed", _owed(facts, said.get("owed", ()))),
        ("next", _words("next", said.get("next", ()))),
    ]
    most = _DECK_OF_COUNTY if facts.voice.level == "township" else _DECK
    room = most - 2 - sum(len(pages) for _, pages in closing)  # cover and figures
    shown: list[BriefingPage] = []
    rest: list[BriefingPage] = []
    for number, each in enumerate(_reaching(facts), 1):
        made = _ranking(number, each, facts, said["overall"], tables)
        into = shown if not rest and len(shown) + len(made) <= room else rest
        into += made
    sections = [("overall", cards[:1]), ("areas", shown), *closing]
    pages = [BriefingPage("cover", "", "", COVER, sentences=said["verdict"])]
    filled = [(name, drafts) for name, drafts in sections if drafts]
    for number, (name, drafts) in enumerate(filled, 1):
        heading = f"{numeral(number)}、{facts.voice.say(f'titles.{name}')}"
        pages += [replace(each, section=heading) for each in drafts]
    behind = [*cards[1:], *rest, *_clinics(facts, said.get("clinics", ()))]
    behind += _annexes(facts, said, tables)
    attached = facts.voice.say("titles.attached")
    return (*pages, *(replace(each, section=attached, annex=True) for each in behind))


def _bound(
    facts: Facts,
    edits: Edits,
    pages: tuple[BriefingPage, ...],
    said: Mapping[str, tuple[Sentence, ...]],
    figures: tuple[KeyFigure, ...],
    tables: Mapping[str, PaperTable],
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
        bulletin_title=(
            voice.say("titles.bulletin_first", place=voice.place, period=label),
            voice.say("titles.bulletin_rest", focus=words["focus"]),
        ),
        span=voice.say(
            "titles.span", first=formats.date_zh(period.start), last=formats.date_zh(period.end)
        ),
        made_by=edits.made_by,
        indicators=facts.indicators,
        pages=pages,
        said=said,
        figures=figures,
        tables=tables,
        edited=tuple([*unused, *edits.left_over(each for all_ in said.values() for each in all_)]),
    )


# -- what is said -----------------------------------------------------------------------------


def _said(facts: Facts) -> dict[str, list[Sentence]]:
    """Every sentence by its section, in the order of a 通报."""
    voice, source = facts.voice, facts.source("briefing_areas")
    wholes = [facts.wholes[each] for each in facts.indicators]
    words = verdict(wholes, {each: facts.parts.get(each, []) for each in facts.indicators}, voice)
    found = revisions(facts)
    owed = problems.owed(facts.unreported, voice)
    often = places.most_often((facts.parts[each] for each in _reaching(facts)), voice)
    return {
        "verdict": [Sentence("verdict", words, area=facts.choice.area, source=source)],
        "overall": [each for whole in wholes for each in _of_indicator(whole, facts)],
        "areas": [Sentence("most", often, source=source)] if often else [],
        "clinics": _clinic_words(facts),
        "problems": _problems(facts),
        "owed": [Sentence("owed", owed, source=facts.source("unreported"))] if owed else [],
        "next": _tasks(facts),
        "revisions": [revision_sentence(facts, found)] if found else [],
    }


def _of_indicator(whole: Reading, facts: Facts) -> list[Sentence]:
    """How the area stands, then who is first and last."""
    source, indicator = facts.source("briefing_areas"), whole["indicator"]
    found = [_about(whole, f"level.{indicator}", brief_sentence(whole, facts.voice), source)]
    words = places.places_sentence(
        facts.parts.get(indicator, []),
        facts.voice,
        first=facts.first,
        last=facts.last,
        counted_in=facts.counted_in(whole),
    )
    if words and indicator in _reaching(facts):
        found.append(_about(whole, f"places.{indicator}", words, source))
    left = whole["periods_left"] or ""
    known = f"{figure_sentence(whole, facts.voice)}{words}{left}"
    found[0] = replace(found[0], brief=bulletin_sentence(whole, facts.voice))
    return [replace(each, known=known) for each in found]


def _clinic_words(facts: Facts) -> list[Sentence]:
    whole, parts = facts.whole_row(facts.clinics), facts.part_rows(facts.clinics)
    rate = facts.wholes.get(CLINIC_RATE)
    return [
        Sentence(
            f"clinics.{key}",
            words,
            area=facts.choice.area,
            source=facts.source("briefing_clinics"),
            period=whole["period"] if whole else "",
        )
        for key, words in clinics.clinic_sentences(whole, rate, parts, facts.voice).items()
    ]


def _problems(facts: Facts) -> list[Sentence]:
    """Every problem with all its units; shorter lists for the slide where it cannot hold them."""
    whole = _listed_problems(facts, problems.ALL)
    shown = whole
    for most in _SHORTER:
        if fits(shown):
            break
        shorter = {each.key: each.text for each in _listed_problems(facts, most)}
        shown = [replace(each, short=shorter[each.key]) for each in whole]
    none = f"{facts.voice.say('problems.none')}。"
    source = facts.source("briefing_areas")
    return list(shown) or [Sentence("problems.none", none, source=source)]


def _listed_problems(facts: Facts, most: int) -> list[Sentence]:
    voice, source = facts.voice, facts.source("briefing_areas")
    said: list[Sentence] = []
    for each in facts.indicators:
        whole, parts = facts.wholes[each], facts.parts.get(each, [])
        words = problems.lagging(parts, voice, facts.streaks, most)
        said.append(_about(whole, f"lagging.{each}", words, source))
    for each in facts.indicators:
        whole, parts = facts.wholes[each], facts.parts.get(each, [])
        said.append(_about(whole, f"worse.{each}", problems.worse(parts, voice, most), source))
    whole, parts = facts.whole_row(facts.issues), facts.part_rows(facts.issues)
    words = problems.issues(whole, parts, voice)
    said.append(Sentence("issues", words, source=facts.source("briefing_issues")))
    doubts = facts.doubts.to_dicts()
    words, brief = problems.doubts(doubts, voice), problems.doubts_brief(doubts, voice)
    said.append(Sentence("doubts", words, source=facts.source("data_doubts"), brief=brief))
    return [each for each in said if each.text]


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


# -- the tables -------------------------------------------------------------------------------


def _tables(facts: Facts) -> dict[str, PaperTable]:
    """Every table by its key, whole: rankings, then the annexes by their number."""
    found = {f"areas.{each}": rows.ranking_table(facts, each) for each in _reaching(facts)}
    annexes = rows.standing_tables(facts)
    if not facts.clinics.is_empty():
        annexes.append(rows.clinic_table(facts))
    if not facts.issues.is_empty():
        annexes.append(rows.issue_table(facts))
    if (listed := rows.streak_table(facts)) is not None:
        annexes.append(listed)
    if not facts.unreported.is_empty():
        annexes.append(rows.owed_list(facts))
    found |= {f"annex.{number}": table for number, table in enumerate(annexes, 1)}
    if changed := revisions(facts):
        found["revisions"] = revision_table(facts, changed)
    return found


def _reaching(facts: Facts) -> list[str]:
    """The indicators that reach the level of the parts."""
    known, level = facts.desk.catalogue.indicators, LEVELS.index(facts.voice.level)
    return [
        each
        for each in facts.indicators
        if facts.parts.get(each) and level <= LEVELS.index(known[each].grain)
    ]


# -- the pages --------------------------------------------------------------------------------


def _cards(facts: Facts, figures: Sequence[KeyFigure]) -> list[BriefingPage]:
    """The headline figures, eight to a page; of many the others stand in the annexes."""
    return [
        BriefingPage(
            key=f"overall.{start // _CARDS + 1}",
            section="",
            title="",
            layout=FIGURES,
            figures=tuple(figures[start : start + _CARDS]),
            sources=(facts.source("briefing_areas"),),
            definition=_LIGHT_RULE,
        )
        for start in range(0, len(figures), _CARDS)
    ]


def _ranking(
    number: int,
    indicator: str,
    facts: Facts,
    said: Sequence[Sentence],
    tables: Mapping[str, PaperTable],
) -> list[BriefingPage]:
    """One indicator: what is said of it, who stands where, and how the area moved."""
    whole = facts.wholes[indicator]
    page = BriefingPage(
        key=f"areas.{indicator}",
        section="",
        title=f"（{numeral(number)}）{facts.voice.named(whole)}",
        layout=RANKING,
        sentences=tuple(each for each in said if each.indicator == indicator),
        table=tables[f"areas.{indicator}"].for_screen(),
        chart=charts.trend(whole, facts),
        unit=whole["unit"],
        definition=facts.desk.catalogue.indicators[indicator].definition,
        events=charts.events(whole, facts),
        sources=(facts.source("briefing_areas"), facts.source("briefing_trend")),
    )
    return _continued(fit_ranking(page), facts)


def _clinics(facts: Facts, said: tuple[Sentence, ...]) -> list[BriefingPage]:
    """The village clinics of every part by their state; none where nobody filed any."""
    parts = facts.part_rows(facts.clinics)
    if facts.whole_row(facts.clinics) is None or not parts:
        return []
    page = BriefingPage(
        key="clinics",
        section="",
        title=facts.voice.say("titles.annex_clinic_states", children=facts.voice.children),
        layout=CLINICS,
        sentences=said,
        chart=charts.clinics(parts, facts),
        unit="个（卫生室）",
        sources=(facts.source("briefing_clinics"),),
    )
    return _continued(split_chart(page), facts)


def _owed(facts: Facts, said: tuple[Sentence, ...]) -> list[BriefingPage]:
    """催报: which reports are owed by whom; nothing where everybody has filed."""
    if not said:
        return []
    source = facts.source("unreported")
    made: list[BriefingPage] = []
    for most in (problems.ALL, *_SHORTER):
        page = BriefingPage(
            key="owed",
            section="",
            title="",
            layout=TABLE,
            sentences=said,
            table=rows.owed_table(facts, most),
            sources=(source,),
        )
        made = split_table(page)
        if len(made) == 1:
            return made
    return _continued(made, facts)


def _words(key: str, said: Sequence[Sentence]) -> list[BriefingPage]:
    sources = tuple({each.source.code: each.source for each in said if each.source}.values())
    return [
        BriefingPage(
            key=f"{key}~{number}" if number > 1 else key,
            section="",
            title="",
            layout=WORDS,
            sentences=tuple(each),
            sources=sources,
            numbered=True,
        )
        for number, each in enumerate(split_sentences(said), 1)
    ]


def _annexes(
    facts: Facts, said: Mapping[str, tuple[Sentence, ...]], tables: Mapping[str, PaperTable]
) -> list[BriefingPage]:
    """The tables behind the deck; the list of who owes what is the workbook's."""
    owed = facts.voice.say("titles.annex_owed")
    found: list[BriefingPage] = []
    for key, table in tables.items():
        kind, _, number = key.partition(".")
        if kind == "areas" or table.title == owed:
            continue
        name = facts.voice.say("titles.annex_numbered", number=number) if number else ""
        page = BriefingPage(
            key=key,
            section="",
            title=f"{name}　{table.title}".lstrip("　"),
            layout=TABLE,
            sentences=said.get("revisions", ()) if kind == "revisions" else (),
            table=table.for_screen(),
            sources=(table.source,),
        )
        found += _continued(split_table(page), facts)
    return found


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


def _continued(pieces: Sequence[BriefingPage], facts: Facts) -> list[BriefingPage]:
    """The pages of what did not fit one, each but the first said to go on."""
    return [
        replace(
            piece,
            key=f"{piece.key}~{number}",
            title=f"{piece.title}{facts.voice.say('titles.continued', number=number)}",
        )
        if number > 1
        else piece
        for number, piece in enumerate(pieces, 1)
    ]


_LIGHT_RULE = "灯号由规则判定，以数据所属期末日有效的采用目标为准；参考目标不亮灯。"
