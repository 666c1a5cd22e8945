"""Derived rows into files: the parent snapshot's rows that stay, and the fresh ones."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from data.catalogue.expressions import as_literal
from data.derive import rows_sql, sql
from data.derive.ground import Ground
from data.derive.plan import CLINIC_VIEWS, Files

_ORDER = "indicator, population, dimension, area_code, period"


def figures(ground: Ground, recomputed: list[tuple[str, str, str]]) -> Files:
    """Write table `derived_rows` into the files of the parent snapshot.

    recomputed  Indicator, population and period of all rows that are no longer as they were.
    returns     All files of figures of the new snapshot, by folder.
    """
    con, state = ground.con, ground.plan.state
    written = {
        folder: entry for folder, entry in state.derived.items() if folder[1] not in CLINIC_VIEWS
    }
    ground.table(
        "recomputed",
        "indicator text, population text, period text",
        [list(each) for each in recomputed],
    )
    inside = ", ".join(as_literal(place) for place in ground.plan.provinces)
    stays = f"""
        area_code[:2] not in ({inside})
        or (indicator, population, period)
        not in (select (indicator, population, period) from recomputed)
    """
    folders = con.execute(f"""
        select
            case when derived_rows.level = 'township' then 'township' else 'area' end,
            period_names.frequency, period_names.year, areas.province_code[:2],
            min(derived_rows.ordinal), max(derived_rows.ordinal),
            min(derived_rows.area), max(derived_rows.area)
        {rows_sql.NAMED}
        group by all
        order by all
    """).fetchall()
    for kind, frequency, year, place, first, last, lowest, highest in folders:
        # Province by province: a publish writes little, and a page reads little.
        folder = ("derived", kind, frequency, str(year), place)
        rows = rows_sql.stored_rows(townships=kind == "township", heirs=ground.has_heirs)
        # The numbers say the same as the names, before anything is joined.
        scope = (
            f"areas.province_code = '{place}0000' "
            f"and derived_rows.ordinal between {first} and {last} "
            f"and derived_rows.area between {lowest} and {highest}"
        )
        merge(
            ground,
            folder,
            written,
            fresh=f"{rows} and period_names.frequency = '{frequency}' "
            f"and period_names.year = {year} and {scope}",
            stays=stays,
            order=_ORDER,
            fresh_order="derived_rows.pair, derived_rows.dimension, derived_rows.area, "
            "derived_rows.ordinal",
        )
    return written


def merge(
    ground: Ground,
    folder: tuple[str, ...],
    written: Files,
    *,
    fresh: str,
    stays: str,
    order: str,
    fresh_order: str = "",
) -> None:
    """One derived file anew: the parent's rows that stay, and the fresh ones.

    fresh_order  The same order in the numbers of the fresh rows, which sort faster than text.
    """
    state = ground.plan.state
    old = written.get(folder)
    rows = f"{fresh} order by {fresh_order or order}"
    if old is not None:
        path = str(state.store.path / old.path)
        kept = f"select * from {sql.read_parquet([path])} where {stays}"
        rows = f"select * from ({kept} union all by name {fresh}) order by {order}"
    count = 0

    def write(path: Path) -> None:
        nonlocal count
        count = _copy(ground.con, rows, path)

    entry = state.store.put_written("/".join(folder), write)
    if count:
        written[folder] = replace(entry, rows=count)
    else:
        written.pop(folder, None)


def _copy(con: Any, rows: str, path: Path) -> int:
    """Write rows as one Parquet file; how many there were."""
    return con.execute(
        f"copy ({rows}) to {as_literal(str(path))} "
        "(format parquet, compression zstd, row_group_size 30720)"
    ).fetchall()[0][0]
