"""One reading as cells: the same words on the screen, in slides and files."""

from pages.exports.briefing.model import PaperCell
from pages.exports.briefing.sentences import figure, places
from pages.exports.briefing.sentences.comparison import leading, plainly
from pages.exports.briefing.sentences.voice import Reading, Voice
from pages.theme import formats

_LACKING, _PROVISIONAL = "缺", "暂"
LACKING_NOTE = f"带“{_LACKING}”的未报齐。"
PROVISIONAL_NOTE = f"带“{_PROVISIONAL}”的为暂定数。"
UNRANKED_NOTE = f"名次为“{formats.ABSENT}”的未报、没有应统计的对象或基数小，不排名。"


def marked_name(reading: Reading) -> str:
    """The area's name; ※ marks a statistical zone, as the note below the table says."""
    return f"{reading['area_name']}{'※' if reading['kind'] == 'statistical_zone' else ''}"


def value_cell(reading: Reading, *, area: str = "") -> PaperCell:
    """The printed figure without its unit; the word where there is none."""
    if reading["masked"]:
        return PaperCell(formats.MASKED)
    if reading["printed"] is None:
        return PaperCell(formats.ABSENT if reading["state"] == "不适用" else reading["state"])
    text = formats.plain(reading["printed"], decimals(reading))
    mark = _PROVISIONAL if reading["provisional"] else ""
    return PaperCell(f"{text}{mark}", reading["printed"], area=area)


def decimals(reading: Reading) -> int:
    """Decimals of an indicator's figure: those of the catalogue, none for whole counts."""
    return reading["decimals"] if formats.is_rate(reading["unit"]) else 0


def lacking_cell(reading: Reading) -> PaperCell:
    """The printed figure among many, marked where not all units are in it."""
    cell = value_cell(reading)
    if cell.value is None or not figure.is_lacking(reading):
        return cell
    return PaperCell(f"{cell.text}{_LACKING}", cell.value)


def alone_cell(reading: Reading) -> PaperCell:
    """The period by itself beside a cumulative figure; — where they are one."""
    if reading["masked"] or reading["printed"] is None:
        return PaperCell(formats.ABSENT)
    return number_cell(reading["period_alone"], decimals(reading))


def points(unit: str) -> str:
    """What a change is counted in, as a heading says it: 百分点 for a rate, % for a count."""
    return formats.points(unit).removeprefix("个") if formats.is_rate(unit) else "%"


def number_cell(value: float | None, after_point: int = 0) -> PaperCell:
    """A number as such; null prints —."""
    return PaperCell(formats.plain(value, after_point), value)


def signed_cell(change: float | None) -> PaperCell:
    """A movement with its sign: +0.35, -1.20, 0.00; null prints —."""
    if change is None:
        return PaperCell(formats.ABSENT)
    return PaperCell(formats.signed(change), float(formats.round_half_up(change, 2)))


def gap_cell(reading: Reading) -> PaperCell:
    """How much is short of the target; 已达到 where nothing is."""
    if reading["light"] == "达标":
        return PaperCell("已达到")
    if reading["gap"] is None or reading["light"] is None or reading["state"] != "正常":
        return PaperCell(formats.ABSENT)
    return number_cell(max(reading["gap"], 0.0), decimals(reading))


def light_cell(reading: Reading) -> PaperCell:
    """The light's word, or why there is none."""
    word = reading["light"] or (reading["state"] if reading["state"] != "正常" else "")
    return PaperCell(word or formats.ABSENT, light=word)


def judged_cell(reading: Reading) -> PaperCell:
    """The light's word with its reason, where no remark stands beside it."""
    cell, reason = light_cell(reading), reading["light_reason"]
    return PaperCell(f"{cell.text}（{reason}）", light=cell.light) if reason else cell


def remark(reading: Reading, voice: Voice, counted_in: str = "") -> str:
    """What must be known of a row: who is missing, why no rank or this light, what is compared.

    Stepping back to an earlier period is the same for all and said once, below the table.
    """
    found = figure.coverage(reading, voice) if reading["printed"] is not None else []
    if reading["units_carried"]:
        found.append(voice.say("marks.carried_short", count=reading["units_carried"]))
    if places.is_small(reading):
        found.append(places.without_rank(reading, voice, counted_in))
    if reading["light_reason"]:
        found.append(reading["light_reason"])
    if (lead := leading(reading)) is not None:
        found += plainly(lead, voice)
    return "，".join(found)
