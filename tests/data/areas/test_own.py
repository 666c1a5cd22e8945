"""A county's townships and villages come out of the national register into the store's own."""

import json

import pytest

from data.__main__ import main
from data.catalogue import areas as register
from data.snapshots.store import Store

HEADER = ",".join(register.COLUMNS)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def run(store, *words):
    return main(["--store", str(store.path), "areas", *words])


def own(store):
    return register.read(store.path / "catalogue" / "areas.csv", "areas.csv")


def test_a_county_is_taken_and_told_and_logged(store, capsys):
    assert run(store, "add", "411403", "411402") == 0
    said = capsys.readouterr().out
    assert "411403 商丘市睢阳区：乡级 19 个，村级 356 个。" in said
    assert "截至 2023-06-30" in said and "修改 0 个" in said
    assert set(own(store)["area_code"].str.head(6)) == {"411403", "411402"}
    text = (store.path / "catalogue" / "areas.csv").read_text("utf-8")
    assert text.startswith(HEADER + "\n") and '""' not in text
    (log,) = (store.path / "log").glob("*.jsonl")
    assert json.loads(log.read_text("utf-8"))["what"].endswith("areas add 411403 411402")


def test_taking_it_again_changes_nothing_and_says_so(store, capsys):
    run(store, "add", "411403")
    before = (store.path / "catalogue" / "areas.csv").read_bytes()
    assert run(store, "add", "411403") == 0
    said = capsys.readouterr().out
    assert "其中 375 个数据仓里已有，不动" in said and said.endswith("区划登记没有变化。\n")
    assert (store.path / "catalogue" / "areas.csv").read_bytes() == before


def test_what_the_store_says_of_an_area_stays(store, capsys):
    (store.path / "catalogue").mkdir(parents=True)
    renamed = "411403001,新名街道,township,411403,,2024-01-01,,"
    (store.path / "catalogue" / "areas.csv").write_text(f"{HEADER}\n{renamed}\n", "utf-8")
    assert run(store, "add", "411403") == 0
    assert "1 个名称与名录不同，如 411403001 新名街道（名录作" in capsys.readouterr().out
    assert own(store).row(0)[1] == "新名街道"


def test_one_wrong_county_among_several_takes_none(store, capsys):
    assert run(store, "add", "411403", "睢州区") == 2
    assert "没有县或市「睢州区」" in capsys.readouterr().err
    assert not (store.path / "catalogue").exists()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("540422", "540422 米林县只到 2022 年，现在是 540481 米林市。请写 540481。"),
        ("340104", "340104 到 2001 年是西市区，2002 年起是蜀山区。要蜀山区，请写名称"),
        ("卢湾区", "310103 卢湾区只到 2010 年，归到哪里名单上没有写；同一市当时还有 310101 黄浦区"),
    ],
)
def test_a_county_of_the_past_is_asked_about(store, capsys, asked, told):
    assert run(store, "add", asked) == 2
    assert told in capsys.readouterr().err
    assert not (store.path / "catalogue").exists()


def test_a_code_that_was_used_twice_is_taken_with_its_year(store, capsys):
    assert run(store, "add", "340104", "--year", "2001") == 2
    assert "归到哪里名单上没有写" in capsys.readouterr().err
    assert run(store, "add", "340104", "--year", "2020") == 0
    assert "340104 合肥市蜀山区" in capsys.readouterr().out


def test_a_county_set_up_after_the_register_is_registered_by_itself(store, capsys):
    assert run(store, "add", "653228") == 0
    assert "653228 和康县是名录以后新设的，只登记了县" in capsys.readouterr().out
    county = ("653228", "和康县", "county", "653200", "", "2024-12-31", "", "")
    assert own(store).select(register.COLUMNS).rows() == [county]
    assert run(store, "add", "和康县") == 0
    assert "区划登记没有变化" in capsys.readouterr().out
