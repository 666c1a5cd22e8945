"""Which value an indicator shows: as of, coverage, staleness, comparison, target and light."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, value

# A setting of one's own: two of three units are enough.
COVERAGE_60 = {"settings.yaml": "min_coverage: 60\n"}


@pytest.fixture
def shows(tmp_path):
    """Publish rows and ask for one indicator of the city."""

    def ask(rows, period="2020-W51", indicator="signing_rate", area=CITY, targets=(), **more):
        engine = Engine(tiny.store(tmp_path / "store", rows, targets=targets, **more))
        asked = {"indicator": indicator, "area": area, "period": period}
        return engine.run("indicator_value", asked).row(0, named=True)

    return ask


def rows_of(texts: dict[str, float], indicator="signing_rate", area=CITY, **more):
    return [value(area, period, n, indicator=indicator, **more) for period, n in texts.items()]


# -- as of --------------------------------------------------------------------------------------


def test_on_one_day_weekly_monthly_and_quarterly_indicators_show_their_own_newest_period(tmp_path):
    rows = [
        value(CITY, "2020-W51", 90),
        value(CITY, "2020-W52", 91),
        value(CITY, "2020-11", 80, indicator="insurance_enrolment_rate"),
        value(CITY, "2020-12", 81, indicator="insurance_enrolment_rate"),
        value(CITY, "2020-Q3", 70, indicator="village_doctor_pension_rate", population="all"),
        value(CITY, "2020-Q4", 71, indicator="village_doctor_pension_rate", population="all"),
    ]
    engine = Engine(tiny.store(tmp_path, rows))
    found = {
        name: engine.run("indicator_value", {"indicator": name, "area": CITY, "period": "2020-W51"})
        for name in ("signing_rate", "insurance_enrolment_rate", "village_doctor_pension_rate")
    }
    assert [(f["period"][0], f["printed"][0]) for f in found.values()] == [
        ("2020-W51", 90.0),
        ("2020-11", 80.0),
        ("2020-Q3", 70.0),
    ]


def test_nothing_that_ends_after_the_chosen_period_is_shown(shows):
    assert shows(rows_of({"2020-W52": 90}))["state"] == "未报"


def test_with_3_of_9_units_filed_it_steps_back_and_says_so(shows):
    rows = rows_of({"2020-10": 80}, "insurance_enrolment_rate", reported=9, expected=9)
    rows += rows_of({"2020-11": 30}, "insurance_enrolment_rate", reported=3, expected=9)
    got = shows(rows, indicator="insurance_enrolment_rate")
    assert (got["period"], got["printed"], got["state"]) == ("2020-10", 80.0, "正常")
    assert "11月已报3/9，暂用10月" in got["note"]
    assert (got["fallback_from_period"], got["fallback_reported"], got["fallback_expected"]) == (
        "2020-11",
        3,
        9,
    )


def test_when_no_period_has_enough_units_the_newest_is_shown_as_incomplete_without_a_light(shows):
    rows = rows_of({"2020-W50": 70, "2020-W51": 80}, reported=3, expected=9)
    got = shows(rows, targets=[tiny.target(50)])
    assert (got["period"], got["printed"], got["state"], got["light"]) == (
        "2020-W51",
        80.0,
        "填报不全",
        "填报不全",
    )


def test_coverage_below_100_percent_always_says_so(shows):
    got = shows(rows_of({"2020-W51": 80}, reported=9, expected=10))
    assert got["state"] == "正常"
    assert "已报9/10" in got["note"]


def test_older_than_two_own_periods_prints_a_dash_with_the_period_since_when(shows):
    got = shows(rows_of({"2020-07": 80}, "insurance_enrolment_rate"), "2020-W51",
                "insurance_enrolment_rate")  # fmt: skip
    assert (got["value"], got["printed"], got["state"]) == (None, None, "数据过期")
    assert got["stale_since"] == "2020-08"
    assert "2020-08起未报" in got["note"]


def test_two_own_periods_old_is_still_shown(shows):
    got = shows(rows_of({"2020-09": 80}, "insurance_enrolment_rate"), "2020-W51",
                "insurance_enrolment_rate")  # fmt: skip
    assert (got["printed"], got["state"]) == (80.0, "正常")


def test_a_monthly_figure_that_did_not_move_since_last_week_is_no_new_report(shows):
    got = shows(rows_of({"2020-11": 80}, "insurance_enrolment_rate"), "2020-W51",
                "insurance_enrolment_rate")  # fmt: skip
    assert got["no_new_report"] is True
    assert "本周无新报数（数据截至11月）" in got["note"]


def test_in_the_week_in_which_the_month_ends_it_is_a_new_report(shows):
    # November 2020 ends on Monday of week 49.
    got = shows(rows_of({"2020-10": 79, "2020-11": 80}, "insurance_enrolment_rate"), "2020-W49",
                "insurance_enrolment_rate")  # fmt: skip
    assert (got["period"], got["no_new_report"]) == ("2020-11", False)


def test_an_unreported_figure_is_empty_and_never_0(shows):
    got = shows([value(CITY, "2020-W51", None, None)])
    assert (got["value"], got["numerator"], got["state"]) == (None, None, "未报")


def test_a_denominator_of_0_is_not_applicable(shows):
    got = shows([value(CITY, "2020-W51", 0, 0)])
    assert (got["value"], got["state"], got["light"]) == (None, "不适用", "不适用")


def test_a_masked_figure_shows_neither_value_nor_parts(shows):
    got = shows([value(CITY, "2020-W51", None, None, masked=True)], targets=[tiny.target(50)])
    assert (got["value"], got["numerator"], got["state"], got["light"]) == (
        None,
        None,
        "已遮蔽",
        "已遮蔽",
    )


def test_below_its_grain_an_indicator_is_not_applicable_and_says_down_to_where_it_goes(shows):
    got = shows(rows_of({"2020-11": 80}, "county_visit_rate", population="all"), "2020-W51",
                "county_visit_rate", "991102001")  # fmt: skip
    assert got["state"] == "不适用"
    assert "本指标只到县级" in got["note"]


# -- comparison ---------------------------------------------------------------------------------


def test_the_change_compares_with_the_period_just_before(shows):
    got = shows(rows_of({"2020-W50": 90, "2020-W51": 90.35}))
    assert (got["previous_period"], got["previous_value"], got["change"]) == (
        "2020-W50",
        90.0,
        0.35,
    )
    assert (got["change_unit"], got["change_is"]) == ("百分点", "better")


def test_for_a_lower_better_indicator_a_fall_is_better(shows):
    rows = rows_of({"2020-10": 12, "2020-11": 10}, "major_disease_oop_share")
    assert shows(rows, indicator="major_disease_oop_share")["change_is"] == "better"


def test_a_gap_in_the_reports_leaves_no_change(shows):
    got = shows(rows_of({"2020-W49": 90, "2020-W51": 91}))
    assert (got["previous_value"], got["change"], got["change_is"]) == (None, None, None)


def test_the_change_over_common_units_is_used_and_said(shows):
    row = value(CITY, "2020-W51", 180, 200, reported=2, expected=2)
    row |= {
        "prev_numerator": 80,
        "prev_denominator": 100,
        "prev_self_numerator": 81,
        "prev_self_denominator": 100,
        "prev_units": 1,
        "prev_units_differ": True,
    }
    got = shows([row])
    assert (got["printed"], got["previous_value"], got["change"]) == (90.0, 80.0, 1.0)
    assert got["change_common_units"] is True
    assert "按两期都报的单位" in got["note"]


def test_a_change_over_common_units_can_be_read_beside_what_all_units_filed(shows):
    # Both weeks lacked a unit, but not the same one.
    rows = [
        value(CITY, "2020-W50", 178, 200, reported=2, expected=3),
        value(CITY, "2020-W51", 180, 200, reported=2, expected=3)
        | {
            "prev_numerator": 88,
            "prev_denominator": 100,
            "prev_self_numerator": 91,
            "prev_self_denominator": 100,
            "prev_units": 1,
            "prev_units_differ": True,
            "missing_units": "西县",
        },
    ]
    got = shows(rows, areas=tiny.AREAS, overlay=COVERAGE_60)
    assert (got["previous_value"], got["previous_filed"], got["change"]) == (88.0, 89.0, 3.0)
    assert (got["lead"], got["lead_filed"], got["lead_common_units"]) == ("previous", 89.0, True)
    assert (got["missing_units"], "已报2/3，西县未报" in got["note"]) == ("西县", True)


def test_last_year_cut_to_common_units_is_said_although_all_filed_this_year(shows):
    # The larger set was last year's: 2 of its units filed, one of them filed this year.
    rows = [
        value(CITY, "2019-W51", 180, 200, reported=2, expected=2),
        value(CITY, "2020-W51", 94, 100)
        | {
            "yoy_numerator": 89.76,
            "yoy_denominator": 100,
            "yoy_self_numerator": 94,
            "yoy_self_denominator": 100,
            "yoy_units": 1,
            "yoy_units_differ": True,
        },
    ]
    got = shows(rows)
    assert (got["yoy_common_units"], got["yoy_value"], got["yoy_filed"]) == (True, 89.76, 90.0)
    assert got["yoy_change"] == 4.24


def test_equal_units_have_one_basis_and_no_mark(shows):
    got = shows(rows_of({"2020-W50": 90, "2020-W51": 91}))
    assert (got["change_common_units"], got["previous_filed"]) == (False, None)


def test_a_merger_is_said_with_the_comparison(shows):
    rows = rows_of({"2020-W50": 90}) + [value(CITY, "2020-W51", 91) | {"prev_merged": "东二镇"}]
    got = shows(rows)
    assert (got["change_merged"], got["lead_merged"]) == ("东二镇", "东二镇")
    assert "与并入的东二镇合计比较" in got["note"]


def test_a_weekly_stock_leads_with_the_week_before_and_a_cumulative_figure_with_last_year(shows):
    got = shows(rows_of({"2019-W51": 80, "2020-W50": 90, "2020-W51": 91}))
    assert (got["lead"], got["lead_period"], got["lead_value"], got["lead_change"]) == (
        "previous",
        "2020-W50",
        90.0,
        1.0,
    )
    rows = rows_of({"2019-W51": 80, "2020-W50": 90, "2020-W51": 91}, "signing_fulfilment_rate")
    got = shows(rows, indicator="signing_fulfilment_rate")
    assert (got["lead"], got["lead_period"], got["lead_change"], got["lead_change_is"]) == (
        "year",
        "2019-W51",
        11.0,
        "better",
    )


# -- 本期 ----------------------------------------------------------------------------------------


def test_the_period_alone_takes_a_cumulative_part_by_its_difference_and_a_stock_as_it_is(shows):
    # 600 people followed up since January, 480 of them before November; 1000 patients now.
    more = {"indicator": "htn_std_mgmt_rate", "population": "all"}
    rows = [value(CITY, "2020-10", 480, 990, **more), value(CITY, "2020-11", 600, 1000, **more)]
    got = shows(rows, indicator="htn_std_mgmt_rate")
    assert (got["printed"], got["period_alone"], got["cumulative_word"]) == (60.0, 12.0, "本年累计")


def test_people_who_are_due_all_year_are_a_stock_under_those_reached_this_quarter(shows):
    more = {"indicator": "health_education_rate", "population": "target"}
    rows = [value(CITY, "2020-Q2", 480, 999, **more), value(CITY, "2020-Q3", 600, 1000, **more)]
    got = shows(rows, indicator="health_education_rate")
    assert (got["printed"], got["period_alone"]) == (60.0, 12.0)


def test_the_first_period_of_a_year_stands_for_itself(shows):
    rows = rows_of({"2020-W01": 2}, "signing_fulfilment_rate")
    got = shows(rows, "2020-W01", "signing_fulfilment_rate")
    assert (got["period_alone"], got["cumulative_word"]) == (2.0, "本年累计")


def test_money_of_a_project_alone_is_its_difference(shows):
    more = {"indicator": "fund_spent_rate", "population": "all"}
    rows = [value(CITY, "2020-10", 30, 100, **more), value(CITY, "2020-11", 45, 130, **more)]
    got = shows(rows, indicator="fund_spent_rate")
    assert (got["period_alone"], got["cumulative_word"]) == (50.0, "项目累计")


def test_where_a_sum_was_corrected_downward_the_period_alone_has_no_figure(shows):
    more = {"indicator": "major_disease_treat_rate"}
    rows = [value(CITY, "2020-10", 60, 100, **more), value(CITY, "2020-11", 55, 105, **more)]
    got = shows(rows, indicator="major_disease_treat_rate")
    assert (got["printed"], got["change"], got["period_alone"]) == (52.38, -7.62, None)


def test_a_stock_has_no_second_reading(shows):
    got = shows(rows_of({"2020-W50": 90, "2020-W51": 91}))
    assert (got["period_alone"], got["cumulative_word"]) == (None, None)


# -- who owes, and small bases ------------------------------------------------------------------

OWED = f"T04,{CITY},county,2019-01-01,,2\n"


def test_where_a_table_is_owed_an_area_without_a_row_owes_nothing(tmp_path):
    rows = [value(CITY, "2020-W51", 90), value(EAST, "2020-W51", 90)]
    engine = Engine(tiny.store(tmp_path, rows, obligations=OWED))
    asked = {"indicator": "signing_rate", "parent": CITY, "level": "county", "period": "2020-W51"}
    found = engine.run("indicator_ranking", asked)
    states = dict(zip(found["area_code"], found["state"], strict=True))
    assert (states[EAST], states[tiny.WEST]) == ("正常", "不适用")


def test_where_a_table_is_owed_a_place_that_never_owed_it_is_not_applicable(shows):
    got = shows(rows_of({"2020-W51": 90}, area=EAST), obligations=OWED)
    assert (got["state"], got["light"]) == ("不适用", "不适用")


def test_an_area_that_is_gone_is_not_applicable_and_says_since_when(shows):
    areas = tiny.AREAS.replace(f"{EAST},东县,county,{CITY},,,,",
                               f"{EAST},东县,county,{CITY},,,2020-12-10,")  # fmt: skip
    rows = rows_of({"2020-W49": 90, "2020-W51": 91}, area=EAST)
    got = shows(rows, area=EAST, areas=areas)
    assert (got["state"], got["note"]) == ("不适用", "已于2020-12-10撤销")
    assert (got["period"], got["numerator"], got["change"], got["lead"]) == (None,) * 4


def test_an_area_that_is_new_says_since_when_it_is_there(shows):
    areas = tiny.AREAS.replace(f"{EAST},东县,county,{CITY},,,,",
                               f"{EAST},东县,county,{CITY},,2020-12-10,,")  # fmt: skip
    more = {"indicator": "insurance_enrolment_rate"}
    got = shows([value(CITY, "2020-11", 90, **more)], area=EAST, areas=areas,
                obligations=OWED.replace("T04", "T02"), **more)  # fmt: skip
    assert (got["state"], got["note"]) == ("不适用", "2020-12-10起设立")


def test_who_lived_in_the_month_shown_is_compared_in_it_though_gone_by_the_chosen_week(tmp_path):
    areas = tiny.AREAS.replace(f"{EAST},东县,county,{CITY},,,,",
                               f"{EAST},东县,county,{CITY},,,2020-12-10,{tiny.WEST}")  # fmt: skip
    name = "insurance_enrolment_rate"
    rows = [
        value(area, "2020-11", n, indicator=name)
        for area, n in {CITY: 240, EAST: 90, tiny.WEST: 80, tiny.SOUTH: 70}.items()
    ]
    engine = Engine(tiny.store(tmp_path, rows, areas=areas))
    asked = {"indicator": name, "parent": CITY, "level": "county", "period": "2020-W51"}
    found = engine.run("indicator_ranking", asked)
    assert found.select("area_code", "state", "rank").rows() == [
        (EAST, "正常", 1),
        (tiny.WEST, "正常", 2),
        (tiny.SOUTH, "正常", 3),
    ]
    assert found["note"][0].startswith("已于2020-12-10撤销")
    # Asked for by itself it says the same, until the month is over that it did not live to see.
    for period, state in (("2020-W51", "正常"), ("2020-12", "不适用")):
        alone = {"indicator": name, "area": EAST, "period": period}
        assert engine.run("indicator_value", alone)["state"].to_list() == [state]


def test_a_base_below_20_has_a_figure_and_a_light_but_no_rank(tmp_path):
    rows = [
        value(CITY, "2020-W51", 178, 219),
        value(EAST, "2020-W51", 14, 19),
        value(tiny.WEST, "2020-W51", 15, 20),
        value(tiny.SOUTH, "2020-W51", 150, 180),
    ]
    engine = Engine(tiny.store(tmp_path, rows, targets=[tiny.target(95)]))
    asked = {"indicator": "signing_rate", "parent": CITY, "level": "county", "period": "2020-W51"}
    found = {row["area_code"]: row for row in engine.run("indicator_ranking", asked).to_dicts()}
    east, west = found[EAST], found[tiny.WEST]
    assert (east["printed"], east["light"], east["rank"], east["small_base"]) == (
        73.68,
        "滞后",
        None,
        True,
    )
    assert (west["rank"], west["ranked_of"], west["small_base"]) == (2, 2, False)
    assert "基数小（19），不排名" in east["note"]
    named = engine.run("attention", {key: asked[key] for key in ("parent", "level", "period")})
    signing = named.filter(named["indicator"] == "signing_rate")
    assert signing["area_code"].to_list() == [tiny.WEST, tiny.SOUTH]


def test_where_no_period_has_enough_units_each_child_is_judged_by_its_own(tmp_path):
    rows = [
        value(CITY, "2020-W51", 90, reported=1, expected=9),
        value(EAST, "2020-W51", 90),
        value(tiny.WEST, "2020-W51", 90, reported=1, expected=2),
    ]
    engine = Engine(tiny.store(tmp_path, rows))
    asked = {"indicator": "signing_rate", "parent": CITY, "level": "county", "period": "2020-W51"}
    found = engine.run("indicator_ranking", asked)
    states = dict(zip(found["area_code"], found["state"], strict=True))
    assert (states[EAST], states[tiny.WEST]) == ("正常", "填报不全")
    whole = engine.run("indicator_value", {"indicator": "signing_rate", "area": CITY,
                                           "period": "2020-W51"})  # fmt: skip
    assert whole["state"][0] == "填报不全"


def test_the_first_week_of_a_year_to_date_figure_has_no_change_and_leads_with_last_year(shows):
    rows = rows_of({"2019-W01": 1, "2019-W52": 99, "2020-W01": 2}, "signing_fulfilment_rate")
    got = shows(rows, "2020-W01", "signing_fulfilment_rate")
    assert (got["change"], got["previous_value"]) == (None, None)
    assert got["leads_with_yoy"] is True
    assert (got["yoy_period"], got["yoy_value"], got["yoy_change"]) == ("2019-W01", 1.0, 1.0)


def test_the_second_week_of_a_year_to_date_figure_has_a_change(shows):
    rows = rows_of({"2020-W01": 2, "2020-W02": 5}, "signing_fulfilment_rate")
    assert shows(rows, "2020-W02", "signing_fulfilment_rate")["change"] == 3.0


def test_maternal_figures_start_again_in_october(shows):
    rows = rows_of({"2020-09": 90, "2020-10": 10}, "hospital_delivery_rate", population="all")
    assert shows(rows, "2020-10", "hospital_delivery_rate")["change"] is None
    rows = rows_of({"2020-10": 10, "2020-11": 20}, "hospital_delivery_rate", population="all")
    assert shows(rows, "2020-11", "hospital_delivery_rate")["change"] == 10.0


def test_a_53rd_week_has_no_week_a_year_before(shows):
    got = shows(rows_of({"2019-W52": 80, "2020-W52": 90, "2020-W53": 91}), "2020-W53")
    assert (got["yoy_period"], got["yoy_value"], got["yoy_change"]) == (None, None, None)
    assert got["change"] == 1.0


# -- targets and lights -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "light"),
    # 89.9999 prints 90.00 and wears the light of 90.
    [(95, "达标"), (94.9999, "预警"), (90, "预警"), (89.9999, "预警"), (89.99, "滞后")],
)
def test_the_light_of_a_rate_has_an_amber_of_5_points(shows, numerator, light):
    got = shows(rows_of({"2020-W51": numerator}), targets=[tiny.target(95)])
    assert got["light"] == light


def test_a_value_that_prints_like_the_target_but_lies_below_it_does_not_meet_it(shows):
    got = shows([value(CITY, "2020-W51", 949999, 1000000)], targets=[tiny.target(95)])
    assert (got["printed"], got["light"]) == (95.0, "预警")


def test_an_inherited_target_says_whose_it_is(shows):
    rows = rows_of({"2020-W51": 99}, area=EAST)
    got = shows(rows, area=EAST, targets=[tiny.target(95, scope=CITY)])
    assert (got["target"], got["target_scope"], got["target_inherited"]) == (95.0, CITY, True)
    assert got["target_scope_name"] == "试验市"
    assert "执行市级目标" in got["note"]


def test_the_nearest_scope_wins_then_the_latest_start_then_the_documents_rank(shows):
    targets = [
        tiny.target(90, scope="000000"),
        tiny.target(91, scope="990000"),
        tiny.target(92, scope=CITY, valid_from="2020-01-01", rank=1),
        tiny.target(93, scope=CITY, valid_from="2020-06-01", rank=2),
        tiny.target(94, scope=CITY, valid_from="2020-06-01", rank=1),
        tiny.target(95, scope=CITY, valid_from="2020-12-21", rank=1),
    ]
    assert shows(rows_of({"2020-W51": 99}), targets=targets)["target"] == 94.0


def test_a_national_target_reaches_everybody(shows):
    got = shows(rows_of({"2020-W51": 99}), targets=[tiny.target(90, scope="000000")])
    assert (got["target"], got["target_scope_level"]) == (90.0, "national")
    assert "执行国家目标" in got["note"]


def test_a_target_not_yet_or_no_longer_in_force_gives_no_light(shows):
    targets = [
        tiny.target(95, valid_from="2021-01-01", valid_to="2021-12-31"),
        tiny.target(90, valid_from="2019-01-01", valid_to="2019-12-31"),
    ]
    got = shows(rows_of({"2020-W51": 99}), targets=targets)
    assert (got["target"], got["light"]) == (None, "无目标")


def test_a_reference_target_is_shown_but_gives_no_light(shows):
    got = shows(rows_of({"2020-W51": 50}), targets=[tiny.target(95, status="参考")])
    assert (got["target"], got["target_status"], got["light"]) == (95.0, "参考", "参考目标")
    assert got["gap"] is None


def test_an_adopted_target_of_the_province_wins_over_a_reference_of_the_city(shows):
    targets = [tiny.target(95, status="参考"), tiny.target(90, scope="990000")]
    got = shows(rows_of({"2020-W51": 92}), targets=targets)
    assert (got["target"], got["light"]) == (90.0, "达标")


def test_information_has_neither_light_nor_rank(shows):
    got = shows(
        rows_of({"2020-11": 80}, "inpatient_actual_reimb_rate"),
        indicator="inpatient_actual_reimb_rate",
    )
    assert (got["state"], got["light"]) == ("正常", None)


def test_amber_that_got_worse_twice_in_a_row_becomes_red(shows):
    got = shows(rows_of({"2020-W49": 93, "2020-W50": 92, "2020-W51": 91}),
                targets=[tiny.target(95)])  # fmt: skip
    assert (got["light"], got["downgraded"]) == ("滞后", True)
    assert "连续两期变差" in got["light_rule"]
    assert got["light_reason"] == "连续两期变差"


def test_amber_that_got_worse_only_once_stays_amber(shows):
    got = shows(rows_of({"2020-W49": 92, "2020-W50": 93, "2020-W51": 91}),
                targets=[tiny.target(95)])  # fmt: skip
    assert (got["light"], got["downgraded"]) == ("预警", False)


def test_green_is_never_lowered_by_movement(shows):
    got = shows(rows_of({"2020-W49": 99, "2020-W50": 98, "2020-W51": 97}),
                targets=[tiny.target(95)])  # fmt: skip
    assert (got["light"], got["change_is"]) == ("达标", "worse")


def test_lower_better_has_an_amber_of_20_percent_of_the_target(shows):
    target = tiny.target(10, indicator="major_disease_oop_share", comparator="<=")
    rows = rows_of({"2020-11": 12}, "major_disease_oop_share")
    assert shows(rows, indicator="major_disease_oop_share", targets=[target])["light"] == "预警"
    rows = rows_of({"2020-11": 12.01}, "major_disease_oop_share")
    assert shows(rows, indicator="major_disease_oop_share", targets=[target])["light"] == "滞后"


def test_a_count_has_no_amber(shows):
    target = tiny.target(0, indicator="blank_spots", population="all", comparator="<=", unit="个")
    rows = [value(CITY, "2020-11", 1, None, indicator="blank_spots", population="all")]
    got = shows(rows, indicator="blank_spots", targets=[target])
    assert (got["printed"], got["denominator"], got["light"], got["gap"]) == (
        1.0,
        None,
        "滞后",
        1.0,
    )


def test_the_required_pace_is_the_gap_over_the_whole_periods_left(shows):
    # After week 48 (to 29 November) weeks 49 to 52 end by 31 December 2020.
    got = shows(rows_of({"2020-W48": 90}), "2020-W48", targets=[tiny.target(95)])
    assert (got["gap"], got["periods_left"], got["required_pace"]) == (5.0, 4, 1.25)


def test_without_a_whole_period_left_there_is_no_pace(shows):
    got = shows(rows_of({"2020-W52": 90}), "2020-W52", targets=[tiny.target(95)])
    assert (got["periods_left"], got["required_pace"]) == (0, None)


def test_the_periods_left_are_counted_from_the_chosen_day_not_from_the_shown_period(shows):
    # October is shown in week 51: of the months only December ends after it and by the 31st.
    target = tiny.target(95, indicator="insurance_enrolment_rate")
    rows = rows_of({"2020-10": 80}, "insurance_enrolment_rate")
    got = shows(rows, "2020-W51", "insurance_enrolment_rate", targets=[target])
    assert (got["period"], got["periods_left"], got["required_pace"]) == ("2020-10", 1, 15.0)


def test_an_expired_target_asks_for_no_pace(shows):
    target = tiny.target(95, indicator="insurance_enrolment_rate", valid_to="2020-12-10")
    rows = rows_of({"2020-10": 80}, "insurance_enrolment_rate")
    got = shows(rows, "2020-W51", "insurance_enrolment_rate", targets=[target])
    assert (got["target"], got["periods_left"], got["required_pace"]) == (95.0, 0, None)


def test_without_a_gap_there_is_no_pace(shows):
    got = shows(rows_of({"2020-W48": 96}), "2020-W48", targets=[tiny.target(95)])
    assert (got["gap"], got["required_pace"]) == (None, None)


def test_the_pace_of_a_count_is_rounded_up(shows):
    target = tiny.target(0, indicator="blank_spots", population="all", comparator="<=", unit="个")
    rows = [value(CITY, "2020-09", 10, None, indicator="blank_spots", population="all")]
    got = shows(rows, "2020-09", "blank_spots", targets=[target])
    assert (got["periods_left"], got["required_pace"]) == (3, -4.0)


# -- villages -----------------------------------------------------------------------------------


def test_a_village_is_read_from_its_own_row_through_the_same_measure(tmp_path):
    raw = {
        "T04": [
            {"area_code": "991102001201", "period": "2020-W50", "signed_pop": 35,
             "sign_target_pop": 50},
            {"area_code": "991102001201", "period": "2020-W51", "signed_pop": 40,
             "sign_target_pop": 50},
        ]
    }  # fmt: skip
    engine = Engine(tiny.store(tmp_path, raw=raw))
    asked = {"indicator": "signing_rate", "area": "991102001201", "period": "2020-W51"}
    got = engine.run("indicator_value", asked).row(0, named=True)
    assert (got["numerator"], got["denominator"], got["printed"]) == (40.0, 50.0, 80.0)
    assert (got["previous_value"], got["change"], got["level"]) == (70.0, 10.0, "village")


def test_a_village_row_with_one_part_missing_is_not_reported(tmp_path):
    raw = {"T04": [{"area_code": "991102001201", "period": "2020-W51", "sign_target_pop": 50}]}
    engine = Engine(tiny.store(tmp_path, raw=raw))
    asked = {"indicator": "signing_rate", "area": "991102001201", "period": "2020-W51"}
    assert engine.run("indicator_value", asked)["state"][0] == "未报"


def test_a_sensitive_population_of_a_village_is_masked(tmp_path):
    raw = {
        "T04": [{"area_code": "991102001201", "period": "2020-W51", "smi_due": 3, "smi_signed": 2}]
    }
    engine = Engine(tiny.store(tmp_path, raw=raw))
    asked = {"indicator": "should_sign_rate", "population": "smi", "area": "991102001201"}
    got = engine.run("indicator_value", asked | {"period": "2020-W51"}).row(0, named=True)
    assert (got["state"], got["numerator"], got["denominator"]) == ("已遮蔽", None, None)


def test_a_villages_clinics_are_counted_by_the_measure(tmp_path):
    clinic = {"period": "2020-11", "village_code": "991102001201", "exempt": False}
    clinics = [
        clinic | {"clinic_code": "1", "status": "达标", "carried": False},
        clinic | {"clinic_code": "2", "status": "未达标", "carried": True},
    ]
    village = {"period": "2020-11", "village_code": "991102001201", "status": "达标"}
    asked = {"indicator": "village_clinic_standard_rate", "area": "991102001201"}
    # What is carried forward beside a new row is no register that was not filed.
    for place, (states, carried) in enumerate([(clinics, 0), (clinics[1:], 1)]):
        store = tiny.store(tmp_path / str(place), clinics=states, villages=[village])
        got = Engine(store).run("indicator_value", asked | {"period": "2020-11"})
        got = got.row(0, named=True)
        assert (got["denominator"], got["units_carried"]) == (len(states), carried)
        assert got["printed"] == (0.0 if carried else 50.0)


@pytest.mark.parametrize("carried", [True, False])
def test_a_villages_own_state_says_whether_it_is_carried_forward(tmp_path, carried):
    village = {"period": "2020-11", "village_code": "991102001201", "status": "达标",
               "clinic_ok": True, "carried": carried}  # fmt: skip
    asked = {"indicator": "village_clinic_presence_rate", "area": "991102001201"}
    store = tiny.store(tmp_path, villages=[village])
    got = Engine(store).run("indicator_value", asked | {"period": "2020-11"}).row(0, named=True)
    assert (got["printed"], got["units_carried"]) == (100.0, int(carried))
    assert ("沿用" in got["note"]) == carried


@pytest.mark.parametrize("status", ["未设置", "不作要求"])
def test_a_village_without_a_clinic_in_the_rate_is_no_silent_one(tmp_path, status):
    village = {"period": "2020-11", "village_code": "991102001201", "status": status}
    clinic = village | {"clinic_code": "1", "exempt": True, "carried": False}
    store = tiny.store(
        tmp_path, clinics=[clinic] if status == "不作要求" else [], villages=[village]
    )
    asked = {"indicator": "village_clinic_standard_rate", "area": "991102001201"}
    got = Engine(store).run("indicator_value", asked | {"period": "2020-11"}).row(0, named=True)
    assert (got["state"], got["denominator"]) == ("不适用", 0)
