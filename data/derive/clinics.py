"""The status of every clinic and village at the end of each month (rules.md 7), kept as files."""

from data.derive import clinic_sql as clinic_sql
from data.derive.files import merge
from data.derive.ground import Ground
from data.derive.plan import CLINIC_VIEWS, Files
from data.periods import Period

# Stored clinic rows call the period by its name.
_CLINIC_COLUMNS = (
    "p as period, is_carried as carried, * exclude (p, period_start, division_code, is_carried)"
)


def clinic_states(ground: Ground, wanted: list[Period]) -> Files:
    """Write the status of every clinic and village for these months; all such files by folder.

    Leaves the tables `clinic_state`, `village_clinic_state` and `clinic_filers` for the indicators
    over them.
    """
    state = ground.plan.state
    kept = {folder: entry for folder, entry in state.derived.items() if folder[1] in CLINIC_VIEWS}
    if not wanted or not _made(ground, wanted):
        return kept
    ground.table("recomputed_months", "p text", [[period.text] for period in wanted])
    ground.con.execute("""
        create or replace table clinic_months as
        select wanted.p, spans.province_code from wanted join spans
            on wanted.ordinal between spans.first_ordinal and spans.last_ordinal
        where wanted.asked
    """)
    written = dict(kept)
    for view in CLINIC_VIEWS:
        for year in sorted({period.year for period in wanted}):
            for place in ground.plan.provinces:
                folder = ("derived", view, str(year), place)
                merge(
                    ground,
                    folder,
                    written,
                    fresh=f"select {_CLINIC_COLUMNS} from {view} where p[:4] = '{year}' "
                    f"and province_code = '{place}0000' "
                    "and (p, province_code) in (select (p, province_code) from clinic_months)",
                    stays="period not in (select p from recomputed_months)",
                    order="county_code, township_code, village_code, period"
                    + (", clinic_code" if view == "clinic_state" else ""),
                )
    return written


def _made(ground: Ground, wanted: list[Period]) -> bool:
    """The tables of both states for the months and those before them; False without a register."""
    periods = ground.periods(wanted, "monthly", ("clinic_state",))
    if not ground.roll(ground.plan.tables["T07"], periods, "monthly", latest=False):
        return False
    settings = ground.plan.catalogue.settings
    area, small = int(settings["clinic_floor_area"]), int(settings["clinic_exempt_service_pop"])
    ground.con.execute(clinic_sql.FILERS)
    ground.con.execute(
        f"create or replace table clinic_state as {clinic_sql.clinic_state(area, small)};"
        f"create or replace table village_clinic_state as {clinic_sql.village_clinic_state()}"
    )
    return True
