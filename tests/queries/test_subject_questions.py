"""Signing, visits and village clinics, read from the report tables."""

import pytest

from pages.theme import tokens
from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value


def asked(store, name, **params):
    return Engine(store).run(name, params)


def test_the_signing_funnel_goes_from_those_due_to_those_served(tmp_path):
    rows = [
        value(CITY, "2020-W51", 90, 100),
        value(CITY, "2020-W51", 40, 50, indicator="should_sign_rate"),
        value(CITY, "2020-W51", None, None, indicator="should_sign_rate", population="smi",
              masked=True),
        value(CITY, "2020-W51", 300, 400, indicator="signing_fulfilment_rate"),
    ]  # fmt: skip
    table = asked(tiny.store(tmp_path, rows), "signing_funnel", area=CITY, period="2020-W51")
    steps = {(r["indicator"], r["population"], r["step"]): (r["count"], r["unit"], r["state"])
             for r in table.iter_rows(named=True)}  # fmt: skip
    assert steps[("signing_rate", "target", "应签")] == (100.0, "人", "正常")
    assert steps[("signing_rate", "target", "已签")] == (90.0, "人", "正常")
    assert steps[("should_sign_rate", "target", "四类慢病已签")] == (40.0, "人", "正常")
    assert steps[("should_sign_rate", "smi", "已签")] == (None, "人", "已遮蔽")
    assert steps[("signing_fulfilment_rate", "target", "已履约")] == (300.0, "项次", "正常")


def test_teams_and_loads_are_added_over_the_villages_of_the_week_shown(tmp_path):
    raw = {"T04": [
        {"area_code": "991102001201", "period": "2020-W51", "teams": 1, "signed_pop": 30,
         "followups_week": 10},
        {"area_code": "991102001202", "period": "2020-W51", "teams": 1, "signed_pop": 50},
        {"area_code": "991102001201", "period": "2020-W50", "teams": 9, "signed_pop": 9},
    ]}  # fmt: skip
    store = tiny.store(tmp_path, [value(CITY, "2020-W51", 80)], raw=raw)
    row = asked(store, "signing_teams", parent=CITY, level="county", period="2020-W51")
    got = row.row(0, named=True)
    assert (got["area_code"], got["teams"], got["signed_pop"], got["villages_reported"]) == (
        EAST, 2, 80, 2,
    )  # fmt: skip
    assert (got["people_per_team"], got["followups_week"]) == (40.0, 10)
    assert got["refused_pop"] is None


def test_signing_without_service_stands_in_its_own_corner(tmp_path):
    rows = []
    for indicator, figures in (
        ("signing_rate", {CITY: 90, EAST: 95, WEST: 80}),
        ("signing_fulfilment_rate", {CITY: 70, EAST: 50, WEST: 80}),
    ):
        rows += [value(a, "2020-W51", n, indicator=indicator) for a, n in figures.items()]
    table = asked(tiny.store(tmp_path, rows), "signing_service_scatter", parent=CITY,
                  level="county", period="2020-W51")  # fmt: skip
    assert dict(zip(table["area_code"], table["quadrant"], strict=True)) == {
        EAST: "签约高履约低",
        WEST: "签约低履约高",
    }
    assert table["small_base"].to_list() == [False, False]


def test_service_over_few_people_is_no_ground_for_last_place(tmp_path):
    rows = []
    for indicator in ("signing_rate", "signing_fulfilment_rate"):
        rows += [value(area, "2020-W51", 9, size, indicator=indicator)
                 for area, size in ((CITY, 50), (EAST, 19), (WEST, 20))]  # fmt: skip
    table = asked(tiny.store(tmp_path, rows), "signing_service_scatter", parent=CITY,
                  level="county", period="2020-W51")  # fmt: skip
    assert dict(table.select("area_code", "small_base").rows()) == {EAST: True, WEST: False}


@pytest.fixture
def visits(tmp_path):
    full = {"op_in_county": 800, "op_out_county": 200, "op_primary": 500, "ip_in_county": 90,
            "ip_out_county": 10, "poor_in_county": 45, "poor_out_county": 5}  # fmt: skip
    raw = {"T09": [{"area_code": a, "period": "2020-11"} | full for a in (EAST, WEST)]}
    more = {"indicator": "county_visit_rate", "population": "all"}
    rows = [value(CITY, "2020-11", 1780, 2200, provisional=True, **more)]
    return tiny.store(tmp_path, rows, raw=raw)


