"""How far apart the areas stand, worked out by hand."""

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, SOUTH, WEST, ZONE, value

WEEK, YEAR_AGO = "2020-W51", "2019-W51"
NOW = [
    value(CITY, WEEK, 320, 400),
    value(EAST, WEEK, 90, 100),
    value(WEST, WEEK, 160, 200),
    value(SOUTH, WEEK, 70, 100),
]
# 80, 70 and 75 %: 73.75 % together, 3.75 points from it in the weighted mean.
THEN = [
    value(CITY, YEAR_AGO, 295, 400),
    value(EAST, YEAR_AGO, 80, 100),
    value(WEST, YEAR_AGO, 140, 200),
    value(SOUTH, YEAR_AGO, 75, 100),
]
MEASURES = ("areas_counted", "value_range", "value_ratio", "spread")
MOVED = ("common_areas", "range_change", "spread_change")


def inequality(path, rows, *, indicator="signing_rate"):
    return Engine(tiny.store(path, rows)).run(
        "indicator_inequality",
        {"indicator": indicator, "parent": CITY, "level": "county", "period": WEEK},
    )


def test_gap_ratio_and_weighted_spread_of_one_period(tmp_path):
    row = inequality(tmp_path, NOW)
    assert row.select(MEASURES).rows() == [(3, 20.0, 1.29, 5.0)]
    assert row.select("best_areas", "best", "worst_areas", "worst").rows() == [
        ("东县", 90.0, "南县", 70.0)
    ]


def test_it_moved_over_the_year_between_the_areas_of_both_periods(tmp_path):
    only_then = value(ZONE, YEAR_AGO, 200, 200)
    table = inequality(tmp_path, [*NOW, *THEN, only_then])
    assert table["period"].to_list() == [YEAR_AGO, WEEK]
    assert table.select(MEASURES).row(0) == (4, 30.0, 1.43, 11.67)
    assert table.select(MOVED).rows() == [(3, 10.0, 1.25), (3, 0.0, 0.0)]


def test_who_is_masked_too_small_or_incomplete_does_not_count(tmp_path):
    table = inequality(tmp_path, [*NOW, value(ZONE, WEEK, 1, 10)])
    assert table["areas_counted"].to_list() == [3]
    for other in (
        value(SOUTH, WEEK, 70, 100, masked=True),
        value(SOUTH, WEEK, 70, 100, reported=1, expected=2),
    ):
        assert inequality(tmp_path / "two", [*NOW[:3], other]).is_empty()


def test_of_what_should_be_low_the_lowest_is_the_best(tmp_path):
    rows = [
        value(area, "2020-11", part, 1000, indicator="selfpay_drug_share")
        for area, part in ((CITY, 30), (EAST, 5), (WEST, 10), (SOUTH, 15))
    ]
    row = inequality(tmp_path, rows, indicator="selfpay_drug_share").row(0, named=True)
    assert (row["best_areas"], row["worst_areas"]) == ("东县", "南县")
