"""Who filed what, when, by which file, and how complete and timely that is."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST

WEEK = "2020-W51"


def asked(store, name, **params):
    return Engine(store).run(name, params)


def signed(village, day, **more):
    return {"area_code": village, "period": WEEK, "first_imported": tiny.day(day)} | more


@pytest.fixture
def store(tmp_path):
    """East's first township files in time and again later, its second late, west not at all."""
    raw = {
        "T04": [
            signed("991102001201", "2020-12-21", source_id="new"),
            signed("991102001202", "2020-12-21", source_id="old"),
            signed("991102002201", "2020-12-29", source_id="old"),
        ],
        "T19": [
            {"area_code": "991102001", "period": WEEK, "table_id": "ALL", "ledger_due": 200,
             "ledger_updated": 150},
        ],
    }  # fmt: skip
    sources = [
        {"source_id": "new", "file": "东一镇订正.xlsx", "sha256": "ab", "bytes": 9,
         "imported_at": "2020-12-28T09:00:00+08:00", "imported_by": "王"},
        {"source_id": "old", "file": "东县.xlsx", "sha256": "cd", "bytes": 9,
         "imported_at": "2020-12-21T08:00:00+08:00", "imported_by": "李"},
    ]  # fmt: skip
    areas = tiny.AREAS + "991102002201,丁村,village,991102002,village,,,\n"
    obligations = f"T04,{CITY},township,2020-01-01,,2\nT16,{CITY},county,2020-01-01,,2\n"
    return tiny.store(
        tmp_path / "store", raw=raw, obligations=obligations, areas=areas, sources=sources
    )


def test_rows_replaced_on_a_later_day_are_filed_again(store):
    table = asked(store, "reporting_matrix", parent=CITY, period=WEEK, table_id="T04", count=1)
    assert table.select("unit_code", "state", "on_time", "refiled_on").rows() == [
        ("991102001", "退回重报", True, tiny.day("2020-12-28")),
        ("991102002", "迟报", False, None),
        ("991103001", "未报", None, None),
    ]


def test_rows_that_another_file_replaced_on_the_same_day_are_filed_again(tmp_path):
    day = "2020-12-21"
    raw = {"T04": [signed("991102001201", day, source_id="new", source_first="old"),
                   signed("991102002201", day, source_id="new", source_first="new")]}  # fmt: skip
    sources = [{"source_id": "new", "file": "订正.xlsx", "sha256": "ab", "bytes": 9,
                "imported_at": "2020-12-21T15:00:00+08:00", "imported_by": "王"}]  # fmt: skip
    areas = tiny.AREAS + "991102002201,丁村,village,991102002,village,,,\n"
    obligations = f"T04,{CITY},township,2020-01-01,,2\n"
    store = tiny.store(
        tmp_path / "store", raw=raw, obligations=obligations, areas=areas, sources=sources
    )
    table = asked(store, "reporting_matrix", parent=CITY, period=WEEK, table_id="T04", count=1)
    assert table["state"].to_list() == ["退回重报", "按时", "未报"]
    (row,) = asked(store, "reporting_summary", parent=CITY, period=WEEK).to_dicts()
    assert (row["units_filed"], row["units_refiled"]) == (2, 1)


def test_completeness_and_timeliness_are_counted_in_units(store):
    (row,) = asked(store, "reporting_summary", parent=CITY, period=WEEK).to_dicts()
    assert row["table_id"] == "T04"  # a ledger is filed on change: not counted
    names = ("units_due", "units_filed", "units_on_time", "units_late", "units_missing")
    assert [row[name] for name in names] == [3, 2, 1, 1, 1]
    assert row["units_refiled"] == 1
    assert row["complete_share"] == 66.67
    assert row["on_time_share"] == 33.33


def test_the_summary_of_a_county_counts_its_own_units_only(store):
    (row,) = asked(store, "reporting_summary", parent=WEST, period=WEEK).to_dicts()
    assert (row["units_due"], row["units_missing"], row["complete_share"]) == (1, 1, 0.0)


def test_a_cell_names_its_files_the_newest_first(store):
    table = asked(store, "filing_sources", unit="991102001", table_id="T04", period=WEEK)
    assert table.select("file", "rows", "imported_by", "first_filed_on").rows() == [
        ("东一镇订正.xlsx", 1, "王", tiny.day("2020-12-21")),
        ("东县.xlsx", 1, "李", tiny.day("2020-12-21")),
    ]
    assert asked(store, "filing_sources", unit=WEST, table_id="T04", period=WEEK).is_empty()


def test_areas_are_compared_by_what_they_owe_the_least_timely_first(store):
    table = asked(store, "reporting_by_area", parent=CITY, level="county", period=WEEK)
    assert table.select(
        "area_code", "reports_owed", "reports_filed", "reports_in_time", "reports_missing"
    ).rows() == [(WEST, 1, 0, 0, 1), (EAST, 2, 2, 1, 0)]
    assert table["ledger_share"].to_list() == [None, 75.0]
    towns = asked(store, "reporting_by_area", parent=EAST, level="township", period=WEEK)
    assert towns.select("area_code", "on_time_share").rows() == [
        ("991102002", 0.0),
        ("991102001", 100.0),
    ]


def test_nobody_owes_before_it_exists_or_after_it_is_gone(tmp_path):
    """One of two townships went into the other after week 50, a third begins in week 52."""
    gone = tiny.AREAS.replace(
        "991102001,东一镇,township,991102,,,,",
        "991102001,东一镇,township,991102,,,2020-12-13,991102002",
    )
    areas = gone + "991102003,东三镇,township,991102,,2020-12-21,,\n"
    store = tiny.store(
        tmp_path / "store",
        raw={"T15": [{"area_code": "991102002", "period": WEEK}]},
        obligations=f"T15,{EAST},township,2020-01-01,,2\n",
        areas=areas,
    )
    due = {"2020-W50": ["东一镇", "东二镇"], WEEK: ["东二镇"], "2020-W52": ["东二镇", "东三镇"]}
    matrix = asked(store, "reporting_matrix", parent=EAST, period="2020-W52", table_id="T15")
    for week, names in due.items():
        missing = [name for name in names if (name, week) != ("东二镇", WEEK)]
        unreported = asked(store, "unreported", parent=EAST, period=week)
        assert unreported["unit_name"].to_list() == missing
        assert unreported["unit_label"].to_list() == missing
        above = asked(store, "unreported", parent=CITY, period=week)
        assert above["unit_label"].to_list() == [f"东县{name}" for name in missing]
        (summary,) = asked(store, "reporting_summary", parent=EAST, period=week).to_dicts()
        assert (summary["units_due"], summary["units_missing"]) == (len(names), len(missing))
        (of_area,) = asked(
            store, "reporting_by_area", parent=EAST, level="county", period=week
        ).to_dicts()
        assert of_area["reports_owed"] == len(names)
        owed = matrix.filter(matrix["period"] == week)
        assert owed["unit_name"].to_list() == names
