"""How areas stand against each other."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, SOUTH, WEST, ZONE, value

WHOLE = value(CITY, "2020-W51", 270, 300, reported=3, expected=3)
ASKED = {"indicator": "signing_rate", "parent": CITY, "level": "county", "period": "2020-W51"}


@pytest.fixture
def ranked(tmp_path):
    def ask(rows, asked=ASKED, **more):
        engine = Engine(tiny.store(tmp_path / "store", rows, **more))
        return engine.run("indicator_ranking", asked)

    return ask


def test_ties_share_a_rank_and_the_next_is_skipped(tmp_path):
    more = "".join(f"99110{n},第{n}县,county,{CITY},,,,\n" for n in (5, 6))
    rows = [WHOLE]
    for area, figure in ((EAST, 99), (WEST, 95), (SOUTH, 95), ("991105", 90)):
        rows.append(value(area, "2020-W51", figure))
    table = Engine(tiny.store(tmp_path, rows, areas=tiny.AREAS + more)).run(
        "indicator_ranking", ASKED
    )
    found = dict(zip(table["area_code"], table["rank"], strict=True))
    assert found == {EAST: 1, WEST: 2, SOUTH: 2, "991105": 4, "991106": None}


def test_what_prints_alike_shares_a_rank_and_wears_one_light(tmp_path):
    rows = [
        WHOLE,
        value(EAST, "2020-W51", 899961, 1000000),
        value(WEST, "2020-W51", 899999, 1000000),
        value(SOUTH, "2020-W51", 89, 100),
    ]
    engine = Engine(tiny.store(tmp_path, rows, targets=[tiny.target(95)]))
    found = {row["area_code"]: row for row in engine.run("indicator_ranking", ASKED).to_dicts()}
    assert [found[code]["printed"] for code in (EAST, WEST)] == [90.0, 90.0]
    assert [found[code]["rank"] for code in (EAST, WEST, SOUTH)] == [1, 1, 3]
    assert [found[code]["light"] for code in (EAST, WEST, SOUTH)] == ["预警", "预警", "滞后"]


def test_an_area_without_a_report_stays_in_the_table_unranked(ranked):
    table = ranked([WHOLE, value(EAST, "2020-W51", 99)])
    west = table.filter(table["area_code"] == WEST).row(0, named=True)
    assert (west["state"], west["rank"], west["light"], west["value"]) == (
        "未报",
        None,
        "未报",
        None,
    )


def test_for_a_lower_better_indicator_the_lowest_is_first(ranked):
    asked = ASKED | {"indicator": "major_disease_oop_share", "period": "2020-11"}
    more = {"indicator": "major_disease_oop_share"}
    rows = [value(area, "2020-11", n, **more) for area, n in ((CITY, 9), (EAST, 12), (WEST, 8))]
    assert ranked(rows, asked)["area_code"].to_list()[:2] == [WEST, EAST]


def test_information_is_not_ranked(ranked):
    asked = ASKED | {"indicator": "risk_cleared_rate"}
    rows = [value(a, "2020-W51", 50, indicator="risk_cleared_rate") for a in (CITY, EAST, WEST)]
    table = ranked(rows, asked)
    assert table["rank"].is_null().all()
    assert table["light"].is_null().all()


def test_the_rank_before_comes_from_the_period_before(ranked):
    rows = [WHOLE, value(CITY, "2020-W50", 260, 300, reported=3, expected=3)]
    for area, before, now in ((EAST, 80, 95), (WEST, 90, 91), (SOUTH, 85, 85)):
        rows += [value(area, "2020-W50", before), value(area, "2020-W51", now)]
    table = ranked(rows)
    found = {r["area_code"]: (r["rank"], r["previous_rank"], r["rank_change"])
             for r in table.iter_rows(named=True)}  # fmt: skip
    assert found == {EAST: (1, 3, 2), WEST: (2, 1, -1), SOUTH: (3, 2, -1)}


def test_a_statistical_zone_without_a_row_is_absent_and_with_one_is_ranked(ranked, tmp_path):
    rows = [WHOLE, value(EAST, "2020-W51", 99)]
    assert ZONE not in ranked(rows)["area_code"].to_list()
    table = Engine(tiny.store(tmp_path / "zone", [*rows, value(ZONE, "2020-W51", 98)])).run(
        "indicator_ranking", ASKED
    )
    zone = table.filter(table["area_code"] == ZONE).row(0, named=True)
    assert (zone["rank"], zone["kind"]) == (2, "statistical_zone")


def test_the_period_is_chosen_once_at_the_parent_for_all(ranked):
    rows = [
        value(CITY, "2020-W50", 280, 300, reported=3, expected=3),
        value(CITY, "2020-W51", 95, 100, reported=1, expected=3),
        value(EAST, "2020-W50", 90),
        value(EAST, "2020-W51", 95),
        value(WEST, "2020-W50", 91),
        value(SOUTH, "2020-W50", 92),
    ]
    table = ranked(rows)
    assert table["period"].unique().to_list() == ["2020-W50"]
    assert table["area_code"].to_list() == [SOUTH, WEST, EAST]


def test_an_area_below_its_own_coverage_has_no_rank_and_no_light(ranked):
    rows = [WHOLE, value(EAST, "2020-W51", 99, reported=1, expected=9), value(WEST, "2020-W51", 80)]
    east = ranked(rows).filter(pl_code(EAST)).row(0, named=True)
    assert (east["state"], east["rank"], east["printed"]) == ("填报不全", None, 99.0)


def test_an_area_that_was_dissolved_before_the_period_is_absent(tmp_path):
    areas = tiny.AREAS + f"991109,旧县,county,{CITY},,,2020-06-30,{EAST}\n"
    table = Engine(tiny.store(tmp_path, [WHOLE], areas=areas)).run("indicator_ranking", ASKED)
    assert "991109" not in table["area_code"].to_list()


def test_villages_of_a_township_are_ranked_neighbourhoods_included_for_signing(tmp_path):
    raw = {
        "T04": [
            {"area_code": "991102001201", "period": "2020-W51", "signed_pop": 40,
             "sign_target_pop": 50},
            {"area_code": "991102001001", "period": "2020-W51", "signed_pop": 50,
             "sign_target_pop": 50},
        ]
    }  # fmt: skip
    township = value("991102001", "2020-W51", 90, 100)
    engine = Engine(tiny.store(tmp_path, [township], raw=raw))
    asked = ASKED | {"parent": "991102001", "level": "village"}
    table = engine.run("indicator_ranking", asked)
    found = dict(zip(table["area_code"], table["rank"], strict=True))
    assert found == {"991102001001": 1, "991102001201": 2, "991102001202": None}


def test_neighbourhoods_are_not_asked_for_village_clinics(tmp_path):
    village = {"period": "2020-11", "village_code": "991102001201", "status": "达标",
               "doctor_ok": True, "exempt": False, "is_poor_village": False}  # fmt: skip
    more = {"indicator": "village_clinic_presence_rate", "population": "all"}
    rows = [value("991102001", "2020-11", 1, 2, **more)]
    engine = Engine(tiny.store(tmp_path, rows, villages=[village]))
    asked = {"indicator": "village_clinic_presence_rate", "parent": "991102001",
             "level": "village", "period": "2020-11"}  # fmt: skip
    table = engine.run("indicator_ranking", asked)
    assert table["area_code"].to_list() == ["991102001201", "991102001202"]


def test_the_matrix_holds_the_parent_and_ranks_only_its_parts(tmp_path):
    rows = [WHOLE, value(EAST, "2020-W51", 99), value(WEST, "2020-W51", 80)]
    engine = Engine(tiny.store(tmp_path, rows))
    table = engine.run(
        "indicator_matrix", {"parent": CITY, "level": "county", "period": "2020-W51"}
    )
    signing = table.filter(table["indicator"] == "signing_rate")
    assert signing["is_parent"].to_list() == [True, False, False, False]
    assert signing["area_code"].to_list() == [CITY, EAST, WEST, SOUTH]
    assert dict(zip(signing["area_code"], signing["rank"], strict=True))[EAST] == 1


def pl_code(code: str):
    import polars as pl

    return pl.col("area_code") == code
