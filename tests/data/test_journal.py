"""The store's diary: whole lines, only added to, nothing forged."""

from datetime import datetime

from data import journal

NOW = datetime.fromisoformat("2021-01-04T08:30:00+08:00")


def add(store, **other):
    line = {"who": "王", "ip": "10.0.0.1", "action": "export", "what": "T04 2020-W51"}
    return journal.append(store, now=NOW, **(line | other))


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
    }
    assert (second["action"], second["snapshot"]) == ("publish", 4)


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
