"""Readings and voices for the cases: what a row of briefing_areas holds, said briefly."""

from datetime import date
from typing import Any

import polars as pl

from data import catalogue as catalogues
from data.catalogue import sentences
from data.periods import Period
from pages.exports.briefing.sentences import clinics, figure, places, problems, tasks
from pages.exports.briefing.sentences.voice import Voice

WORDS = catalogues.load().words
SENTENCES = sentences.load()
DATES = ("period_end", "target_valid_to")
LEAD = (
    "lead",
    "lead_period",
    "lead_change",
    "lead_change_is",
    "lead_value",
    "lead_filed",
    "lead_common_units",
    "lead_merged",
)
BASE: dict[str, Any] = {
    "indicator": "signing_rate",
    "indicator_name": "家庭医生签约率",
    "population": "target",
    "direction": "higher_better",
    "unit": "%",
    "decimals": 2,
    "denominator": 1000.0,
    "area_code": "990101",
    "area_name": "甲县",
    "order_no": 1,
    "kind": "",
    "printed": 96.98,
    "state": "正常",
    "note": "",
    "units_expected": 10,
    "units_reported": 10,
    "units_carried": 0,
    "missing_units": None,
    "small_base": False,
    "cumulative_word": None,
    "period_alone": None,
    "fallback_from_period": None,
    "fallback_reported": None,
    "fallback_expected": None,
    "stale_since": None,
    "no_new_report": False,
    "provisional": False,
    "masked": False,
    "leads_with_yoy": False,
    "previous_value": None,
    "previous_filed": None,
    "change": None,
    "change_is": None,
    "change_common_units": False,
    "change_merged": None,
    "yoy_value": None,
    "yoy_filed": None,
    "yoy_change": None,
    "yoy_common_units": False,
    "yoy_merged": None,
    "target": None,
    "target_comparator": ">=",
    "target_status": "采用",
    "target_scope_level": "county",
    "target_inherited": False,
    "target_valid_to": None,
    "light": None,
    "light_reason": None,
    "gap": None,
    "periods_left": None,
    "required_pace": None,
    "rank": None,
    "is_first": False,
    "is_last": False,
}


def voice(
    place: str = "甲县",
    level: str = "township",
    period: str = "2020-W51",
    area: str = "411403",
) -> Voice:
    return Voice(SENTENCES, WORDS, place, area, level, Period.parse(period))


def reading(chosen: str, **own: Any) -> dict[str, Any]:
    """A reading as the question gives it; what follows from the period is filled in."""
    unknown = set(own) - set(BASE) - {"period", "previous_period", "frequency", *LEAD, *DATES}
    if unknown:
        raise KeyError(f"no such column: {unknown}")
    text = own.get("period", chosen)
    known = Period.parse(text) if text else None
    found = BASE | {"period": text, "is_requested": text == chosen}
    found["frequency"] = own.get("frequency") or (known.frequency if known else "weekly")
    found["period_end"] = known.end if known else None
    moved = own.get("change") is not None or own.get("previous_value") is not None
    found["previous_period"] = known.previous().text if known and moved else None
    year = own.get("yoy_change") is not None or own.get("yoy_value") is not None
    found["yoy_period"] = f"{known.year - 1}{known.text[4:]}" if known and year else None
    found |= own
    found |= led(found) | {name: own[name] for name in LEAD if name in own}
    for name in DATES:
        if isinstance(found[name], str):
            found[name] = date.fromisoformat(found[name])
    return found


