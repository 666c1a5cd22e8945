"""Everything a briefing asks of the snapshot, asked once, before a word is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.catalogue.model import LEVELS, Catalogue
from data.catalogue.sentences import Sentences
from data.errors import ProductError
from data.periods import Period
from data.snapshots.manifest import Manifest
from pages.exports.briefing.model import Origin
from pages.exports.briefing.sentences.problems import Streaks
from pages.exports.briefing.sentences.voice import Reading, Voice

# Asks a question of queries/sql of one snapshot: its name, its parameters.
Ask = Callable[[str, Mapping[str, Any]], pl.DataFrame]
# Asks several at once: parameters by name, answers by name.
AskAll = Callable[[Mapping[str, Mapping[str, Any]]], Mapping[str, pl.DataFrame]]
# Gives the 溯源码 of such a question.
Coder = Callable[[str, Mapping[str, Any]], str]
CLINIC_RATE = "village_clinic_standard_rate"


class BriefingError(ProductError):
    """A briefing that cannot be made: of this area, this period, these indicators."""


@dataclass(frozen=True)
class Choice:
    """What the presenter chose.

    indicators  In the order wanted; empty: the headline indicators in theirs.
    level       Whose ranking; empty: the level just below the area.
    """

    area: str
    period: str
    indicators: tuple[str, ...] = ()
    level: str = ""


@dataclass(frozen=True)
class Desk:
    """Where a briefing is made: one snapshot to ask, and the one the last briefing was made of.

    before         Asks the earlier snapshot; None when there is none to compare with.
    before_number  Its number.
    """

    ask: AskAll
    code: Coder
    manifest: Manifest
    catalogue: Catalogue
    sentences: Sentences
    before: Ask | None = None
    before_number: int | None = None


@dataclass(frozen=True)
class Facts:
    """The answers, by what they are about.

    wholes   The area's own reading by indicator.
    parts    The readings of its parts by indicator, in the register's order.
    trends   Rows of briefing_trend: the area over the year.
    streaks  Rows of briefing_streaks by indicator and part.
    """

    choice: Choice
    desk: Desk
    voice: Voice
    full_name: str
    period: Period
    first: int
    last: int
    indicators: tuple[str, ...]
    wholes: Mapping[str, Reading]
    parts: Mapping[str, list[Reading]]
    clinics: pl.DataFrame
    issues: pl.DataFrame
    doubts: pl.DataFrame
    unreported: pl.DataFrame
    trends: pl.DataFrame
    streaks: Streaks
    past: pl.DataFrame
    past_before: pl.DataFrame | None
    sources: Mapping[str, Origin]

    def source(self, query: str) -> Origin:
        """The question of that name as it was asked."""
        return self.sources[query]

    def counted_in(self, reading: Reading) -> str:
        """The unit of a reading's denominator; empty for a count."""
        known = self.desk.catalogue.indicators[reading["indicator"]]
        return self.desk.catalogue.counted_in(known.populations[reading["population"]].denominator)

    def whole_row(self, table: pl.DataFrame) -> Reading | None:
        """The row of the area itself in a table of area and parts; None without one."""
        return next((row for row in table.iter_rows(named=True) if row["is_parent"]), None)

    def part_rows(self, table: pl.DataFrame) -> list[Reading]:
        """The rows of the parts."""
        return [row for row in table.iter_rows(named=True) if not row["is_parent"]]


