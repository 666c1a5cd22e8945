"""Rules over tables and periods: sums, openings, registers, the unit's own past."""

from datetime import date

import polars as pl
import pytest

from data.filed.rows import prepare
from data.intake.check.context import Context
from data.intake.check.rules import violations
from tests.data.intake.check.test_rules import V1, V2, A, B, found, severities, signing
from tests.data.small_world import open_world, put, rows

MONDAY = date(2020, 12, 21)
WEEKLY = ("T04,990100,township,2019-01-01,,1", "T19,990100,township,2019-01-01,,1")


@pytest.fixture
def world(tmp_path):
    return open_world(tmp_path, obligations=WEEKLY)


def people(pop, **more):
    row = {"area": A, "period": "2020-11", "poor_pop": pop, "resident_pop": 9000}
    return rows("T01", row | {"admin_villages": 2} | more)


class TestSumsAgainstAnotherTable:
    def test_villages_that_only_the_store_has_are_added(self, world):
        store, catalogue = world
        put(store, catalogue, people(200))
        put(store, catalogue, rows("T04", signing(), signing(area=V2)))
        assert not found(store, catalogue, rows("T04", signing(signed_pop=91))).height

    def test_an_empty_figure_among_them_leaves_the_sum_unknown(self, world):
        store, catalogue = world
        put(store, catalogue, people(200))
        change = rows("T04", signing(), signing(area=V2, sign_target_pop=None, signed_pop=None))
        assert "T04.target_vs_T01" not in severities(found(store, catalogue, change))

    def test_another_township_without_that_table_is_not_asked(self, world):
        store, catalogue = world
        put(store, catalogue, people(200))
        assert not found(store, catalogue, rows("T04", signing(area=B + "200"))).height


class TestCodesInAnotherTable:
    def test_a_county_that_never_filed_the_register_is_not_blamed(self, world):
        store, catalogue = world
        other = {
            "area": "990102001",
            "period": "2020-11",
            "org_code": "h9",
            "org_name": "丙镇卫生院",
            "org_type": "一般卫生院",
            "valid_from": date(2019, 1, 1),
        }
        put(store, catalogue, rows("T20", other))
        report = {"area": A, "period": "2020-W51", "org_code": "h1", "org_level": "乡级"}
        assert not found(store, catalogue, rows("T03", report)).height
        put(store, catalogue, rows("T20", other | {"area": A, "org_code": "h2"}))
        assert severities(found(store, catalogue, rows("T03", report))) == {
            "T03.org_code.in_T20": "错误"
        }


class TestOpenings:
    def fund(self, period, opening, income, expense):
        return rows(
            "T21",
            {
                "area": "990101",
                "period": period,
                "opening_balance": opening,
                "fund_income": income,
                "fund_expense": expense,
            },
        )

    def test_the_years_opening_is_last_years_closing(self, world):
        store, catalogue = world
        put(store, catalogue, self.fund("2019-12", 100.0, 50.0, 30.0))
        assert not found(store, catalogue, self.fund("2020-01", 120.0, 5.0, 3.0)).height
        bad = found(store, catalogue, self.fund("2020-01", 110.0, 5.0, 3.0))
        assert severities(bad) == {"T21.opening_balance.year": "需说明"}
        assert "上期fund" not in bad["found"][0] and "110" in bad["found"][0]

    def test_without_last_december_nothing_is_said(self, world):
        assert not found(*world, self.fund("2020-01", 110.0, 5.0, 3.0)).height

    def test_the_years_total_is_last_weeks_and_this_week(self, world):
        store, catalogue = world
        clinic = {"area": A, "org_code": "h1", "org_level": "乡级", "onestop_due_week": 9}
        before = clinic | {"onestop_done_week": 5, "onestop_done_ytd": 50}
        put(store, catalogue, rows("T03", before | {"period": "2020-W50"}))
        now = clinic | {"period": "2020-W51", "onestop_done_week": 6}
        assert not found(store, catalogue, rows("T03", now | {"onestop_done_ytd": 56})).height
        bad = found(store, catalogue, rows("T03", now | {"onestop_done_ytd": 57}))
        assert set(severities(bad).values()) == {"需说明"}
        assert "上期" in bad["found"][0] and "50" in bad["found"][0]


