"""One indicator in one sentence: level, change, target, pace, and what must be known of it."""

from datetime import date

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
    """What stands in brackets behind the figure: 暂定数, 已报8/9, 11月已报3/9，暂用10月数."""
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
    expected, reported = reading["units_expected"], reading["units_reported"]
    if expected and reported is not None and reported < expected:
        found.append(voice.say("marks.coverage", reported=reported, expected=expected))
    if reading["units_carried"]:
        found.append(voice.say("marks.carried", count=reading["units_carried"]))
    return found


def changes(reading: Reading, voice: Voice) -> list[str]:
    """The movement in words, what leads first; the quiet week said as such, never as 持平."""
    quiet = reading["no_new_report"]
    before = "" if quiet else _before(reading, voice)
    year = _year(reading, voice, quiet=quiet)
    marked = [
        bool(before) and reading["change"] is not None and reading["change_common_units"],
        bool(year) and reading["yoy_common_units"],
    ]
    if all(marked):
        mark = voice.say("change.common_both")
        before, year = (
            (f"{before}{mark}", year) if reading["leads_with_yoy"] else (before, f"{year}{mark}")
        )
    elif any(marked):
        mark = voice.say("change.common_one")
        before, year = (f"{before}{mark}", year) if marked[0] else (before, f"{year}{mark}")
    said = [year, before] if reading["leads_with_yoy"] else [before, year]
    found = [each for each in said if each]
    if quiet:
        words = voice.words["frequencies"][voice.period.frequency]["quiet"]
        found.append(voice.say("change.quiet", quiet=words, period=voice.short(reading["period"])))
    elif not found and not reading["leads_with_yoy"]:
        found.append(voice.say("change.no_base"))
    return found


def target(reading: Reading, voice: Voice) -> str:
    """Whether the target is met, and by how much it is missed; empty without a target."""
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
    if reading["gap"] is None or reading["direction"] == "info":
        return ""
    fields["target_word"] = _target_word(reading, voice)
    gap = formats.round_half_up(reading["gap"], decimals)
    short = reading["light"] in ("预警", "滞后")
    if gap <= 0 and not short:
        return voice.say("target.met", **fields)
    del fields["sign"]
    if gap <= 0:
        step = formats.round_half_up(10**-decimals, decimals)
        lower = reading["direction"] == "lower_better"
        pattern = "target.over_tiny" if lower else "target.tiny"
        return voice.say(pattern, gap=amount(step, unit, decimals), **fields)
    pattern = "target.over" if reading["direction"] == "lower_better" else "target.short"
    return voice.say(pattern, gap=amount(gap, unit, decimals), **fields)


def pace(reading: Reading, voice: Voice) -> str:
    """What each period must bring until the target's day; empty when nothing is short."""
    if reading["required_pace"] is None or reading["state"] != "正常":
        return ""
    per, decimals = reading["required_pace"], reading["decimals"]
    if formats.is_rate(reading["unit"]):
        pattern = "target.pace_up" if per > 0 else "target.pace_down"
    else:
        pattern = "target.pace_more" if per > 0 else "target.pace_less"
    return voice.say(
        pattern,
        until=voice.day(reading["target_valid_to"]),
        every=voice.words["frequencies"][reading["frequency"]]["name"],
        amount=amount(abs(per), reading["unit"], decimals),
    )


def movement(change: float, reading: Reading, base: str, voice: Voice) -> str:
    """较上周提高0.35个百分点, 较10月增长3.20%, 与上周持平: one printed change."""
    number = formats.round_half_up(change, 2)
    if number == 0:
        return voice.say("change.flat", base=base)
    up = number > 0
    if not formats.is_rate(reading["unit"]):
        pattern = "change.up_count" if up else "change.down_count"
        return voice.say(pattern, base=base, amount=f"{abs(number):f}%")
    kind = "rate" if reading["direction"] == "higher_better" else "plain"
    words = amount(abs(number), reading["unit"], 2)
    return voice.say(f"change.{'up' if up else 'down'}_{kind}", base=base, amount=words)


def base_of(reading: Reading, voice: Voice) -> str:
    """What 环比 compares with: 上周 where the figure is of the chosen period, else 10月, 第50周."""
    if reading["is_requested"]:
        return voice.words["frequencies"][reading["frequency"]]["previous"]
    return voice.short(reading["previous_period"])


def _before(reading: Reading, voice: Voice) -> str:
    if reading["previous_period"] is None:
        return ""
    base = base_of(reading, voice)
    if reading["change"] is not None:
        return movement(reading["change"], reading, base, voice)
    if formats.is_rate(reading["unit"]) or reading["previous_value"] != 0:
        return ""
    if reading["printed"] == 0:
        return voice.say("change.flat", base=base)
    none = "".join(scaled(0, reading))  # no percentage of nothing
    return voice.say("change.from_zero", base=base, value=none)


def _year(reading: Reading, voice: Voice, *, quiet: bool) -> str:
    if reading["yoy_change"] is None:
        return ""
    base = voice.say("change.last_year")
    if quiet and formats.round_half_up(reading["yoy_change"], 2) == 0:
        return voice.say("change.same", base=base)
    return movement(reading["yoy_change"], reading, base, voice)


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