def test_the_parts_of_the_visit_rate_give_its_rates(visits):
    table = asked(visits, "visit_parts", parent=CITY, level="county", period="2020-W51")
    east = table.row(0, named=True)
    assert (east["rate"], east["outpatient_rate"], east["inpatient_rate"]) == (80.91, 80.0, 90.0)
    assert (east["primary_share"], east["poor_rate"], east["provisional"]) == (62.5, 90.0, True)


def test_the_flow_of_visits_adds_up_to_all_visits(visits):
    table = asked(visits, "visit_flow", area=CITY, period="2020-W51")
    assert table.select("source", "target", "count").rows() == [
        ("门急诊", "基层医疗机构", 1000),
        ("门急诊", "县级医疗机构", 600),
        ("门急诊", "县域外", 400),
        ("住院", "县域内住院", 180),
        ("住院", "县域外", 20),
    ]
    assert table["count"].sum() == 2200


def test_the_payers_and_the_rest_add_up_to_the_cost(tmp_path):
    paid = {"inpatient_cost": 100, "pay_basic": 50, "pay_cii": 10, "pay_ma": 5, "pay_other": 15,
            "inpatient_visits": 7}  # fmt: skip
    raw = {"T02": [
        {"area_code": "991102001", "period": "2020-11"} | paid,
        {"area_code": "991102002", "period": "2020-11", "inpatient_cost": 999},
    ]}  # fmt: skip
    more = {"indicator": "inpatient_actual_reimb_rate"}
    store = tiny.store(tmp_path, [value(CITY, "2020-11", 80, **more)], raw=raw)
    table = asked(store, "reimbursement", area=CITY, period="2020-W51")
    assert dict(zip(table["step"], table["amount"], strict=True)) == {
        "住院总费用": 100.0,
        "基本医保": 50.0,
        "大病保险": 10.0,
        "医疗救助": 5.0,
        "其他补充": 15.0,
        "个人负担": 20.0,
    }
    assert table["amount"][1:].sum() == table["amount"][0]


GOOD = {"floor_area_ok": True, "rooms_ok": True, "doctor_ok": True, "licence_ok": True,
        "has_consult": True, "has_treatment": True, "has_publichealth": True,
        "has_pharmacy": True, "override": False, "exempt": False, "carried": False,
        "is_poor_village": False}  # fmt: skip


@pytest.fixture
def clinics(tmp_path):
    def clinic(code, village, status, **more):
        return GOOD | {"period": "2020-11", "clinic_code": code, "village_code": village,
                       "status": status} | more  # fmt: skip

    def village(code, status, **more):
        return {"period": "2020-11", "village_code": code, "status": status, "clinic_ok": True,
                "doctor_ok": True, "exempt": False, "is_poor_village": False} | more  # fmt: skip

    rooms = {"rooms_ok": False, "has_pharmacy": False}
    states = [
        clinic("1", "991102001201", "达标"),
        clinic("2", "991102001201", "未达标", floor_area_ok=False, **rooms),
        clinic("3", "991102001203", "不作要求", exempt=True, licence_ok=False),
        clinic("4", "991102001202", "在建", expected_open=tiny.day("2021-03-01")),
        clinic("5", "991102001202", "达标", floor_area_ok=False, override=True),
    ]
    villages = [
        village("991102001201", "达标", doctor_ok=False, is_poor_village=True),
        village("991102001202", "未设置", clinic_ok=False, doctor_ok=False),
        village("991102001203", "不作要求", exempt=True, clinic_ok=False),
        village("991102001204", "不作要求", exempt=True),
    ]  # fmt: skip
    rows = [
        value(area, "2020-11", 2, 3, indicator=i, population="all")
        for area in (CITY, EAST)
        for i in ("village_clinic_standard_rate", "blank_spots")
    ]
    return tiny.store(tmp_path, rows, clinics=states, villages=villages)