class TestRegisters:
    def test_marked_villages_are_counted_against_the_clinics_ledger(self, world):
        store, catalogue = world
        clinic = {
            "area_code": V1,
            "division_code": V1,
            "village_code": V1,
            "clinic_code": "c1",
            "period": "2020-11",
            "is_poor_village": True,
        }
        put(store, catalogue, rows("T07", clinic))
        assert not found(store, catalogue, people(100, poor_villages=1)).height
        bad = found(store, catalogue, people(100, poor_villages=2))
        assert severities(bad) == {"T01.poor_villages.vs_T07": "提示"}


class TestTheUnitsOwnPast:
    def weeks(self, *numbers):
        return [
            signing(period=f"2020-W{41 + at}", sign_target_pop=number, signed_pop=number)
            for at, number in enumerate(numbers)
        ]

    def test_a_figure_far_from_its_own_median_must_be_explained(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", *self.weeks(100, 101, 99, 100, 102, 100)))
        now = signing(period="2020-W47", sign_target_pop=1000, signed_pop=100)
        bad = found(store, catalogue, rows("T04", now))
        assert severities(bad) == {"T04.jump": "需说明"}
        assert bad["column"].to_list() == ["sign_target_pop"]
        assert "近8期中位数 100" in bad["found"][0]

    def test_a_remark_answers_it(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", *self.weeks(100, 101, 99, 100, 102, 100)))
        now = signing(period="2020-W47", sign_target_pop=1000, remark="两村合并")
        assert severities(found(store, catalogue, rows("T04", now))) == {"T04.jump": "提示"}

    def test_small_moves_short_histories_and_restless_units_are_left_alone(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", *self.weeks(100, 101, 99, 100)))
        for number in (72, 128):
            change = rows("T04", signing(period="2020-W45", sign_target_pop=number, signed_pop=72))
            assert not found(store, catalogue, change).height
        assert not found(store, catalogue, rows("T04", *self.weeks(50, 900, 70))).height
        restless = self.weeks(100, 400, 90, 500, 120, 380, 100, 450)
        now = signing(area=V2, period="2020-W49", sign_target_pop=700)
        moved = [row | {"area": V2} for row in restless]
        assert not found(store, catalogue, rows("T04", *moved, now)).height

    def test_one_slip_in_the_past_moves_nothing(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", *self.weeks(100, 101, 1000, 100, 102, 100)))
        now = signing(period="2020-W47", sign_target_pop=103)
        assert not found(store, catalogue, rows("T04", now)).height


class TestManyTimesWhatWasFiledBefore:
    """Money 20 times and more than 10 万元 off, counts 8 times and more than 50."""

    def fund(self, period, cost, area=A, **values):
        row = {"area": area, "period": period, "reporting_unit": "东县医保局"}
        return row | {"inpatient_cost": cost, "opening_balance": None} | values

    def far(self, world, *now, table="T02", before=()):
        store, catalogue = world
        if before:
            put(store, catalogue, rows(table, *before))
        bad = found(store, catalogue, rows(table, *now))
        return bad.filter(pl.col("rule").str.ends_with("_far"))

    @pytest.mark.parametrize(
        ("cost", "told"),
        [
            (85000.0, "住院总费用 85000万元，上期 8.5万元"),
            (180.0, "住院总费用 180万元，上期 8.5万元"),
            (170.0, None),
            (0.3, None),
        ],
    )
    def test_yuan_taken_for_ten_thousands(self, world, cost, told):
        before = [self.fund("2020-10", 8.5)]
        bad = self.far(world, self.fund("2020-11", cost), before=before)
        assert bad["found"].to_list() == ([told] if told else [])
        assert set(bad["severity"]) <= {"需说明"} and set(bad["rule"]) <= {"T00.money_far"}

    def test_a_unit_whose_rows_are_all_far_is_told_once(self, world):
        before = [self.fund("2020-10", 8.5), self.fund("2020-10", 1.5, area=B)]
        now = [self.fund("2020-11", 85000.0), self.fund("2020-11", 15000.0, area=B)]
        (line,) = self.far(world, *now, before=before)["found"]
        assert line == "本单位 2 行住院总费用合计 100000万元，上期 10万元"

    def test_a_unit_far_below_its_last_period(self, world):
        before = [self.fund("2020-10", 8.5), self.fund("2020-10", 6.5, area=B)]
        now = [self.fund("2020-11", 0.1), self.fund("2020-11", 0.1, area=B)]
        assert self.far(world, *now, before=before).height == 1

    def test_a_year_begins_small_but_not_large(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T02", self.fund("2019-12", 300.0)))
        assert not self.far(world, self.fund("2020-01", 12.0)).height
        assert self.far(world, self.fund("2020-01", 120000.0)).height == 1

    def test_the_last_filed_period_counts_also_after_a_gap(self, world):
        before = [self.fund("2020-09", 8.5)]
        assert self.far(world, self.fund("2020-11", 85000.0), before=before).height == 1

    @pytest.mark.parametrize(
        ("visits", "is_far"), [(1100, True), (150, True), (60, False), (0, False)]
    )
    def test_a_count_with_a_digit_too_many(self, world, visits, is_far):
        before = [signing(period=f"2020-W{week}", followups_week=9) for week in (47, 48, 50)]
        now = signing(followups_week=visits)
        assert self.far(world, now, table="T04", before=before).height == is_far

    def test_a_count_is_held_against_several_periods(self, world):
        before = [signing(period="2020-W49", teams=90), signing(period="2020-W50", teams=2)]
        assert not self.far(world, signing(teams=100), table="T04", before=before).height
        assert self.far(world, signing(teams=900), table="T04", before=before).height == 1

    def test_what_was_never_counted_before_may_begin(self, world):
        before = [signing(period="2020-W50", checkups_ytd=0, expired_pop=0)]
        now = signing(checkups_ytd=90, expired_pop=90)
        bad = self.far(world, now, table="T04", before=before)
        assert bad["column"].to_list() == ["expired_pop"]

    def test_a_remark_answers_it(self, world):
        before = [self.fund("2020-10", 8.5)]
        bad = self.far(world, self.fund("2020-11", 85000.0, remark="属实"), before=before)
        assert bad["severity"].to_list() == ["提示"]

    def test_several_periods_of_one_file_are_held_against_each_other(self, world):
        bad = self.far(world, self.fund("2020-10", 8.5), self.fund("2020-11", 85000.0))
        assert bad["row"].to_list() == [1]


class TestReportsCounted:
    def log(self, due, on_time):
        row = {"area": A, "period": "2020-W51", "table_id": "T04"}
        return rows("T19", row | {"reports_due": due, "reports_on_time": on_time})

    def test_filed_counts_are_held_against_what_the_store_received(self, world):
        store, catalogue = world
        report = signing(period="2020-W50", first_imported=date(2020, 12, 14))
        put(store, catalogue, rows("T04", report))
        assert not found(store, catalogue, self.log(1, 1)).height
        bad = found(store, catalogue, self.log(2, 0))
        assert bad["severity"].unique().to_list() == ["提示"]
        assert sorted(bad["column"]) == ["reports_due", "reports_on_time"]
        assert "应报填 2 份，系统计 1 份" in bad["found"].to_list()

    def test_a_late_report_is_not_on_time(self, world):
        store, catalogue = world
        report = signing(period="2020-W50", first_imported=date(2020, 12, 16))
        put(store, catalogue, rows("T04", report))
        assert not found(store, catalogue, self.log(1, 0)).height

    def test_an_empty_store_knows_no_better(self, world):
        assert not found(*world, self.log(7, 7)).height


def test_only_the_files_of_the_weeks_before_are_read(world):
    store, catalogue = world
    put(store, catalogue, rows("T04", signing(period="2019-W05"), signing(period="2020-W40")))
    new = prepare(
        rows("T04", signing()).rows, catalogue.tables["T04"], catalogue, imported=MONDAY
    ).with_row_index("row")
    context = Context(catalogue, {"T04": new}, store, 1, MONDAY)
    assert context.stored(catalogue.tables["T04"])["period"].to_list() == ["2020-W40"]
    assert violations(catalogue.tables["T04"], context).schema["row"] == pl.UInt32
