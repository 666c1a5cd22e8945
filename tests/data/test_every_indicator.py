"""Every indicator over every population, derived and counted a second time from the raw rows."""

import shutil
from datetime import date, datetime

import polars as pl
import pytest

from data import catalogue as catalogues
from data.demo.clock import FOLDER
from data.demo.simulate import simulate
from data.filed_rows import Change, prepare
from data.store import Store
from tests.data import random_filings
from tests.data.reference_figures import FIGURES, LEVELS, World, differences, reference
from tests.data.small_world import open_world, put

DEMO_CITY = "150300"
LATE = (date(2020, 5, 31), date(2020, 6, 30))
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

    def both(self, figure):
        """The figure's rows by the rules, and as they were derived."""
        found = self.by_pair.get((figure.indicator, figure.population), self.derived.clear())
        found = found.filter(pl.col("level").is_in(self.levels))
        return reference(self.world, figure, self.levels), found


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    store, catalogue = open_world(
        tmp_path_factory.mktemp("filings"),
        obligations=random_filings.OBLIGATIONS,
        areas=random_filings.AREAS,
    )
    changes = random_filings.changes(catalogue)
    # In three steps, one month after all later ones: it must come to the same as all at once.
    ends = pl.col("period").replace_strict(random_filings.PERIOD_ENDS)
    for chosen in (ends <= LATE[0], ends > LATE[1], (ends > LATE[0]) & (ends <= LATE[1])):
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
    expected, found = small.both(figure)
    assert list(differences(expected, found)) == []
    filled = expected.select(
        (pl.col("numerator").is_not_null() & (pl.col("numerator") > 0)).sum(),
        pl.col("prev_numerator").is_not_null().sum(),
        pl.col("yoy_numerator").is_not_null().sum(),
    ).row(0)
    assert min(filled) > 0, "the random filings say nothing about this figure"


def test_small_numbers_of_people_are_hidden_in_townships_alone(small):
    hidden = small.derived.filter("masked")
    assert hidden["level"].unique().to_list() == ["township"]
    assert sorted(hidden.select("indicator", "population").unique().rows()) == sorted(
        (figure.indicator, figure.population)
        for figure in FIGURES
        if figure.sensitive and figure.lowest == "township"
    )


def test_a_city_of_the_demo_comes_to_the_same_figures(demo):
    odd = {}
    for figure in FIGURES:
        expected, found = demo.both(figure)
        assert expected["numerator"].is_not_null().any(), figure.name
        lines = list(differences(expected, found))
        if lines:
            odd[figure.name] = lines
    assert odd == {}
