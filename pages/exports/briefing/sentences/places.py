"""Who is first and who is last: ranking sentences with ties, and who is not ranked and why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from pages.exports.briefing.sentences.voice import (
    Reading,
    Voice,
    full_stop,
    how_many,
    printed,
    together,
)
from pages.theme import formats

_OFTEN = 3  # so many are named that stand first or last most often
_FEW = 5  # up to so many areas all are named in order
_MOST = 6  # of those without a rank so many are named, then their number


def places_sentence(
    rows: Sequence[Reading], voice: Voice, *, first: int, last: int, counted_in: str = ""
) -> str:
    """The ranking of one indicator in words.

    rows         The areas of one indicator from briefing_areas (the whole area left out).
    first, last  How many places the question was told to mark.
    counted_in   The unit of the denominators.
    """
    if not rows:
        return ""
    if rows[0]["direction"] == "info":
        return full_stop([voice.say("places.info", indicator=rows[0]["indicator_name"])])
    ranked = sorted(
        (row for row in rows if row["rank"] is not None), key=lambda r: (r["rank"], r["order_no"])
    )
    outside = [row for row in rows if row["rank"] is None]
    small = [row for row in outside if is_small(row)]
    others = [row for row in outside if not is_small(row)]
    said = [
        _ranked(ranked, voice, first, last),
        _unranked(others, voice),
        _small(small, voice, counted_in),
    ]
    return full_stop(said, "；")


def most_often(parts: Iterable[Sequence[Reading]], voice: Voice) -> str:
    """Who stands first and who last with how many indicators; empty where nobody is ranked.

    parts  The areas of each indicator, from briefing_areas.
    """
    ranked = [row for rows in parts for row in rows if row["ranked_of"] and row["rank"]]
    apart = [row for row in ranked if row["rank"] > 1 or row["rank_from_last"] > 1]
    firsts = Counter(row["area_name"] for row in apart if row["rank"] == 1)
    lasts = Counter(row["area_name"] for row in apart if row["rank_from_last"] == 1)
    if not firsts or not lasts:
        return ""
    said = {"firsts": _counted(firsts, voice), "lasts": _counted(lasts, voice)}
    return full_stop([voice.say("places.most", children=voice.children, **said)])


def _counted(counts: Counter[str], voice: Voice) -> str:
    return "、".join(
        voice.say("places.most_entry", name=name, count=count)
        for name, count in counts.most_common(_OFTEN)
    )


def is_small(row: Reading) -> bool:
    """Whether an area has its figure, of too few people for a rank."""
    return row["small_base"] and row["state"] == "正常"


def without_rank(row: Reading, voice: Voice, counted_in: str) -> str:
    """基数小（14人），不排名: said beside an area's figure."""
    return voice.say("places.small_bases", list=_small_base(row, voice, counted_in))


def _small_base(row: Reading, voice: Voice, counted_in: str) -> str:
    count = f"{formats.amount(row['denominator'])}{counted_in}"
    return voice.say("places.small_base", count=count)


def _ranked(rows: list[Reading], voice: Voice, first: int, last: int) -> str:
    if not rows:
        return voice.say("places.none", children=voice.children)
    if len(rows) == 1:
        only = rows[0]
        return voice.say("places.only_one", name=only["area_name"], value=printed(only))
    if rows[-1]["rank"] == 1:
        return voice.say("places.all_equal", count=len(rows), value=printed(rows[0]))
    firsts = [row for row in rows if row["is_first"]]
    lasts = [row for row in rows if row["is_last"] and not row["is_first"]]
    if len(rows) <= _FEW or not lasts:
        return voice.say("places.in_order", children=voice.children, list=_entries(rows, voice))
    named = {
        "children": voice.children,
        "first_count": how_many(first),
        "firsts": _entries(firsts, voice),
        "lasts": _entries(lasts, voice),
    }
    if len(lasts) < last:
        return voice.say("places.ends_few", **named)
    return voice.say("places.ends", last_count=how_many(last), **named)


def _entries(rows: Sequence[Reading], voice: Voice) -> str:
    """甲县（99.10%）、乙县和丙县（并列第2名，98.00%）."""
    said = []
    for rank, group in groupby(rows, key=itemgetter("rank")):
        tied = list(group)
        names, value = together([row["area_name"] for row in tied]), printed(tied[0])
        if len(tied) == 1:
            said.append(voice.say("places.entry", name=names, value=value))
        else:
            said.append(voice.say("places.tie", names=names, rank=rank, value=value))
    return "、".join(said)


def _unranked(rows: Sequence[Reading], voice: Voice) -> str:
    """未参加排名的有甲县（未报）、乙县（填报不全）; empty when all are ranked."""
    by_state: dict[str, list[str]] = {}
    for row in rows:
        by_state.setdefault(row["state"], []).append(row["area_name"])
    said = [
        voice.say(
            "places.unranked_entry",
            names=formats.names(names, most=_MOST),
            state=voice.say(f"states.{state}"),
        )
        for state, names in by_state.items()
    ]
    return voice.say("places.unranked", list="、".join(said)) if said else ""


def _small(rows: Sequence[Reading], voice: Voice, counted_in: str) -> str:
    """甲镇基数小（14人）、乙镇基数小（9人），不排名; empty without any."""
    said = [f"{row['area_name']}{_small_base(row, voice, counted_in)}" for row in rows]
    return voice.say("places.small_bases", list=formats.names(said, most=_MOST)) if said else ""
