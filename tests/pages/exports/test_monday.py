"""`python -m pages monday`: all of the week's papers in a folder of the day, or the one before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import UsageError
from pages.__main__ import main
from pages.exports import monday
from pages.exports.chasing import files as chases
from tests.pages.exports.briefing import stores

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return stores.make(tmp_path_factory.mktemp("monday") / "store", 3)


def run(store, folder, *more):
    return main(["--store", str(store.path), "monday", "-o", str(folder), *more])


def names(folder):
    (day,) = folder.iterdir()
    return sorted(each.name for each in day.iterdir())


def test_the_line_for_cron_puts_every_paper_into_a_folder_of_the_day(store, tmp_path):
    """The very line, run by the very shell, with our folders in place of those of an office."""
    *_, line = (ROOT / ".office" / "kanban-monday").read_text("utf-8").splitlines()
    schedule, command = line.split(" kanban ", 1)
    assert schedule == "0 7 * * 1"
    papers = tmp_path / "papers"
    papers.mkdir()
    command = command.replace("/srv/kanban-papers", str(papers)).replace("/opt/kanban", str(ROOT))
    command = command.replace(".venv/bin/python", sys.executable)
    environment = os.environ | {"HPA_STORE": str(store.path), "PYTHONUTF8": "1"}
    assert subprocess.run(["sh", "-c", command], env=environment, check=False).returncode == 0
    log, day = sorted(papers.iterdir(), key=lambda each: each.is_dir())
    found = sorted(each.name for each in day.iterdir())
    endings = sorted(each.rpartition(".")[2] for each in found)
    assert endings == ["docx", "docx", "json", "png", "pptx", "txt", "txt", "xlsx"]
    said = log.read_text("utf-8")
    assert [each for each in found if f"已写入 {each}\n" not in said] == []


def test_a_paper_that_fails_is_told_and_the_second_run_takes_the_firsts_place(
    store, tmp_path, capsys, monkeypatch
):
    def fails(chase, target):
        target.write(b"half")
        raise UsageError("没有中文字体")

    picture = chases.KINDS["png"]
    broken = {"png": chases.FileKind(picture.button, "png", picture.mime, picture.help, fails)}
    monkeypatch.setattr(chases, "KINDS", broken)
    monkeypatch.setattr(monday, "_briefing", lambda *_: iter(()))
    folder = tmp_path / "周一"
    assert run(store, folder) == 1
    assert "没有做成" in capsys.readouterr().out
    assert [each.rpartition(".")[2] for each in names(folder)] == ["json", "txt"]
    (day,) = folder.iterdir()
    (day / "旧.txt").write_text("x")
    assert run(store, folder) == 1
    assert "旧.txt" not in names(folder)


def test_what_stops_the_run_leaves_the_folder_of_before(store, tmp_path, capsys):
    day = tmp_path / "2020-12-21"
    day.mkdir()
    (day / "简报.pptx").write_text("x")
    assert run(store, tmp_path, "--period", "第51周") == 2
    assert [each.name for each in tmp_path.iterdir()] == [day.name]
    assert "写法不对" in capsys.readouterr().err


def test_a_robot_that_is_not_set_up_is_told_and_stops_nothing(store, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(monday, "_briefing", lambda *_: iter(()))
    assert run(store, tmp_path, "--send") == 1
    assert "新情况没有发出" in capsys.readouterr().out
    assert len(names(tmp_path)) == 5


def test_a_place_that_is_a_file_is_told(store, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert run(store, tmp_path / "file") == 2
    assert "写不进去" in capsys.readouterr().err
