"""The verdict: how many indicators are met, what is behind, who, and what moved the wrong way."""

from collections import Counter
from collections.abc import Mapping, Sequence

from pages.exports.briefing.sentences.voice import Reading, Voice, full_stop
from pages.theme import formats, tokens

_NAMED = 5  # so many parts are named


def verdict(wholes: Sequence[Reading], parts: Mapping[str, Sequence[Reading]], voice: Voice) -> str:
    """Three clauses, for the cover and the beginning of the bulletin.

    wholes  The chosen indicators of the area; parts  those of its parts by indicator.
    """
    return full_stop([_lights(wholes, voice), _behind(parts, voice), _worse(wholes, voice)], "；")


def _lights(wholes: Sequence[Reading], voice: Voice) -> str:
    counts = Counter(each["light"] for each in wholes if each["light"] in tokens.LIGHTS)
    said = [
        voice.say("verdict.light", light=word, count=counts[word])
        for word in tokens.LIGHTS
        if counts[word]
    ]
    if dark := len(wholes) - counts.total():
        said.append(voice.say("verdict.dark", count=dark))
    words = voice.say("verdict.lights", count=len(wholes), list="、".join(said))
    names = [each["indicator_name"] for each in wholes if each["light"] == tokens.BEHIND.word]
    if not names:
        return words
    behind = voice.say("verdict.behind", whole=voice.whole, list=formats.names(names, most=_NAMED))
    return f"{words}，{behind}"


def _behind(parts: Mapping[str, Sequence[Reading]], voice: Voice) -> str:
    """Which parts are behind with how many indicators, the most first."""
    counts = Counter(
        row["area_name"]
        for rows in parts.values()
        for row in rows
        if row["light"] == tokens.BEHIND.word and not row["small_base"]
    )
    if not counts:
        return voice.say("verdict.parts_none", children=voice.children)
    said = [voice.say("verdict.part", name=name, count=n) for name, n in counts.most_common()]
    return voice.say(
        "verdict.parts", children=voice.children, list=formats.names(said, most=_NAMED)
    )


def _worse(wholes: Sequence[Reading], voice: Voice) -> str:
    names = [
        each["indicator_name"]
        for each in wholes
        if each["lead_change_is"] == "worse" and not each["no_new_report"]
    ]
    if not names:
        return voice.say("verdict.worse_none", whole=voice.whole)
    return voice.say("verdict.worse", whole=voice.whole, list=formats.names(names, most=_NAMED))
