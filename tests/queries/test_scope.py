"""A person's area scope: what lies outside is in no answer, whatever is asked."""

import dataclasses
import shutil
from typing import Any

import polars as pl
import pytest

from data.snapshots.manifest import sorted_files
from data.snapshots.store import Store
from queries.engine import Engine, Scope
from queries.headers import Header
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, SOUTH, WEST

SECRET = 7_003  # the number of everything outside the scope
OPEN = 41  # and of everything inside it
OUTSIDE = ("西县", "西一镇", "南县", "991103", "991104")
INDICATORS = (
    ("signing_rate", "target", "2020-W50"),
    ("signing_rate", "target", "2020-W51"),
    ("county_visit_rate", "all", "2020-11"),
    ("village_clinic_standard_rate", "all", "2020-11"),
    ("counterpart_support_rate", "all", "2020-11"),
)


def filed(table: str, area: str, number: int) -> dict[str, Any]:
    """One filed row with this number in every column of numbers."""
    columns = tiny.catalogues.load(None).tables[table].columns
    period = {"T04": "2020-W51", "T09": "2020-11", "T16": "2020-11", "T18": "2020-11"}[table]
    filled = {c.name: number for c in columns if c.type == "int" and c.stored}
    texts = {c.name: f"{area}甲" for c in columns if c.type in ("text", "code") and c.stored}
    return {"area_code": area, "period": period, "source_id": f"s{area}"} | filled | texts


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    numbers = {EAST: OPEN, WEST: SECRET, SOUTH: SECRET, CITY: SECRET, "990000": SECRET}
    numbers |= {"991102001": OPEN, "991103001": SECRET}
    values = [
        tiny.value(area, period, number, 9_000, indicator=indicator, population=population)
        for area, number in numbers.items()
        for indicator, population, period in INDICATORS
    ]
    raw = {
        table: [filed(table, EAST, OPEN), filed(table, WEST, SECRET)] for table in ("T09", "T16")
    }
    raw["T04"] = [filed("T04", "991102001201", OPEN), filed("T04", "991103001", SECRET)]
    made = tiny.store(
        tmp_path_factory.mktemp("scope") / "store",
        values,
        raw=raw,
        obligations="T04,991100,township,2019-01-01,,5\nT09,991100,county,2019-01-01,,5\n",
        targets=[tiny.target(60), tiny.target(95, scope=WEST)],
    )
    files = pl.DataFrame(
        {"source_id": [f"s{EAST}", f"s{WEST}"], "file": ["东县.xlsx", "西县.xlsx"]}
    )
    manifest = made.manifest(1)
    entry = made.put_frame("sources", files)
    more = sorted_files([*manifest.files, entry])
    made.commit(dataclasses.replace(manifest, number=2, parent=1, files=more))
    return made


@pytest.fixture(scope="module")
def engine(store):
    engine = Engine(store)
    yield engine
    engine.close()


def filled(header: Header, area: str) -> dict[str, Any]:
    """Something for every parameter that a question needs, about this area."""
    by_type = {"area": area, "level": "county", "indicator": "signing_rate", "table_id": "T04"}
    by_type |= {"period": "2020-W51", "int": 1, "text": "signing_rate", "population": "target"}
    by_name = {"period_from": "2020-W40", "other_period": "2020-W50", "domains": "signing"}
    return {
        param.name: by_name.get(param.name, by_type.get(param.type))
        for param in header.params
        if param.required
    }


def leaks(frame: pl.DataFrame) -> list[Any]:
    """Every cell that tells of something outside."""
    cells = [cell for row in frame.rows() for cell in row if cell is not None]
    return [
        cell
        for cell in cells
        if (isinstance(cell, str) and any(word in cell for word in OUTSIDE))
        or (isinstance(cell, int | float) and not isinstance(cell, bool) and cell == SECRET)
    ]


PUBLIC = {"document_facts", "national_series", "poverty_counties"}
NAMES = sorted(
    path.stem
    for path in (tiny.Path(__file__).parents[2] / "queries" / "sql").glob("*/*.sql")
    if path.parent.name != "staging" and path.stem not in PUBLIC
)


@pytest.mark.parametrize("name", NAMES)
def test_no_question_answers_about_an_area_outside(engine, name):
    for area in (WEST, CITY, EAST):
        params = filled(engine.header(name), area)
        assert leaks(engine.run(name, params, scope=Scope(EAST))) == []


