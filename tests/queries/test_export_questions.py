"""indicator_values and indicator_pivot: rows to take away, and sums that are right for rates."""

import pytest

from queries.engine import Engine
from queries.errors import QueryError
from queries.scope import Scope
from tests.queries import tiny_store as tiny

WEEK, BEFORE = "2020-W51", "2020-W50"
SPAN = {"parent": tiny.CITY, "level": "county", "period_from": BEFORE, "period_to": WEEK}
SIGNING = SPAN | {"indicators": "signing_rate"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    rows = [
        tiny.value(tiny.CITY, WEEK, 1005, 1100),
        tiny.value(tiny.EAST, WEEK, 90, 100),
        tiny.value(tiny.WEST, WEEK, 915, 1000),
        tiny.value(tiny.SOUTH, WEEK, None, None),
        tiny.value(tiny.EAST, BEFORE, 80, 100),
        tiny.value("991102001", WEEK, 30, 40),
        tiny.value("991102002", WEEK, 60, 60),
        tiny.value("991103001", WEEK, 915, 1000),
    ]
    return Engine(tiny.store(tmp_path_factory.mktemp("export"), rows))


def values(engine, **more):
    return engine.run("indicator_values", SIGNING | more)


def pivoted(engine, **more):
    return engine.run("indicator_pivot", SIGNING | more)


def test_every_area_and_period_that_was_due_or_filed_has_its_row(engine):
    found = values(engine).select("area_code", "period", "printed", "state").rows()
    assert found == [
        (tiny.EAST, BEFORE, 80.0, "正常"),
        (tiny.EAST, WEEK, 90.0, "正常"),
        (tiny.WEST, WEEK, 91.5, "正常"),
        (tiny.SOUTH, WEEK, None, "未报"),
    ]


def test_the_count_of_rows_does_not_depend_on_how_many_are_shown(engine):
    found = values(engine, most=1)
    assert (found.height, found["row_count"].to_list()) == (1, [4])


def test_one_state_can_be_asked_for(engine):
    assert values(engine, state="未报")["area_code"].to_list() == [tiny.SOUTH]


def test_only_the_periods_and_areas_asked_for(engine):
    assert values(engine, period_from=WEEK).height == 3
    assert values(engine, parent=tiny.EAST)["area_code"].unique().to_list() == [tiny.EAST]
    assert values(engine, indicators="county_visit_rate").is_empty()


def test_who_may_see_one_county_gets_one_county(engine):
    found = engine.run("indicator_values", SIGNING, scope=Scope(tiny.EAST))
    assert found["area_code"].unique().to_list() == [tiny.EAST]


def test_a_total_is_the_sum_of_parts_over_the_sum_of_wholes(engine):
    total = pivoted(engine, period_from=WEEK).filter(row_kind="合计").row(0, named=True)
    assert (total["numerator"], total["denominator"]) == (1005, 1100)
    assert total["printed"] == 91.36  # not 90.75, the mean of 90 and 91.5
    assert total["areas_counted"] == 2
    assert total["area_code"] is None


def test_a_total_agrees_with_the_value_of_the_area_above(engine):
    shown = engine.run(
        "indicator_value", {"indicator": "signing_rate", "area": tiny.CITY, "period": WEEK}
    )
    total = pivoted(engine, period_from=WEEK).filter(row_kind="合计")
    assert total["printed"].to_list() == shown["printed"].to_list()


def test_townships_have_a_subtotal_for_each_county(engine):
    found = pivoted(engine, level="township", period_from=WEEK)
    assert found.select("row_kind", "area_name", "printed").rows() == [
        ("区划", "东一镇", 75.0),
        ("区划", "东二镇", 100.0),
        ("小计", "东县小计", 90.0),
        ("区划", "西一镇", 91.5),
        ("小计", "西县小计", 91.5),
        ("合计", "合计", 91.36),
    ]


def test_periods_are_never_added_together(engine):
    totals = pivoted(engine).filter(row_kind="合计")
    assert totals.select("period", "denominator").rows() == [(BEFORE, 100.0), (WEEK, 1100.0)]


def test_an_area_without_a_report_stays_empty_and_does_not_count(engine):
    south = pivoted(engine, period_from=WEEK).filter(area_code=tiny.SOUTH).row(0, named=True)
    assert (south["printed"], south["numerator"], south["areas_counted"]) == (None, None, 0)


def test_missing_parameters_are_named(engine):
    with pytest.raises(QueryError, match="缺少参数 indicators"):
        engine.run("indicator_values", SPAN)
