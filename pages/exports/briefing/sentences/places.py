"""Who is first and who is last: ranking sentences with ties, and who is not ranked and why."""

from collections.abc import Sequence
from itertools import groupby

from pages.exports.briefing.sentences.voice import (
    Reading,
    Voice,
    full_stop,
    how_many,
    listed,
    printed,
)

_FEW = 5  # up to so many areas all are named in order
_MOST_NAMES = 6  # a longer list of names is cut short, with its number


def places_sentence(rows: Sequence[Reading], voice: Voice, *, first: int, last: int) -> str:
    """The ranking of one indicator in words.

    rows         The areas of one indicator from briefing_areas (the whole area left out).
    first, last  How many places the question was told to mark.
    """
    if not rows:
        return ""
    if rows[0]["direction"] == "info":
        return full_stop([voice.say("places.info", indicator=rows[0]["indicator_name"])])
    ranked = sorted(
        (row for row in rows if row["rank"] is not None), key=lambda r: (r["rank"], r["order_no"])
    )
    return full_stop([_ranked(ranked, voice, first, last), _unranked(rows, voice)], "；")


def _ranked(rows: list[Reading], voice: Voice, first: int, last: int) -> str:
    if not rows:
        return voice.say("places.none", children=voice.children)
    if len(rows) == 1:
        only = rows[0]
        return voice.say("places.only_one", name=only["area_name"], value=printed(only))
    if rows[-1]["rank"] == 1:
        return voice.say("places.all_equal", count=len(rows), value=printed(rows[0]))
    if len(rows) <= _FEW:
        return voice.say("places.in_order", children=voice.children, list=_entries(rows, voice))
    firsts = [row for row in rows if row["is_first"]]
    lasts = [row for row in rows if row["is_last"] and not row["is_first"]]
    fields = {"children": voice.children, "last_count": how_many(last)}
    top = [row for row in firsts if row["rank"] == 1]
    if len(top) > _MOST_NAMES and lasts:
        return voice.say(
            "places.tied_first",
            count=len(top),
            value=printed(top[0]),
            lasts=_entries(lasts, voice),
            **fields,
        )
    named = {"first_count": how_many(first), "firsts": _entries(firsts, voice)}
    if not lasts:
        return voice.say("places.ends_only_first", children=voice.children, **named)
    if len(lasts) < last:
        return voice.say(
            "places.ends_few", children=voice.children, lasts=_entries(lasts, voice), **named
        )
    return voice.say("places.ends", lasts=_entries(lasts, voice), **named, **fields)


def _entries(rows: Sequence[Reading], voice: Voice) -> str:
    """甲县（99.00%）、乙县和丙县（并列第2名，98.00%）: in rank order, ties together."""
    said = []
    for rank, group in groupby(rows, key=lambda row: row["rank"]):
        tied = list(group)
        value = printed(tied[0])
        names = [row["area_name"] for row in tied]
        if len(tied) == 1:
            said.append(voice.say("places.entry", name=names[0], value=value))
        elif len(tied) > _MOST_NAMES:
            said.append(
                voice.say(
                    "places.tie_many",
                    names=listed(names, _MOST_NAMES),
                    count=len(names),
                    rank=rank,
                    value=value,
                )
            )
        else:
            said.append(voice.say("places.tie", names=_and(names), rank=rank, value=value))
    return "、".join(said)


def _unranked(rows: Sequence[Reading], voice: Voice) -> str:
    """未参加排名的有甲县（未报）、乙县（填报不全）; empty when all are ranked."""
    outside = [row for row in rows if row["rank"] is None]
    by_state: dict[str, list[str]] = {}
    for row in outside:
        by_state.setdefault(row["state"], []).append(row["area_name"])
    said = []
    for state, names in by_state.items():
        words = voice.say(f"states.{state}")
        if len(names) > _MOST_NAMES:
            said.append(
                voice.say(
                    "places.unranked_many",
                    names=listed(names, _MOST_NAMES),
                    count=len(names),
                    state=words,
                )
            )
        else:
            said.append(voice.say("places.unranked_entry", names=listed(names), state=words))
    return voice.say("places.unranked", list="、".join(said)) if said else ""


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{listed(names[:-1])}和{names[-1]}"
