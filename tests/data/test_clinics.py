"""Status of clinics and villages, and the rates that count them (rules.md 7)."""

from datetime import date

import polars as pl
import pytest

from tests.data.small_world import AREAS, CITY, EAST, figure, open_world, parts, put, rows

A, B = "990101001", "990101002"
V1, V2, V3, V4 = A + "200", A + "201", B + "200", B + "201"
MONTHLY = ("T07,990100,county,2019-01-01,,5",)
GOOD = {
    "service_pop": 900,
    "service_mode": "自有",
    "floor_area": 60.0,
    "has_consult": True,
    "has_treatment": True,
    "has_publichealth": True,
    "has_pharmacy": True,
    "qualified_doctors": 1,
    "licensed_doctors": 0,
    "licence_until": date(2020, 11, 30),
    "is_poor_village": False,
}


def clinic(village, code="c1", period="2020-11", **values):
    place = {"area_code": village, "division_code": village, "village_code": village}
    return place | GOOD | {"clinic_code": code, "period": period} | values


@pytest.fixture
def world(tmp_path):
    return open_world(tmp_path, obligations=MONTHLY)


def state(store, view="clinic_state", period="2020-11"):
    frame = store.rows(store.latest(), "derived", view).filter(pl.col("period") == period)
    code = "clinic_code" if view == "clinic_state" else "village_code"
    return {row[code]: row for row in frame.to_dicts()}


class TestClinics:
    def test_all_four_criteria_at_their_edge_make_the_standard(self, world):
        put(*world, rows("T07", clinic(V1)))
        assert state(world[0])["c1"]["status"] == "达标"

    @pytest.mark.parametrize(
        ("failed", "flag"),
        [
            ({"floor_area": 59.99}, "floor_area_ok"),
            ({"has_pharmacy": False}, "rooms_ok"),
            ({"qualified_doctors": 0}, "doctor_ok"),
            ({"licence_until": date(2020, 11, 29)}, "licence_ok"),
            ({"licence_until": None}, "licence_ok"),
        ],
    )
    def test_one_failed_criterion_is_enough_and_is_named(self, world, failed, flag):
        put(*world, rows("T07", clinic(V1, **failed)))
        row = state(world[0])["c1"]
        assert row["status"] == "未达标"
        assert [
            name
            for name in ("floor_area_ok", "rooms_ok", "doctor_ok", "licence_ok")
            if not row[name]
        ] == [flag]

    def test_the_first_matching_status_wins(self, world):
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "building", build_state="在建", service_mode="派驻"),
                clinic(V1, "posting", service_mode="派驻"),
                clinic(V1, "tour", service_mode="巡诊"),
                clinic(V1, "closed", build_state="停用"),
            ),
        )
        assert {code: row["status"] for code, row in state(world[0]).items()} == {
            "building": "在建",
            "posting": "派驻",
            "tour": "巡诊",
        }

    def test_a_judgement_against_the_rule_counts_by_its_value_and_is_marked(self, world):
        put(
            *world,
            rows(
                "T07",
                clinic(V1, floor_area=50.0, is_standard=True),
                clinic(V2, "c2", is_standard=True),
            ),
        )
        found = state(world[0])
        assert (found["c1"]["status"], found["c1"]["override"]) == ("达标", True)
        assert (found["c2"]["status"], found["c2"]["override"]) == ("达标", False)

    def test_a_licence_that_runs_out_is_judged_at_each_months_end(self, world):
        put(*world, rows("T07", clinic(V1, period="2020-10")))
        put(*world, rows("T07", clinic(V3, "c2", period="2020-12")))
        assert state(world[0], period="2020-11")["c1"]["status"] == "达标"
        december = state(world[0], period="2020-12")["c1"]
        assert (december["status"], december["carried"]) == ("未达标", True)


class TestVillages:
    def test_the_best_clinic_decides_and_a_village_without_one_is_named(self, world):
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "c1", floor_area=10.0),
                clinic(V1, "c2"),
                clinic(V2, "c3", build_state="在建"),
                clinic(V3, "c4", service_mode="巡诊", posting_days=2, qualified_doctors=0),
            ),
        )
        found = state(world[0], "village_clinic_state")
        assert {code: row["status"] for code, row in found.items()} == {
            V1: "达标",
            V2: "在建",
            V3: "巡诊",
            V4: "未设置",
        }
        assert found[V3]["doctor_ok"] and not found[V4]["doctor_ok"]

    def test_a_county_that_filed_no_register_has_no_villages_without_clinic(self, world):
        put(*world, rows("T07", clinic(V1)))
        assert set(state(world[0], "village_clinic_state")) == {V1, V2, V3, V4}

    def test_a_neighbourhood_is_not_among_the_villages(self, tmp_path):
        areas = [*AREAS, (A + "001", "社区", "village", A, "neighbourhood")]
        store, catalogue = open_world(tmp_path, obligations=MONTHLY, areas=areas)
        put(store, catalogue, rows("T07", clinic(V1), clinic(A + "001", "c9")))
        assert A + "001" not in state(store, "village_clinic_state")
        assert set(state(store)) == {"c1"}


class TestRates:
    def test_clinics_and_villages_are_counted_apart(self, world):
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "c1"),
                clinic(V1, "c2", floor_area=10.0),
                clinic(V3, "c3", service_mode="派驻", posting_days=3, qualified_doctors=0),
            ),
        )
        store = world[0]
        value = {
            name: parts(figure(store, name, EAST, "2020-11", "all"))
            for name in (
                "village_clinic_standard_rate",
                "village_clinic_presence_rate",
                "village_doctor_coverage_rate",
            )
        }
        assert value == {
            "village_clinic_standard_rate": (1, 2),
            "village_clinic_presence_rate": (2, 4),
            "village_doctor_coverage_rate": (2, 4),
        }
        assert parts(figure(store, "blank_spots", EAST, "2020-11", "all")) == (2, None)

    def test_villages_with_few_people_are_outside_the_standard_rate(self, world):
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "c1", service_pop=500, floor_area=10.0),
                clinic(V1, "c2", service_pop=300),
                clinic(V3, "c3", service_pop=801, floor_area=10.0),
            ),
        )
        assert parts(figure(world[0], "village_clinic_standard_rate", EAST, "2020-11", "all")) == (
            0,
            1,
        )
        assert state(world[0])["c1"]["exempt"] and not state(world[0])["c3"]["exempt"]

    def test_poor_villages_have_their_own_rate(self, world):
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "c1", is_poor_village=True),
                clinic(V2, "c2"),
                clinic(V3, "c3", is_poor_village=True, floor_area=1.0),
            ),
        )
        assert parts(
            figure(world[0], "village_clinic_standard_rate", CITY, "2020-11", "poor_village")
        ) == (1, 2)
