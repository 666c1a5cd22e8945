"""Ledgers on a day, money, people, and the chains from alert to clearance."""

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value


def asked(store, name, **params):
    return Engine(store).run(name, params)


def issue(number, period, status, *, area=EAST, due="2020-12-01", removed=False):
    return {"area_code": area, "issue_no": number, "period": period, "status": status,
            "due_on": tiny.day(due), "found_on": tiny.day("2020-10-01"), "source": "审计",
            "is_removed": removed}  # fmt: skip


def test_a_ledger_is_carried_forward_and_rows_taken_out_stay_out(tmp_path):
    raw = {
        "T16": [
            issue("1", "2020-W48", "整改中"),
            issue("2", "2020-W48", "整改中"),
            issue("2", "2020-W50", "已销号"),
            issue("3", "2020-W48", "整改中"),
            issue("3", "2020-W50", "整改中", removed=True),
            issue("4", "2020-W52", "未启动"),
        ]
    }
    table = asked(tiny.store(tmp_path, raw=raw), "issues", area=CITY, period="2020-W51")
    assert table.select("issue_no", "status", "overdue", "days_overdue").rows() == [
        ("1", "整改中", True, 19),
        ("2", "已销号", False, None),
    ]


def test_an_issue_closed_and_open_again_says_so(tmp_path):
    raw = {"T16": [issue("1", "2020-W49", "已销号"), issue("1", "2020-W51", "整改中")]}
    table = asked(tiny.store(tmp_path, raw=raw), "issues", area=CITY, period="2020-W51")
    assert table["reopened"].to_list() == [True]


def test_the_latest_figures_of_each_project_are_added_by_source(tmp_path):
    def fund(project, period, source, budget, received, spent):
        return {"area_code": EAST, "project_no": project, "fund_source": source,
                "period": period, "budget": budget, "received": received,
                "spent": spent}  # fmt: skip

    raw = {
        "T18": [
            fund("a", "2020-10", "中央", 100, 50, 10),
            fund("a", "2020-11", "中央", 100, 80, 40),
            fund("b", "2020-10", "中央", 100, 100, 30),
            fund("b", "2020-10", "县", 0, 0, 0),
        ]
    }
    table = asked(tiny.store(tmp_path, raw=raw), "project_funds", area=CITY, period="2020-W51")
    assert table.select("fund_source", "projects", "budget", "received", "spent_share").rows() == [
        ("中央", 2, 200.0, 180.0, 35.0),
        ("县", 1, 0.0, 0.0, None),
    ]


def test_doubts_of_data_matching_are_added_over_the_batches(tmp_path):
    def doubt(batch, period, confirmed):
        return {"area_code": EAST, "batch": batch, "period": period, "source_a": "医保",
                "source_b": "民政", "suspicion": "未参保", "matched_people": 1000,
                "confirmed_people": confirmed}  # fmt: skip

    raw = {"T17": [doubt("1", "2020-10", 9), doubt("1", "2020-11", 5), doubt("2", "2020-11", 2)]}
    row = asked(tiny.store(tmp_path, raw=raw), "data_doubts", area=CITY, period="2020-W51").row(
        0, named=True
    )
    assert (row["batches"], row["matched_people"], row["confirmed_people"]) == (2, 2000, 7)


def test_the_gap_of_enrolment_is_what_is_due_less_the_kinds_of_insurance(tmp_path):
    raw = {
        "T02": [
            {"area_code": "991102001", "period": "2020-11", "should_insure": 100,
             "insured_total": 95, "insured_resident": 80, "insured_employee": 10,
             "insured_elsewhere": 5, "dead": 2},
        ]
    }  # fmt: skip
    rows = [value(CITY, "2020-11", 95, indicator="insurance_enrolment_rate")]
    table = asked(tiny.store(tmp_path, rows, raw=raw), "enrolment_gap", area=CITY,
                  period="2020-W51")  # fmt: skip
    counts = dict(zip(table["step"], table["count"], strict=True))
    assert (counts["应参保"], counts["居民医保"], counts["未参保"], counts["免参保:死亡"]) == (
        100,
        80,
        5,
        2,
    )
    assert counts["免参保:参军"] is None


