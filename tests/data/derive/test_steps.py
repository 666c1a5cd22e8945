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
    con.execute("insert into sensitive_pairs values (1, 1)")
    for township, number in zip(TOWNSHIPS, (2, 30, 20), strict=True):
        con.execute(
            "insert into derived_rows (pair, ordinal, area, level, dimension, numerator, masked) "
            "values (1, 100, $1, 'township', '', $2, false)",
            [township, number],
        )
    steps.run(con, "added/masked", {"mask_below": 5})
    hidden = con.execute("select area from derived_rows where masked order by area").fetchall()
    assert hidden == [(1,), (3,)]


def masked(con, rows):
    """The townships masked below 10, of rows (pair, family, township, numerator, denominator)."""
    for pair, family in dict.fromkeys((row[0], row[1]) for row in rows):
        con.execute("insert into sensitive_pairs values ($1, $2)", [pair, family])
    for pair, _, township, numerator, denominator in rows:
        con.execute(
            "insert into derived_rows "
            "(pair, ordinal, area, level, dimension, numerator, denominator, masked) "
            "values ($1, 100, $2, 'township', '', $3, $4, false)",
            [pair, township, numerator, denominator],
        )
    steps.run(con, "added/masked", {"mask_below": 10})
    return con.execute(
        "select pair, area from derived_rows where masked order by pair, area"
    ).fetchall()


def test_masked_judges_those_who_are_not_counted_too(con):
    rows = [(1, 1, 1, 95, 100), (1, 1, 2, 60, 100), (1, 1, 3, 70, 200)]
    assert masked(con, rows) == [(1, 1), (1, 2)]


def test_masked_hides_one_more_where_what_is_left_of_the_county_is_small(con):
    # Two are small; 4 + 5 is what the county less the third tells.
    assert masked(con, [(1, 1, 1, 4, 40), (1, 1, 2, 5, 50), (1, 1, 3, 70, 200)]) == [
        (1, 1),
        (1, 2),
        (1, 3),
    ]
    assert masked(con, [(2, 2, 1, 4, 40), (2, 2, 2, 8, 50), (2, 2, 3, 70, 200)])[3:] == [
        (2, 1),
        (2, 2),
    ]


def test_masked_hides_the_parts_of_one_total_together(con):
    rows = [(1, 7, n, 50, 100) for n in (1, 2, 3)]
    rows += [(2, 7, 1, 3, 100), (2, 7, 2, 60, 100), (2, 7, 3, 50, 100)]
    hidden = masked(con, rows)
    assert {area for pair, area in hidden if pair == 1} == {
        area for pair, area in hidden if pair == 2
    }
    assert len(hidden) == 4


def test_masked_tells_no_comparison_where_one_township_makes_the_difference(con):
    con.execute("insert into sensitive_pairs values (1, 1)")
    con.executemany(
        "insert into derived_rows (pair, ordinal, area, level, dimension, numerator, "
        "prev_numerator, prev_units_differ, yoy_numerator, yoy_units_differ, masked) "
        "values (1, $1, $2, 'county', '', 50, 40, $3, 30, false, false)",
        [[100, COUNTY, True], [101, COUNTY, False]],
    )
    steps.run(con, "added/masked", {"mask_below": 10})
    compared = (
        "select prev_numerator is null, yoy_numerator is null from derived_rows order by ordinal"
    )
    assert con.execute(compared).fetchall() == [(True, False), (False, False)]


@pytest.mark.parametrize(
    ("filed_kinds", "shown"),
    [
        # Both kinds in both townships: either could be the sensitive one.
        ([(1, "rare", 2), (1, "common", 9), (2, "rare", 1), (2, "common", 8)], True),
        # Nobody of the common kind: what is left of a township's total is the rare one.
        ([(1, "rare", 2), (1, "common", 0), (2, "common", 0)], False),
        # All in one township: the county's figures are its own.
        ([(1, "rare", 2), (1, "common", 9)], False),
        # Nobody of the rare kind: there is nothing to hide.
        ([(1, "common", 9)], True),
    ],
)
def test_a_total_is_hidden_where_the_kinds_listed_leave_one_kind(con, filed_kinds, shown):
    con.execute("insert into unlisted_kinds values (1, 'rare', true), (1, 'common', false)")
    con.executemany(
        "insert into measured values (1, 100, $1, $1, $2, $3, $3, true, false)", filed_kinds
    )
    for township in TOWNSHIPS:
        con.execute(
            "insert into derived_rows (pair, ordinal, area, level, dimension, numerator, masked) "
            "values (1, 100, $1, 'township', '', 100, false)",
            [township],
        )
    steps.run(con, "added/outnumbered")
    assert con.execute("select distinct masked from derived_rows").fetchall() == [(not shown,)]