def test_clinics_and_villages_are_counted_in_their_own_units(clinics):
    table = asked(clinics, "clinic_status", parent=CITY, level="county", period="2020-W51")
    counts = {(r["unit"], r["status"]): r["count"] for r in table.iter_rows(named=True)}
    assert counts == {
        ("个（卫生室）", "达标"): 2,
        ("个（卫生室）", "未达标"): 1,
        ("个（卫生室）", "在建"): 1,
        ("个（卫生室）", "不作要求"): 1,
        ("个（行政村）", "达标"): 1,
        ("个（行政村）", "不作要求"): 2,
        ("个（行政村）", "未设置"): 1,
    }
    order = table.filter(table["unit"] == "个（卫生室）")["status"].to_list()
    assert order == [status for status in tokens.CLINIC_STATUS if status in order]


def test_each_failed_criterion_is_counted_of_the_clinics_in_the_rate(clinics):
    table = asked(clinics, "clinic_criteria", parent=CITY, level="county", period="2020-W51")
    assert table.select("criterion", "failed", "clinics").rows() == [
        ("建筑面积", 1, 3),
        ("四室分设", 1, 3),
        ("合格村医", 0, 3),
        ("执业许可证", 0, 3),
    ]


def test_the_list_of_clinics_to_fix_names_what_is_missing(clinics):
    table = asked(clinics, "clinic_fix_list", area=EAST, period="2020-W51")
    assert table.select("clinic_code", "village_name", "missing").rows() == [
        ("2", "甲村", "建筑面积不足、缺药房"),
        ("4", "乙村", "在建，未投用"),
    ]


def test_blank_spots_lack_a_clinic_or_a_doctor(clinics):
    table = asked(clinics, "clinic_blank_spots", area=EAST, period="2020-W51")
    assert table.select("village_code", "missing").rows() == [
        ("991102001201", "无合格村医"),
        ("991102001202", "未设卫生室、无合格村医"),
        ("991102001203", "卫生室在建"),
    ]


def test_the_progress_counts_by_month(clinics):
    table = asked(clinics, "clinic_progress", area=CITY, period_from="2020-01",
                  period_to="2020-12")  # fmt: skip
    clinics_only = table.filter(table["unit"] == "个（卫生室）")
    assert clinics_only.select("period", "status", "count").rows() == [
        ("2020-11", "达标", 2),
        ("2020-11", "未达标", 1),
        ("2020-11", "在建", 1),
        ("2020-11", "不作要求", 1),
    ]


def test_an_older_snapshots_flag_is_read_as_the_state_that_it_is(tmp_path):
    """Before, 不作要求 stood beside the state, and a village did not say if a clinic is in use."""
    same = {"period": "2020-11", "doctor_ok": True, "is_poor_village": False}
    states = [
        GOOD
        | same
        | {"clinic_code": str(number), "status": status, "exempt": exempt}
        | {"village_code": f"99110200120{number}"}
        for number, (status, exempt) in enumerate(
            [("达标", False), ("达标", True), ("未达标", True)]
        )
    ]
    villages = [
        same | {"village_code": f"99110200121{number}", "status": status, "exempt": exempt}
        for number, (status, exempt) in enumerate(
            [("达标", False), ("未达标", True), ("在建", False), ("未设置", False)]
        )
    ]
    rows = [value(CITY, "2020-11", 1, 1, indicator=i, population="all")
            for i in ("village_clinic_standard_rate", "blank_spots")]  # fmt: skip
    store = tiny.store(tmp_path, rows, clinics=states, villages=villages)
    week = {"period": "2020-W51"}
    table = asked(store, "clinic_status", parent=CITY, level="county", **week)
    assert table.select("unit", "status", "count").rows() == [
        ("个（行政村）", "达标", 1),
        ("个（行政村）", "在建", 1),
        ("个（行政村）", "不作要求", 1),
        ("个（行政村）", "未设置", 1),
        ("个（卫生室）", "达标", 1),
        ("个（卫生室）", "不作要求", 2),
    ]
    assert asked(store, "clinic_fix_list", area=CITY, **week).is_empty()
    blank = asked(store, "clinic_blank_spots", area=CITY, **week)
    assert blank["status"].to_list() == ["在建", "未设置"]