def test_the_balance_of_the_fund_is_the_opening_plus_income_less_expense(tmp_path):
    raw = {
        "T21": [
            {"area_code": EAST, "period": "2020-06", "opening_balance": 100, "fund_income": 60,
             "fund_expense": 30},
            {"area_code": EAST, "period": "2019-12", "opening_balance": 1, "fund_income": 1,
             "fund_expense": 1},
        ]
    }  # fmt: skip
    table = asked(tiny.store(tmp_path, raw=raw), "fund_balance", area=CITY, period="2020-W51")
    assert table.select("period", "balance", "months_covered").rows() == [("2020-06", 130.0, 26.0)]


def test_a_breakdown_is_laid_out_by_area(tmp_path):
    more = {"indicator": "major_disease_treat_rate"}
    rows = [value(CITY, "2020-11", 90, **more)]
    rows += [value(a, "2020-11", n, dimension="md01", **more) for a, n in ((EAST, 80), (WEST, 70))]
    table = asked(tiny.store(tmp_path, rows), "dimension_matrix", parent=CITY, level="county",
                  indicator="major_disease_treat_rate", period="2020-W51")  # fmt: skip
    assert table.select("area_code", "dimension", "printed").rows() == [
        (EAST, "md01", 80.0),
        (WEST, "md01", 70.0),
    ]


def test_the_chain_of_chronic_care_hides_what_is_sensitive_below_the_county(tmp_path):
    def patients(kind):
        return {"area_code": "991102001", "period": "2020-11", "chronic_type": kind,
                "registered": 90, "managed": 80}  # fmt: skip

    rows = [value(CITY, "2020-11", 90, indicator="htn_std_mgmt_rate", population="all")]
    store = tiny.store(tmp_path, rows, raw={"T06": [patients("htn"), patients("smi")]})
    table = asked(store, "chronic_cascade", area=CITY, period="2020-W51")
    counts = {(r["chronic_type"], r["step"]): r["count"] for r in table.iter_rows(named=True)}
    assert counts[("htn", "登记在册")] == 90
    assert counts[("smi", "登记在册")] is None
    assert counts[("htn", "规范管理")] is None


def test_the_chain_from_alert_to_clearance(tmp_path):
    raw = {
        "T15": [
            {"area_code": "991102001", "period": "2020-W51", "alerts_open_prev": 2,
             "alerts_new": 3, "alerts_checked": 4, "illness_risk_households": 7},
        ]
    }  # fmt: skip
    rows = [value(CITY, "2020-W51", 4, 5, indicator="alert_check_rate")]
    table = asked(tiny.store(tmp_path, rows, raw=raw), "monitoring_funnel", area=CITY,
                  period="2020-W51")  # fmt: skip
    counts = dict(zip(table["step"], table["count"], strict=True))
    assert (counts["待核查预警"], counts["已核查"], counts["因病风险户"]) == (5, 4, 7)


def test_support_pairs_carry_the_names_of_the_institutions(tmp_path):
    pair = {"area_code": EAST, "period": "2020-11", "supporter_code": "S1",
            "recipient_code": "R1", "recipient_type": "县医院",
            "agreement_from": tiny.day("2019-01-01"),
            "agreement_to": tiny.day("2020-11-15")}  # fmt: skip
    named = {"area_code": EAST, "period": "2020-01", "org_code": "R1", "org_name": "东县医院"}
    more = {"indicator": "counterpart_support_rate", "population": "all"}
    rows = [value(CITY, "2020-11", 1, 1, **more)]
    store = tiny.store(tmp_path, rows, raw={"T14": [pair], "T20": [named]})
    row = asked(store, "support_pairs", area=CITY, period="2020-W51").row(0, named=True)
    assert (row["recipient_name"], row["supporter_name"], row["in_force"]) == (
        "东县医院",
        None,
        False,
    )


def test_the_workforce_is_added_over_the_institutions_of_an_area(tmp_path):
    def staff(code, gps):
        return {"area_code": "991102001", "period": "2020-Q3", "org_code": code, "gps": gps,
                "nurses": 5}  # fmt: skip

    more = {"indicator": "village_doctor_pension_rate", "population": "all"}
    rows = [value(CITY, "2020-Q3", 1, 1, **more)]
    store = tiny.store(tmp_path, rows, raw={"T10": [staff("1", 2), staff("2", None)]})
    row = asked(store, "workforce", parent=CITY, level="county", period="2020-W51").row(
        0, named=True
    )
    assert (row["institutions"], row["gps"], row["nurses"], row["staff"]) == (2, 2, 10, None)
