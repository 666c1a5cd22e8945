"""Files made beside the page: whole, named, and stoppable without a trace."""

import tempfile
import threading
import time
from pathlib import Path

import polars as pl
import pytest
import python_calamine

from data.errors import ProductError
from pages.exports import content, jobs
from pages.exports.content import Content
from pages.exports.sheets import FileColumn

COLUMNS = (FileColumn("code", "代码"), FileColumn("rate", "率（%）", "percent"))


class Stopped(ProductError):
    """Somebody pressed 取消."""


def made_of(rows):
    table = pl.DataFrame({"code": [f"{n:06d}" for n in range(rows)], "rate": [97.69] * rows})
    return Content(("睢阳区", "大表", "2020年"), "大表", COLUMNS, table, ("一行",), demo=True)


def nothing(_share, _words):
    """Progress that nobody looks at."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where temporary files are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_large_workbook_is_written_by_another_process_with_every_row(folder):
    said = []
    made = jobs.make(
        lambda token: made_of(content.APART + 5),
        "xlsx",
        lambda share, words: said.append((share, words)),
        lambda token: None,
    )
    assert made.name == "演示数据_睢阳区_大表_2020年.xlsx"
    book = python_calamine.CalamineWorkbook.from_path(str(made.path))
    rows = book.get_sheet_by_name("大表").to_python()
    assert len(rows) - 3 == made.rows == content.APART + 5
    assert rows[-1] == [f"{content.APART + 4:06d}", 0.9769]
    assert said[-1] == (1.0, "文件写好了")
    path = made.path
    del made
    assert not path.exists()  # it goes away with the last who holds it


def test_stopping_the_question_interrupts_it_and_leaves_no_file(folder):
    going, stopped = threading.Event(), []

    def ask(token):
        going.wait(5)
        raise ProductError("已停止")

    def progress(_share, _words):
        raise Stopped("停")

    def interrupt(token):
        stopped.append(token)
        going.set()

    with pytest.raises(Stopped):
        jobs.make(ask, "csv", progress, interrupt)
    assert len(stopped) == 1
    assert list(folder.rglob("file")) == []


def test_stopping_the_writing_ends_the_process_and_leaves_no_file(folder):
    def progress(_share, words):
        if words.startswith("正在写文件"):
            raise Stopped("停")

    since = time.monotonic()
    with pytest.raises(Stopped):
        jobs.make(lambda token: made_of(content.APART * 20), "xlsx", progress, lambda token: None)
    assert time.monotonic() - since < 20
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_what_goes_wrong_while_asking_is_said_in_its_own_words(folder):
    def ask(token):
        raise ProductError("数据仓读不了")

    with pytest.raises(ProductError, match="数据仓读不了"):
        jobs.make(ask, "parquet", nothing, lambda token: None)


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_small_files_of_every_kind(folder, ending):
    made = jobs.make(lambda token: made_of(3), ending, nothing, lambda token: None)
    assert isinstance(made.path, Path) and made.path.stat().st_size > 0
    assert made.name.endswith(f"2020年.{ending}")
