"""The first pack: whose forms are in it, what its words say, and how a filled form goes in."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from data import catalogue as catalogues
from data.__main__ import main
from data.beginning import pack
from data.beginning.answers import Duty
from data.beginning.set_up import set_up
from data.intake.check import checking
from data.snapshots.store import Store
from tests.data.beginning.county import COUNTY, NOW, answers
from tests.data.beginning.filling import filled

UNIT = "普兰县卫生健康委员会"
SINCE = date(2026, 11, 23)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machine") / "own"
    set_up(folder, answers(duties={"T04": Duty("township", 1)}), who="张三", now=NOW)
    return Store(folder)


@pytest.fixture(scope="module")
def files(store):
    data = pack.make(store, UNIT, SINCE)
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return {name: made.read(name) for name in made.namelist()}


def form_of(files, township):
    return next(
        data for name, data in files.items() if f"/普兰县{township}" in name and ".xlsx" in name
    )


def check(store, path):
    """Check a file at a moment of the first week's end."""
    now = datetime.combine(SINCE + timedelta(days=6), NOW.time(), NOW.tzinfo)
    return checking.check(store, [path], now=now).findings


def test_every_township_has_its_form_and_a_note(files):
    by_unit = {name.split("/")[0][:9] for name in files if "/" in name}
    assert by_unit == {f"{COUNTY}100", f"{COUNTY}200", f"{COUNTY}201"}
    note = files[next(name for name in files if name.endswith("填报说明.txt"))].decode("utf-8-sig")
    assert "家庭医生签约服务周报表（T04），每周报" in note
    assert "请在11月30日前报" in note


def test_a_township_merged_within_its_first_period_gets_no_form(store):
    catalogue = catalogues.load(store.path)
    is_merged = pl.col("unit_code") == f"{COUNTY}201"
    until = pl.when(is_merged).then(date(2026, 11, 24)).otherwise(pl.col("valid_to"))
    changed = replace(catalogue, obligations=catalogue.obligations.with_columns(valid_to=until))
    assert {each.unit for each in pack.owed_first(changed, SINCE)} == {
        f"{COUNTY}100",
        f"{COUNTY}200",
    }


def test_the_message_names_table_period_and_day_once(files):
    told = files[pack.MESSAGE].decode("utf-8-sig")
    assert told.count("家庭医生签约服务周报表：2026年第48周") == 1
    assert "11月30日前报" in told
    assert told.rstrip().endswith(UNIT)


def test_a_filled_form_goes_in_without_a_finding(store, files, tmp_path):
    catalogue = catalogues.load(store.path)
    path = filled(form_of(files, "普兰镇"), catalogue, tmp_path / "一.xlsx", SINCE)
    assert not check(store, path)


def test_a_form_that_another_township_signed_as_its_own_has_to_be_explained(store, files, tmp_path):
    catalogue = catalogues.load(store.path)
    data = form_of(files, "普兰镇")
    path = filled(data, catalogue, tmp_path / "二.xlsx", SINCE, unit="普兰县巴嘎乡")
    assert {found.rule for found in check(store, path)} == {"area.outside"}


def test_the_command_makes_store_and_pack_and_says_what_is_missing(tmp_path, capsys):
    folder = tmp_path / "own"
    start = ["--store", str(folder), "begin"]
    assert main([*start, "--area", "普兰县县"]) == 2
    assert "相近的有" in capsys.readouterr().err
    assert main([*start, "--area", "普兰县"]) == 2
    assert "请写本单位的名称" in capsys.readouterr().err
    assert not folder.exists()
    (tmp_path / "答案.yaml").write_text(
        answers(duties={"T09": Duty("county", 5)}, people=()).as_yaml(), "utf-8"
    )
    words = ["--answers", str(tmp_path / "答案.yaml"), "--since", str(date.today())]
    assert main([*start, *words, "--pack", str(tmp_path / "首包.zip")]) == 0
    assert "已建立 普兰县卫生健康委员会的数据仓" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "首包.zip") as made:
        assert len([name for name in made.namelist() if name.endswith(".xlsx")]) == 1
    assert main(start) == 2
    assert "已经建好" in capsys.readouterr().err
