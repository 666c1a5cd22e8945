"""The catalogue's rules over rows: what blocks, what must be explained, what is only a hint."""

from datetime import date

import polars as pl
import pytest

from data.filed.rows import prepare
from data.intake.check.context import Context
from data.intake.check.rules import missing_rows, violations
from tests.data.small_world import EAST, open_world, put, rows

A, B = "990101001", "990101002"
V1, V2, V3 = A + "200", A + "201", B + "200"


def found(store, catalogue, *changes, table=None):
    """Violations of the (first) change's table: rule -> severity."""
    frames = {
        change.table_id: prepare(
            change.rows, catalogue.tables[change.table_id], catalogue, imported=date(2020, 12, 21)
        ).with_row_index("row")
        for change in changes
    }
    context = Context(catalogue, frames, store, store.latest(), date(2020, 12, 21))
    return violations(catalogue.tables[table or changes[0].table_id], context)


def severities(frame):
    return dict(zip(frame["rule"], frame["severity"], strict=True))


@pytest.fixture
def world(tmp_path):
    return open_world(tmp_path)


def signing(**values):
    row = {
        "area": V1,
        "period": "2020-W51",
        "teams": 2,
        "sign_target_pop": 100,
        "away_pop": 0,
        "refused_pop": 0,
        "signed_pop": 90,
        "chronic_should_sign": 10,
        "chronic_signed": 9,
        "expired_pop": 0,
        "service_due": 50,
        "service_done": 40,
        "followups_week": 5,
    }
    return row | values


class TestRowRules:
    def test_a_clean_row_has_nothing_to_say(self, world):
        assert not found(*world, rows("T04", signing())).height

    def test_a_part_greater_than_its_whole_is_an_error_that_names_both_figures(self, world):
        bad = found(*world, rows("T04", signing(signed_pop=101)))
        first = bad.filter(pl.col("rule") == "T04.signed_pop.2").row(0, named=True)
        assert first["severity"] == "错误"
        assert first["column"] == "signed_pop"
        assert "已签约人数 101" in first["found"] and "帮扶对象数 100" in first["found"]
        assert first["expected"] == "已签约人数≤帮扶对象数"

    def test_a_missing_figure_passes_a_rule_it_takes_part_in(self, world):
        assert not found(*world, rows("T04", signing(elder_due=5, elder_signed=None))).height

    def test_what_must_be_explained_is_answered_by_a_remark(self, world):
        overlap = signing(signed_pop=95, refused_pop=10)
        rule = "T04.signed_pop.3"
        assert severities(found(*world, rows("T04", overlap)))[rule] == "需说明"
        explained = found(*world, rows("T04", overlap | {"remark": "拒签后又签约"}))
        assert severities(explained)[rule] == "提示"

    def test_an_error_is_not_answered_by_a_remark(self, world):
        bad = found(*world, rows("T04", signing(signed_pop=101, remark="属实")))
        assert severities(bad)["T04.signed_pop.2"] == "错误"

    def test_a_report_dated_outside_its_period_must_be_explained(self, world):
        early = found(*world, rows("T04", signing(reported_on=date(2020, 12, 1))))
        assert severities(early) == {"T00.reported_on.1": "需说明"}
        late = found(*world, rows("T04", signing(reported_on=date(2020, 12, 22))))
        assert severities(late) == {"T00.reported_on.1": "需说明"}
        assert not found(*world, rows("T04", signing(reported_on=date(2020, 12, 18)))).height

    def test_days_between_dates_are_counted_as_days(self, world):
        clinic = {
            "area_code": V1,
            "division_code": V1,
            "village_code": V1,
            "clinic_code": "c1",
            "service_pop": 900,
            "service_mode": "巡诊",
            "qualified_doctors": 1,
            "licensed_doctors": 0,
            "period": "2020-11",
        }
        stale = found(*world, rows("T07", clinic | {"checked_on": date(2020, 5, 1)}))
        assert severities(stale) == {"T07.checked_on.2": "提示"}
        assert not found(*world, rows("T07", clinic | {"checked_on": date(2020, 9, 1)})).height


