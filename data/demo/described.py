"""Report tables without a function of their own: their figures as described.yaml describes them."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from data.catalogue import load
from data.catalogue.model import Table
from data.demo.cells import Cells, money, texts
from data.demo.clock import Calendar
from data.demo.frames import Units, county_units, filing, table_frame, township_units
from data.demo.tables.facilities import filed_by_county, institutions
from data.demo.world import World, running, share_of

PEOPLE_PER_HOUSEHOLD = 3
_FILE = Path(__file__).with_name("described.yaml")
# How much of the difference between places comes back from period to period.
_FLUTTER = 0.3


def reports() -> dict[str, Callable[[World], pl.DataFrame]]:
    """For every described table what makes its raw rows in one prefecture."""
    return {name: partial(_report, name) for name in _described()}


@cache
def _described() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(_FILE.read_text("utf-8"))


def _report(name: str, world: World) -> pl.DataFrame:
    told, table = _described()[name], load().tables[name]
    when = {"weekly": world.weeks, "monthly": world.months, "quarterly": world.quarters}[
        table.frequency
    ]
    units, places, known = _units(world, told)
    figures = _Figures(world, table, when, places)
    for column, rule in told["columns"].items():
        figures.add(column, rule)
    level = "township" if told["by"] == "townships" else "county"
    here = world.city in told.get("cities", [world.city])
    begun = np.arange(len(when)) >= when.at(told["from"])
    return table_frame(
        world,
        name,
        when,
        units,
        filing(world, name, when, level),
        known | {column: figures.cells(column) for column in told["columns"]},
        only=np.broadcast_to((begun & here)[:, None], (len(when), len(units.areas))),
    )


# From figures by township to figures of the table's places: townships, counties, institutions.
Places = Callable[[np.ndarray], np.ndarray]


def _units(world: World, told: Mapping[str, Any]) -> tuple[Units, Places, dict[str, Cells]]:
    """Who files, how townships become the places of the rows, and what never changes there."""
    if told["by"] == "townships":
        return township_units(world), lambda values: values, {}
    if told["by"] == "counties":
        return county_units(world), world.by_county, {}
    orgs = institutions(world)
    orgs = orgs.pick(np.isin(orgs.kinds, told["kinds"]))
    known = {"org_code": texts(orgs.codes), "org_type": texts(orgs.kinds)}
    return filed_by_county(world, orgs), lambda values: values[..., orgs.township], known


class _Figures:
    """The columns of one table, each made of people, places or columns before it.

    Until they are asked for as cells they are figures of their period alone; then those that are
    filed as sums of the year are summed up. A part of a whole thus stays below it.
    """

    def __init__(self, world: World, table: Table, when: Calendar, places: Places) -> None:
        self.world, self.table, self.when = world, table, when
        month = np.searchsorted(world.months.ends, when.ends, side="right") - 1
        residents = places(world.residents[np.maximum(month, 0)])
        villages = places(world.by_township(world.is_village.astype(np.int64)))
        self.places = places
        self.made = {
            "residents": residents,
            "households": residents // PEOPLE_PER_HOUSEHOLD,
            "villages": np.broadcast_to(villages, residents.shape),
        }

    def add(self, name: str, rule: Mapping[str, Any]) -> None:
        """Make one column by its rule."""
        rng = self.world.rng(f"{self.table.id} {name}")
        column = self.table.by_name[name]
        if "per" in rule:
            of = rule["per"] if isinstance(rule["per"], list) else [rule["per"]]
            whole = np.sum([self.made[each] for each in of], axis=0)
            share = rule["rate"] * self._spread(rng, rule.get("spread", 0), column.kind == "stock")
        else:
            whole = self.made[rule["share_of"]]
            uneven = rng.lognormal(0, rule.get("spread", 0), whole.shape)
            share = np.minimum(self._share(name, rule) * uneven, 1)
        parted = whole * share
        exact = column.type == "decimal"
        self.made[name] = parted if exact else share_of(whole, share, rng)

    def _share(self, name: str, rule: Mapping[str, Any]) -> np.ndarray:
        """The share of each place: that of its townships, or of its county's mean."""
        curve = {key: rule[key] for key in ("start", "end", "gain")}
        shape = self.made["residents"].shape
        level = "county" if shape[1] == len(self.world.counties) else "township"
        share = self.world.curve(f"{self.table.id} {name}", self.when, level, **curve)
        return share if share.shape == shape else self.places(share)

    def _spread(self, rng: np.random.Generator, spread: float, steady: bool) -> np.ndarray:
        """How each place, and each period of it, stands apart: factors around 1."""
        periods, size = self.made["residents"].shape
        between = rng.lognormal(0, spread, size)
        if steady:
            return np.broadcast_to(between, (periods, size))
        return between * rng.lognormal(0, spread * _FLUTTER, (periods, size))

    def cells(self, name: str) -> Cells:
        """One column as it is filed."""
        column, values = self.table.by_name[name], self.made[name]
        if column.type == "decimal":
            values = money(values)
        if column.kind == "ytd":
            values = running(values, self.when.years)
        return Cells(values, "money" if column.type == "decimal" else "int")
