"""One indicator in one sentence: level, change, target, pace, and what must be known of it."""

from datetime import date

from pages.exports.briefing.sentences.comparison import (
    compared,
    compared_in_brief,
    compared_on_slide,
    comparisons,
    leading,
)
from pages.exports.briefing.sentences.voice import (
    Reading,
    Voice,
    amount,
    full_stop,
    printed,
    scaled,
)
from pages.theme import formats

_NO_FIGURE = {"不适用": "level.not_applicable", "已遮蔽": "level.masked"}


def figure_sentence(reading: Reading, voice: Voice) -> str:
    """The paragraph of 总体进展 for one reading (a row of briefing_areas)."""
    if reading["printed"] is None or reading["masked"]:
        return full_stop([no_figure(reading, voice)])
    head = voice.say(
        "level.value",
        date=voice.day(reading["period_end"]),
        whole=voice.whole,
        name=voice.named(reading),
        value=printed(reading),
        marks=_in_brackets(marks(reading, voice), voice),
    )
    if reading["state"] == "填报不全":
        return full_stop([head])  # neither compared nor judged: too few have reported
    said = [head, *changes(reading, voice), target(reading, voice)]
    words = full_stop(said)
    return f"{words[:-1]}；{late}。" if (late := pace(reading, voice)) else words


def brief_sentence(reading: Reading, voice: Voice) -> str:
    """The same for slide and bulletin: the comparison that leads, what it rests on left aside.

    The day stands before figures of another day than the briefing's.
    """
    if reading["printed"] is None or reading["masked"]:
        return full_stop([no_figure(reading, voice)])
    on_day = reading["period_end"] == voice.period.end
    head = voice.say(
        "level.today" if on_day else "level.value",
        date=voice.day(reading["period_end"]),
        whole=voice.whole,
        name=voice.named(reading),
        value=printed(reading),
        marks=_in_brackets(marks(reading, voice), voice),
    )
    if reading["state"] == "填报不全":
        return full_stop([head])
    lead = leading(reading)
    moved = [compared_on_slide(lead, reading, voice)] if lead is not None else []
    if reading["no_new_report"]:
        moved.append(voice.words["frequencies"][voice.period.frequency]["quiet"])
    return full_stop([head, *moved, target(reading, voice), pace_left(reading, voice)])


def bulletin_sentence(reading: Reading, voice: Voice) -> str:
    """The same for the bulletin, whose first line and table name people and area for all.

    Value with what must be known of it, the comparison that leads, the distance to the target.
    """
    if reading["printed"] is None or reading["masked"]:
        return full_stop([no_figure(reading, voice)])
    other_day = reading["period"] and not reading["is_requested"]
    known = [
        *([voice.short(reading["period"])] if other_day else []),
        *cumulative(reading, voice)[:1],
        *standing_marks(reading, voice),
        *coverage(reading, voice),
    ]
    head = f"{reading['indicator_name']}{printed(reading)}{_in_brackets(known, voice)}"
    if reading["state"] == "填报不全":
        return full_stop([head])
    lead = leading(reading)
    moved = [compared_on_slide(lead, reading, voice)] if lead is not None else []
    return full_stop([head, *moved, target(reading, voice, brief=True)])


def no_figure(reading: Reading, voice: Voice) -> str:
    """The words in place of a figure that is not there."""
    fields = {"whole": voice.whole, "name": voice.named(reading)}
    if reading["stale_since"]:
        half = "起填报不全" in (reading["note"] or "")
        pattern = "level.stale_incomplete" if half else "level.stale"
        return voice.say(pattern, since=voice.short(reading["stale_since"]), **fields)
    if reading["masked"] or reading["state"] in _NO_FIGURE:
        pattern = _NO_FIGURE["已遮蔽" if reading["masked"] else reading["state"]]
        return voice.say(pattern, period=_when(reading, voice), **fields)
    if reading["period"] is None:
        return voice.say("level.never", **fields)
    return voice.say("level.missing", period=_when(reading, voice), **fields)


def marks(reading: Reading, voice: Voice) -> list[str]:
    """What stands in brackets behind the figure: 本年累计, 暂定数, 已报8/9 …"""
    said = (cumulative, standing_marks, coverage, carried)
    return [words for each in said for words in each(reading, voice)]


def carried(reading: Reading, voice: Voice) -> list[str]:
    """其中9个单位沿用上期台账; empty without any."""
    count = reading["units_carried"]
    return [voice.say("marks.carried", count=count)] if count else []


def standing_marks(reading: Reading, voice: Voice) -> list[str]:
    """What holds for the figures of all areas alike: 暂定数, 11月已报3/9，暂用10月数."""
    found = []
    if reading["provisional"]:
        found.append(voice.say("marks.provisional"))
    if reading["state"] == "填报不全":
        found.append(voice.say("marks.incomplete"))
    if reading["fallback_from_period"]:
        found.append(
            voice.say(
                "marks.fallback",
                late=voice.short(reading["fallback_from_period"]),
                reported=reading["fallback_reported"],
                expected=reading["fallback_expected"],
                used=voice.short(reading["period"]),
            )
        )
    return found


