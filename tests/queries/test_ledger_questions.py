"""Ledgers as they stand on a day, and an indicator by its breakdown."""

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
