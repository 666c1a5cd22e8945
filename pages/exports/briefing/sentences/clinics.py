"""The standard of village clinics in sentences: judged, met, what fails, villages without any."""

from collections.abc import Sequence

from pages.exports.briefing.sentences.voice import Reading, Voice, full_stop, most_of, printed

_OTHERS = ("posted", "visited", "extended", "building", "exempt")
_FAILED = ("failed_area", "failed_rooms", "failed_doctor", "failed_licence")


def clinic_sentences(
    whole: Reading | None, rate: Reading | None, parts: Sequence[Reading], voice: Voice
) -> dict[str, str]:
    """Sentences by key; empty ones left out.

    whole  The row of briefing_clinics for the area itself; None without a ledger.
    rate   The reading of the standard rate; None when that indicator is not asked for.
    parts  The rows of the parts.
    """
    if whole is None:
        period = voice.short(voice.period.text)
        return {"counts": full_stop([voice.say("clinics.none", whole=voice.whole, period=period)])}
    said = {
        "counts": _counts(whole, rate, voice),
        "failed": _failed(whole, voice),
        "most": _most(parts, voice),
        "villages": _villages(whole, voice),
    }
    return {key: words for key, words in said.items() if words}


def _counts(whole: Reading, rate: Reading | None, voice: Voice) -> str:
    head = voice.say(
        "clinics.judged",
        date=voice.day(whole["period_end"]),
        whole=voice.whole,
        judged=whole["met"] + whole["unmet"],
        met=whole["met"],
        unmet=whole["unmet"],
    )
    # Only of the same month: the rate may stand at an earlier one.
    known = rate is not None and rate["period"] == whole["period"] and rate["printed"] is not None
    share = voice.say("clinics.rate", value=printed(rate)) if rate is not None and known else ""
    others = [voice.say(f"clinics.{key}", count=whole[key]) for key in _OTHERS if whole[key]]
    more = voice.say("clinics.others", list="、".join(others)) if others else ""
    words = full_stop([head, share])
    return f"{words[:-1]}；{more}。" if more else words


def _failed(whole: Reading, voice: Voice) -> str:
    failed = [voice.say(f"clinics.{key}", count=whole[key]) for key in _FAILED if whole[key]]
    return full_stop([voice.say("clinics.failed", list="、".join(failed))]) if failed else ""


def _most(parts: Sequence[Reading], voice: Voice) -> str:
    said = most_of(parts, "unmet", "clinics.most_entry", voice)
    return full_stop([voice.say("clinics.most", list=said)]) if said else ""


def _villages(whole: Reading, voice: Voice) -> str:
    if not whole["villages"]:
        return ""
    without, building = whole["villages_without"], whole["villages_building"]
    pattern = "blank" if without else "being_built" if building else "covered"
    fields = {"count": without or building} if without or building else {}
    changed = whole["overridden"]
    return full_stop(
        [
            voice.say(f"clinics.{pattern}", villages=whole["villages"], **fields),
            voice.say("clinics.overridden", count=changed) if changed else "",
        ],
        "；",
    )
