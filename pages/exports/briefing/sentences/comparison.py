"""How a figure moved, against what, and over which units: the comparison that leads, the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pages.exports.briefing.sentences.voice import Reading, Voice, amount, scaled
from pages.theme import formats

YEAR, PREVIOUS = "year", "previous"
# Where a reading holds a comparison, in the order of the fields below.
_COLUMNS = {
    "lead": (
        "lead_period",
        "lead_change",
        "lead_value",
        "lead_filed",
        "lead_common_units",
        "lead_merged",
    ),
    YEAR: ("yoy_period", "yoy_change", "yoy_value", "yoy_filed", "yoy_common_units", "yoy_merged"),
    PREVIOUS: (
        "previous_period",
        "change",
        "previous_value",
        "previous_filed",
        "change_common_units",
        "change_merged",
    ),
}


@dataclass(frozen=True)
class Comparison:
    """One comparison of a reading.

    against  year | previous.
    period   The period compared with.
    change   Points for a rate, percent for a count; None where nothing is no base.
    value    The base, of the units that are in both periods.
    filed    The base of all its own units, where they are not the same.
    common   The units differ: only those in both periods are compared.
    merged   Names of what merged into the area in between; the base is then their sum.
    """

    against: str
    period: str | None
    change: float | None
    value: float | None
    filed: float | None
    common: bool
    merged: str | None


def leading(reading: Reading) -> Comparison | None:
    """The comparison by which the figure is judged, on every page and paper; None without one."""
    return _read(reading, reading["lead"], "lead") if reading["lead"] else None


def comparisons(reading: Reading) -> list[Comparison]:
    """The comparison that leads, then the other one, where there are any."""
    others = [each for each in (PREVIOUS, YEAR) if each != reading["lead"]]
    found = [leading(reading), *(_read(reading, each, each) for each in others)]
    return [each for each in found if each is not None and each.period is not None]


def movement(each: Comparison, reading: Reading, voice: Voice) -> str:
    """较上周提高0.35个百分点, 较10月增长3.20%, 与上周持平; empty where there is no base."""
    base, unit = base_of(each, reading, voice), reading["unit"]
    if each.change is None:
        return _from_nothing(each, reading, base, voice)
    number = formats.round_half_up(each.change, 2)
    if number == 0:
        return voice.say("change.same" if reading["no_new_report"] else "change.flat", base=base)
    verb = "up" if number > 0 else "down"
    if not formats.is_rate(unit):
        return voice.say(f"change.{verb}_count", base=base, amount=f"{abs(number):f}%")
    kind = "rate" if reading["direction"] == "higher_better" else "plain"
    return voice.say(f"change.{verb}_{kind}", base=base, amount=amount(abs(number), unit, 2))


def base_of(each: Comparison, reading: Reading, voice: Voice) -> str:
    """What is compared with: 上年同期; 上周 of a figure of the chosen period, else 10月, 第50周."""
    if each.against == YEAR:
        return voice.say("change.last_year")
    if reading["is_requested"] or each.period is None:
        return voice.words["frequencies"][reading["frequency"]]["previous"]
    return voice.short(each.period)


def compared(each: Comparison, reading: Reading, voice: Voice) -> str:
    """The movement, and in brackets what it rests on where that is not simply the figure before."""
    return _bracketed(each, reading, [*_merged(each, voice), *_common(each, reading, voice)], voice)


def compared_in_brief(each: Comparison, reading: Reading, voice: Voice) -> str:
    """The same for a second comparison: （可比口径，上年同期92.80%，同口径92.74%）."""
    said = _merged(each, voice)
    if each.common:
        base = base_of(each, reading, voice)
        said.append(_said_of_bases("change.common_brief", each, reading, voice, base=base))
    return _bracketed(each, reading, said, voice)


def compared_in_list(each: Comparison, reading: Reading, voice: Voice) -> str:
    """The same for a list that stands in brackets itself: 较上周下降0.30个百分点，可比口径."""
    return "，".join([movement(each, reading, voice), *plainly(each, voice)])


def compared_on_slide(each: Comparison, reading: Reading, voice: Voice) -> str:
    """The same where cards and notes name the bases: 较上周提高0.35个百分点（可比口径）."""
    return _bracketed(each, reading, plainly(each, voice), voice)


def compared_narrow(each: Comparison, reading: Reading, voice: Voice) -> str:
    """The same for a card: 较上周提高0.35个百分点（可比口径92.74%，全部单位92.80%）."""
    said = [_said_of_bases("change.bases", each, reading, voice)] if each.common else []
    return _bracketed(each, reading, [*said, *_merged(each, voice)], voice)


def plainly(each: Comparison, voice: Voice) -> list[str]:
    """可比口径, 与并入的乙乡合计比较: what it rests on without figures; empty for any other."""
    return [voice.say("change.common")] * each.common + _merged(each, voice)


def _common(each: Comparison, reading: Reading, voice: Voice) -> list[str]:
    """可比口径，上年同期全部单位为92.80%，同口径92.74%: both sides as the change takes them."""
    if not each.common:
        return []
    base = base_of(each, reading, voice)
    return [_said_of_bases("change.common_bases", each, reading, voice, base=base)]


def _said_of_bases(
    pattern: str, each: Comparison, reading: Reading, voice: Voice, **fields: str
) -> str:
    """The base over all units and over those in both periods; 可比口径 where they print alike.

    The figure itself over those in both is added where it prints otherwise.
    """
    said = [voice.say("change.common")]
    if each.filed is not None and each.value is not None and each.filed != each.value:
        filed, value = _figure(each.filed, reading), _figure(each.value, reading)
        said = [voice.say(pattern, filed=filed, value=value, **fields)]
    if (own := own_figure(each, reading)) is not None:
        said.append(voice.say("change.common_own", value=_figure(own, reading)))
    return "，".join(said)


def _bracketed(each: Comparison, reading: Reading, basis: Sequence[str], voice: Voice) -> str:
    said = movement(each, reading, voice)
    return f"{said}{voice.say('change.basis', basis='；'.join(basis))}" if said and basis else said


def own_figure(each: Comparison, reading: Reading) -> Decimal | None:
    """The figure over the units in both periods, where it prints otherwise than over all."""
    return formats.own_basis(reading["printed"], each.change, each.value, reading["unit"])


def _merged(each: Comparison, voice: Voice) -> list[str]:
    return [voice.say("change.merged", units=each.merged)] if each.merged else []


def _from_nothing(each: Comparison, reading: Reading, base: str, voice: Voice) -> str:
    """There is no percentage of nothing: 上周为0个."""
    if formats.is_rate(reading["unit"]) or each.value != 0:
        return ""
    if reading["printed"] == 0:
        return voice.say("change.flat", base=base)
    return voice.say("change.from_zero", base=base, value=_figure(0, reading))


def _figure(value: formats.Number, reading: Reading) -> str:
    return "".join(scaled(value, reading))


def _read(reading: Reading, against: str, where: str) -> Comparison:
    period, change, value, filed, common, merged = (reading[name] for name in _COLUMNS[where])
    return Comparison(against, period, change, value, filed, bool(common), merged)
