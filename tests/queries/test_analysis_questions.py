"""The questions of 指标分析 and 总览: two periods, peers, speed, every target."""

import re
from dataclasses import replace

import pytest

from tests.queries import tiny_store as tiny
from tests.queries.test_indicator_questions import asked
from tests.queries.tiny_store import CITY, EAST, SOUTH, WEST, value

WEEKS = [f"2020-W{number}" for number in range(46, 52)]


def peers(group, *areas):
    lines = "".join(f"{group},{area}\n" for area in areas)
    return {"peer_groups.csv": f"group,area_code\n{lines}"}


def test_two_periods_are_set_beside_each_other_the_whole_first(tmp_path):
    rows = [
        value(CITY, "2020-W40", 150, 200, reported=2, expected=2),
        value(CITY, "2020-W51", 176, 200, reported=2, expected=2),
        value(EAST, "2020-W40", 70),
        value(EAST, "2020-W51", 90),
        value(WEST, "2020-W51", 86),
    ]
    table = asked(tiny.store(tmp_path, rows), "indicator_compare", indicator="signing_rate",
                  parent=CITY, level="county", period="2020-W51",
                  other_period="2020-W40")  # fmt: skip
    shown = table.filter(table["area_code"] != SOUTH)
    columns = ("area_code", "is_parent", "printed", "other_printed", "change", "rank")
    assert shown.select(columns).rows() == [
        (CITY, True, 88.0, 75.0, 13.0, None),
        (EAST, False, 90.0, 70.0, 20.0, 1),
        (WEST, False, 86.0, None, None, 2),
    ]
    assert table.filter(table["area_code"] == WEST)["other_state"].to_list() == ["未报"]


def test_the_same_two_periods_differ_by_what_the_card_says(tmp_path):
    common = {"yoy_numerator": 66, "yoy_denominator": 80, "yoy_self_numerator": 76,
              "yoy_self_denominator": 80, "yoy_units_differ": True}  # fmt: skip
    rows = [
        value(CITY, "2019-W51", 75, 100, reported=2, expected=2),
        value(CITY, "2020-W40", 80, 100, reported=2, expected=2),
        value(CITY, "2020-W51", 95, 100, reported=2, expected=2, **common),
    ]
    store = tiny.store(tmp_path, rows)
    asking = {"indicator": "signing_rate", "parent": CITY, "level": "county"}
    card = asked(store, "indicator_value", indicator="signing_rate", area=CITY, period="2020-W51")
    assert card["yoy_change"].item() == 12.5
    columns = ("change", "change_common_units", "other_printed", "other_common_value")
    for other, expected in (
        ("2019-W51", (12.5, True, 75.0, 82.5)),
        ("2020-W40", (15.0, None, 80.0, None)),
    ):
        table = asked(store, "indicator_compare", period="2020-W51", other_period=other, **asking)
        assert table.select(columns).row(0) == expected


def test_a_peer_group_is_ranked_wherever_its_members_lie(tmp_path):
    rows = [value(area, "2020-W51", part) for area, part in ((EAST, 90), (WEST, 95), (SOUTH, 80))]
    store = tiny.store(tmp_path, rows, overlay=peers("平原县", EAST, WEST))
    asking = {"indicator": "signing_rate", "period": "2020-W51"}
    table = asked(store, "indicator_peers", area=EAST, **asking)
    assert table.select("area_code", "rank", "is_self", "ranked_of").rows() == [
        (WEST, 1, False, 2),
        (EAST, 2, True, 2),
    ]
    assert asked(store, "indicator_peers", area=SOUTH, **asking).is_empty()


def test_a_silent_peer_stands_last_without_a_rank(tmp_path):
    rows = [value(EAST, "2020-W51", 90)]
    store = tiny.store(tmp_path, rows, overlay=peers("组", EAST, WEST))
    table = asked(store, "indicator_peers", area=EAST, indicator="signing_rate",
                  period="2020-W51")  # fmt: skip
    assert table.select("area_code", "rank", "state", "printed").rows() == [
        (EAST, 1, "正常", 90.0),
        (WEST, None, "未报", None),
    ]


def test_the_speed_of_the_last_weeks_stands_beside_the_speed_needed(tmp_path):
    rows = [value(CITY, week, 80 + step) for step, week in enumerate(WEEKS)]
    store = tiny.store(tmp_path, rows, targets=[tiny.target(95)])
    table = asked(store, "pace", area=CITY, period="2020-W51")
    row = table.filter(table["indicator"] == "signing_rate").row(0, named=True)
    assert row["achieved_pace"] == pytest.approx(1)
    assert row["required_pace"] == pytest.approx(10 / row["periods_left"])
    assert row["last_year_pace"] is None


def test_there_is_no_speed_across_a_gap(tmp_path):
    rows = [value(CITY, week, 80) for week in WEEKS if week != "2020-W49"]
    table = asked(tiny.store(tmp_path, rows), "pace", area=CITY, period="2020-W51")
    assert table.filter(table["indicator"] == "signing_rate")["achieved_pace"].to_list() == [None]


def test_every_target_of_an_indicator_is_listed_the_adopted_first(tmp_path):
    targets = [tiny.target(99, status="参考", rank=2), tiny.target(95)]
    store = tiny.store(tmp_path, [value(CITY, "2020-W51", 90)], targets=targets)
    table = asked(store, "indicator_targets", indicator="signing_rate")
    assert table["status"].to_list() == sorted(table["status"], key="采用参考".index)
    table = table.filter(table["scope_code"] == CITY)  # the product's own documents aside
    assert table.select("status", "target", "scope_name", "population_name").rows() == [
        ("采用", 95.0, "试验市", "帮扶对象"),
        ("参考", 99.0, "试验市", "帮扶对象"),
    ]


