"""Status of clinics and villages, and the rates that count them (rules.md 7)."""

from datetime import date

import polars as pl
import pytest

from tests.data.small_world import (
    AREA_HEADER,
    AREAS,
    CITY,
    EAST,
    figure,
    open_world,
    parts,
    put,
    rows,
)

A, B = "990101001", "990101002"
V1, V2, V3, V4 = A + "200", A + "201", B + "200", B + "201"
FARM = "990101400"
QUARTER = ("社区", "village", FARM, "neighbourhood")
MONTHLY = ("T07,990100,county,2019-01-01,,5",)
TOWNSHIPS_FILE = ("T07,990100,township,2019-01-01,,5",)
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


def register(*changed):
    """The small place's areas.csv, some rows as given."""
    codes = {line.partition(",")[0] for line in changed}
    same = [",".join((*area, "", "", "")) for area in AREAS if area[0] not in codes]
    return "\n".join([AREA_HEADER, *same, *changed])


def rate(store, indicator="village_clinic_standard_rate", area=EAST, period="2020-11"):
    return parts(figure(store, indicator, area, period, "all"))


def covered(store, area, period="2020-11"):
    row = figure(store, "village_clinic_standard_rate", area, period, "all")
    return row["units_expected"], row["units_reported"]


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

    def test_a_licence_that_runs_out_is_judged_at_each_months_end(self, world):
        put(*world, rows("T07", clinic(V1, period="2020-10")))
        put(*world, rows("T07", clinic(V3, "c2", period="2020-12")))
        assert state(world[0], period="2020-11")["c1"]["status"] == "达标"
        december = state(world[0], period="2020-12")["c1"]
        assert (december["status"], december["carried"]) == ("未达标", True)

    def test_nothing_is_demanded_where_a_villages_clinics_serve_few_people(self, world):
        few = {"service_pop": 400}
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "met", **few),
                clinic(V1, "unmet", floor_area=10.0, is_standard=True, remark="核定", **few),
                clinic(V2, "building", build_state="在建", **few),
                clinic(V3, "posting", service_mode="派驻", **few),
                clinic(V4, "enough", service_pop=801),
            ),
        )
        found = state(world[0])
        assert {code: row["status"] for code, row in found.items()} == {
            **dict.fromkeys(("met", "unmet", "building", "posting"), "不作要求"),
            "enough": "达标",
        }
        assert not found["unmet"]["override"]
        assert all(row["exempt"] == (row["status"] == "不作要求") for row in found.values())

    def test_a_clinic_goes_with_its_village(self, tmp_path):
        gone = f"{V1},200村,village,{A},village,,2020-11-15,"
        store, catalogue = open_world(
            tmp_path, obligations=TOWNSHIPS_FILE, files={"areas.csv": register(gone)}
        )
        put(
            store, catalogue, rows("T07", clinic(V1, period="2020-10"), clinic(V3, "c2", "2020-10"))
        )
        put(store, catalogue, rows("T07", clinic(V3, "c2")))
        assert set(state(store, period="2020-10")) == {"c1", "c2"}
        assert set(state(store)) == {"c2"}
        assert V1 not in state(store, "village_clinic_state")

    def test_a_clinic_of_a_village_that_the_register_never_had_is_left_out(self, world):
        put(*world, rows("T07", clinic(V1), clinic(A + "999", "c2")))
        assert set(state(world[0])) == {"c1"}


