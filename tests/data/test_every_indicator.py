"""Every indicator over every population, derived and counted a second time from the raw rows."""

import shutil
from datetime import date, datetime

import polars as pl
import pytest

from data import catalogue as catalogues
from data.demo.clock import FOLDER
from data.demo.simulate import simulate
from data.filed.rows import Change, prepare
from data.snapshots.store import Store
from tests.data import random_filings
from tests.data.small_world import open_world, put
from tests.figures.figure import Figure
from tests.figures.periods import Period
from tests.figures.totals import Totals
from tests.figures.world import LEVELS, World, of_store

DEMO_CITY = "150300"
LATE = (date(2020, 5, 31), date(2020, 6, 30))
NOW = datetime(2021, 2, 15, 9)
FIGURES = [
    (indicator.id, population)
    for indicator in catalogues.load().indicators.values()
    if indicator.computed
    for population in indicator.populations
]
KEY = ["period", "area_code", "dimension"]
NAMED_AT_MOST = 3
NOTHING = (None, None)


class Compared:
    """A store's derived rows beside what the raw rows come to."""

    def __init__(self, store, catalogue, changes, levels=LEVELS[1:]):
        self.levels = levels
        known = of_store(store.path)
        # The rows as they were handed in: it must not matter in how many steps.
        filed = {
            change.table_id: prepare(
                change.rows, catalogue.tables[change.table_id], catalogue, imported=NOW.date()
            ).lazy()
            for change in changes
            if change.rows.height
        }
        self.unfiled = catalogue.tables.keys() - filed.keys()
        self.world = World(filed, known.areas, known.definitions)
        number = store.latest()
        scopes = ("area", "township") if "township" in levels else ("area",)
        self.derived = pl.concat([store.rows(number, "derived", scope) for scope in scopes])
        self.by_pair = self.derived.partition_by("indicator", "population", as_dict=True)

    def both(self, name):
        """The figure's rows by the rules, and as they were derived."""
        found = self.by_pair.get(name, self.derived.clear())
        found = found.filter(pl.col("level").is_in(self.levels))
        totals = Totals(Figure(self.world, *name))
        lines = [
            line
            for area in self.world.areas
            if self.world.level(area) in self.levels
            for ordinal in totals.figure.spans.get(self.world.province(area), ())
            for line in by_the_rules(totals, area, ordinal)
        ]
        if not lines:
            return found.clear().select(*KEY, pl.all().exclude(KEY)), found
        schema = {name: found.schema[name] for name in lines[0]}
        return pl.DataFrame(lines, schema=schema), found

    def lacks(self, name):
        """Whether nobody filed a table that the figure is made of."""
        indicator = catalogues.load().indicators[name[0]]
        return bool(self.unfiled & set(indicator.populations[name[1]].sources))


def by_the_rules(totals, area, ordinal):
    """The derived rows of an area and period: the plain one and, above townships, each part."""
    period = Period(totals.figure.frequency, ordinal)
    last_year = period.a_year_before()
    is_township = totals.world.level(area) == "township"
    for dimension in ("",) if is_township else totals.figure.cells:
        row = totals.row(area, ordinal, dimension)
        if row is None or (dimension and row.parts is None):
            continue
        parts = row.parts or NOTHING
        is_few = not dimension and 1 <= len(row.missing) <= NAMED_AT_MOST
        line = {
            "period": period.text,
            "area_code": area,
            "dimension": dimension,
            "numerator": parts[0],
            "denominator": parts[1],
            "units_expected": row.expected,
            "units_reported": row.reported,
            "units_carried": row.carried,
            "missing_units": "、".join(row.missing) if is_few else None,
            "provisional": row.provisional,
            "masked": row.masked,
        }
        for prefix, earlier in (("prev", ordinal - 1), ("yoy", last_year and last_year.ordinal)):
            base = totals.shown_base(area, ordinal, earlier, dimension) if earlier else None
            then, now = (base.then, base.now or NOTHING) if base else (NOTHING, NOTHING)
            line |= {
                f"{prefix}_numerator": then[0],
                f"{prefix}_denominator": then[1],
                f"{prefix}_merged": base and ("、".join(base.merged) or None),
                f"{prefix}_self_numerator": now[0],
                f"{prefix}_self_denominator": now[1],
                f"{prefix}_units_differ": base and base.differ,
            }
        yield line


def differences(expected, found):
    """What two frames of derived rows do not agree on, as lines to read."""
    # One side alone compares with nothing.
    found = found.select(expected.columns).with_columns(
        pl.when(pl.col(f"{prefix}_numerator").is_not_null()).then(pl.col(name)).alias(name)
        for prefix in ("prev", "yoy")
        for name in (f"{prefix}_self_numerator", f"{prefix}_self_denominator", f"{prefix}_merged")
    )
    for words, one, other in (("missing", expected, found), ("not expected", found, expected)):
        for row in one.join(other, on=KEY, how="anti").sort(KEY).head(4).to_dicts():
            yield f"{words}: { {name: str(v) for name, v in row.items() if v is not None} }"
    both = expected.join(found, on=KEY, suffix="_found")
    for name in expected.columns[len(KEY) :]:
        odd = both.filter(pl.col(name).ne_missing(pl.col(f"{name}_found"))).sort(KEY)
        for row in odd.head(3).to_dicts():
            place = " ".join(row[key] for key in KEY)
            yield (
                f"{name} at {place}: {row[name]} by the rules, {row[f'{name}_found']} derived "
                f"({odd.height} such)"
            )


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


@pytest.mark.parametrize("figure", FIGURES, ids="/".join)
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
        name
        for name in FIGURES
        if ((figure := Figure(small.world, *name)).sensitive or figure.unlisted)
        and figure.indicator["grain"] in ("township", "village")
    )


def test_a_city_of_the_demo_comes_to_the_same_figures(demo):
    odd = {}
    for figure in FIGURES:
        expected, found = demo.both(figure)
        assert expected["numerator"].is_not_null().any() or demo.lacks(figure), figure
        lines = list(differences(expected, found))
        if lines:
            odd[figure] = lines
    assert odd == {}