class TestRulesOverPeriods:
    def test_a_cumulative_figure_must_not_fall_inside_its_year(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signing(period="2020-W50", service_done=45)))
        bad = found(store, catalogue, rows("T04", signing()))
        assert severities(bad) == {"T04.service_done.falls": "需说明"}
        assert "上期已履约服务项次 45" in bad["found"][0]

    def test_it_starts_again_in_the_new_year(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signing(period="2019-W52", service_done=45)))
        assert not found(
            store, catalogue, rows("T04", signing(period="2020-W01", service_done=1))
        ).height

    def test_the_maternal_year_starts_again_in_october(self, world):
        store, catalogue = world
        births = {"area": A, "delivered_women": 90, "live_births": 90, "perinatal_births": 91}
        put(
            store,
            catalogue,
            rows("T11", births | {"period": "2020-09"}, births | {"period": "2019-12"}),
        )
        october = births | {"delivered_women": 9, "live_births": 9, "perinatal_births": 9}
        assert not found(store, catalogue, rows("T11", october | {"period": "2020-10"})).height
        january = found(store, catalogue, rows("T11", october | {"period": "2020-01"}))
        assert "T11.live_births.falls" in severities(january)

    def test_an_opening_figure_is_the_closing_one_of_the_period_before(self, world):
        store, catalogue = world
        alerts = {
            "area": A,
            "monitored_households": 9,
            "alerts_new": 5,
            "alerts_checked": 3,
            "alerts_open_prev": 0,
        }
        put(store, catalogue, rows("T15", alerts | {"period": "2020-W50"}))
        right = rows("T15", alerts | {"period": "2020-W51", "alerts_open_prev": 2})
        assert not found(store, catalogue, right).height
        wrong = found(
            store, catalogue, rows("T15", alerts | {"period": "2020-W51", "alerts_open_prev": 4})
        )
        assert severities(wrong) == {"T15.alerts_open_prev.2": "需说明"}

    def test_the_period_before_may_stand_in_the_same_file(self, world):
        bad = found(*world, rows("T04", signing(period="2020-W50", service_done=45), signing()))
        assert severities(bad) == {"T04.service_done.falls": "需说明"}


class TestRulesOverTables:
    def people(self, pop):
        return rows(
            "T01",
            {
                "area": A,
                "period": "2020-11",
                "poor_pop": pop,
                "resident_pop": 9000,
                "admin_villages": 2,
            },
        )

    @pytest.mark.parametrize(("pop", "severity"), [(200, None), (198, "提示"), (150, "需说明")])
    def test_the_people_to_sign_agree_with_the_months_register(self, world, pop, severity):
        store, catalogue = world
        put(store, catalogue, self.people(pop))
        bad = found(store, catalogue, rows("T04", signing(), signing(area=V2)))
        assert severities(bad).get("T04.target_vs_T01") == severity

    def test_without_the_other_table_nothing_is_said(self, world):
        assert not found(*world, rows("T04", signing())).height

    def test_a_code_must_stand_in_the_institution_register(self, world):
        store, catalogue = world
        hospital = {
            "area": A,
            "period": "2020-11",
            "org_code": "h1",
            "org_name": "甲镇卫生院",
            "org_type": "一般卫生院",
            "valid_from": date(2019, 1, 1),
        }
        put(store, catalogue, rows("T20", hospital))
        report = {"area": A, "period": "2020-W51", "org_code": "h1", "org_level": "乡级"}
        assert not found(store, catalogue, rows("T03", report)).height
        bad = found(store, catalogue, rows("T03", report | {"org_code": "h2"}))
        assert severities(bad)["T03.org_code.in_T20"] == "错误"

    def test_a_clinic_judged_otherwise_than_by_the_rule_must_be_explained(self, world):
        clinic = {
            "area_code": V1,
            "division_code": V1,
            "village_code": V1,
            "clinic_code": "c1",
            "period": "2020-11",
            "service_pop": 900,
            "service_mode": "自有",
            "floor_area": 80.0,
            "has_consult": True,
            "has_treatment": True,
            "has_publichealth": True,
            "has_pharmacy": True,
            "qualified_doctors": 1,
            "licensed_doctors": 0,
            "licence_until": date(2021, 1, 1),
            "is_standard": True,
            "checked_on": date(2020, 11, 1),
        }
        assert not found(*world, rows("T07", clinic)).height
        bad = found(*world, rows("T07", clinic | {"floor_area": 50.0}))
        assert severities(bad) == {"T07.is_standard.vs_rule": "需说明"}

    def test_a_number_of_villages_other_than_the_registers_is_a_hint(self, world):
        store, catalogue = world
        change = self.people(100)
        change = type(change)("T01", change.rows.with_columns(admin_villages=pl.lit(5)))
        bad = found(store, catalogue, change)
        assert severities(bad)["T01.admin_villages.vs_register"] == "提示"


def test_rows_that_the_store_has_and_the_file_lacks_are_reported(world):
    store, catalogue = world
    same = {"reporting_unit": "甲镇卫生院"}
    put(store, catalogue, rows("T04", signing(**same), signing(area=V2, **same)))
    change = rows("T04", signing(signed_pop=95, **same))
    frame = prepare(change.rows, catalogue.tables["T04"], catalogue, imported=date(2020, 12, 21))
    context = Context(catalogue, {"T04": frame.with_row_index("row")}, store, 1, date(2020, 12, 21))
    missing = missing_rows(catalogue.tables["T04"], context)
    assert missing.drop("row").rows() == [("甲镇卫生院", "2020-W51", 1, V2)]
    assert EAST in catalogue.area_names
