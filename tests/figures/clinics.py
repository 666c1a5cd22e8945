"""Village clinics, one by one (rule 7)."""

from datetime import date
from functools import cache
from typing import Any

import polars as pl

from tests.figures.periods import containing
from tests.figures.rows import rolled
from tests.figures.world import World

ROOMS = ("has_consult", "has_treatment", "has_publichealth", "has_pharmacy")
ORDER = ("不作要求", "达标", "未达标", "派驻", "巡诊", "邻村延伸", "在建")
_READ = (
    "is_poor_village service_pop floor_area qualified_doctors service_mode posting_days "
    "licence_until is_standard build_state remark"
).split()
_SHAPE = {
    **dict.fromkeys(("area_code", "status"), pl.String),
    "p": pl.Int64,
    **dict.fromkeys(("clinic_ok", "doctor_ok", "is_poor_village", "carried", "whole"), pl.Boolean),
}
Rows = list[dict[str, Any]]


@cache
def states(world: World, view: str) -> pl.DataFrame:
    """One row per clinic in use (`clinic_state`) or per village (`village_clinic_state`)."""
    made = _places_without if view == "clinic_state" else _villages
    found = []
    for day, (clinics, filers) in _months(world).items():
        rows = made(world, day, clinics, filers)
        rows += clinics if view == "clinic_state" else []
        ordinal = containing("monthly", day).ordinal
        found += [row | {"p": ordinal, "whole": True} for row in rows]
    return pl.DataFrame(found, schema=_SHAPE)


@cache
def _months(world: World) -> dict[date, tuple[Rows, dict[str, bool]]]:
    """Last day of a month -> the clinics, and the units that filed by then.

    Of each unit whether its whole register is carried forward.
    """
    filed: dict[date, Rows] = {}
    for row in rolled(world, "T07", "monthly", [*_READ, *ROOMS]).to_dicts():
        filed.setdefault(row["period_end"], []).append(row)
    found = {}
    for day, rows in filed.items():
        is_carried: dict[str, bool] = {}
        for row in rows:
            unit = world.unit("T07", world.place(row["area_code"], row["filed_end"]))
            is_carried[unit] = is_carried.get(unit, True) and row["carried"]
        found[day] = _in_use(world, day, rows), is_carried
    return found


def _in_use(world: World, day: date, filed: Rows) -> Rows:
    """The clinics in use or being built in villages of the register, with their status."""
    used = [row for row in filed if row["build_state"] != "停用"]
    people: dict[str, int] = {}
    for row in used:
        if row["service_pop"] is not None:
            people[row["area_code"]] = people.get(row["area_code"], 0) + row["service_pop"]
    few = world.settings["clinic_exempt_service_pop"]
    for row in used:
        row["is_open"] = row["build_state"] != "在建"
        row["doctor_ok"] = (row["qualified_doctors"] or 0) >= 1
        row["is_poor_village"] = bool(row["is_poor_village"])
        is_exempt = people.get(row["area_code"], few + 1) <= few
        row["status"] = "不作要求" if is_exempt else status(row, world.settings)
    return [row for row in used if _is_counted(world, row["area_code"], day)]


def _is_counted(world: World, village: str, day: date) -> bool:
    """A clinic goes with its village; where a county's villages are not registered, all count."""
    county = world.above(village, "county")
    listed = world.villages(county) if county else ()
    return not listed or (village in listed and world.lives(village, day))


def status(row: dict[str, Any], settings: dict[str, Any]) -> str:
    """What a clinic is on the last day of a period."""
    if not row["is_open"]:
        return "在建"
    if row["service_mode"] != "自有":
        return row["service_mode"]
    is_equipped = (
        (row["floor_area"] or 0) >= settings["clinic_floor_area"]
        and all(row[room] for room in ROOMS)
        and row["doctor_ok"]
    )
    licence = row["licence_until"] or date.min
    was_licensed, is_licensed = (licence >= row[day] for day in ("filed_end", "period_end"))
    # An override counts while the facts are those that its reason was given for; of a row that is
    # carried forward only the licence can change.
    overrides = row["is_standard"] not in (None, is_equipped and was_licensed)
    stands = overrides and (row["remark"] or "").strip() and was_licensed == is_licensed
    meets = row["is_standard"] if stands else is_equipped and is_licensed
    return "达标" if meets else "未达标"


def _places_without(world: World, day: date, clinics: Rows, filers: dict[str, bool]) -> Rows:
    """Places with villages whose unit filed and that have no clinic: 0 of 0, not silence."""
    having = {world.place(row["area_code"], day) for row in clinics}
    return [
        {"area_code": area, "carried": filers[unit]}
        for area in world.areas
        if world.level(area) == "township"
        and world.lives(area, day)
        and (unit := world.unit("T07", area)) in filers
        and area not in having
        and world.has_villages(area, day)
    ]


def _villages(world: World, day: date, clinics: Rows, filers: dict[str, bool]) -> Rows:
    """Every village of the units whose register has been filed by then."""
    by_village: dict[str, Rows] = {}
    for row in clinics:
        by_village.setdefault(row["area_code"], []).append(row)
    return [
        {"area_code": code} | village(by_village.get(code, []))
        for code, area in world.areas.items()
        if area["level"] == "village"
        and area["kind"] == "village"
        and world.lives(code, day)
        and world.unit("T07", world.place(code, day)) in filers
    ]


def village(clinics: Rows) -> dict[str, Any]:
    """What a village is by its clinics: the best of them, or 未设置 without any."""
    having = {clinic["status"] for clinic in clinics}
    return {
        "status": next((status for status in ORDER if status in having), "未设置"),
        "clinic_ok": any(clinic["is_open"] for clinic in clinics),
        "doctor_ok": any(clinic["doctor_ok"] or _is_visited(clinic) for clinic in clinics),
        "is_poor_village": any(clinic["is_poor_village"] for clinic in clinics),
        "carried": bool(clinics) and all(clinic["carried"] for clinic in clinics),
    }


def _is_visited(clinic: dict[str, Any]) -> bool:
    comes = clinic["service_mode"] in ("派驻", "巡诊") and (clinic["posting_days"] or 0) > 0
    return clinic["is_open"] and (comes or clinic["service_mode"] == "邻村延伸")
