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
    assert "411403 商丘市睢阳区:乡级 19 个,村级 356 个。" in said
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
    assert "其中 375 个数据仓里已有,不动" in said and said.endswith("区划登记没有变化。\n")
    assert (store.path / "catalogue" / "areas.csv").read_bytes() == before


def test_what_the_store_says_of_an_area_stays(store, capsys):
    (store.path / "catalogue").mkdir(parents=True)
    renamed = "411403001,新名街道,township,411403,,2024-01-01,,"
    (store.path / "catalogue" / "areas.csv").write_text(f"{HEADER}\n{renamed}\n", "utf-8")
    assert run(store, "add", "411403") == 0
    assert "1 个名称与名录不同,如 411403001 新名街道(名录作" in capsys.readouterr().out
    assert own(store).row(0)[1] == "新名街道"


def test_one_wrong_county_among_several_takes_none(store, capsys):
    assert run(store, "add", "411403", "睢州区") == 2
    assert "没有县或市「睢州区」" in capsys.readouterr().err
    assert not (store.path / "catalogue").exists()
