"""下一步工作: a task for each problem, with its units and a day, for a person to edit."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from pages.exports.briefing.sentences.problems import those_behind
from pages.exports.briefing.sentences.voice import Reading, Voice, full_stop
from pages.theme import formats

_MOST, _NAMED = 6, 3  # so many units are all named; of more, only the first ones


def lagging_task(rows: Sequence[Reading], voice: Voice) -> str:
    """Bring one indicator nearer its target; empty when nobody is behind."""
    behind = those_behind(rows)
    if not behind:
        return ""
    return full_stop(
        [
            voice.say(
                "next.lagging",
                name=behind[0]["indicator_name"],
                units=_units([row["area_name"] for row in behind]),
                until=_until(behind[0]["target_valid_to"], voice),
            )
        ]
    )


def reporting_task(table: pl.DataFrame, voice: Voice) -> str:
    """File what has not been filed."""
    if table.is_empty():
        return ""
    tables = table["table_title"].unique(maintain_order=True).to_list()
    units = table["unit_label"].unique(maintain_order=True).to_list()
    named = formats.names(tables, most=_NAMED, count="张报表")
    return full_stop([voice.say("next.unreported", tables=named, units=_units(units))])


def doubts_task(rows: Sequence[Reading], voice: Voice) -> str:
    """Verify the doubts that are still open."""
    is_open = [row for row in rows if (row["suspect_people"] or 0) > (row["verified_people"] or 0)]
    return full_stop([voice.say("next.doubts")]) if is_open else ""


def issues_task(whole: Reading | None, parts: Sequence[Reading], voice: Voice) -> str:
    """Settle what is overdue."""
    if whole is None or not whole["overdue"]:
        return ""
    late = sorted((row for row in parts if row["overdue"]), key=lambda row: -row["overdue"])
    units = [row["area_name"] for row in late] or [voice.place]
    words = voice.say("next.issues", overdue=whole["overdue"], units=_units(units))
    return full_stop([words])


def clinics_task(
    whole: Reading | None, parts: Sequence[Reading], rate: Reading | None, voice: Voice
) -> str:
    """Bring the clinics up to the standard."""
    if whole is None or not whole["unmet"]:
        return ""
    most = sorted((row for row in parts if row["unmet"]), key=lambda row: -row["unmet"])
    names = [row["area_name"] for row in most] or [voice.place]
    return full_stop(
        [
            voice.say(
                "next.clinics",
                count=whole["unmet"],
                units=_units(names),
                until=_until(rate["target_valid_to"] if rate else None, voice),
            )
        ]
    )


def _until(day: date | None, voice: Voice) -> str:
    """The target's last day; a day that is over is no time limit any more."""
    ahead = day is not None and day > voice.period.end
    return voice.day(day) if ahead and day else voice.say("next.no_date")


def _units(names: Sequence[str]) -> str:
    most = _MOST if len(names) <= _MOST else _NAMED
    return formats.names(names, most=most, count="个单位")
