"""The rows obey the rules of the report tables, in a row, over time and across tables."""

from datetime import date

import polars as pl
import pytest

from data.demo.simulate import TABLES
from data.filed.rows import prepare
from data.findings import ERROR, EXPLAIN
from data.intake.check.context import Context
from data.intake.check.rules import violations

IMPORTED = date(2020, 12, 21)


@pytest.fixture(scope="module")
def context(demo, tmp_path_factory):
    from data.snapshots.store import Store

    rows = {
        name: prepare(
            frame, demo.catalogue.tables[name], demo.catalogue, imported=IMPORTED
        ).with_row_index("row")
        for name, frame in demo.frames.items()
    }
    store = Store(tmp_path_factory.mktemp("empty"))
    return Context(demo.catalogue, rows, store, None, IMPORTED)


@pytest.mark.parametrize("table_id", TABLES)
def test_nothing_would_be_refused(demo, context, table_id):
    found = violations(demo.catalogue.tables[table_id], context)
    blocking = found.filter(pl.col("severity").is_in((ERROR, EXPLAIN)))
    assert blocking.select("rule", "found").head(3).rows() == []


@pytest.mark.parametrize("table_id", TABLES)
def test_reports_come_in_after_their_period_and_before_the_meeting(demo, table_id):
    frame = demo.frames[table_id]
    assert (frame["first_imported"] > frame["period_end"]).all()
    assert (frame["first_imported"] <= IMPORTED).all()
    assert (frame["reported_on"] <= frame["first_imported"]).all()


def test_the_weekly_list_is_the_monthly_list(demo):
    worst = demo.ask("""
        with signing as (
            select left(area_code, 9) as township, period, period_end,
                sum(sign_target_pop) as weekly
            from t04 group by all
        )
        select max(abs(weekly - poor_pop) / nullif(poor_pop, 0)) as worst
        from signing asof join t01
            on signing.township = t01.area_code and signing.period_end >= t01.period_end
    """)
    assert worst.item() <= 0.02


def test_people_of_other_tables_follow_the_list(demo):
    answer = demo.ask("""
        select
            max(abs(should_insure - poor_pop - monitored_pop) / nullif(poor_pop, 0))
                filter (poor_pop > 200) as insured,
            bool_and(he_due >= poor_pop) as taught
        from t01 join t02 using (area_code, period) left join t12 using (area_code, period)
    """)
    assert answer["insured"].item() < 0.05
    assert answer["taught"].item()


def test_institutions_are_registered(demo):
    known = set(demo.frames["T20"]["org_code"])
    for table_id in ("T03", "T08", "T10"):
        assert set(demo.frames[table_id]["org_code"]) <= known, table_id
    assert set(demo.frames["T05"]["hospital_code"].drop_nulls()) <= known
    assert set(demo.frames["T14"]["recipient_code"]) <= set(demo.frames["T08"]["org_code"])
    assert set(demo.frames["T14"]["supporter_code"]) <= known


def test_hospitals_sit_where_they_belong(demo):
    register = (
        demo.frames["T20"]
        .group_by("org_type")
        .agg(pl.col("area_code").str.len_chars().unique().alias("digits"))
    )
    digits = dict(register.iter_rows())
    for kind in ("县医院", "县中医院", "妇幼", "疾控中心"):
        assert digits[kind] == [6]
    for kind in ("中心卫生院", "一般卫生院", "社区卫生服务中心", "社区卫生服务站"):
        assert digits[kind] == [9]


def test_clinics_stand_in_administrative_villages(demo):
    villages = demo.catalogue.areas.filter(pl.col("kind") == "village")["area_code"]
    clinics = demo.frames["T07"]
    assert set(clinics["village_code"]) <= set(villages)
    assert (clinics["village_code"] == clinics["area_code"]).all()
    january = clinics.filter(pl.col("period") == "2019-01")
    assert january.height == clinics["clinic_code"].n_unique()


def test_every_state_of_a_clinic_occurs(demo):
    clinics = demo.frames["T07"]
    assert set(clinics["build_state"]) == {"已投用", "在建", "停用"}
    assert set(clinics["service_mode"]) == {"自有", "派驻", "巡诊", "邻村延伸"}
    assert set(clinics["is_standard"].drop_nulls()) == {True, False}
    assert clinics.filter(pl.col("remark").fill_null("").str.contains("人工改判")).height > 10
    assert (clinics["service_pop"] <= 800).any()
    villages = demo.catalogue.areas.filter(
        (pl.col("kind") == "village")
        & ~pl.col("area_code").str.head(6).is_in(["411471", "411472", "320771"])
    )
    assert set(villages["area_code"]) - set(clinics["village_code"])


def test_county_rows_of_prevention_hold_only_county_columns(demo):
    table, frame = demo.catalogue.tables["T12"], demo.frames["T12"]
    at_county = pl.col("area_code").str.len_chars() == 6
    above = [c.name for c in table.stored_columns if c.filed_at == "county"]
    below = [c.name for c in table.stored_columns if c.filed_at is None]
    for names, rows in ((below, frame.filter(at_county)), (above, frame.filter(~at_county))):
        assert rows.height > 0
        assert rows.select(pl.all_horizontal(pl.col(names).is_null().all())).item()


def test_issues_pass_through_every_state(demo):
    issues = demo.frames["T16"]
    assert issues["status"].n_unique() == 5
    assert issues["source"].n_unique() == 7
    last = issues.sort("period_end").group_by("issue_no").last()
    overdue = (pl.col("due_on") <= date(2020, 12, 20)) & (pl.col("status") != "已销号")
    assert last.filter(overdue).height > 20
    assert "owner_person" not in issues.columns


def test_counted_reports_are_left_to_the_product(demo):
    log = demo.frames["T19"]
    assert log["reports_due"].null_count() == log.height
    assert log["ledger_due"].null_count() == 0


def test_a_year_opens_with_what_the_last_one_left(demo):
    answer = demo.ask("""
        select count(*) as counties,
            bool_and(young.opening_balance
                = old.opening_balance + old.fund_income - old.fund_expense) as same
        from t21 as old join t21 as young using (area_code)
        where old.period = '2019-12' and young.period = '2020-01'
    """)
    assert answer["counties"].item() == 32
    assert answer["same"].item()
