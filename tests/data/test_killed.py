"""A publisher killed at any moment leaves the last whole state, and the next one goes on."""

import contextlib
import itertools
import multiprocessing
import os
import random
import time
from datetime import timedelta

import pytest

from data.errors import StoreError
from data.log import journal
from data.people import accounts
from data.publish import Publication, publish
from data.snapshots.store import Store
from tests.data import publisher
from tests.data.small_world import EAST, MONDAY, figure, open_world, parts

# A thousand once in a while, by hand; of two, each falls on two processes at once.
KILLS = int(os.environ.get("HPA_KILLS", "16"))
KILLS_OF_TWO = int(os.environ.get("HPA_KILLS", "8"))
SEED = 20201221


@pytest.fixture(scope="module")
def spawn():
    """Start publishers as forks of a clean process that has the libraries loaded already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.data.publisher"])

    def start(folder, pauses, target=publisher.publish_on):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=target, args=(folder, theirs, pauses))
        process.start()
        theirs.close()
        return process, ours

    return start


def whole(store):
    """The value that both villages of the newest snapshot hold; it fails when they differ."""
    number = store.latest()
    found = store.rows(number, "tables", "T04")["signed_pop"].unique().to_list()
    assert len(found) == 1, "half a publish is visible"
    assert parts(figure(store, "signing_rate", EAST, "2020-W51", "target")) == (
        found[0] * 2,
        20_000,
    )
    return found[0]


def how_long(folder, spawn):
    """How long a publish takes here and now, from one to the next; that publisher is killed too."""
    process, ears = spawn(folder, None)
    for expected in ("ready", 1):
        assert ears.poll(60) and ears.recv() == expected
    start = time.monotonic()
    assert ears.poll(60) and ears.recv() == 2
    process.kill()
    process.join(30)
    return time.monotonic() - start


def test_kills_at_random_moments_lose_and_halve_nothing(tmp_path, spawn):
    folder, rng = tmp_path / "store", random.Random(SEED)
    open_world(tmp_path)
    told, killed_busy = 0, 0
    took = how_long(folder, spawn)
    for kill in range(KILLS):
        process, ears = spawn(folder, kill if kill % 2 else None)
        assert ears.poll(60) and ears.recv() == "ready"
        time.sleep(rng.random() * 1.5 * took)
        process.kill()
        process.join(30)
        try:
            while ears.poll(0):
                told = max(told, ears.recv())
        except EOFError:
            pass
        survivor = Store(folder)
        newest = survivor.latest() or 0
        # What was told is there; at most the one being told when the kill came is there besides.
        assert told <= newest <= told + 1 or not kill
        told = newest
        killed_busy += bool(survivor.unnamed_files(-1))
        if newest:
            assert survivor.verify(newest) == []
            assert whole(survivor) == newest
    assert killed_busy > KILLS // 4, "hardly a kill fell into a publish"
    survivor = Store(folder)
    assert survivor.numbers() == list(range(1, told + 1))
    for path in survivor.unnamed_files(-1):
        path.unlink()
    assert [problem for n in survivor.numbers()[-5:] for problem in survivor.verify(n)] == []
    catalogue = survivor.catalogue(told)
    again = Publication((publisher.change(told + 1),), base=told, who="乙", note="")
    assert publish(survivor, again, catalogue, now=MONDAY) == told + 1
    assert whole(survivor) == told + 1


def test_a_reader_beside_a_publish_sees_the_old_state_at_every_point(tmp_path):
    """Readers hold no lock: at each point of a publish they read at once what was there before."""
    _, catalogue = open_world(tmp_path)
    folder = tmp_path / "store"
    publish(
        Store(folder),
        Publication((publisher.change(1),), base=None, who="甲", note=""),
        catalogue,
        now=MONDAY,
    )
    seen = []

    def read(name):
        reader = Store(folder)
        expected = 2 if name == "manifest.after" else 1
        seen.append((name, reader.latest() == expected and whole(reader) == expected))

    writer = Store(folder, checkpoint=read)
    publish(
        writer,
        Publication((publisher.change(2),), base=1, who="甲", note=""),
        catalogue,
        now=MONDAY,
    )
    assert len(seen) > 15
    assert [name for name, is_right in seen if not is_right] == []


def test_two_who_publish_rebuild_restore_clear_and_log_are_killed_and_leave_a_whole_store(
    tmp_path, spawn
):
    folder, rng = tmp_path / "store", random.Random(SEED)
    open_world(tmp_path)
    took = how_long(folder, spawn)
    for kill in range(KILLS_OF_TWO):
        pair = [spawn(folder, kill * 2 + n, publisher.do_everything_on) for n in (0, 1)]
        for _, ears in pair:
            assert ears.poll(60) and ears.recv() == "ready"
        time.sleep(rng.random() * 4 * took)
        told = []
        for process, ears in pair:
            process.kill()
            process.join(30)
            with contextlib.suppress(EOFError):
                while ears.poll(0):
                    told.append(ears.recv())
        survivor = Store(folder)
        newest = survivor.latest() or 0
        assert len(told) == len(set(told)), "a number was given twice"
        assert max(told, default=0) <= newest
        assert survivor.numbers() == list(range(1, newest + 1))
        assert survivor.verify_chain() == []
        assert journal.verify(folder).problem == ""
        for number in range(max(1, newest - 5), newest + 1):
            assert survivor.verify(number) == []
        if newest:
            whole(survivor)
    assert (survivor.latest() or 0) > 2, "no deed was whole before its kill"
    survivor.clear(0)
    assert [each for n in survivor.numbers() for each in survivor.verify(n)] == []


def test_two_who_change_accounts_and_log_it_are_killed_and_lose_and_halve_nothing(tmp_path, spawn):
    folder, rng = tmp_path / "store", random.Random(SEED)
    pairs = (["赵", "钱"], ["孙", "李"])
    for name in itertools.chain(*pairs):
        accounts.add(folder, name, role="分析")
    changed = 0
    for _ in range(KILLS_OF_TWO):
        running = [spawn(folder, names, publisher.change_accounts_on) for names in pairs]
        for _, ears in running:
            assert ears.poll(60) and ears.recv() == "ready"
        time.sleep(rng.random() * 0.1)
        for process, ears in running:
            process.kill()
            process.join(30)
            told = []
            with contextlib.suppress(EOFError):
                while ears.poll(0):
                    told.append(ears.recv())
            changed += len(told)
            if told:  # each changes its own, one after the other: the last is still as it was told
                name, mark = told[-1]
                assert accounts.every(folder)[name].mark == mark
        assert set(accounts.every(folder)) == {*pairs[0], *pairs[1]}
        assert journal.verify(folder).problem == ""
    accounts.reset(folder, "赵")
    left = {path.name for path in folder.iterdir() if path.is_file()}
    assert left == {accounts.FILE_NAME, f"{accounts.FILE_NAME}.lock"}
    assert changed


def test_what_is_cleared_beside_a_publish_is_never_what_it_is_about_to_name(tmp_path):
    """Whatever the clock says of the files' age."""
    _, catalogue = open_world(tmp_path)
    folder = tmp_path / "store"
    refused = []

    def clear(name):
        with pytest.raises(StoreError, match="正有人在发布"):
            Store(folder).clear(-10)
        refused.append(name)

    writer = Store(folder, checkpoint=clear)
    made = publish(
        writer,
        Publication((publisher.change(1),), base=None, who="甲", note=""),
        catalogue,
        now=MONDAY,
    )
    assert len(refused) > 15
    assert Store(folder).verify(made) == []
    assert Store(folder).clear(-10) == []


def test_a_clock_that_was_set_back_makes_the_newest_no_older(tmp_path):
    store, catalogue = open_world(tmp_path)
    for number, now in ((1, MONDAY), (2, MONDAY - timedelta(days=400))):
        again = Publication((publisher.change(number),), base=store.latest(), who="甲", note="")
        assert publish(store, again, catalogue, now=now) == number
    assert whole(store) == 2
    assert store.verify_chain() == []


def test_what_a_lost_snapshot_may_need_is_not_cleared(tmp_path):
    store, catalogue = open_world(tmp_path)
    for number in (1, 2):
        again = Publication((publisher.change(number),), base=store.latest(), who="甲", note="")
        publish(store, again, catalogue, now=MONDAY)
    lost = store.path / "snapshots" / "000001.json"
    kept = lost.rename(lost.with_name("kept"))
    with pytest.raises(StoreError, match="000001 已丢失"):
        Store(store.path).clear(-10)
    kept.rename(lost)
    assert Store(store.path).verify(1) == []
