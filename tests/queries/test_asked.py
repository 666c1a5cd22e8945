"""Readings that no snapshot brings along are worked out when somebody asks, and are the same."""

import dataclasses
import shutil

import pytest
from polars.testing import assert_frame_equal

from data.snapshots.manifest import sorted_files
from queries.engine import Engine
from tests.data.small_world import CITY, EAST, open_world, put, rows
from tests.queries import tiny_store as tiny

WEEKLY = ("T04,990100,township,2019-01-01,,1",)
ASKED = {"parent": CITY, "level": "county", "period": "2020-W50"}


@pytest.fixture
def store(tmp_path):
    """Snapshot 1 brings its readings along; snapshot 2 is the same without them."""
    store, catalogue = open_world(tmp_path, obligations=WEEKLY)
    filed = [
        {"area": village, "period": week, "sign_target_pop": 50, "signed_pop": 20 + n}
        for n, week in enumerate(("2020-W48", "2020-W49", "2020-W50"))
        for village in ("990101001200", "990101002200", "990102001200")
    ]
    put(store, catalogue, rows("T04", *filed))
    manifest = store.manifest(1)
    bare = [entry for entry in manifest.files if entry.parts[0] != "readings"]
    store.commit(dataclasses.replace(manifest, number=2, parent=1, files=sorted_files(bare)))
    return store


def asked_files(store) -> list[str]:
    return sorted(path.stem for path in (store.path / "asked").rglob("*.parquet"))


def test_they_are_the_readings_that_a_snapshot_brings_along(store):
    engine = Engine(store)
    for name in ("indicator_matrix", "attention"):
        brought, worked_out = (engine.run(name, ASKED, snapshot=number) for number in (1, 2))
        shared = [column for column in brought.columns if column != "snapshot"]
        assert brought.height
        assert_frame_equal(brought.select(shared), worked_out.select(shared))
    assert asked_files(store) == [CITY]  # of the second one


def test_an_older_period_is_worked_out_once_and_may_be_forgotten(store):
    engine = Engine(store)
    older = ASKED | {"period": "2020-W49"}
    first = engine.run("indicator_matrix", older, snapshot=1)
    (path,) = (store.path / "asked").rglob("*.parquet")
    written = path.stat().st_ino
    assert_frame_equal(engine.run("indicator_matrix", older, snapshot=1), first)
    assert path.stat().st_ino == written
    shutil.rmtree(store.path / "asked")
    assert_frame_equal(engine.run("indicator_matrix", older, snapshot=1), first)


def test_one_that_is_no_longer_what_was_written_is_worked_out_anew(store):
    older = ASKED | {"period": "2020-W49"}
    first = Engine(store).run("indicator_matrix", older, snapshot=1)
    (path,) = (store.path / "asked").rglob("*.parquet")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert_frame_equal(Engine(store).run("indicator_matrix", older, snapshot=1), first)


def test_townships_of_a_city_and_villages_of_a_township_are_worked_out_by_their_judge(store):
    engine = Engine(store)
    of = {"indicator": "signing_rate", "population": "target", "period": "2020-W50"}
    townships = engine.run("indicator_ranking", of | {"parent": CITY, "level": "township"}, 1)
    assert set(townships["area_code"]) > {"990101001", "990101002"}
    villages = engine.run("indicator_ranking", of | {"parent": "990101001", "level": "village"}, 1)
    assert 44.0 in villages["printed"].to_list()
    own = engine.run("indicator_value", of | {"area": "990101001200"}, 1)
    assert own["printed"].to_list() == [44.0]


def test_an_area_without_any_value_has_readings_too(store):
    engine = Engine(store)
    answer = engine.run(
        "indicator_value",
        {"indicator": "signing_rate", "area": "990102002", "period": "2020-W50"},
    )
    assert answer["state"].to_list() == ["未报"]


def test_an_area_is_not_judged_by_what_it_does_not_lie_in(tmp_path):
    engine = Engine(tiny.store(tmp_path, [tiny.value(tiny.EAST, "2020-W51", 90)]))
    params = {"indicator": "signing_rate", "area": tiny.EAST, "period": "2020-W51"}
    assert engine.run("indicator_value", params | {"parent": tiny.CITY}).height == 1
    with pytest.raises(Exception, match="不在 991103 之内"):
        engine.run("indicator_value", params | {"parent": tiny.WEST})


def test_others_see_no_file_that_was_worked_out_for_a_narrower_scope(store):
    from queries.scope import Scope

    engine = Engine(store)
    engine.run("indicator_matrix", ASKED, snapshot=2, scope=Scope(EAST))
    ours = engine.run("indicator_matrix", ASKED, snapshot=2)
    assert_frame_equal(ours, Engine(store).run("indicator_matrix", ASKED, snapshot=2))
    assert ours["printed"].drop_nulls().len() > 0


def test_a_store_that_may_only_be_read_answers_all_the_same(store, monkeypatch):
    older = ASKED | {"period": "2020-W49"}
    expected = Engine(store).run("indicator_matrix", older, snapshot=1)
    shutil.rmtree(store.path / "asked")
    monkeypatch.setattr("os.access", lambda *given: False)
    engine = Engine(store)
    assert_frame_equal(engine.run("indicator_matrix", older, snapshot=1), expected)
    assert asked_files(store) == []
    engine.close()
