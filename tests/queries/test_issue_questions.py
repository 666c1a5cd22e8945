"""Issues by area, status and owner; doubts of data matching and their shares."""

import polars as pl

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST


def asked(store, name, **params):
    return Engine(store).run(name, params)


def issue(number, period, status, *, area=EAST, owner="东县卫健委", due="2020-12-01"):
    return {"area_code": area, "issue_no": number, "period": period, "status": status,
            "due_on": tiny.day(due), "found_on": tiny.day("2020-10-01"), "source": "审计",
            "owner_unit": owner}  # fmt: skip


ROWS = [
    issue("1", "2020-W48", "整改中"),
    issue("2", "2020-W48", "已销号"),
    issue("2", "2020-W50", "整改中", due="2020-12-30"),
    issue("3", "2020-W50", "长期坚持"),
    issue("4", "2020-W50", "未启动", area=WEST, owner="西县财政局", due="2020-12-10"),
    issue("5", "2020-W52", "未启动"),
]


def test_issues_are_counted_by_area_and_status_as_they_stood(tmp_path):
    table = asked(
        tiny.store(tmp_path, raw={"T16": ROWS}),
        "issue_status",
        parent=CITY,
        level="county",
        period="2020-W51",
    )
    assert table.select("area_code", "status", "count", "overdue", "reopened").rows() == [
        (EAST, "整改中", 2, 1, 1),
        (EAST, "长期坚持", 1, 0, 0),
        (WEST, "未启动", 1, 1, 0),
    ]


def test_the_briefing_and_the_page_of_issues_count_alike(tmp_path):
    store = tiny.store(tmp_path, raw={"T16": ROWS})
    params = {"parent": CITY, "level": "county", "period": "2020-W51"}
    briefed = asked(store, "briefing_issues", **params)
    assert briefed.select(
        "area_code", "issues", "settled", "open", "kept_up", "overdue"
    ).rows() == [
        (CITY, 4, 0, 4, 1, 2),
        (EAST, 3, 0, 3, 1, 1),
        (WEST, 1, 0, 1, 0, 1),
    ]
    by_status = asked(store, "issue_status", **params)
    for area in (EAST, WEST):
        listed = by_status.filter(pl.col("area_code") == area)
        row = briefed.filter(pl.col("area_code") == area).row(0, named=True)
        not_settled = listed.filter(pl.col("status") != "已销号")
        assert row["open"] == not_settled["count"].sum()
        assert row["overdue"] == listed["overdue"].sum()


def test_issues_of_the_county_itself_stand_beside_those_of_its_townships(tmp_path):
    rows = [issue("1", "2020-W48", "整改中"), issue("2", "2020-W48", "整改中", area="991102001")]
    store = tiny.store(tmp_path, raw={"T16": rows})
    for parent in (EAST, CITY):
        params = {"parent": parent, "level": "township", "period": "2020-W51"}
        whole, *parts = asked(store, "briefing_issues", **params).to_dicts()
        assert (whole["area_code"], whole["issues"], whole["overdue"]) == (parent, 2, 2)
        assert [(row["area_name"], row["issues"]) for row in parts] == [
            ("东县本级", 1),
            ("东一镇", 1),
        ]
        listed = asked(store, "issue_status", **params)
        assert listed.select("area_name", "count").rows() == [("东县本级", 1), ("东一镇", 1)]


def test_owners_stand_in_the_order_of_what_is_overdue(tmp_path):
    table = asked(
        tiny.store(tmp_path, raw={"T16": ROWS}), "issue_owners", area=CITY, period="2020-W51"
    )
    assert table.select(
        "owner_unit", "total", "under_way", "kept_up", "overdue", "longest_overdue", "reopened"
    ).rows() == [("东县卫健委", 3, 2, 1, 1, 19, 1), ("西县财政局", 1, 0, 0, 1, 10, 0)]


def test_shares_of_doubts_are_taken_from_the_sums(tmp_path):
    def doubt(area, batch, suspect, verified, confirmed, fixed):
        return {"area_code": area, "batch": batch, "period": "2020-11", "source_a": "医保",
                "source_b": "民政", "suspicion": "未参保", "matched_people": 1000,
                "suspect_people": suspect, "verified_people": verified,
                "confirmed_people": confirmed, "fixed_people": fixed}  # fmt: skip

    raw = {"T17": [doubt(EAST, "1", 100, 50, 0, 0), doubt(WEST, "1", 100, 100, 40, 10)]}
    (row,) = asked(
        tiny.store(tmp_path, raw=raw), "data_doubts", area=CITY, period="2020-W51"
    ).to_dicts()
    assert (row["verified_share"], row["fixed_share"], row["open_people"]) == (75.0, 25.0, 30)
    (row,) = asked(
        tiny.store(tmp_path, raw=raw), "data_doubts", area=EAST, period="2020-W51"
    ).to_dicts()
    assert row["fixed_share"] is None  # nobody is confirmed: not 0