def test_a_change_can_be_split_against_the_year_before(tmp_path):
    rows = [value(CITY, "2019-W51", 60, 120), value(CITY, "2020-W51", 90, 120)]
    row = asked(tiny.store(tmp_path, rows), "indicator_split", indicator="signing_rate",
                area=CITY, period="2020-W51", against="year").row(0, named=True)  # fmt: skip
    assert row["effect_numerator"] == pytest.approx(25)
    assert (row["effect_denominator"], row["change"]) == pytest.approx((0, 25))


def split(store, indicator, against="year"):
    return asked(store, "indicator_split", indicator=indicator, area=EAST, period="2020-W51",
                 against=against).row(0, named=True)  # fmt: skip


def test_a_share_is_split_into_its_parts_not_into_numerator_and_denominator(tmp_path):
    more = {"indicator": "county_visit_rate", "population": "all"}
    rows = [
        value(EAST, "2019-11", 2936722, 3576549, **more),
        value(EAST, "2020-11", 2809604, 3245969, **more),
    ]
    row = split(tiny.store(tmp_path, rows), "county_visit_rate")
    assert (row["part_inside"], row["numerator_growth"]) == ("县域内", -4.33)
    assert (row["part_outside"], row["rest_growth"]) == ("县域外", -31.8)
    assert (row["previous_rest"], row["rest"]) == (639827, 436365)
    assert row["effect_denominator"] is None
    assert row["effect_numerator"] < 0 < row["effect_rest"]
    assert row["effect_numerator"] + row["effect_rest"] == pytest.approx(row["change"])
    assert row["change"] == pytest.approx(100 * (2809604 / 3245969 - 2936722 / 3576549))


def test_a_part_that_was_nothing_has_no_growth_and_all_the_effect(tmp_path):
    more = {"indicator": "county_visit_rate", "population": "all"}
    rows = [value(EAST, "2019-11", 90, 90, **more), value(EAST, "2020-11", 90, 100, **more)]
    row = split(tiny.store(tmp_path, rows), "county_visit_rate")
    assert row["rest_growth"] is None
    assert (row["effect_numerator"], row["effect_rest"]) == pytest.approx((0, -10))


def test_a_rate_over_a_population_keeps_numerator_and_denominator(tmp_path):
    rows = [value(EAST, "2019-W51", 60, 120), value(EAST, "2020-W51", 90, 150)]
    row = split(tiny.store(tmp_path, rows), "signing_rate")
    assert (row["part_inside"], row["rest"], row["effect_rest"]) == (None, None, None)
    assert (row["numerator_growth"], row["denominator_growth"]) == (50, 25)


def test_a_snapshot_of_before_shares_were_named_splits_as_it_did(tmp_path, monkeypatch):
    more = {"indicator": "county_visit_rate", "population": "all"}
    rows = [value(EAST, "2019-11", 80, 100, **more), value(EAST, "2020-11", 90, 100, **more)]
    load, names = tiny.catalogues.load, re.compile(', "part_inside": [^,]*, "part_outside": [^,]*')

    def older(path):
        catalogue = load(path)
        return replace(catalogue, text=names.sub("", catalogue.text))

    monkeypatch.setattr(tiny.catalogues, "load", older)
    row = split(tiny.store(tmp_path, rows), "county_visit_rate")
    assert (row["part_inside"], row["effect_numerator"]) == (None, pytest.approx(10))


def test_a_yearly_count_has_no_month_before_january(tmp_path):
    more = {"indicator": "county_visit_rate", "population": "all"}
    rows = [value(CITY, "2019-12", 900, 1000, **more), value(CITY, "2020-01", 80, 100, **more)]
    store = tiny.store(tmp_path, rows)
    asking = {"indicator": "county_visit_rate", "period": "2020-01"}
    row = asked(store, "indicator_split", area=CITY, **asking).row(0, named=True)
    assert row["previous_numerator"] is None and row["change"] is None
    parts = asked(store, "indicator_children_change", parent=CITY, level="county", **asking)
    assert parts.is_empty()


def test_the_interval_holds_the_whole_exactly_when_the_part_lies_within_the_limits(tmp_path):
    rows = [
        value(CITY, "2020-W51", 1856, 2030),
        value(EAST, "2020-W51", 900, 1000),
        value(WEST, "2020-W51", 930, 1000),
        value(SOUTH, "2020-W51", 26, 30),
    ]
    table = asked(tiny.store(tmp_path, rows), "indicator_funnel", parent=CITY,
                  indicator="signing_rate", level="county", period="2020-W51")  # fmt: skip
    assert table.height == 3
    for row in table.iter_rows(named=True):
        holds = row["interval_low"] <= row["parent_value"] <= row["interval_high"]
        assert holds == (row["outside"] == "正常波动")
    assert (table["interval_high"] <= 100).all()


def test_the_value_of_the_whole_is_printed_from_whole_numbers(tmp_path):
    rows = [value(CITY, "2020-W51", 2619, 4000)]
    rows += [value(EAST, "2020-W51", 1300, 2000), value(WEST, "2020-W51", 1319, 2000)]
    table = asked(tiny.store(tmp_path, rows), "indicator_funnel", parent=CITY,
                  indicator="signing_rate", level="county", period="2020-W51")  # fmt: skip
    assert table["parent_printed"].to_list() == [65.48, 65.48]


def test_a_figure_that_is_no_share_has_no_limits_of_chance(tmp_path):
    rows = [value(EAST, "2020-W51", 130, 100), value(WEST, "2020-W51", 90, 100)]
    table = asked(tiny.store(tmp_path, rows), "indicator_funnel", parent=CITY,
                  indicator="signing_rate", level="county", period="2020-W51")  # fmt: skip
    assert table.is_empty()
