"""From matrices (period x unit) to the raw rows of a report table, and who filed when."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.cells import Cells, dates, pick, series
from data.demo.clock import CLOSING_DAY, Calendar, days
from data.demo.doubtful import plant_figures, plant_filing
from data.demo.world import World

# Days after the period's end by which a report is due, as in catalogue/obligations.csv.
DUE_DAYS = {"weekly": 1, "monthly": 5, "quarterly": 10}
# The typical unit forgets this share of its reports altogether, and is late with this share.
FORGOTTEN, LATE = 0.004, 0.04
# Other tables are held against this one: it comes late at times, but it comes.
NEVER_FORGOTTEN = ("T01",)
# Founding documents print figures of these counties: all their reports are in, and on time.
PUNCTUAL = ("411403",)


@dataclass(frozen=True)
class Filing:
    """Who handed in, and when: period x unit; days count from 1970-01-01."""

    reported_on: np.ndarray
    imported_on: np.ndarray
    kept: np.ndarray


@dataclass(frozen=True)
class Units:
    """What the rows of a table are about, and which unit files each of them.

    areas: effective area; divisions: the filed 行政区划代码; filers: row in the filing's matrix.
    """

    areas: np.ndarray
    divisions: np.ndarray
    filers: np.ndarray
    filer_names: np.ndarray
    counties: np.ndarray


def township_units(world: World) -> Units:
    """One row per township, filed by itself."""
    own = np.arange(len(world.townships))
    codes, parent = world.townships.codes, world.townships.parent
    return Units(codes, codes, own, township_names(world), parent)


def county_units(world: World) -> Units:
    """One row per county, filed by itself."""
    own = np.arange(len(world.counties))
    codes = world.counties.codes
    return Units(codes, codes, own, county_names(world), own)


def per_township(world: World, kinds: int) -> Units:
    """Several rows per township (one per kind of disease), kinds side by side."""
    base = township_units(world)
    return Units(
        np.tile(base.areas, kinds),
        np.tile(base.divisions, kinds),
        np.tile(base.filers, kinds),
        base.filer_names,
        np.tile(base.counties, kinds),
    )


def township_names(world: World) -> np.ndarray:
    """Printed names of the filing townships."""
    return world.counties.names[world.townships.parent] + world.townships.names


def county_names(world: World) -> np.ndarray:
    """Printed names of the filing counties."""
    return world.counties.names + "卫生健康委员会"


def filing(world: World, table: str, when: Calendar, level: str) -> Filing:
    """Draw the day each unit of the level reported each period, and what was left out.

    A unit that is behind in general is also late more often. What would arrive after the closing
    day is not kept: so the newest period is never complete.
    """
    rng = world.rng(f"filing {table}")
    score = world.score("punctuality", level, local=0.5)
    shape = (len(when), len(score))
    day = when.ends[:, None]
    due = DUE_DAYS[when.frequency]
    reported = day + rng.integers(-1 if due == 1 else 1, max(due - 1, 1), shape)
    imported = np.minimum(np.maximum(reported + rng.integers(0, 3, shape), day + 1), day + due)
    is_late = rng.random(shape) < LATE * np.exp(-0.7 * score)
    # Before the meeting the newest reports are asked for by telephone.
    is_late[-1] &= rng.random(shape[1]) < 0.4
    delay = rng.integers(2, 6 if due == 1 else 17, shape) + due
    forgotten = rng.random(shape) < FORGOTTEN * np.exp(-0.6 * score)
    forgotten[0] = False
    if level == "county" or table in NEVER_FORGOTTEN:
        forgotten[:] = False
    places = world.counties if level == "county" else world.townships
    reliable = np.isin(np.array([code[:6] for code in places.codes]), PUNCTUAL)
    reported = np.where(is_late & ~reliable, day + delay - 1, reported)
    imported = np.where(is_late & ~reliable, day + delay, imported)
    kept = ~(forgotten & ~reliable) & (imported <= days(CLOSING_DAY))
    plant_filing(table.split()[0], world.city, when, places.codes, reported, imported, kept)
    return Filing(reported.astype(np.int32), imported.astype(np.int32), kept)


def table_frame(
    world: World,
    table: str,
    when: Calendar,
    units: Units,
    filed: Filing,
    columns: dict[str, Cells],
    *,
    only: np.ndarray | None = None,
    remark: Cells | None = None,
) -> pl.DataFrame:
    """The raw rows of a table, ordered by period and unit.

    only: period x unit, False where there is no row (a register without a change, a disease
    nobody has); a place whose county does not file the table has none either.
    """
    keep = filed.kept[:, units.filers] & world.files(table)[units.counties]
    if only is not None:
        keep &= only
    row, unit = np.nonzero(keep)
    count = keep.sum(axis=1)
    starts = np.cumsum(count) - count
    filer = units.filers[unit]
    frame: dict[str, pl.Series] = {
        "area_code": pick(units.areas, unit),
        "period": pick(np.array(when.texts), row),
        "period_start": dates(when.starts[row]),
        "period_end": dates(when.ends[row]),
        "division_code": pick(units.divisions, unit),
    }
    flat = row * keep.shape[1] + unit
    columns = plant_figures(table, world.city, when, units.areas, columns)
    for name, cells in columns.items():
        frame[name] = series(cells, flat, unit, keep.shape)
    note = Cells(np.zeros(len(units.areas), dtype=np.int64), "text", (None,))
    frame["reporting_unit"] = pick(units.filer_names, filer)
    frame["reported_on"] = dates(filed.reported_on[row, filer])
    frame["remark"] = series(remark or note, flat, unit, keep.shape)
    frame["first_imported"] = dates(filed.imported_on[row, filer])
    frame["is_removed"] = pl.repeat(False, len(row), dtype=pl.Boolean, eager=True)
    frame["source_id"] = pl.repeat("demo", len(row), dtype=pl.String, eager=True)
    frame["source_sheet"] = pl.repeat(table, len(row), dtype=pl.String, eager=True)
    frame["source_row"] = pl.Series(np.arange(len(row)) - starts[row] + 1, dtype=pl.Int64)
    return pl.DataFrame([values.alias(name) for name, values in frame.items()])
