"""What changed in figures of the past since the snapshot of the previous briefing.

No question sees two snapshots, so the same one is asked of both, and the printed figures are
compared here: the difference of two printed values, as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.periods import Period
from data.snapshots.store import Store
from pages.exports.briefing.cells import number_cell, signed_cell
from pages.exports.briefing.facts import Facts
from pages.exports.briefing.model import PaperCell, PaperColumn, PaperTable, Sentence
from pages.exports.briefing.sentences.voice import full_stop
from pages.theme import formats

_KEY = ["indicator", "population", "area_code", "period"]
_POINTS, _PERCENT = 0.1, 1.0  # for snapshots whose settings do not name a threshold yet


@dataclass(frozen=True)
class Revision:
    """One past figure that reads otherwise now; change in points, counts in percent."""

    row: dict[str, Any]
    before: float
    change: float
    reported_before: int | None


def previous_snapshot(store: Store, number: int, period: Period) -> int | None:
    """The snapshot that the briefing of the period before was made of.

    It is the newest one below `number` that holds nothing of the period yet; None without one.
    """
    for earlier in (each for each in reversed(store.numbers()) if each < number):
        ends = [
            Period.parse(last).end
            for places in store.manifest(earlier).domain.values()
            for _, last in places.values()
        ]
        if ends and max(ends) < period.end:
            return earlier
    return None


def revisions(facts: Facts) -> list[Revision]:
    """Past figures that moved by the threshold or more, widest first; masked ones left out."""
    if facts.past_before is None:
        return []
    wanted = pl.col("indicator").is_in(facts.indicators)
    settings = facts.desk.catalogue.settings
    return moved(facts.past.filter(wanted), facts.past_before, thresholds(settings))


def moved(now: pl.DataFrame, before: pl.DataFrame, least: tuple[float, float]) -> list[Revision]:
    """Past figures of two snapshots that differ by so much, widest first.

    now, before  Rows of briefing_past.sql.
    least        From `thresholds`.
    """
    old = before.select(
        *_KEY,
        pl.col("printed").alias("before"),
        pl.col("units_reported").alias("reported_before"),
    )
    both = now.join(old, on=_KEY, how="inner").filter(
        pl.col("printed").is_not_null()
        & pl.col("before").is_not_null()
        & (pl.col("printed") != pl.col("before"))
    )
    found = [_revision(row) for row in both.iter_rows(named=True)]
    points, percent = least
    wide = [
        each for each in found if abs(each.change) >= (percent if each.row["is_count"] else points)
    ]
    return sorted(wide, key=lambda each: -abs(each.change))


def thresholds(settings: Mapping[str, Any]) -> tuple[float, float]:
    """From how many points, and for counts from how many percent, a change is listed."""
    return (
        float(settings.get("briefing_revision_points", _POINTS)),
        float(settings.get("briefing_revision_percent", _PERCENT)),
    )


def revision_sentence(facts: Facts, found: list[Revision]) -> Sentence:
    """How many past figures changed since which snapshot."""
    voice, number = facts.voice, facts.desk.before_number
    points, percent = thresholds(facts.desk.catalogue.settings)
    threshold = voice.say("revisions.threshold", points=f"{points:g}", percent=f"{percent:g}")
    said = [voice.say("revisions.some", before=number, count=len(found), threshold=threshold)]
    if late := sum(each.reported_before != each.row["units_reported"] for each in found):
        said.append(voice.say("revisions.late", count=late))
    return Sentence("revisions", full_stop(said), source=facts.source("briefing_past"))


def revision_table(facts: Facts, found: list[Revision]) -> PaperTable:
    """Old and new figure of each change."""
    columns = (
        PaperColumn("指标", weight=2.2),
        PaperColumn("区划", weight=1.5),
        PaperColumn("报告期", weight=1.1),
        PaperColumn("原数", kind="number"),
        PaperColumn("现数", kind="number"),
        PaperColumn("变动", kind="number"),
        PaperColumn("变动单位", weight=1.0),
        PaperColumn("已报单位（原→现）", weight=1.4),
    )
    return PaperTable(
        title=facts.voice.say("titles.revisions"),
        columns=columns,
        rows=tuple(_cells(each, facts) for each in found),
        source=facts.source("briefing_past"),
        note=f"原数取自{facts.desk.before_number}号快照，现数取自{facts.desk.manifest.number}号快照。",
    )


def _revision(row: dict[str, Any]) -> Revision:
    decimals = row["decimals"]
    now, before = (formats.round_half_up(row[name], decimals) for name in ("printed", "before"))
    change = now - before
    if row["is_count"]:
        # From nothing to something is more than any threshold.
        change = change * 100 / before if before else change * 100
    return Revision(
        row, float(before), float(formats.round_half_up(change, 2)), row["reported_before"]
    )


def _cells(each: Revision, facts: Facts) -> tuple[PaperCell, ...]:
    row = each.row
    places = row["decimals"] if formats.is_rate(row["unit"]) else 0
    unit = {"%": "百分点", "‰": "千分点"}.get(row["unit"]) or row["unit"]
    return (
        PaperCell(row["indicator_name"]),
        PaperCell(facts.voice.whole)
        if row["is_parent"]
        else PaperCell(row["area_name"], area=row["area_code"]),
        PaperCell(facts.voice.short(row["period"])),
        number_cell(each.before, places),
        number_cell(row["printed"], places),
        signed_cell(each.change),
        PaperCell("%" if row["is_count"] else str(unit)),
        PaperCell(f"{_count(each.reported_before)}→{_count(row['units_reported'])}"),
    )


def _count(number: int | None) -> str:
    return formats.ABSENT if number is None else str(number)
