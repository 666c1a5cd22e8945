"""Each step of a derivation runs by itself, on tables made in the test."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from data.derive import steps

SQL = Path(steps.__file__).with_name("sql")
FILES = sorted(SQL.rglob("*.sql"))
TOWNSHIPS, COUNTY, CITY, PROVINCE = (1, 2, 3), 10, 20, 30


@pytest.fixture
def con():
    con = duckdb.connect()
    for step in ("ground/words", "ground/tables", "stored/rows"):
        steps.run(con, step)
    steps.run(con, "measured/batch")
    con.execute("""
        create table places (
            id integer, level place_level, county_id integer, city_id integer, province_id integer,
            valid_from date default date '0001-01-01', valid_to date default date '9999-12-31'
        );
        create table tree (atom integer, area integer, level place_level, distance integer)
    """)
    for number, level in [*((n, "township") for n in TOWNSHIPS), (COUNTY, "county")]:
        con.execute(
            "insert into places (id, level, county_id, city_id, province_id) "
            "values ($1, $2, $3, $4, $5)",
            [number, level, COUNTY, CITY, PROVINCE],
        )
        above = [(COUNTY, "county"), (CITY, "city"), (PROVINCE, "province")]
        for area, its_level in [(number, level), *above[level == "county" :]]:
            con.execute("insert into tree values ($1, $2, $3, 0)", [number, area, its_level])
    return con


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_step_begins_by_saying_what_it_is(path):
    assert path.read_text("utf-8").startswith("-- ")


def test_a_value_that_a_step_names_must_be_given(con):
    with pytest.raises(KeyError, match="mask_below"):
        steps.run(con, "added/masked")


def filed(con, ordinal, numbers):
    for township, number in zip(TOWNSHIPS, numbers, strict=True):
        if number is not None:
            con.execute(
                "insert into measured values (1, $1, $2, $2, '', $3, 10, true, false)",
                [ordinal, township, number],
            )


def test_flagged_and_summed_compare_over_the_units_that_filed_in_both_periods(con):
    filed(con, 100, [1, 2, None])
    filed(con, 101, [3, None, 5])
    con.executemany(
        "insert into calendar values ($1, $2, null, null)",
        [[100, date(2020, 1, 5)], [101, date(2020, 1, 12)]],
    )
    values = {"first": 98, "last": 102, "from_pair": 1, "to_pair": 1}
    for step in ("added/slice", "added/unit_periods", "added/flagged", "added/summed"):
        steps.run(con, step, values)
    county = con.execute(
        "select cast(n as integer), cast(self_previous_n as integer), cast(base_next_n as integer),"
        " reported, reported_before from summed where area = $1 order by ordinal",
        [COUNTY],
    ).fetchall()
    assert county == [(3, None, 1, 2, 0), (8, 3, None, 2, 1)]
    above = "select count(*) from summed where area in ($1, $2) and n = 8"
    assert con.execute(above, [CITY, PROVINCE]).fetchall() == [(2,)]


def test_masked_hides_the_only_small_number_and_the_next_smallest_with_it(con):
    con.execute("insert into sensitive_pairs values (1)")
    for township, number in zip(TOWNSHIPS, (2, 30, 20), strict=True):
        con.execute(
            "insert into derived_rows (pair, ordinal, area, level, dimension, numerator, masked) "
            "values (1, 100, $1, 'township', '', $2, false)",
            [township, number],
        )
    steps.run(con, "added/masked", {"mask_below": 5})
    hidden = con.execute("select area from derived_rows where masked order by area").fetchall()
    assert hidden == [(1,), (3,)]
