"""The questions of the subject pages, against figures added up by hand."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

WEEK = "2020-W51"
TOWN, OTHER_TOWN, WEST_TOWN = "991102001", "991102002", "991103001"
YEAR = [f"2020-{month:02d}" for month in range(1, 13)]


def filed(area, period="2020-11", **columns):
    return {"area_code": area, "period": period} | columns


def enrolled(area, period="2020-11", **more):
    return filed(area, period, should_insure=100, insured_total=95, insured_resident=80,
                 insured_employee=10, insured_elsewhere=5, exempt_insure=7) | more  # fmt: skip


def fund(area, period, income, expense):
    return filed(area, period, opening_balance=100, fund_income=income, fund_expense=expense)


def patients(area, kind, **more):
    return filed(area, chronic_type=kind, registered=90, managed=80, std_managed=60,
                 controlled=50) | more  # fmt: skip


def pair(recipient, until):
    return filed(EAST, supporter_code="S1", recipient_code=recipient, recipient_type="县医院",
                 agreement_from=tiny.day("2019-01-01"), agreement_to=tiny.day(until))  # fmt: skip


def alerts(area, week):
    return filed(area, week, alerts_open_prev=2, alerts_new=8, alerts_checked=6, alerts_overdue=1,
                 monitored_households=40, illness_risk_households=20, helped_households=15,
                 cleared_households=5)  # fmt: skip


def money(area, project, period, source, budget, received, spent):
    return filed(area, period, project_no=project, fund_source=source, budget=budget,
                 received=received, spent=spent)  # fmt: skip


RAW = {
    "T02": [
        enrolled(TOWN, dead=2, army=1, subsidy_due=90, subsidy_paid=81),
        enrolled(OTHER_TOWN, insured_total=None),
        enrolled(WEST_TOWN, insured_total=97, insured_resident=82, exempt_insure=3),
        enrolled(TOWN, "2020-10", insured_total=1),
    ],
    "T06": [
        patients(TOWN, "htn", estimated_patients=120),
        patients(OTHER_TOWN, "htn", registered=10, managed=None),
        patients(TOWN, "smi", registered=999),
    ],
    "T08": [
        filed(EAST, org_code="R1", org_type="县医院"),
        filed(EAST, org_code="R3", org_type="妇幼"),
        filed(EAST, org_code="R4", org_type="一般卫生院"),
    ],
    "T10": [
        filed(TOWN, "2020-Q3", org_code="1", gps=2, nurses=5),
        filed(TOWN, "2020-Q3", org_code="2", nurses=5),
        filed(WEST_TOWN, "2020-Q3", org_code="3", gps=2),
    ],
    "T11": [
        filed(TOWN, delivered_women=9, live_births=10),
        filed(OTHER_TOWN, delivered_women=1, two_cancer_screened=4),
    ],
    "T13": [
        filed(TOWN, fund_due=2, fund_paid=1.5, special_households=3),
        filed(OTHER_TOWN, fund_due=2.25, fund_paid=1.5, special_households=3),
        filed(WEST_TOWN, fund_due=9, fund_paid=1.5, special_households=3),
    ],
    "T14": [pair("R1", "2020-11-15"), pair("R2", "2020-11-30")],
    "T15": [alerts(TOWN, WEEK), alerts(WEST_TOWN, WEEK), alerts(TOWN, "2020-W49")],
    "T18": [
        money(EAST, "a", "2020-10", "中央", 100, 50, 10),
        money(EAST, "a", "2020-11", "中央", 100, 80, 40),
        money(EAST, "b", "2020-10", "中央", 100, 100, 30),
        money(EAST, "b", "2020-10", "县", 0, 0, 0),
        money(WEST, "c", "2020-11", "县", 50, 25, 25),
        money(EAST, "d", "2020-12", "县", 999, 999, 999),
    ],
    "T20": [filed(EAST, "2020-01", org_code="R1", org_name="东县医院")],
    "T21": [
        *(fund(EAST, f"2019-{month:02d}", 10 * month, 12 * month) for month in range(1, 13)),
        fund(EAST, "2020-01", 5, 20),
        fund(EAST, "2020-03", 20, 114),
        fund(WEST, "2020-01", 30, 10),
        fund(WEST, "2020-03", 60, 40),
    ],
    "T22": [
        filed(TOWN, WEEK, sessions=3, villages_due=5, villages_reached=2, home_visited=11),
        filed(OTHER_TOWN, WEEK, sessions=1, villages_due=1, villages_reached=1),
        filed(TOWN, "2020-W50", sessions=1, villages_due=5, villages_reached=1),
        filed(WEST_TOWN, WEEK, sessions=0, villages_due=4, villages_reached=0),
    ],
    "T23": [filed(TOWN, duty_villages_done=3, migrants_entered=40)],
    "T24": [filed(EAST, self_pay=12.5, fund_paid=5), filed(EAST, "2020-10", fund_paid=1)],
    "T25": [
        filed(TOWN, org_code="1", org_type="社区卫生服务中心", households_filed=9),
        filed(OTHER_TOWN, org_code="2", org_type="社区卫生服务站", households_filed=8),
    ],
}


def shown(indicator, numerator, denominator, *, area=CITY, population="all", period="2020-11",
          **more):  # fmt: skip
    return value(area, period, numerator, denominator, indicator=indicator, population=population,
                 **more)  # fmt: skip


VALUES = [
    shown("insurance_enrolment_rate", 192, 200, population="target"),
    shown("htn_std_mgmt_rate", 60, 80),
    shown("smi_std_mgmt_rate", 30, 40),
    shown("maternal_mgmt_rate", 9, 10, area=EAST),
    shown("nip_vaccination_rate", 1, 2),
    shown("fp_fund_paid_rate", 4.5, 13.25),
    shown("fp_visit_rate", 45, 60),
    shown("fp_filed_rate", None, None, masked=True),
    shown("gp_per_10k", 2, 8000, period="2020-Q3"),
    shown("gp_per_10k", 2, 8000, period="2020-Q3", area=EAST),
    shown("counterpart_support_rate", 1, 1),
    shown("alert_check_rate", 12, 20, population="target", period=WEEK),
    shown("fund_spent_rate", 95, 250),
    shown("outreach_village_rate", 3, 10, period=WEEK),
    shown("village_duty_rate", 3, 4),
    shown("charity_share_rate", 5, 12.5),
    shown("community_filing_rate", 17, 20),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.store(tmp_path_factory.mktemp("subjects"), VALUES, raw=RAW))


@pytest.fixture
def asked(engine):
    return lambda name, **params: engine.run(name, {"period": WEEK} | params)


def by(table, key, column):
    return dict(zip(table[key], table[column], strict=True))


# ---- 参保与待遇 -------------------------------------------------------------------------------


def test_the_gap_is_those_due_less_the_insured_of_the_units_that_filed_both(asked):
    table = asked("enrolment_gap", area=CITY)
    counts = by(table, "step", "count")
    assert (counts["应参保"], counts["居民医保"], counts["未参保"]) == (200, 162, 8)
    assert by(table, "step", "share")["未参保"] == 4.0
    assert table["due"].unique().to_list() == [200]


def test_the_exempt_without_a_written_reason_are_counted_and_have_no_share(asked):
    table = asked("enrolment_gap", area=CITY)
    counts = by(table, "step", "count")
    assert (counts["免参保：死亡"], counts["免参保：参军"], counts["免参保：服刑"]) == (2, 1, None)
    assert counts["免参保：未写明原因"] == 7 - 2 - 1 + 3
    assert by(table, "step", "share")["免参保：死亡"] is None


def test_enrolment_by_area_adds_up_to_the_gap(asked):
    table = asked("enrolment_by_area", parent=CITY, level="county")
    assert table.select("area_code", "not_insured", "exempt_insure", "subsidy_share").rows() == [
        (EAST, 5, 7, 90.0),
        (WEST, 3, 3, None),
    ]


def test_the_balance_is_the_opening_plus_income_less_expense_and_a_missing_month_is_null(asked):
    table = asked("fund_balance", area=EAST, period="2020-W16")
    own = by(table.filter(~table["is_whole"]), "period", "balance")
    assert (own["2020-01"], own["2020-02"], own["2020-03"]) == (85.0, None, 6.0)


def test_months_to_come_move_as_last_year_and_the_first_below_zero_is_named(asked):
    table = asked("fund_balance", area=EAST, period="2020-W16")
    own = table.filter(~table["is_whole"])
    balance = by(own, "period", "balance")
    assert [balance[f"2020-{m:02d}"] for m in (4, 6, 7, 12)] == [4.0, 0.0, -2.0, -12.0]
    assert own["runs_out"].unique().to_list() == ["2020-07"]
    assert by(own, "period", "is_outlook")["2020-04"]
    # 6 万元 at 38 万元 a month.
    assert own["months_covered"].unique().round(6).to_list() == [round(6 / 38, 6)]


def test_without_last_year_there_is_no_outlook_for_the_fund_nor_for_the_whole(asked):
    table = asked("fund_balance", area=CITY, period="2020-W16")
    west = by(table.filter(table["area_code"] == WEST), "period", "balance")
    assert [west[month] for month in YEAR] == [120.0, None, 120.0, *[None] * 9]
    whole = table.filter("is_whole")
    assert by(whole, "period", "balance")["2020-03"] == 126.0
    assert by(whole, "period", "balance")["2020-12"] is None
    assert whole["funds"].unique().to_list() == [2]


def test_nothing_that_ends_after_the_chosen_week_is_in_the_balance(asked):
    table = asked("fund_balance", area=EAST, period="2020-W10")
    assert table["last_filed"].unique().to_list() == ["2020-01"]
    assert table.filter(table["period"] == "2020-03")["is_outlook"].all()


def test_due_and_done_are_the_parts_of_the_indicators_of_the_domains(asked):
    table = asked("due_and_done", area=CITY, domains="family_planning").sort("indicator")
    assert table.select("indicator", "due", "done", "share", "state").rows() == [
        ("fp_filed_rate", None, None, None, "已遮蔽"),
        ("fp_fund_paid_rate", 13.25, 4.5, 33.96, "正常"),
        ("fp_visit_rate", 60.0, 45.0, 75.0, "正常"),
    ]


# ---- 大病与慢病 -------------------------------------------------------------------------------


def test_shares_of_chronic_care_are_those_of_the_definitions(asked):
    table = asked("chronic_cascade", area=CITY)
    table = table.filter(table["chronic_type"] == "htn")
    assert table.select("step", "count", "base_step", "share").rows() == [
        ("估算患病", 120, "", None),
        ("登记在册", 100, "估算患病", 75.0),  # 90 of 120: the other town estimated nothing
        ("在管", 80, "登记在册", 88.89),  # 80 of 90: the other town did not say
        ("规范管理", 120, "在管", 75.0),
        ("最近随访达标", 100, "在管", 62.5),
    ]


def test_severe_mental_disorder_shows_the_two_parts_of_its_indicator_only(asked):
    table = asked("chronic_cascade", area=CITY)
    closed = table.filter(table["chronic_type"] == "smi")
    assert closed.select("step", "count", "share").rows() == [
        ("登记在册", 40, None),
        ("规范管理", 30, 75.0),
    ]


# ---- 妇幼健康、计生帮扶 -----------------------------------------------------------------------


def test_mothers_and_newborns_are_added_by_area(asked):
    table = asked("maternal_by_area", parent=EAST, level="township")
    columns = ("area_name", "delivered_women", "live_births", "two_cancer_screened")
    assert table.select(columns).rows() == [("东一镇", 9, 10, None), ("东二镇", 1, None, 4)]


def test_families_and_money_are_added_by_area(asked):
    table = asked("families_by_area", parent=CITY, level="county")
    columns = ("area_code", "fund_due", "fund_paid", "special_households", "reward_people")
    assert table.select(columns).rows() == [(EAST, 4.25, 3.0, 6, None), (WEST, 9.0, 1.5, 3, None)]


# ---- 人才与对口支援 ---------------------------------------------------------------------------


def test_people_per_ten_thousand_use_the_residents_of_the_indicator(asked):
    east, west = asked("workforce", parent=CITY, level="county").to_dicts()
    assert (east["institutions"], east["gps"], east["nurses"], east["staff"]) == (2, 2, 10, None)
    assert (east["residents"], east["gps_per_10k"], east["nurses_per_10k"]) == (8000, 2.5, 12.5)
    assert east["licensed_doctors_per_10k"] is None
    # Without residents there are people, but no rate.
    assert (west["gps"], west["residents"], west["gps_per_10k"]) == (2, None, None)


def test_pairs_carry_names_and_state_and_an_institution_without_one_stands_first(asked):
    table = asked("support_pairs", area=CITY)
    assert table.select("recipient_code", "recipient_name", "supporter_code", "state").rows() == [
        ("R3", None, None, "未结对"),
        ("R1", "东县医院", "S1", "已到期"),
        ("R2", None, "S1", "有效"),
    ]


# ---- 监测帮扶 ---------------------------------------------------------------------------------


def test_the_chain_goes_from_alert_to_clearance_with_shares_of_the_definitions(asked):
    assert asked("monitoring_funnel", area=CITY).select("step", "count", "share").rows() == [
        ("待核查预警", 20, None),
        ("已核查", 12, 60.0),
        ("未核查", 8, 40.0),
        ("其中超时未核查", 2, 10.0),
        ("监测户", 80, None),
        ("因病风险户", 40, 50.0),
        ("已落实帮扶", 30, 75.0),
        ("风险消除", 10, 25.0),
    ]


def test_weeks_without_a_report_have_no_row_and_open_alerts_split_by_their_time(engine):
    span = {"area": CITY, "period_from": "2020-W01", "period_to": WEEK}
    table = engine.run("monitoring_weeks", span)
    assert table.select("period", "due", "checked", "waiting", "overdue", "units").rows() == [
        ("2020-W49", 10, 6, 3, 1, 1),
        ("2020-W51", 20, 12, 6, 2, 2),
    ]


def test_the_parts_of_monitoring_are_listed_by_area(asked):
    table = asked("monitoring_by_area", parent=CITY, level="county")
    assert table.select("area_code", "alerts_checked", "cleared_households").rows() == [
        (EAST, 6, 5),
        (WEST, 6, 5),
    ]


# ---- 资金项目 ---------------------------------------------------------------------------------


def test_the_latest_figures_of_each_project_are_added_by_county_and_source(asked):
    columns = ("area_code", "fund_source", "projects", "budget", "received", "spent_share")
    assert asked("project_funds", area=CITY).select(columns).rows() == [
        (EAST, "中央", 2, 200.0, 180.0, 35.0),
        (EAST, "县", 1, 0.0, 0.0, None),
        (WEST, "县", 1, 50.0, 25.0, 50.0),
    ]


def test_the_sources_stand_under_their_sum_beside_the_part_of_the_year_gone_by(asked):
    table = asked("funds_by_source", area=CITY)
    columns = ("fund_source", "projects", "budget", "received_share", "spent_share")
    assert table.select(columns).rows() == [
        ("合计", 3, 250.0, 82.0, 38.0),
        ("中央", 2, 200.0, 90.0, 35.0),
        ("县", 2, 50.0, 50.0, 50.0),
    ]
    # 30 November is day 335 of the 366 of 2020.
    assert table["time_share"].unique().to_list() == [91.53]


def test_an_area_without_projects_has_no_sum_of_nothing(asked):
    assert asked("funds_by_source", area=tiny.SOUTH).is_empty()


# ---- all subjects -----------------------------------------------------------------------------


def test_the_matrix_and_the_lines_can_be_narrowed_to_some_domains(asked):
    narrow = {"headline_only": 0, "domains": "disease_control"}
    matrix = asked("indicator_matrix", parent=CITY, level="county", **narrow)
    assert matrix["domain"].unique().to_list() == ["disease_control"]
    lines = asked("sparkline", area=CITY, domains="disease_control,funding")["indicator"]
    assert set(lines) == {"nip_vaccination_rate", "fund_spent_rate"}
    headline = asked("sparkline", area=CITY)["indicator"]
    assert set(headline) == {"insurance_enrolment_rate", "htn_std_mgmt_rate"}


# ---- pages that are described in text ---------------------------------------------------------


def test_rounds_by_area_are_the_sums_of_the_week_shown(asked):
    table = asked("outreach_by_area", parent=CITY, level="county")
    assert table.select("area_code", "sessions", "villages_reached", "home_visited").rows() == [
        (EAST, 4, 3, 11),
        (WEST, 0, 0, None),
    ]


def test_weeks_without_rounds_are_counted_and_an_unreported_week_is_null(asked):
    table = asked("outreach_weeks", parent=CITY, level="county")
    rows = table.select("area_code", "period", "villages_reached", "weeks_without").rows()
    assert rows == [
        (EAST, "2020-W50", 1, 0),
        (EAST, WEEK, 3, 0),
        (WEST, "2020-W50", None, 1),
        (WEST, WEEK, 0, 1),
    ]


def test_relief_and_community_health_add_up_by_area(asked):
    relief = asked("relief_by_area", parent=CITY, level="county")
    assert relief.select("area_code", "self_pay", "fund_paid").rows() == [(EAST, 12.5, 5.0)]
    community = asked("community_by_area", parent=CITY, level="county")
    assert community.select("area_code", "centres", "stations", "households_filed").rows() == [
        (EAST, 1, 1, 17)
    ]
    duty = asked("family_duty_by_area", parent=CITY, level="county")
    assert duty.select("area_code", "duty_villages_done", "migrants_entered").rows() == [
        (EAST, 3, 40)
    ]
