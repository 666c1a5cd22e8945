"""Areas, periods, snapshots, and who has filed what."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

WEEKLY = "T04,{scope},township,2020-01-01,,2\n"


def asked(store, name, **params):
    return Engine(store).run(name, params)


@pytest.fixture
def store(tmp_path):
    raw = {
        "T04": [
            {"area_code": "991102001201", "period": "2020-W50",
             "first_imported": tiny.day("2020-12-14")},
            {"area_code": "991102001201", "period": "2020-W51",
             "first_imported": tiny.day("2020-12-25")},
        ],
        "T09": [{"area_code": EAST, "period": "2020-11"}],
    }  # fmt: skip
    obligations = WEEKLY.format(scope=CITY) + f"T09,{CITY},county,2020-01-01,,15\n"
    rows = [value("991102002", "2020-W49", 5), value("991102001", "2020-W51", 5)]
    return tiny.store(tmp_path / "store", rows, raw=raw, obligations=obligations)


def test_the_units_that_owe_a_report_and_have_not_filed_are_listed_with_their_last(store):
    table = asked(store, "unreported", parent=CITY, period="2020-W51", table_id="T04")
    assert table.select("unit_code", "period", "last_filed_period").rows() == [
        ("991102002", "2020-W51", "2020-W49"),
        ("991103001", "2020-W51", None),
    ]


def test_a_report_is_overdue_after_its_due_day(store):
    table = asked(store, "unreported", parent=CITY, period="2020-W51", table_id="T09")
    west = table.filter(table["unit_code"] == WEST).row(0, named=True)
    assert (west["period"], west["due_on"], west["state"]) == (
        "2020-11",
        tiny.day("2020-12-15"),
        "逾期未报",
    )
    weekly = asked(store, "unreported", parent=CITY, period="2020-W51", table_id="T04")
    assert set(weekly["state"]) == {"未报"}


def test_a_statistical_zone_without_an_obligation_owes_nothing(store):
    table = asked(store, "unreported", parent=CITY, period="2020-W51")
    assert tiny.ZONE not in table["unit_code"].to_list()


def test_the_reporting_matrix_tells_in_time_from_late_and_missing(store):
    table = asked(store, "reporting_matrix", parent=EAST, period="2020-W51", table_id="T04",
                  count=2)  # fmt: skip
    assert table.select("unit_code", "period", "state").rows() == [
        ("991102001", "2020-W50", "按时"),
        ("991102001", "2020-W51", "迟报"),
        ("991102002", "2020-W50", "未报"),
        ("991102002", "2020-W51", "未报"),
    ]


def test_freshness_names_the_newest_period_of_each_frequency(store):
    table = asked(store, "freshness")
    assert table.select("frequency", "period").rows() == [
        ("all", "2020-W51"),
        ("monthly", "2020-11"),
        ("weekly", "2020-W51"),
    ]


def test_the_periods_to_choose_from_end_with_the_newest_report(store):
    assert asked(store, "periods_available")["period"].to_list() == ["2020-W51", "2020-W50"]
    quarters = asked(store, "periods_available", frequency="quarterly")["period"].to_list()
    assert quarters == []


def test_the_areas_right_below_an_area_in_the_order_of_the_register(store):
    table = asked(store, "area_children", area=EAST)
    assert table.select("area_code", "has_children").rows() == [
        ("991102001", True),
        ("991102002", False),
    ]


def test_the_path_of_an_area_starts_with_its_province(store):
    table = asked(store, "area_path", area="991102001201")
    assert table["area_code"].to_list() == [
        "990000", CITY, EAST, "991102001", "991102001201",
    ]  # fmt: skip


def test_the_areas_of_a_level_below_another(store):
    table = asked(store, "areas_list", level="township", parent=CITY)
    assert table["area_code"].to_list() == ["991102001", "991102002", "991103001"]


def test_a_snapshot_tells_what_it_is(store):
    row = asked(store, "snapshot_info").row(0, named=True)
    assert (row["number"], row["newest_period"], row["demo"], row["rows"]) == (
        1,
        "2020-W51",
        True,
        3,
    )
    assert row["manifest_sha256"] == store.manifest(1).sha256