class TestJudgementsAgainstTheRule:
    """A filed 是否达标 that differs from the rule: 人工改判 with its reason, while that stands."""

    @pytest.mark.parametrize("filed", [True, False])
    def test_it_counts_by_its_value_with_a_reason_and_is_marked(self, world, filed):
        against = {"is_standard": filed, "floor_area": 50.0 if filed else 60.0}
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "c1", remark="现场核定", **against),
                clinic(V2, "c2", remark=" ", **against),
                clinic(V3, "c3", **against),
                clinic(V4, "c4", is_standard=not filed, floor_area=against["floor_area"]),
            ),
        )
        by_value, by_rule = ("达标", "未达标") if filed else ("未达标", "达标")
        found = {code: (row["status"], row["override"]) for code, row in state(world[0]).items()}
        assert found == {"c1": (by_value, True)} | dict.fromkeys(
            ("c2", "c3", "c4"), (by_rule, False)
        )

    @pytest.mark.parametrize("remark", [None, "已核查"])
    def test_a_filed_yes_that_agreed_with_the_rule_is_none(self, world, remark):
        put(*world, rows("T07", clinic(V1, period="2020-10", is_standard=True, remark=remark)))
        put(*world, rows("T07", clinic(V3, "c2", period="2020-12")))
        assert state(world[0], period="2020-11")["c1"]["status"] == "达标"
        december = state(world[0], period="2020-12")["c1"]
        assert (december["status"], december["override"]) == ("未达标", False)
        assert not december["licence_ok"]

    def test_it_ends_when_the_licence_runs_out_that_was_valid_then(self, world):
        mild = {"floor_area": 58.0, "is_standard": True, "remark": "差2平方米，核定达标"}
        put(*world, rows("T07", clinic(V1, period="2020-10", **mild)))
        put(*world, rows("T07", clinic(V3, "c2", period="2020-12")))
        found = [state(world[0], period=month)["c1"] for month in ("2020-11", "2020-12")]
        assert [(row["status"], row["override"]) for row in found] == [
            ("达标", True),
            ("未达标", False),
        ]

    def test_it_goes_on_where_the_licence_had_run_out_before(self, world):
        waiting = {"licence_until": date(2020, 9, 30), "is_standard": True, "remark": "换证中"}
        put(*world, rows("T07", clinic(V1, period="2020-10", **waiting)))
        put(*world, rows("T07", clinic(V3, "c2", period="2020-12")))
        december = state(world[0], period="2020-12")["c1"]
        assert (december["status"], december["override"]) == ("达标", True)

    def test_it_ends_with_a_new_row_that_gives_no_reason(self, world):
        against = {"is_standard": True, "floor_area": 58.0}
        put(*world, rows("T07", clinic(V1, period="2020-10", remark="核定", **against)))
        put(*world, rows("T07", clinic(V1, **against)))
        assert state(world[0], period="2020-10")["c1"]["status"] == "达标"
        assert state(world[0])["c1"]["status"] == "未达标"

    def test_a_reason_that_is_given_later_counts_from_then_on(self, world):
        against = clinic(V1, is_standard=True, floor_area=58.0)
        put(*world, rows("T07", against))
        assert rate(world[0]) == (0, 1)
        put(*world, rows("T07", against | {"remark": "现场核定"}))
        assert rate(world[0]) == (1, 1)


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

    def test_villages_with_few_people_are_outside_the_standard_rate_only(self, world):
        put(
            *world,
            rows(
                "T07",
                clinic(V1, "c1", service_pop=500, floor_area=10.0),
                clinic(V1, "c2", service_pop=300),
                clinic(V2, "c3", service_pop=100, build_state="在建", qualified_doctors=0),
                clinic(V3, "c4", service_pop=801, floor_area=10.0),
            ),
        )
        store = world[0]
        villages = state(store, "village_clinic_state")
        assert {code: row["status"] for code, row in villages.items()} == {
            V1: "不作要求",
            V2: "不作要求",
            V3: "未达标",
            V4: "未设置",
        }
        assert rate(store) == (0, 1)
        # What is being built serves nobody yet, whatever is demanded of it.
        assert rate(store, "village_clinic_presence_rate") == (2, 4)
        assert rate(store, "village_doctor_coverage_rate") == (2, 4)
        assert rate(store, "blank_spots") == (2, None)

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


class TestWhoOwes:
    """A place without administrative villages owes no register of clinics (rules.md 2.4)."""

    @pytest.mark.parametrize("obligation", [TOWNSHIPS_FILE, MONTHLY])
    def test_a_farm_is_neither_expected_nor_silent(self, tmp_path, obligation):
        areas = [*AREAS, (FARM, "农场", "township", EAST, ""), (FARM + "001", *QUARTER)]
        store, catalogue = open_world(tmp_path, obligations=obligation, areas=areas)
        put(store, catalogue, rows("T07", clinic(V1), clinic(V3, "c2")))
        for indicator in ("village_clinic_standard_rate", "blank_spots"):
            assert figure(store, indicator, FARM, "2020-11", "all") is None
            county = figure(store, indicator, EAST, "2020-11", "all")
            assert county["units_expected"] == county["units_reported"]

    def test_a_township_owes_while_it_has_villages(self, tmp_path):
        gone = [f"{code},村,village,{B},village,,2020-11-15," for code in (V3, V4)]
        store, catalogue = open_world(
            tmp_path, obligations=TOWNSHIPS_FILE, files={"areas.csv": register(*gone)}
        )
        put(
            store, catalogue, rows("T07", clinic(V1, period="2020-10"), clinic(V3, "c2", "2020-10"))
        )
        put(store, catalogue, rows("T07", clinic(V1)))
        assert covered(store, EAST, "2020-10") == (2, 2)
        assert covered(store, EAST, "2020-11") == (1, 1)
        assert figure(store, "village_clinic_standard_rate", B, "2020-11", "all") is None

    def test_who_filed_that_no_clinic_is_left_has_reported(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=TOWNSHIPS_FILE)
        put(store, catalogue, rows("T07", clinic(V1), clinic(V3, "c2", build_state="停用")))
        assert covered(store, EAST) == (2, 2)
        assert rate(store, area=B) == (0, 0)
        assert rate(store, "village_clinic_presence_rate", B) == (0, 2)

    def test_who_did_not_file_is_silent(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=TOWNSHIPS_FILE)
        put(store, catalogue, rows("T07", clinic(V1)))
        assert covered(store, EAST) == (2, 1)
        assert covered(store, B) == (1, 0)


def test_states_move_on_when_only_time_passes(world):
    """Another table's month carries the register further; the licence has run out by then."""
    put(*world, rows("T07", clinic(V1, is_standard=True)))
    people = {"area": A, "period": "2020-12", "resident_pop": 900}
    put(*world, rows("T01", people))
    december = state(world[0], period="2020-12")["c1"]
    assert (december["status"], december["licence_ok"]) == ("未达标", False)
    assert rate(world[0], period="2020-12") == (0, 1)
