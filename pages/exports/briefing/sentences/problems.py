"""What is behind, not reported, doubtful or overdue: units and figures, never a cause."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from pages.exports.briefing.sentences.comparison import compared_in_list, leading
from pages.exports.briefing.sentences.voice import (
    Reading,
    Voice,
    amount,
    full_stop,
    most_of,
    printed,
)
from pages.theme import formats

_MOST = 8  # names in one breath: their count stands before them
ALL = 10_000  # no list of problems is as long
# Rows of briefing_streaks by indicator and area: since when a part has been where it is.
Streaks = Mapping[tuple[str, str], Mapping[str, Any]]


def lagging(rows: Sequence[Reading], voice: Voice, streaks: Streaks, most: int = ALL) -> str:
    """The areas of one indicator that are behind, worst first; empty without any.

    most  Of more than so many only the first are named, with the number of all.
    """
    behind = those_behind(rows)
    if not behind:
        return ""
    entries = [_behind(row, voice, streaks) for row in behind]
    return full_stop([_counted("problems.lagging", behind, entries, voice, most)])


def worse(rows: Sequence[Reading], voice: Voice, most: int = ALL) -> str:
    """The areas short of the target that went the wrong way, by the comparison that leads."""
    fallen = _worst_first(
        row for row in rows if row["light"] == "预警" and row["lead_change_is"] == "worse"
    )
    if not fallen or fallen[0]["no_new_report"]:
        return ""
    entries = [
        voice.say(
            "problems.worse_entry",
            name=row["area_name"],
            value=printed(row),
            change=compared_in_list(each, row, voice),
        )
        for row in fallen
        if (each := leading(row)) is not None
    ]
    return full_stop([_counted("problems.worse", fallen, entries, voice, most)])


def owed(table: pl.DataFrame, voice: Voice) -> str:
    """How many units and reports are owed, and who is overdue with which.

    table  Rows of unreported.sql.
    """
    if table.is_empty():
        return ""
    units = table["unit_code"].n_unique()
    late = table.filter(pl.col("state") == "逾期未报")
    groups = late.group_by("table_title", "period", maintain_order=True).agg("unit_label")
    entries = [
        voice.say(
            "owed.entry",
            table=title,
            period=voice.short(period),
            names=f"（{formats.names(names, most=_MOST, count='个单位')}）",
        )
        for title, period, names in groups.iter_rows()
    ]
    said = [voice.say("owed.some", units=units, count=table.height)]
    if entries:
        said.append(voice.say("owed.overdue", count=late.height, list="、".join(entries)))
    return full_stop(said)


def doubts(rows: Iterable[Reading], voice: Voice) -> str:
    """The doubts of data matching: people of the latest batch of each kind, and how many verified.

    Kinds are not added up: the same person may be in several.
    """
    said = [_doubt(row, voice) for row in rows if row["suspect_people"]]
    return full_stop([voice.say("problems.doubts", list="；".join(said))]) if said else ""


def doubts_brief(rows: Iterable[Reading], voice: Voice) -> str:
    """The kinds of doubt that are not all verified, by name; empty without any."""
    names = [
        row["suspicion"]
        for row in rows
        if (row["suspect_people"] or 0) > (row["verified_people"] or 0)
    ]
    if not names:
        return ""
    listed = formats.names(names, most=_MOST)
    return full_stop([voice.say("problems.doubts_brief", count=len(names), list=listed)])


def _doubt(row: Reading, voice: Voice) -> str:
    suspect, verified = row["suspect_people"], row["verified_people"]
    fields = {"suspicion": row["suspicion"], "suspect": suspect}
    if not verified:
        return voice.say("problems.doubt_open", **fields)
    if verified >= suspect:
        return voice.say("problems.doubt_done", **fields)
    return voice.say("problems.doubt", verified=verified, **fields)


def issues(whole: Reading | None, parts: Sequence[Reading], voice: Voice) -> str:
    """The ledger of issues: settled, open, overdue, and where most are overdue."""
    if whole is None or not whole["issues"]:
        return ""
    said = [
        voice.say(
            "problems.issues",
            issues=whole["issues"],
            settled=whole["settled"],
            open=whole["open"],
        )
    ]
    special = _special(whole)
    if special:
        said.append(
            voice.say(special, kept_up=whole["kept_up"], overdue=whole["overdue"]),
        )
    words = full_stop(said)
    most = most_of(parts, "overdue", "problems.issues_entry", voice)
    return f"{words[:-1]}；{voice.say('problems.issues_most', list=most)}。" if most else words


def _special(whole: Reading) -> str:
    """Which pattern names the open issues that are kept up or overdue; "" without any."""
    if whole["kept_up"] and whole["overdue"]:
        return "problems.issues_both"
    if whole["kept_up"]:
        return "problems.issues_kept_up"
    return "problems.issues_overdue" if whole["overdue"] else ""


def those_behind(rows: Sequence[Reading]) -> list[Reading]:
    """The areas whose light is 滞后, worst first."""
    return _worst_first(row for row in rows if row["light"] == "滞后")


def _worst_first(rows: Iterable[Reading]) -> list[Reading]:
    """The areas with the widest gap first; the register's order where it is the same.

    Of few people a figure says too little to be held against the area.
    """
    judged = [row for row in rows if not row["small_base"]]
    return sorted(judged, key=lambda row: (-(row["gap"] or 0), row["order_no"]))


def _behind(row: Reading, voice: Voice, streaks: Streaks) -> str:
    why = row["light_reason"] or _since(row, voice, streaks)
    reason = voice.say("problems.reason", reason=why) if why else ""
    fields = {"name": row["area_name"], "value": printed(row), "reason": reason}
    if row["gap"] is None or formats.round_half_up(row["gap"], row["decimals"]) <= 0:
        return voice.say("problems.lagging_entry", **fields)
    lower = row["direction"] == "lower_better"
    gap = amount(row["gap"], row["unit"], row["decimals"])
    return voice.say(f"problems.lagging_{'over' if lower else 'short'}", gap=gap, **fields)


def _since(row: Reading, voice: Voice, streaks: Streaks) -> str:
    """自第47周起未达目标; empty where it missed the target in no period before."""
    run = streaks.get((row["indicator"], row["area_code"]))
    if run is None or run["missed_periods"] < 2:
        return ""
    if run["missed_always"]:
        return voice.say("problems.since_always")
    return voice.say("problems.since", since=voice.short(run["missed_since"]))


def _counted(
    pattern: str, rows: Sequence[Reading], entries: Sequence[str], voice: Voice, most: int
) -> str:
    return voice.say(
        pattern,
        name=rows[0]["indicator_name"],
        count=len(entries),
        list=formats.names(entries, most=most),
    )
