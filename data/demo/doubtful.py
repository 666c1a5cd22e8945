"""The doubtful cases planted in the demo: nothing wrong, but a reviewer should ask.

`doubtful.csv` is the script. kind: gap 不报, late 迟报, copied 照抄, rounded 取整, equal 各村相同,
perfect 恰好100%, shrink 分母缩小, jump 突增. An area code stands for everything below it.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl

from data.demo.cells import Cells
from data.demo.clock import CLOSING_DAY, FOLDER, Calendar, days

# A late report comes this long after the period's end; a shrunken list keeps this part.
DAYS_LATE = 12
KEPT_PART = 0.93
# Rounding drops the last digit; copies of one figure for every village show this one.
ROUNDED_TO = 10
SAME_FOR_ALL = 6


@dataclass(frozen=True)
class Plant:
    """One row of doubtful.csv."""

    kind: str
    table_id: str
    area_code: str
    period_from: str
    period_to: str
    column: str
    note: str

    def rows(self, when: Calendar) -> slice:
        """Positions of its periods."""
        return slice(when.at(self.period_from), when.at(self.period_to) + 1)

    def cells(self, when: Calendar, areas: np.ndarray) -> tuple[np.ndarray, ...]:
        """Index of its periods and places in a matrix period x place."""
        below = np.array([code.startswith(self.area_code) for code in areas], dtype=bool)
        return np.ix_(np.arange(len(when))[self.rows(when)], np.flatnonzero(below))


def planted(cities: list[str] | None = None) -> pl.DataFrame:
    """The doubtful cases of some prefectures (all by default): the columns of doubtful.csv."""
    table = pl.read_csv(FOLDER / "doubtful.csv", infer_schema=False).with_columns(
        pl.col("column").fill_null("")
    )
    if cities is None:
        return table
    prefixes = [city[:4] for city in cities]
    return table.filter(pl.col("area_code").str.head(4).is_in(prefixes))


@cache
def _all_plants() -> tuple[Plant, ...]:
    return tuple(Plant(**row) for row in planted().to_dicts())


def plants(table: str, city: str, *kinds: str) -> tuple[Plant, ...]:
    """The cases of one table and prefecture, of some kinds."""
    return tuple(
        plant
        for plant in _all_plants()
        if plant.table_id == table and plant.area_code[:4] == city[:4] and plant.kind in kinds
    )


def plant_filing(
    table: str,
    city: str,
    when: Calendar,
    codes: np.ndarray,
    reported: np.ndarray,
    imported: np.ndarray,
    kept: np.ndarray,
) -> None:
    """Write missing and late reports into the filing of a table (period x filing unit)."""
    for plant in plants(table, city, "gap"):
        kept[plant.cells(when, codes)] = False
    for plant in plants(table, city, "late"):
        here = plant.cells(when, codes)
        day = np.minimum(when.ends[here[0]] + DAYS_LATE, days(CLOSING_DAY))
        imported[here] = day
        reported[here] = day - 1
        kept[here] = True


def plant_figures(
    table: str, city: str, when: Calendar, areas: np.ndarray, columns: dict[str, Cells]
) -> dict[str, Cells]:
    """The columns of a table with copied, rounded, equal and jumping figures in them.

    Columns that change over time are period x place.
    """
    changed = dict(columns)

    def put(name: str, here: tuple[np.ndarray, ...], figures: np.ndarray | int) -> None:
        values = changed[name].values.copy()
        values[here] = figures
        changed[name] = replace(changed[name], values=values)

    for plant in plants(table, city, "copied"):
        here = plant.cells(when, areas)
        before = (here[0][:1] - 1, here[1])
        for name, cells in columns.items():
            if cells.values.ndim == 2:
                put(name, here, cells.values[before])
    for plant in plants(table, city, "rounded"):
        here = plant.cells(when, areas)
        put(plant.column, here, columns[plant.column].values[here] // ROUNDED_TO * ROUNDED_TO)
    for plant in plants(table, city, "equal"):
        put(plant.column, plant.cells(when, areas), SAME_FOR_ALL)
    for plant in plants(table, city, "jump"):
        here = plant.cells(when, areas)
        put(plant.column, here, columns["received"].values[here])
    return changed
