"""The status of every clinic and village at the end of each month (rules.md 7), kept as files."""

from data.derive import steps
from data.derive.files import merge
from data.derive.ground import Ground
from data.derive.plan import CLINIC_VIEWS, Files
from data.derive.rolling import Rolling
from data.filed.touched import VIEW_TABLES
from data.periods import Period

# How the rows of each view are ordered in their files.
_ORDER = {
    "clinic_state": "county_code, township_code, village_code, period, clinic_code",
    "village_clinic_state": "county_code, township_code, village_code, period",
}


def write_clinic_states(ground: Ground, wanted: list[Period], written: Files) -> None:
    """Write the status of every clinic and village for these months.

    Leaves the tables `clinic_state`, `village_clinic_state` and `clinic_filers` for the indicators
    over them.

    written  All derived files by folder; those of the states become what they are now.
    """
    if not wanted or not _made(ground, wanted):
        return
    ground.fill("recomputed_months", [[period.text] for period in wanted])
    for view in CLINIC_VIEWS:
        fresh = steps.text("clinics/named", view=view)
        for year in sorted({str(period.year) for period in wanted}):
            for place in ground.plan.provinces:
                merge(
                    ground,
                    ("derived", view, year, place),
                    written,
                    {"year": year, "province": f"{place}0000"},
                    (fresh, _ORDER[view]),
                    (steps.text("clinics/kept"), _ORDER[view]),
                )


def _made(ground: Ground, wanted: list[Period]) -> bool:
    """The tables of both states for the months and those before them; False without a register."""
    table = ground.plan.tables[VIEW_TABLES["clinic_state"]]
    periods = ground.periods(wanted, "monthly", ("clinic_state",))
    if not Rolling(ground).roll(table, periods, "monthly"):
        return False
    settings = ground.plan.catalogue.settings
    values = {
        "table_id": table.id,
        "floor_area": int(settings["clinic_floor_area"]),
        "exempt_pop": int(settings["clinic_exempt_service_pop"]),
    }
    for view in CLINIC_VIEWS:
        steps.run(ground.con, f"clinics/{view}", values)
    return True
