"""Ledgers as they stand on a day, and an indicator by its breakdown."""

from dataclasses import replace

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


def doubt(batch, period, confirmed=0, *, area=EAST, fixed=0, **more):
    return {"area_code": area, "batch": batch, "period": period, "source_a": "医保",
            "source_b": "民政", "suspicion": "未参保", "matched_people": 1000,
            "confirmed_people": confirmed, "fixed_people": fixed} | more  # fmt: skip


def doubts(tmp_path, rows, period="2020-W51"):
    store = tiny.store(tmp_path, raw={"T17": rows})
    return asked(store, "data_doubts", area=CITY, period=period).row(0, named=True)


class TestBatchesOfDataMatching:
    """The same people each time: they are counted, not added up."""

    def test_the_latest_batch_counts_and_the_number_of_batches_is_told(self, tmp_path):
        rows = [doubt("1", "2020-10", 9), doubt("1", "2020-11", 5), doubt("2", "2020-11", 2)]
        row = doubts(tmp_path, rows)
        assert (row["batches"], row["latest_batch"]) == (2, "2")
        assert (row["matched_people"], row["confirmed_people"]) == (1000, 2)

    def test_each_county_counts_with_its_own_latest_batch(self, tmp_path):
        rows = [doubt("1", "2020-10", 9), doubt("2", "2020-11", 2)]
        rows += [doubt("1", "2020-10", 4, area=WEST)]
        row = doubts(tmp_path, rows)
        assert (row["matched_people"], row["confirmed_people"]) == (2000, 6)
        assert row["latest_batch"] is None

    def test_the_latest_is_filed_first_last_however_it_is_numbered(self, tmp_path):
        rows = [doubt("12", "2019-12", 9), doubt("1", "2020-01", 2), doubt("12", "2020-02", 9)]
        assert doubts(tmp_path, rows)["latest_batch"] == "1"

    def test_of_batches_filed_first_together_the_highest_number_is_the_latest(self, tmp_path):
        rows = [doubt(batch, "2020-11") for batch in ("9", "10", "8")]
        assert doubts(tmp_path, rows)["latest_batch"] == "10"

    def test_a_batch_to_come_does_not_count_yet(self, tmp_path):
        rows = [doubt("1", "2020-10", 9), doubt("2", "2020-11", 2)]
        row = doubts(tmp_path, rows, period="2020-10")
        assert (row["batches"], row["confirmed_people"]) == (1, 9)

    def test_a_batch_taken_out_gives_way_to_the_one_before(self, tmp_path):
        rows = [doubt("1", "2020-10", 9), doubt("2", "2020-10", 2)]
        rows += [doubt("2", "2020-11", 2, is_removed=True)]
        assert doubts(tmp_path, rows)["confirmed_people"] == 9

    def test_an_earlier_batch_with_somebody_left_is_not_forgotten(self, tmp_path):
        rows = [doubt("1", "2020-09", 9, fixed=9), doubt("2", "2020-10", 7, fixed=4)]
        rows += [doubt("3", "2020-11", 2)]
        row = doubts(tmp_path, rows)
        assert (row["open_people"], row["open_batches"]) == (2, 1)

    def test_a_snapshot_whose_ledger_knew_no_batches_adds_up_as_it_did(self, tmp_path, monkeypatch):
        load = tiny.catalogues.load

        def older(path):
            catalogue = load(path)
            text = catalogue.text.replace('"rounds": "batch", ', "")
            assert text != catalogue.text
            tables = catalogue.tables | {"T17": replace(catalogue.tables["T17"], rounds=None)}
            return replace(catalogue, tables=tables, text=text)

        monkeypatch.setattr(tiny.catalogues, "load", older)
        row = doubts(tmp_path, [doubt("1", "2020-10", 9), doubt("2", "2020-11", 2)])
        assert (row["matched_people"], row["confirmed_people"]) == (2000, 11)


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