def cumulative(reading: Reading, voice: Voice) -> list[str]:
    """本年累计, and the period by itself where that is another figure; empty for any other."""
    if not reading["cumulative_word"]:
        return []
    if reading["period_alone"] is None or reading["masked"]:
        return [reading["cumulative_word"]]
    alone = "".join(scaled(reading["period_alone"], reading))
    period = voice.short(reading["period"])
    return [reading["cumulative_word"], voice.say("marks.alone", period=period, value=alone)]


def coverage(reading: Reading, voice: Voice) -> list[str]:
    """已报8/9, 宁陵县未报; empty when all have reported, or none was expected."""
    if not is_lacking(reading):
        return []
    expected, reported = reading["units_expected"], reading["units_reported"]
    found = [voice.say("marks.coverage", reported=reported, expected=expected)]
    if reading["missing_units"]:
        found.append(voice.say("marks.missing", units=reading["missing_units"]))
    return found


def is_lacking(reading: Reading) -> bool:
    """Whether somebody who owes has not reported."""
    expected, reported = reading["units_expected"], reading["units_reported"]
    return bool(expected) and reported is not None and reported < expected


def changes(reading: Reading, voice: Voice) -> list[str]:
    """The movement in words, what leads first; the quiet week said as such, never as 持平.

    What the first rests on is spelled out; of the second the two bases are named.
    """
    said = [
        (compared_in_brief if number else compared)(each, reading, voice)
        for number, each in enumerate(comparisons(reading))
    ]
    found = [each for each in said if each]
    if reading["no_new_report"]:
        words = voice.words["frequencies"][voice.period.frequency]["quiet"]
        found.append(voice.say("change.quiet", quiet=words, period=voice.short(reading["period"])))
    elif not found and not reading["leads_with_yoy"]:
        found.append(voice.say("change.no_base"))
    return found


def target(reading: Reading, voice: Voice, *, brief: bool = False) -> str:
    """Whether the target is met, and by how much it is missed; empty without a target.

    brief  The target's own figure is left out.
    """
    if reading["target"] is None:
        return ""
    unit, decimals = reading["unit"], reading["decimals"]
    fields = {
        "target": "".join(scaled(reading["target"], reading)),
        "sign": _sign(reading, voice),
        "inherited": _inherited(reading, voice),
    }
    if reading["target_status"] != "采用":
        return voice.say("target.reference", target=fields["target"], sign=fields["sign"])
    if reading["direction"] == "info":
        return ""
    fields["target_word"] = _target_word(reading, voice)
    if reading["gap"] is None:
        return voice.say("target.met_brief" if brief else "target.met", **fields)
    gap = formats.round_half_up(reading["gap"], decimals)
    del fields["sign"]
    if gap <= 0:  # it prints like the target, and is short of it
        step = formats.round_half_up(10**-decimals, decimals)
        lower = reading["direction"] == "lower_better"
        pattern = "target.over_tiny" if lower else "target.tiny"
        return voice.say(pattern, gap=amount(step, unit, decimals), **fields)
    pattern = "target.over" if reading["direction"] == "lower_better" else "target.short"
    pattern = f"{pattern}_brief" if brief else pattern
    return voice.say(pattern, gap=amount(gap, unit, decimals), **fields)


def pace(reading: Reading, voice: Voice) -> str:
    """What each period must bring until the target's day; empty when nothing is short."""
    asked = pace_left(reading, voice)
    if not asked:
        return ""
    return voice.say("target.until", until=voice.day(reading["target_valid_to"]), pace=asked)


def pace_left(reading: Reading, voice: Voice) -> str:
    """The same without the day: 剩余1周需提高3.02个百分点."""
    if reading["required_pace"] is None or reading["state"] != "正常":
        return ""
    per, decimals = reading["required_pace"], reading["decimals"]
    if formats.is_rate(reading["unit"]):
        pattern = "target.pace_up" if per > 0 else "target.pace_down"
    else:
        pattern = "target.pace_more" if per > 0 else "target.pace_less"
    return voice.say(
        pattern,
        every=_every(reading, voice),
        amount=amount(abs(per), reading["unit"], decimals),
    )


def _every(reading: Reading, voice: Voice) -> str:
    """每周, 每月; 剩余1周 when no more than one is left."""
    if reading["periods_left"] == 1:
        return formats.ONE_LEFT[reading["frequency"]]
    return voice.words["frequencies"][reading["frequency"]]["name"]


def _target_word(reading: Reading, voice: Voice) -> str:
    last_day = date(voice.period.end.year, 12, 31)
    this_year = reading["target_valid_to"] == last_day
    return voice.say("target.year_word" if this_year else "target.word")


def _sign(reading: Reading, voice: Voice) -> str:
    """不低于, 不高于 …: a printed 「=」 or 「达」 asks for at least, or at most, so much."""
    sign = reading["target_comparator"]
    if sign not in ("<", ">", "<=", ">="):
        sign = "<=" if reading["direction"] == "lower_better" else ">="
    return voice.words["comparators"][sign]


def _inherited(reading: Reading, voice: Voice) -> str:
    if not reading["target_inherited"]:
        return ""
    known = voice.words["marks"]["inherited_target"]
    words = known.get(reading["target_scope_level"] or "national", known["national"])
    return voice.say("target.inherited", words=words)


def _when(reading: Reading, voice: Voice) -> str:
    return voice.short(reading["period"] or voice.period.text)


def _in_brackets(found: list[str], voice: Voice) -> str:
    return voice.say("level.marks", marks="，".join(found)) if found else ""
