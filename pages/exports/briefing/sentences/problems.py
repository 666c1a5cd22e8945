"""What is behind, not reported, doubtful or overdue: units and figures, never a cause."""

from collections.abc import Iterable, Sequence

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

_MOST = 8  # of a list of problems: the count stands before it


def lagging(rows: Sequence[Reading], voice: Voice) -> str:
    """The areas of one indicator that are behind, worst first; empty without any."""
    behind = those_behind(rows)
    if not behind:
        return ""
    entries = [_behind(row, voice) for row in behind]
    return full_stop([_counted("problems.lagging", behind, entries, voice)])


def worse(rows: Sequence[Reading], voice: Voice) -> str:
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
    return full_stop([_counted("problems.worse", fallen, entries, voice)])


def unreported(table: pl.DataFrame, voice: Voice) -> list[tuple[str, str]]:
    """One sentence per report table and state: its id, and who has not filed.

    table  Rows of unreported.sql.
    """
    groups = table.group_by("table_id", "table_title", "period", "state", maintain_order=True).agg(
        pl.col("unit_label")
    )
    said = []
    for row in groups.iter_rows(named=True):
        pattern = "overdue_report" if row["state"] == "逾期未报" else "unreported"
        words = voice.say(
            f"problems.{pattern}",
            table=row["table_title"],
            period=voice.short(row["period"]),
            count=len(row["unit_label"]),
            list=formats.names(row["unit_label"], most=_MOST),
        )
        said.append((f"{row['table_id']}.{row['state']}", full_stop([words])))
    return said


def doubt(row: Reading, voice: Voice) -> str:
    """One kind of doubt of data matching: people of the latest batch, verified, the rest 待核实."""
    suspect, verified = row["suspect_people"], row["verified_people"]
    if not suspect:
        return ""
    fields = {
        "suspicion": row["suspicion"],
        "source_a": row["source_a"],
        "source_b": row["source_b"],
        "matched": _matched(row["batches"], voice),
        "suspect": suspect,
    }
    if not verified:
        return full_stop([voice.say("problems.doubts_open", **fields)])
    if verified >= suspect:
        return full_stop([voice.say("problems.doubts_done", **fields)])
    return full_stop([voice.say("problems.doubts", verified=verified, **fields)])


def _matched(batches: int, voice: Voice) -> str:
    again = batches > 1
    return voice.say(f"problems.matched_{'again' if again else 'once'}", batches=batches)


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


def _behind(row: Reading, voice: Voice) -> str:
    reason = voice.say("problems.reason", reason=row["light_reason"]) if row["light_reason"] else ""
    fields = {"name": row["area_name"], "value": printed(row), "reason": reason}
    if row["gap"] is None or formats.round_half_up(row["gap"], row["decimals"]) <= 0:
        return voice.say("problems.lagging_entry", **fields)
    lower = row["direction"] == "lower_better"
    gap = amount(row["gap"], row["unit"], row["decimals"])
    return voice.say(f"problems.lagging_{'over' if lower else 'short'}", gap=gap, **fields)


def _counted(pattern: str, rows: Sequence[Reading], entries: Sequence[str], voice: Voice) -> str:
    return voice.say(
        pattern,
        name=voice.named(rows[0]),
        count=len(entries),
        list=formats.names(entries, most=_MOST),
    )