def led(row: dict[str, Any]) -> dict[str, Any]:
    """The comparison that leads, as the question gives it: of a year-to-date figure 同比."""
    year = ("yoy_period", "yoy_change", "yoy_value", "yoy_filed", "yoy_common_units", "yoy_merged")
    before = (
        "previous_period",
        "change",
        "previous_value",
        "previous_filed",
        "change_common_units",
        "change_merged",
    )
    chosen = year if row["leads_with_yoy"] or row["previous_period"] is None else before
    if row[chosen[0]] is None:
        return dict.fromkeys(LEAD)
    names = ("lead_period", "lead_change", "lead_value", "lead_filed", "lead_common_units",
             "lead_merged")  # fmt: skip
    found = dict(zip(names, (row[each] for each in chosen), strict=True))
    moved = row["change_is"] if chosen is before else None
    return found | {"lead": "year" if chosen is year else "previous", "lead_change_is": moved}


def ranked(values: dict[str, float | None], **shared: Any) -> list[dict[str, Any]]:
    """Areas with their values as the question ranks them: ties share, the next is left out."""
    chosen = shared.pop("chosen", "2020-W51")
    first, last = shared.pop("first", 3), shared.pop("last", 3)
    states, small = shared.pop("states", {}), shared.pop("small", {})
    lower = shared.get("direction") == "lower_better"
    known = [value for name, value in values.items() if value is not None and name not in small]
    rows = []
    for number, (name, value) in enumerate(values.items(), 1):
        own: dict[str, Any] = {"area_name": name, "order_no": number, "printed": value}
        if value is None:
            own["state"] = states.get(name, "未报")
        elif name in small:
            own |= {"denominator": float(small[name]), "small_base": True}
        elif shared.get("direction") != "info":
            better = [each for each in known if (each < value if lower else each > value)]
            worse = [each for each in known if (each > value if lower else each < value)]
            own |= {
                "rank": len(better) + 1,
                "is_first": len(better) < first,
                "is_last": len(worse) < last,
            }
        rows.append(reading(chosen, **(shared | own)))
    return rows


def runs(rows: list[dict[str, Any]], since: dict[str, str]) -> dict[tuple[str, str], Any]:
    """Since when each area missed the target, as the question gives it; always: for a year."""
    for row in rows:
        row["area_code"] = row["area_name"]
    return {
        (row["indicator"], row["area_code"]): {
            "missed_since": since[row["area_name"]],
            "missed_periods": 9,
            "missed_always": since[row["area_name"]] == "always",
        }
        for row in rows
        if row["area_name"] in since
    }


def said(case: dict[str, Any]) -> str:
    """The sentence of a case."""
    speaker = voice(**case.get("voice", {}))
    chosen = speaker.period.text
    kind, given = case["of"], case.get("given", {})
    if kind == "figure":
        return figure.figure_sentence(reading(chosen, **given), speaker)
    if kind == "places":
        values, unit = given.pop("values"), given.pop("counted_in", "")
        rows = ranked(values, chosen=chosen, **given)
        first, last = given.get("first", 3), given.get("last", 3)
        return places.places_sentence(rows, speaker, first=first, last=last, counted_in=unit)
    if kind in ("lagging", "worse", "task"):
        rows = [reading(chosen, **(given.get("shared", {}) | each)) for each in given["rows"]]
        if kind == "lagging":
            return problems.lagging(rows, speaker, runs(rows, given.get("since", {})))
        speak = {"worse": problems.worse, "task": tasks.lagging_task}
        return speak[kind](rows, speaker)
    if kind == "doubt":
        return problems.doubts([given], speaker)
    if kind == "issues":
        return problems.issues(given["whole"], given["parts"], speaker)
    if kind == "owed":
        return problems.owed(pl.DataFrame(given["rows"]), speaker)
    if kind == "clinics":
        whole = given["whole"]
        if whole:
            whole["period_end"] = Period.parse(whole["period"]).end
        rate = reading(chosen, **given["rate"]) if given.get("rate") else None
        return "".join(
            clinics.clinic_sentences(whole, rate, given.get("parts", []), speaker).values()
        )
    if kind == "reporting_task":
        return tasks.reporting_task(pl.DataFrame(given["rows"]), speaker)
    if kind == "issues_task":
        return tasks.issues_task(given["whole"], given["parts"], speaker)
    raise KeyError(kind)
