"""Trends, breakdowns, causes and lists about indicators."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, SOUTH, WEST, value


def asked(store, name, **params):
    return Engine(store).run(name, params)


def test_a_trend_has_one_row_per_own_period_with_gaps_as_empty_rows(tmp_path):
    rows = [value(CITY, "2020-W48", 90), value(CITY, "2020-W50", 92)]
    table = asked(tiny.store(tmp_path, rows), "indicator_trend", indicator="signing_rate",
                  area=CITY, period_from="2020-W48", period_to="2020-W51")  # fmt: skip
    assert table["period"].to_list() == ["2020-W48", "2020-W49", "2020-W50", "2020-W51"]
    assert table["printed"].to_list() == [90.0, None, 92.0, None]
    assert table["state"].to_list() == ["正常", "未报", "正常", "未报"]


def test_a_trend_expects_nothing_of_an_area_before_it_is_there_or_after_it_is_gone(tmp_path):
    always = f"{EAST},东县,county,{CITY},,"
    areas = tiny.AREAS.replace(f"{always},,", f"{always}2020-12-01,2020-12-13,{WEST}")
    store = tiny.store(tmp_path, [value(EAST, "2020-W50", 90)], areas=areas)
    table = asked(store, "indicator_trend", indicator="signing_rate", area=EAST,
                  period_from="2020-W48", period_to="2020-W51")  # fmt: skip
    assert table["state"].to_list() == ["不适用", "未报", "正常", "不适用"]


def test_a_period_in_which_nothing_was_owed_is_no_silent_one(tmp_path):
    rows = [value(CITY, "2020-W50", 92), value(CITY, "2020-W51", None)]
    store = tiny.store(tmp_path, rows, obligations=f"T04,{CITY},county,2020-11-30,,1\n")
    asking = {"indicator": "signing_rate", "area": CITY}
    table = asked(store, "indicator_trend", period_from="2020-W48", period_to="2020-W52", **asking)
    # Owed from the 49th week on, filed in the 50th for the first time.
    assert table["state"].to_list() == ["不适用", "未报", "正常", "未报", "未报"]
    # Nobody has a figure of a county in a township.
    asking = {"indicator": "county_visit_rate", "area": "991102001"}
    table = asked(store, "indicator_trend", period_from="2020-11", period_to="2020-11", **asking)
    assert table["state"].to_list() == ["不适用"]


def test_the_range_of_a_trend_may_be_written_in_another_frequency(tmp_path):
    rows = [value(CITY, "2020-11", 90, indicator="insurance_enrolment_rate")]
    table = asked(tiny.store(tmp_path, rows), "indicator_trend", area=CITY,
                  indicator="insurance_enrolment_rate", period_from="2020-Q3",
                  period_to="2020-W51")  # fmt: skip
    assert table["period"].to_list() == [f"2020-{m:02d}" for m in range(7, 12)]


def test_the_period_alone_is_the_difference_inside_the_year(tmp_path):
    more = {"indicator": "signing_fulfilment_rate"}
    rows = [
        value(CITY, "2020-W01", 5, 20, **more),
        value(CITY, "2020-W02", 20, 40, **more),
    ]
    table = asked(tiny.store(tmp_path, rows), "indicator_trend", area=CITY,
                  indicator="signing_fulfilment_rate", period_from="2020-W01",
                  period_to="2020-W02")  # fmt: skip
    assert table["printed"].to_list() == [25.0, 50.0]
    assert table["period_alone"].to_list() == [25.0, 75.0]


def test_a_trend_marks_the_points_whose_units_differ_from_the_point_before(tmp_path):
    rows = [
        value(CITY, "2020-W50", 90, reported=2, expected=2),
        value(CITY, "2020-W51", 95, reported=1, expected=2)
        | {"prev_units_differ": True, "missing_units": "西县"},
    ]
    table = asked(tiny.store(tmp_path, rows), "indicator_trend", indicator="signing_rate",
                  area=CITY, period_from="2020-W50", period_to="2020-W51")  # fmt: skip
    assert table["units_differ"].to_list() == [False, True]
    assert table["missing_units"].to_list() == [None, "西县"]


def test_a_trend_leads_with_the_comparison_of_the_card_and_both_its_bases(tmp_path):
    common = {"prev_numerator": 66, "prev_denominator": 80, "prev_self_numerator": 76,
              "prev_self_denominator": 80, "prev_units_differ": True}  # fmt: skip
    rows = [value(CITY, "2020-W50", 75), value(CITY, "2020-W51", 95, **common)]
    store = tiny.store(tmp_path, rows)
    asking = {"indicator": "signing_rate", "area": CITY}
    card = asked(store, "indicator_value", period="2020-W51", **asking)
    # The base's own figure is known also where the period before lies outside the range.
    line = asked(store, "indicator_trend", period_from="2020-W51", period_to="2020-W51", **asking)
    shared = ["lead", "lead_value", "lead_filed", "lead_change", "lead_common_units",
              "lead_merged", "population_name", "cumulative_word"]  # fmt: skip
    assert line.select(shared).row(0) == card.select(shared).row(0)
    assert line.select(shared[:5]).row(0) == ("previous", 82.5, 75.0, 12.5, True)


def test_a_trend_judges_each_period_by_the_target_of_its_day(tmp_path):
    targets = [
        tiny.target(80, valid_from="2020-01-01", valid_to="2020-12-06"),
        tiny.target(95, valid_from="2020-12-07", valid_to="2020-12-31", rank=2),
    ]
    rows = [value(CITY, week, 90) for week in ("2020-W49", "2020-W50")]
    store = tiny.store(tmp_path, rows, targets=targets)
    table = asked(store, "indicator_trend", indicator="signing_rate", area=CITY,
                  period_from="2020-W49", period_to="2020-W50")  # fmt: skip
    assert table["target"].to_list() == [80.0, 95.0]
    assert table["light"].to_list() == ["达标", "预警"]


def test_a_sparkline_ends_with_the_period_that_the_card_shows(tmp_path):
    rows = [
        value(CITY, "2020-W49", 88, reported=9, expected=9),
        value(CITY, "2020-W50", 90, reported=9, expected=9),
        value(CITY, "2020-W51", 10, reported=1, expected=9),
    ]
    table = asked(tiny.store(tmp_path, rows), "sparkline", area=CITY, period="2020-W51", count=3)
    assert table["period"].to_list() == ["2020-W48", "2020-W49", "2020-W50"]
    assert table["printed"].to_list() == [None, 88.0, 90.0]


def test_the_overview_has_every_computed_indicator_headlines_first(tmp_path):
    store = tiny.store(tmp_path, [value(CITY, "2020-W51", 90)])
    table = asked(store, "indicator_overview", area=CITY, period="2020-W51")
    computed = [i for i in store.catalogue(1).indicators.values() if i.computed]
    assert table.height == sum(len(i.populations) for i in computed)
    headlines = [n for n in table["headline"].to_list() if n is not None]
    assert headlines == sorted(headlines)
    assert table["headline"][0] == 1


def test_a_breakdown_is_read_at_the_period_that_the_indicator_shows(tmp_path):
    more = {"indicator": "major_disease_treat_rate"}
    rows = [
        value(CITY, "2020-11", 90, **more),
        value(CITY, "2020-11", 30, 40, dimension="md01", **more),
        value(CITY, "2020-11", None, None, dimension="md02", masked=True, **more),
        value(CITY, "2020-10", 1, 40, dimension="md03", **more),
    ]
    table = asked(tiny.store(tmp_path, rows), "indicator_dimension", area=CITY, period="2020-W51",
                  indicator="major_disease_treat_rate")  # fmt: skip
    assert table.select("dimension", "printed", "masked").rows() == [
        ("md01", 75.0, False),
        ("md02", None, True),
    ]


def test_attention_puts_lagging_and_falling_areas_first(tmp_path):
    rows = [value(CITY, w, 270, 300, reported=3, expected=3) for w in ("2020-W50", "2020-W51")]
    for area, before, now in ((EAST, 80, 79), (WEST, 80, 81), (SOUTH, 99, 98)):
        rows += [value(area, "2020-W50", before), value(area, "2020-W51", now)]
    store = tiny.store(tmp_path, rows, targets=[tiny.target(95)])
    table = asked(store, "attention", parent=CITY, level="county", period="2020-W51")
    signing = table.filter(table["indicator"] == "signing_rate")
    assert signing.select("area_code", "severity", "reason").rows() == [
        (EAST, 1, "滞后"),
        (WEST, 2, "滞后"),
    ]


def test_where_all_are_equal_nobody_is_last(tmp_path):
    for figures, last in (((90, 90, 90), []), ((91, 90, 90), [WEST, SOUTH])):
        rows = [value(CITY, "2020-W51", 270, 300, reported=3, expected=3)]
        rows += [
            value(area, "2020-W51", n) for area, n in zip((EAST, WEST, SOUTH), figures, strict=True)
        ]
        store = tiny.store(tmp_path / str(figures[0]), rows)
        table = asked(store, "attention", parent=CITY, level="county", period="2020-W51")
        signing = table.filter(table["indicator"] == "signing_rate")
        assert signing["area_code"].to_list() == last
        assert set(signing["reason"]) <= {"末位"}


def test_the_effects_of_numerator_and_denominator_add_up_to_the_change(tmp_path):
    rows = [value(CITY, "2020-W50", 80, 100), value(CITY, "2020-W51", 90, 120)]
    row = asked(tiny.store(tmp_path, rows), "indicator_split", indicator="signing_rate",
                area=CITY, period="2020-W51").row(0, named=True)  # fmt: skip
    assert row["effect_numerator"] == pytest.approx(10)
    assert row["effect_numerator"] + row["effect_denominator"] == pytest.approx(row["change"])


def test_the_effects_of_the_parts_add_up_to_the_change_of_the_whole(tmp_path):
    rows = [
        value(CITY, "2020-W50", 150, 200, reported=2, expected=2),
        value(CITY, "2020-W51", 200, 260, reported=2, expected=2),
        value(EAST, "2020-W50", 90, 100),
        value(EAST, "2020-W51", 92, 100),
        value(WEST, "2020-W50", 60, 100),
        value(WEST, "2020-W51", 108, 160),
    ]
    table = asked(tiny.store(tmp_path, rows), "indicator_children_change", parent=CITY,
                  indicator="signing_rate", level="county", period="2020-W51")  # fmt: skip
    total = sum(table["effect_own"]) + sum(table["effect_mix"])
    assert total == pytest.approx(100 * (200 / 260 - 150 / 200))


def test_the_funnel_marks_what_lies_beyond_chance(tmp_path):
    rows = [
        value(CITY, "2020-W51", 1890, 2100, reported=3, expected=3),
        value(EAST, "2020-W51", 900, 1000),
        value(WEST, "2020-W51", 800, 1000),
        value(SOUTH, "2020-W51", 85, 100),
    ]
    table = asked(tiny.store(tmp_path, rows), "indicator_funnel", parent=CITY,
                  indicator="signing_rate", level="county", period="2020-W51")  # fmt: skip
    assert dict(zip(table["area_code"], table["outside"], strict=True)) == {
        EAST: "明显偏高",
        WEST: "明显偏低",
        SOUTH: "正常波动",
    }
    assert (table["high_998"] <= 100).all()


def test_the_targets_of_an_area_name_the_one_that_counts(tmp_path):
    targets = [tiny.target(95), tiny.target(90, scope="990000"), tiny.target(99, status="参考",
                                                                             rank=2)]  # fmt: skip
    store = tiny.store(tmp_path, [], targets=targets, raw={"T04": [
        {"area_code": EAST, "period": "2020-W51"}]})  # fmt: skip
    table = asked(store, "targets_for", area=EAST, period="2020-W51", indicator="signing_rate")
    assert table.select("target", "status", "counts", "scope_name").rows() == [
        (95.0, "采用", True, "试验市"),
        (90.0, "采用", False, "试验省"),
        (99.0, "参考", False, "试验市"),
    ]


def test_the_list_of_indicators_has_every_pair_of_indicator_and_population(tmp_path):
    store = tiny.store(tmp_path, [value(CITY, "2020-W51", 90)])
    table = asked(store, "indicator_list")
    pairs = table.select("indicator", "population", "population_name", "is_first_population").rows()
    assert ("signing_rate", "target", "帮扶对象", True) in pairs
    assert ("signing_rate", "elder", "老年人", False) in pairs
    counts = dict(zip(table["indicator"], table["is_count"], strict=True))
    assert (counts["blank_spots"], counts["signing_rate"]) == (True, False)
