"""The audit log: whole lines, only added to, nothing forged, nothing taken out unseen."""

import subprocess
import sys
from datetime import datetime

import pytest

from data.log import journal

NOW = datetime.fromisoformat("2021-01-04T08:30:00+08:00")


def add(store, **other):
    line = {"now": NOW, "who": "王", "ip": "10.0.0.1", "action": "export", "what": "T04 2020-W51"}
    return journal.append(store, **(line | other))


def test_each_act_is_one_line_in_the_file_of_its_month(tmp_path):
    assert add(tmp_path, snapshot=3)
    assert add(tmp_path, action="publish", what="快照 4", snapshot=4)
    assert (tmp_path / "log/2021-01.jsonl").read_text("utf-8").count("\n") == 2
    first, second = journal.read(tmp_path)
    assert first == {
        "time": "2021-01-04T08:30:00+08:00",
        "who": "王",
        "ip": "10.0.0.1",
        "action": "export",
        "what": "T04 2020-W51",
        "snapshot": 3,
        "result": "done",
        "before": "",
    }
    assert (second["action"], second["snapshot"]) == ("publish", 4)


def test_a_change_of_the_settings_is_written_down_once(tmp_path):
    def marks(text=None):
        if text is not None:
            (tmp_path / "settings.yaml").write_text(text, "utf-8")
        for _ in range(2):
            journal.note_settings(tmp_path, now=NOW)
        return [line["what"] for line in journal.read(tmp_path)]

    assert marks() == marks("") == []
    (first,) = marks("time_limit: 30")
    assert "settings.yaml" in first
    assert len({*marks("time_limit: 9")}) == 2
    (tmp_path / "settings.yaml").unlink()
    assert marks()[-1].endswith("无")


def test_a_refusal_ends_as_one(tmp_path):
    for action in ("refused", "wrong_token", "wrong_password", "sign_out"):
        add(tmp_path, action=action)
    assert [line["result"] for line in journal.read(tmp_path)] == [*["refused"] * 3, "done"]


def test_a_name_with_a_line_break_cannot_forge_a_second_line(tmp_path):
    add(tmp_path, who='x"}\n{"action": "publish"}')
    assert [line["action"] for line in journal.read(tmp_path)] == ["export"]


def test_a_line_that_was_broken_off_does_not_hide_the_others(tmp_path):
    add(tmp_path)
    with (tmp_path / "log/2021-01.jsonl").open("a") as file:
        file.write('{"action": "exp')
    assert len(journal.read(tmp_path)) == 1


def test_a_store_that_cannot_be_written_says_so_and_stops_nobody(tmp_path):
    (tmp_path / "log").write_text("a file where the folder should be")
    assert add(tmp_path) is False


def test_the_line_after_a_torn_one_is_not_swallowed(tmp_path):
    add(tmp_path, what="before")
    with (tmp_path / "log/2021-01.jsonl").open("a") as file:
        file.write('{"action": "exp')
    add(tmp_path, what="after")
    assert [line["what"] for line in journal.read(tmp_path)] == ["before", "after"]
    assert journal.verify(tmp_path).problem == ""


def test_a_person_s_number_never_gets_into_the_log_and_a_period_stays(tmp_path):
    add(tmp_path, what="select 110101199003070134 联系 13800138000")
    add(tmp_path, what="T04 2020-12 2020-11 411400")
    personal, plain = (line["what"] for line in journal.read(tmp_path))
    assert "19900307" not in personal and "138001" not in personal
    assert plain == "T04 2020-12 2020-11 411400"


class TestTheChain:
    """Lines of three months: what was changed, taken out or put in is named by file and line."""

    @pytest.fixture
    def store(self, tmp_path):
        for month in ("2020-11", "2020-12", "2021-01"):
            for each in range(3):
                now = datetime.fromisoformat(f"{month}-04T08:30:00+08:00")
                add(tmp_path, now=now, what=f"{month} {each}")
        return tmp_path

    def change(self, store, month, edit):
        file = store / f"log/{month}.jsonl"
        lines = file.read_text("utf-8").splitlines()
        file.write_text("".join(f"{line}\n" for line in edit(lines)), "utf-8")

    def test_holds_over_months(self, store):
        chain = journal.verify(store)
        assert (chain.lines, chain.since, chain.problem) == (9, "2020-11-04T08:30:00+08:00", "")

    @pytest.mark.parametrize(
        ("edit", "place"),
        [
            (lambda lines: [lines[0].replace("王", "李"), *lines[1:]], "2020-12.jsonl 第 2 行"),
            (lambda lines: [lines[0], lines[2]], "2020-12.jsonl 第 2 行"),
            (lambda lines: [lines[0], lines[0], *lines[1:]], "2020-12.jsonl 第 2 行"),
            (lambda lines: lines[:2], "2021-01.jsonl 第 1 行"),
            (lambda lines: [lines[0], "cut off", *lines[1:]], "2020-12.jsonl 第 3 行"),
        ],
        ids=["changed", "taken out", "doubled", "last of the month taken out", "put in"],
    )
    def test_names_the_first_line_that_does_not_fit(self, store, edit, place):
        self.change(store, "2020-12", edit)
        assert place in journal.verify(store).problem

    def test_misses_a_month(self, store):
        (store / "log/2020-12.jsonl").unlink()
        assert "2021-01.jsonl 第 1 行" in journal.verify(store).problem

    def test_misses_the_first_month(self, store):
        (store / "log/2020-11.jsonl").unlink()
        assert "更早的日志不见了" in journal.verify(store).problem

    def test_holds_after_old_months_were_removed(self, store):
        later = datetime.fromisoformat("2021-06-30T00:00:00+08:00")
        assert [path.name for path in journal.trim(store, keep=6, now=later)] == ["2020-11.jsonl"]
        add(store)
        chain = journal.verify(store)
        assert (chain.lines, chain.problem) == (7, "")
        (store / "log/2020-12.jsonl").unlink()
        assert journal.verify(store).problem

    def test_keeps_the_newest_month_however_old_it_is(self, store):
        journal.trim(store, keep=6, now=datetime.fromisoformat("2031-01-01T00:00:00+08:00"))
        add(store)
        assert (journal.verify(store).lines, journal.verify(store).problem) == (4, "")

    def test_goes_on_where_it_stands_when_the_clock_is_set_back(self, store):
        add(store, now=datetime.fromisoformat("2020-11-01T08:30:00+08:00"), what="late")
        assert journal.read(store)[-1]["what"] == "late"
        assert journal.verify(store).problem == ""

    def test_begins_behind_the_lines_of_a_store_that_had_none(self, tmp_path):
        (tmp_path / "log").mkdir()
        (tmp_path / "log/2020-12.jsonl").write_text('{"action": "export", "what": "old"}\n')
        add(tmp_path)
        chain = journal.verify(tmp_path)
        assert (chain.lines, chain.problem) == (2, "")


WRITER = """
import pathlib, sys
from datetime import UTC, datetime
from data.log import journal
for each in range(40):
    now = datetime.now(UTC)
    journal.append(pathlib.Path(sys.argv[1]), now=now, who="", ip="", action="export", what="")
"""


def test_lines_of_several_processes_make_one_chain(tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen(command) for _ in range(3)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    chain = journal.verify(tmp_path)
    assert (chain.lines, chain.problem) == (120, "")