def gather(choice: Choice, desk: Desk) -> Facts:
    """Ask all questions of one briefing.

    raises BriefingError for an area without parts, a period or area without data, an indicator
    that the snapshot lacks.
    """
    area = _area(choice, desk)
    level = _level(choice, area)
    period = _period(choice, desk)
    chosen = _indicators(choice, desk)
    settings = desk.catalogue.settings
    first = int(settings.get("briefing_rank_first", 3))
    last = int(settings.get("briefing_rank_last", 3))
    of_parts = {"parent": choice.area, "level": level, "period": period.text}
    headline = {"headline_only": int(_all_headline(chosen, desk))}
    questions: dict[str, dict[str, Any]] = {
        "briefing_areas": of_parts | headline | {"first": first, "last": last},
        "briefing_clinics": of_parts,
        "briefing_issues": of_parts,
        "data_doubts": {"area": choice.area, "period": period.text},
        "unreported": {"parent": choice.area, "period": period.text},
        "briefing_trend": {"parent": choice.area, "period": period.text} | headline,
        "briefing_streaks": of_parts | headline,
        "briefing_past": of_parts | headline,
    }
    answers = desk.ask(questions)
    wholes, parts = _readings(answers["briefing_areas"])
    indicators = tuple(each for each in chosen if each in wholes)
    _some_data(indicators, wholes, parts, area["full_name"], period)
    past = questions["briefing_past"]
    return Facts(
        choice=choice,
        desk=desk,
        voice=Voice(desk.sentences, desk.catalogue.words, area["name"], choice.area, level, period),
        full_name=area["full_name"],
        period=period,
        first=first,
        last=last,
        indicators=indicators,
        wholes=wholes,
        parts=parts,
        clinics=answers["briefing_clinics"],
        issues=answers["briefing_issues"],
        doubts=answers["data_doubts"],
        unreported=answers["unreported"],
        trends=answers["briefing_trend"],
        streaks={
            (row["indicator"], row["area_code"]): row
            for row in answers["briefing_streaks"].iter_rows(named=True)
        },
        past=answers["briefing_past"],
        past_before=desk.before("briefing_past", past) if desk.before else None,
        sources={
            name: Origin(name, params, desk.code(name, params))
            for name, params in questions.items()
        },
    )


def _area(choice: Choice, desk: Desk) -> Mapping[str, Any]:
    row = desk.catalogue.register.row(choice.area)
    if row is None:
        raise BriefingError(f"没有代码为 {choice.area} 的区划。请核对区划代码。")
    return row


def _level(choice: Choice, area: Mapping[str, Any]) -> str:
    offered = LEVELS[LEVELS.index(area["level"]) + 1 : LEVELS.index("village")]
    if not offered:
        raise BriefingError(
            f"{area['full_name']}以下没有可以排名的单位。简报请选县级及以上的区划。"
        )
    if choice.level and choice.level not in offered:
        raise BriefingError(
            f"{area['full_name']}的简报不能按 {choice.level} 排名，可以用 {'、'.join(offered)}。"
        )
    return choice.level or offered[0]


def _period(choice: Choice, desk: Desk) -> Period:
    period = Period.parse(choice.period)
    spans = [
        (Period.parse(first), Period.parse(last))
        for places in desk.manifest.domain.values()
        for first, last in places.values()
    ]
    if not spans:
        raise BriefingError(f"快照 {desk.manifest.number} 里没有任何报表数据。请先导入报表。")
    start, end = min(first.start for first, _ in spans), max(last.end for _, last in spans)
    if period.end < start or period.start > end:
        raise BriefingError(
            f"{period.label_zh()}没有数据；快照 {desk.manifest.number} 的数据从 {start} 到 {end}。"
            "请换一个报告期。"
        )
    return period


def _indicators(choice: Choice, desk: Desk) -> tuple[str, ...]:
    known = desk.catalogue.indicators
    if wrong := [each for each in choice.indicators if each not in known]:
        raise BriefingError(f"没有指标 {'、'.join(wrong)}。请从指标清单中选择。")
    if choice.indicators:
        return tuple(dict.fromkeys(choice.indicators))
    headline = [each for each in known.values() if each.headline is not None]
    return tuple(each.id for each in sorted(headline, key=lambda each: each.headline or 0))


def _all_headline(indicators: Sequence[str], desk: Desk) -> bool:
    return all(desk.catalogue.indicators[each].headline is not None for each in indicators)


def _readings(table: pl.DataFrame) -> tuple[dict[str, Reading], dict[str, list[Reading]]]:
    wholes: dict[str, Reading] = {}
    parts: dict[str, list[Reading]] = {}
    for row in table.iter_rows(named=True):
        if row["is_parent"]:
            wholes[row["indicator"]] = row
        else:
            parts.setdefault(row["indicator"], []).append(row)
    return wholes, parts


def _some_data(
    indicators: Sequence[str],
    wholes: Mapping[str, Reading],
    parts: Mapping[str, list[Reading]],
    name: str,
    period: Period,
) -> None:
    readings = [wholes[each] for each in indicators]
    readings += [row for each in indicators for row in parts.get(each, [])]
    if all(row["printed"] is None and not row["masked"] for row in readings):
        raise BriefingError(
            f"{name}到{period.label_zh()}为止没有所选指标的数据。请换一个区划、报告期或指标。"
        )
