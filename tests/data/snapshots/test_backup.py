"""A store that is lost comes back from its backup, equal in all that counts."""

import shutil
from datetime import timedelta

import pytest

from data import answers
from data.__main__ import main
from data.answers import Doubt
from data.errors import StoreError
from data.log import journal
from data.snapshots import backup
from data.snapshots.store import Store
from tests.data.small_world import EAST, MONDAY, figure, open_world, parts, put, rows

V1 = "990101001200"
WEEKLY = ("T04,990100,township,2019-01-01,,1",)


def signed(number):
    return rows(
        "T04",
        {"area": V1, "period": "2020-W51", "signed_pop": number, "sign_target_pop": 100},
    )


def silent(share, words):
    pass


@pytest.fixture
def world(tmp_path):
    store, catalogue = open_world(tmp_path, obligations=WEEKLY)
    put(store, catalogue, signed(50))
    put(store, catalogue, signed(60))
    journal.append(store.path, now=MONDAY, who="甲", ip="", action="publish", what="2 号")
    answers.add(
        store.path, Doubt("copied", "990101", "T04", "", ""), reason="核实过", who="甲", now=MONDAY
    )
    (store.path / "settings.yaml").write_text("time_limit: 30\n", "utf-8")
    (store.path / "settings.yaml").chmod(0o600)
    return store, catalogue


@pytest.fixture
def target(tmp_path):
    return tmp_path / "elsewhere" / "backup"


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_store_that_is_lost_comes_back_equal(world, target, capsys):
    store, catalogue = world
    before = {number: store.manifest(number) for number in store.numbers()}
    said = answers.latest(store.path)
    assert main(["--store", str(store.path), "backup", str(target)]) == 0
    shutil.rmtree(store.path)
    assert main(["--store", str(store.path), "restore-from", str(target)]) == 0
    back = Store(store.path)
    assert {number: back.manifest(number) for number in back.numbers()} == before
    assert main(["--store", str(store.path), "verify"]) == 0
    assert parts(figure(back, "signing_rate", EAST, "2020-W51", "target")) == (60, 100)
    assert answers.latest(back.path).equals(said)
    assert (back.path / "settings.yaml").read_text("utf-8") == "time_limit: 30\n"
    assert (back.path / "settings.yaml").stat().st_mode & 0o777 == 0o600
    assert journal.read(back.path)[0]["what"] == "2 号"
    assert put(back, catalogue, signed(70)) == 3


def test_the_second_time_only_what_is_new_is_copied(world, target):
    store, catalogue = world
    first = backup.backup(store, target, progress=silent)
    put(store, catalogue, signed(70))
    again = backup.backup(store, target, progress=silent)
    assert 0 < again.files < first.files
    assert Store(target).verify(3) == []


def test_one_that_was_broken_off_holds_whole_snapshots_and_goes_on(world, target, monkeypatch):
    store, _ = world
    copied, copy = [], shutil.copyfile

    def fail_later(source, to):
        copied.append(source)
        if len(copied) > len(store.manifest(1).files) + 3:
            raise OSError(28, "full")
        return copy(source, to)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", fail_later)
        with pytest.raises(StoreError, match="磁盘已满"):
            backup.backup(store, target, progress=silent)
    assert Store(target).numbers() == [1]
    assert Store(target).verify(1) == []
    assert backup.backup(store, target, progress=silent).problems == ()
    assert Store(target).numbers() == [1, 2]
    assert not list(target.rglob(".*.tmp"))


def test_a_damaged_snapshot_is_named_and_not_copied(world, target):
    store, _ = world
    path = next(iter(set(store.files(2)) - set(store.files(1))))
    flip(path)
    made = backup.backup(store, target, progress=silent)
    assert [path.name in problem for problem in made.problems] == [True]
    assert Store(target).numbers() == [1]


def test_what_is_lost_or_damaged_is_mended_and_what_is_there_stays(world, target):
    store, catalogue = world
    backup.backup(store, target, progress=silent)
    put(store, catalogue, signed(70))
    (store.path / "snapshots" / "000001.json").unlink()
    flip(store.files(2, "derived")[0])
    (store.path / "settings.yaml").write_text("time_limit: 40\n", "utf-8")
    assert backup.restore_from(target, store, progress=silent).problems == ()
    back = Store(store.path)
    assert back.numbers() == [1, 2, 3]
    assert [problem for number in (1, 2, 3) for problem in back.verify(number)] == []
    assert (store.path / "settings.yaml").read_text("utf-8") == "time_limit: 40\n"


def test_a_log_that_was_begun_since_stays_alone_and_whole(world, target):
    store, _ = world
    backup.backup(store, target, progress=silent)
    shutil.rmtree(store.path)
    later = MONDAY + timedelta(days=400)
    journal.append(store.path, now=later, who="乙", ip="", action="command", what="begun anew")
    backup.restore_from(target, store, progress=silent)
    assert [line["what"] for line in journal.read(store.path)] == ["begun anew"]
    assert journal.verify(store.path).problem == ""


def test_another_stores_backup_is_never_mixed_in(world, target, tmp_path):
    store, _ = world
    other, catalogue = open_world(tmp_path / "other", obligations=WEEKLY)
    put(other, catalogue, signed(1))
    backup.backup(other, target, progress=silent)
    with pytest.raises(StoreError, match="另一个数据仓"):
        backup.backup(store, target, progress=silent)
    with pytest.raises(StoreError, match="另一个数据仓"):
        backup.restore_from(target, store, progress=silent)


def test_an_empty_folder_is_no_backup(world, tmp_path):
    store, _ = world
    with pytest.raises(StoreError, match="没有备份"):
        backup.restore_from(tmp_path / "none", store, progress=silent)
