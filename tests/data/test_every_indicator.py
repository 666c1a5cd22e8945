"""Every indicator over every population, derived and counted a second time from the raw rows."""

import shutil
from datetime import date, datetime

import polars as pl
import pytest

from data import catalogue as catalogues
from data.demo.clock import FOLDER
from data.demo.simulate import simulate
from data.publish import Change, prepare
from data.store import Store
from tests.data import random_filings
from tests.data.reference_figures import FIGURES, LEVELS, World, differences, reference
from tests.data.small_world import open_world, put

DEMO_CITY = "150300"
SECOND_STEP = date(2020, 11, 30)
NOW = datetime(2021, 2, 15, 9)


class Compared:
    """A store's derived rows beside what the raw rows come to."""

    def __init__(self, store, catalogue, changes, levels=LEVELS):
        self.levels = levels
        raw = {
            change.table_id: prepare(
                change.rows, catalogue.tables[change.table_id], catalogue, imported=NOW.date()
            )
            for change in changes
            if change.rows.height
        }
        places = pl.concat(rows["province_code"] for rows in raw.values()).unique().implode()
        inside = catalogue.areas.filter(pl.col("province_code").is_in(places))
        obliged = catalogue.obligations.filter(
            pl.col("unit_code").is_in(inside["area_code"].implode())
        )
        self.world = World(raw, inside, obliged)
        number = store.latest()
        scopes = ("area", "township") if "township" in levels else ("area",)
        self.derived = pl.concat([store.rows(number, "derived", scope) for scope in scopes])
        self.by_pair = self.derived.partition_by("indicator", "population", as_dict=True)

    def odd(self, figure):
        found = self.by_pair.get((figure.indicator, figure.population), self.derived.clear())
        found = found.filter(pl.col("level").is_in(self.levels))
        return list(differences(reference(self.world, figure, self.levels), found))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    store, catalogue = open_world(
        tmp_path_factory.mktemp("filings"),
        obligations=random_filings.OBLIGATIONS,
        areas=random_filings.AREAS,
    )
    changes = random_filings.changes(catalogue)
    # In two steps: the second must leave the same figures behind as everything at once.
    ends = pl.col("period").replace_strict(random_filings.PERIOD_ENDS)
    for late in (False, True):
        chosen = (ends > SECOND_STEP) == late
        put(
            store,
            catalogue,
            *(Change(change.table_id, change.rows.filter(chosen)) for change in changes),
            now=NOW,
        )
    return Compared(store, catalogue, changes)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("demo"), durable=False)
    shutil.copytree(FOLDER / "catalogue", store.path / "catalogue")
    catalogue = catalogues.load(store.path)
    frames = simulate(catalogue.areas, [DEMO_CITY])
    changes = [Change(name, rows) for name, rows in frames.items()]
    put(store, catalogue, *changes, now=NOW)
    return Compared(store, catalogue, changes, levels=("county", "city"))


def test_the_second_count_has_every_indicator_and_population():
    catalogue = catalogues.load()
    computed = {
        (indicator.id, population)
        for indicator in catalogue.indicators.values()
        if indicator.computed
        for population in indicator.populations
    }
    assert {(figure.indicator, figure.population) for figure in FIGURES} == computed
    assert len(FIGURES) == len(computed)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_random_filings_come_to_the_same_figures(small, figure):
    assert small.odd(figure) == []


def test_a_city_of_the_demo_comes_to_the_same_figures(demo):
    odd = {figure.name: lines for figure in FIGURES if (lines := demo.odd(figure))}
    assert odd == {}
