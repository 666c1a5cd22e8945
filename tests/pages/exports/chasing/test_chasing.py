"""催报: who is asked for what, before and after the due hour, in words and files."""

import io
import json
from datetime import datetime

import docx
import polars as pl
import pytest
from PIL import Image

from data.log import journal
from data.periods import Period
from pages.__main__ import main
from pages.exports.chasing import words
from pages.exports.chasing.chase import COMING, OVERDUE
from pages.exports.chasing.files import KINDS, made
from pages.exports.chasing.files import text as text_of
from queries.engine import ALL, Engine, Scope
from tests.queries import tiny_store as tiny

WEEK = "2020-W51"
BEFORE_THE_HOUR, AFTER_IT = "2020-12-22T17:59:00+08:00", "2020-12-22T18:00:00+08:00"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two days after the week its table is due; one township of the east has filed it."""
    return tiny.store(
        tmp_path_factory.mktemp("chasing") / "store",
        raw={"T15": [{"area_code": "991102002", "period": WEEK}]},
        obligations=f"T15,{tiny.CITY},township,2020-01-01,,2\nT09,{tiny.CITY},county,2020-01-01,,5\n",
    )


@pytest.fixture(scope="module")
def engine(store):
    return Engine(store)


def chase_at(engine, moment, area=tiny.CITY, scope=ALL):
    return made(
        engine, 1, area=area, period=Period.parse(WEEK), now=datetime.now().astimezone(),
        at=datetime.fromisoformat(moment), scope=scope,
    )  # fmt: skip


@pytest.mark.parametrize(("moment", "state"), [(BEFORE_THE_HOUR, COMING), (AFTER_IT, OVERDUE)])
def test_a_report_is_overdue_from_the_due_hour_of_its_due_day_on(engine, moment, state):
    rows = chase_at(engine, moment).rows.filter(pl.col("table_id") == "T15")
    assert set(rows["state"]) == {state}
    assert "991102002" not in rows["unit_code"].to_list()


def test_the_message_names_table_by_table_each_county_with_its_units(engine):
    said = words.message(chase_at(engine, BEFORE_THE_HOUR), COMING)
    assert "试验市" in said.split("\n", 1)[0]
    assert "◆《防止因病返贫致贫监测周报表》第51周（12月22日18时前报）" in said
    assert "\n　东县：东一镇\n" in said


def test_a_county_that_files_itself_is_called_by_its_own_office(engine):
    said = words.message(chase_at(engine, AFTER_IT), OVERDUE)
    assert "《就诊流向月报表》11月（12月5日18时前报）" in said
    assert "\n　西县：本级" in said


def test_the_city_sees_each_countys_share_and_a_county_none(engine):
    shares = chase_at(engine, AFTER_IT).shares
    assert shares.select("area_name", "reports_owed", "reports_filed").row(-1) == ("东县", 3, 1)
    assert chase_at(engine, AFTER_IT, area=tiny.EAST).shares is None


def test_whoever_answers_for_a_county_chases_its_units_only(engine):
    chase = chase_at(engine, AFTER_IT, scope=Scope(area=tiny.EAST))
    assert set(chase.rows["county_code"]) == {tiny.EAST}
    assert chase.shares["area_code"].to_list() == [tiny.EAST]


def test_the_picture_is_a_png_and_the_slips_name_every_unit(engine):
    chase = chase_at(engine, AFTER_IT)
    files = {ending: io.BytesIO() for ending in KINDS}
    for ending, kind in KINDS.items():
        kind.write(chase, files[ending])
    assert Image.open(files["png"]).format == "PNG"
    word = docx.Document(files["docx"])
    cells = "".join(cell.text for table in word.tables for cell in table._cells)
    assert [each for each in chase.rows["unit_name"] if each not in cells] == []
    assert files["txt"].getvalue().decode("utf-8-sig").strip() == text_of(chase)


def run(store, *words):
    return main(["--store", str(store.path), "chase", "--area", tiny.EAST, *words])


def test_a_recorded_reminder_is_counted_in_the_list_and_stands_in_the_log(store, capsys):
    assert run(store, "--record") == 0
    assert "已记下催报" in capsys.readouterr().err
    assert run(store, "--json") == 0
    assert {row["reminded"] for row in json.loads(capsys.readouterr().out)} == {1}
    assert "chase" in journal.read(store.path)[-1]["what"]


def test_a_file_of_another_kind_is_refused_before_anything_is_asked(store, tmp_path, capsys):
    assert run(store, "-o", str(tmp_path / "催报.pdf")) == 2
    assert "可以存成 .png、.docx、.txt" in capsys.readouterr().err


def test_an_area_that_is_not_there_is_said(store, capsys):
    assert main(["--store", str(store.path), "chase", "--area", "123456"]) == 2
    assert "没有代码为 123456 的区划" in capsys.readouterr().err


def test_a_moment_that_is_none_is_refused(store, capsys):
    with pytest.raises(SystemExit) as ended:
        run(store, "--at", "明天")
    assert ended.value.code == 2
    assert "写法不对" in capsys.readouterr().err