def test_the_same_questions_do_answer_those_who_may_see_it(engine):
    told = [
        name
        for name in NAMES
        if leaks(engine.run(name, filled(engine.header(name), WEST)))
        or leaks(engine.run(name, filled(engine.header(name), CITY)))
    ]
    assert len(told) > 20


@pytest.mark.parametrize(
    "view", ["derived_values", "t04", "t09_filed", "filings", "sources", "obligations", "targets"]
)
def test_no_view_or_table_holds_a_row_from_outside(engine, view):
    with engine.reading([view], 2, Scope(EAST)) as cursor:
        seen = pl.DataFrame(cursor.execute(f"select * from {view}").to_arrow_table())
    assert leaks(seen) == []
    assert seen.height
    with engine.reading([view], 2) as cursor:
        assert leaks(pl.DataFrame(cursor.execute(f"select * from {view}").to_arrow_table()))


def test_a_ledger_is_cut_off_as_well(engine):
    with engine.reading(["t16_at"], 2, Scope(EAST)) as cursor:
        found = cursor.execute("select * from t16_at('2020-W51')").to_arrow_table()
    assert leaks(pl.DataFrame(found)) == []


def test_what_lies_above_has_a_name_and_no_reading(engine):
    asked = {"indicator": "signing_rate", "area": CITY, "period": "2020-W51"}
    assert engine.run("indicator_value", asked, scope=Scope(EAST)).is_empty()
    below = asked | {"area": EAST, "parent": CITY}
    assert engine.run("indicator_value", below, scope=Scope(EAST)).is_empty()
    path = engine.run("area_path", {"area": EAST}, scope=Scope(EAST))
    assert "试验市" in path["name"].to_list()


def test_inside_the_scope_the_figures_are_those_of_everybody(engine):
    asked = {"indicator": "signing_rate", "area": "991102001", "period": "2020-W51"}
    ours = engine.run("indicator_value", asked, scope=Scope(EAST)).row(0, named=True)
    theirs = engine.run("indicator_value", asked).row(0, named=True)
    assert ours["numerator"] == theirs["numerator"] == OPEN


def test_the_filed_rows_of_a_table_end_at_the_border(engine):
    span = {"period_from": "2020", "period_to": "2020", "scope": Scope(EAST)}
    assert engine.table("T04", area=WEST, **span).is_empty()
    assert engine.table("T04", area=CITY, **span)["area_code"].to_list() == ["991102001201"]


@pytest.mark.parametrize("area", ["999999", "' or 1=1 --", "991102'); drop schema x; --", "*"])
def test_a_scope_that_the_register_does_not_know_sees_nothing(engine, area):
    assert engine.run("areas_with_data", scope=Scope(area)).is_empty()
    assert engine.table(
        "T09", area=CITY, period_from="2020", period_to="2020", scope=Scope(area)
    ).is_empty()


def test_a_block_of_one_scope_never_answers_another(engine):
    asked = {"parent": CITY, "level": "county", "period": "2020-W51"}
    everything = engine.run("indicator_matrix", asked)
    assert leaks(everything)
    assert leaks(engine.run("indicator_matrix", asked, scope=Scope(EAST))) == []
    assert engine.run("indicator_matrix", asked).equals(everything)


def test_sensitive_figures_are_hidden_from_one_and_shown_to_another(tmp_path):
    smi = tiny.value(EAST, "2020-W51", 400, 500, indicator="should_sign_rate", population="smi")
    engine = Engine(tiny.store(tmp_path, [smi]))
    asked = {"indicator": "should_sign_rate", "area": EAST, "period": "2020-W51"}
    asked["population"] = "smi"
    hidden = engine.run("indicator_value", asked, scope=Scope(EAST, hide_sensitive=True))
    assert (hidden["state"][0], hidden["numerator"][0]) == ("已遮蔽", None)
    assert engine.run("indicator_value", asked, scope=Scope(EAST))["printed"][0] == 80.0


def test_the_periods_offered_are_those_of_the_province(store, tmp_path):
    shutil.copytree(store.path, tmp_path / "store")
    copy, number = Store(tmp_path / "store"), store.latest() + 1
    domain = store.manifest(1).domain
    wider = domain | {"T09": domain["T09"] | {"11": ("2001-01", "2031-12")}}
    copy.commit(dataclasses.replace(store.manifest(1), number=number, domain=wider))
    engine = Engine(copy)

    def last(scope):
        table = engine.run("freshness", {}, number, scope=scope)
        return table.filter(pl.col("frequency") == "monthly")["period"][0]

    assert last(Scope()) == "2031-12"
    assert last(Scope(area=EAST)) == domain["T09"]["99"][1]
