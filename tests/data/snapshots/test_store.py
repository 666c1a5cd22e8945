"""Snapshots: nothing is changed in place, nothing half-written is ever seen (design 4)."""

import dataclasses
import errno
import json
import os
import shutil

import polars as pl
import pytest

from data.errors import PublishConflict, SnapshotDamaged, SnapshotMissing, StoreError
from data.filed import overlay
from data.filed.changes import compare
from data.filed.overlay import changed_rows
from data.publish import Publication, publish, rebuild, restore
from data.snapshots.store import Store
from tests.data.small_world import CITY, EAST, MONDAY, figure, open_world, parts, put, rows

V1, V3, V5 = "990101001200", "990101002200", "990102001200"
WEEKLY = ("T04,990100,township,2019-01-01,,1",)


def signed(village, number, period="2020-W51", **more):
    return {"area": village, "period": period, "signed_pop": number, "sign_target_pop": 100, **more}


@pytest.fixture
def world(tmp_path):
    return open_world(tmp_path, obligations=WEEKLY)


@pytest.fixture(params=["with hard links", "without"])
def disk(request, monkeypatch):
    """Disks as offices have them: exFAT and network shares have no hard links."""

    def refuse(*_):
        raise OSError(errno.EPERM, "no hard links here")

    if request.param == "without":
        monkeypatch.setattr(os, "link", refuse)


class TestPublishing:
    def test_each_publish_is_a_new_snapshot_and_the_old_one_stays_as_it_was(self, world):
        store, catalogue = world
        first = put(store, catalogue, rows("T04", signed(V1, 50)))
        before = store.rows(first, "tables", "T04")
        second = put(store, catalogue, rows("T04", signed(V1, 60)))
        assert (first, second) == (1, 2)
        assert store.rows(first, "tables", "T04").equals(before)
        assert store.rows(second, "tables", "T04")["signed_pop"].to_list() == [60]
        assert store.manifest(second).parent == first

    def test_a_file_replaces_its_rows_and_keeps_the_others(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50), signed(V3, 40)))
        put(store, catalogue, rows("T04", signed(V1, 60)))
        kept = store.rows(2, "tables", "T04")
        assert dict(zip(kept["area_code"], kept["signed_pop"], strict=True)) == {V1: 60, V3: 40}

    def test_a_complete_file_takes_the_units_other_rows_away(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 1), signed("990101001201", 2), signed(V3, 3)))
        change = rows("T04", signed(V1, 9))
        change = type(change)("T04", change.rows, frozenset({"990101001"}))
        put(store, catalogue, change)
        assert store.rows(2, "tables", "T04")["area_code"].to_list() == [V1, V3]

    def test_the_manifest_names_hashes_and_rows_of_every_file(self, world):
        store, catalogue = world
        number = put(store, catalogue, rows("T04", signed(V1, 50)))
        path = store.path / "snapshots" / "000001.json"
        text = json.loads(path.read_text("utf-8"))
        assert list(text)[-1] == "sha256"
        assert all(set(entry) == {"path", "sha256", "rows"} for entry in text["files"])
        assert store.verify(number) == []

    def test_the_same_rows_give_the_same_files(self, tmp_path):
        hashes = []
        for name in ("a", "b"):
            store, catalogue = open_world(tmp_path / name, obligations=WEEKLY)
            put(store, catalogue, rows("T04", signed(V1, 50), signed(V3, 40)))
            hashes.append([entry.sha256 for entry in store.manifest(1).files])
        assert hashes[0] == hashes[1]

    @pytest.mark.parametrize("again", ["the same", "corrected", "with rows that are new"])
    def test_many_files_overlaid_at_once_come_to_what_one_by_one_they_would(
        self, tmp_path, monkeypatch, again
    ):
        weeks = ("2020-W48", "2020-W49", "2020-W50")
        figure = 50 if again == "the same" else 60
        new = [signed(V1, figure, week) for week in reversed(weeks)]
        new += [signed(V5, 7, week) for week in ("2020-W49", "2020-W51") if "new" in again]
        files = []
        for at_once in (1, 2, 100):
            monkeypatch.setattr(overlay, "_AT_ONCE", at_once)
            store, catalogue = open_world(tmp_path / str(at_once), obligations=WEEKLY)
            old = [signed(village, 50, week) for week in weeks for village in (V1, V3)]
            put(store, catalogue, rows("T04", *old))
            put(store, catalogue, rows("T04", *new))
            files.append(store.manifest(2).files)
            filed = store.rows(2, "tables", "T04").filter(pl.col("area_code") == V1)
            assert filed["signed_pop"].to_list() == [figure] * 3
        assert files[0] == files[1] == files[2]

    def test_files_of_older_definitions_read_as_empty_where_a_column_came_since(self, world):
        store, _ = world
        old, new = pl.DataFrame({"a": [1]}), pl.DataFrame({"b": [2], "a": [3]})
        paths = [store.path / store.put_frame("tables", frame).path for frame in (old, new)]
        for listed in (paths, [*paths, paths[0]]):
            read = store.read(listed, number=1).select("a", "b").rows()
            assert read == [(1, None), (3, 2), (1, None)][: len(listed)]

    def test_a_network_address_is_refused(self):
        with pytest.raises(StoreError, match="暂不支持"):
            Store("s3://bucket/store")

    def test_an_unwritable_store_is_said_in_one_line(self, tmp_path):
        (tmp_path / "file").write_text("")
        store = Store(tmp_path / "file" / "store")
        _, catalogue = open_world(tmp_path, obligations=WEEKLY)
        with pytest.raises(StoreError, match="写不进去"):
            put(store, catalogue, rows("T04", signed(V1, 50)))


class Killed(BaseException):
    """The process ends here: nothing may catch it."""


class TestKilledAnywhere:
    def test_every_point_of_a_publish_leaves_the_old_state_readable(self, tmp_path):
        store, catalogue = open_world(tmp_path / "origin", obligations=WEEKLY)
        put(store, catalogue, rows("T04", signed(V1, 50)))
        change = rows("T04", signed(V1, 60), signed(V3, 40))
        points = self._walk(store.path, tmp_path / "whole", catalogue, change)
        assert len(points) > 15, points
        for number in range(len(points)):
            place = tmp_path / f"killed{number}"
            shutil.copytree(store.path, place)
            seen = 0

            def kill(name, at=number):
                nonlocal seen
                if seen == at:
                    raise Killed(name)
                seen += 1

            with pytest.raises(Killed):
                put(Store(place, checkpoint=kill), catalogue, change)
            survivor = Store(place)
            newest = survivor.latest() or 0
            is_published = points[number] == "manifest.after"
            assert newest == (2 if is_published else 1), points[number]
            assert [p for n in survivor.numbers() for p in survivor.verify(n)] == []
            value = {1: (50, 100), 2: (100, 200)}[newest]
            assert parts(figure(survivor, "signing_rate", EAST, "2020-W51", "target")) == value
            put(survivor, catalogue, change)
            assert parts(figure(survivor, "signing_rate", EAST, "2020-W51", "target")) == (100, 200)
            assert survivor.verify(survivor.latest() or 0) == []
            for path in survivor.unnamed_files(-1):
                path.unlink()
            assert [p for n in survivor.numbers() for p in survivor.verify(n)] == []
            shutil.rmtree(place)

    def _walk(self, origin, place, catalogue, change):
        shutil.copytree(origin, place)
        points = []
        put(Store(place, checkpoint=points.append), catalogue, change)
        return points


@pytest.mark.usefixtures("disk")
class TestTwoPublishers:
    def publication(self, change, base, who):
        return Publication((change,), base=base, who=who, note="")

    def test_both_land_when_their_rows_do_not_overlap(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        checked = []
        for number, (village, who) in enumerate(((V3, "乙"), (V5, "丙"))):
            publish(
                store,
                self.publication(rows("T04", signed(village, number)), 1, who),
                catalogue,
                now=MONDAY,
                recheck=checked.append,
            )
        assert store.latest() == 3
        assert checked == [2], "the second one is checked again on the new head"
        assert store.rows(3, "tables", "T04").height == 3
        assert parts(figure(store, "signing_rate", CITY, "2020-W51", "target")) == (51, 300)

    def test_the_second_is_refused_by_name_when_they_overlap(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        publish(
            store, self.publication(rows("T04", signed(V1, 60)), 1, "乙"), catalogue, now=MONDAY
        )
        with pytest.raises(PublishConflict) as caught:
            publish(
                store, self.publication(rows("T04", signed(V1, 70)), 1, "丙"), catalogue, now=MONDAY
            )
        assert "乙" in str(caught.value) and V1 in str(caught.value)
        assert store.latest() == 2

    def test_a_number_taken_in_the_last_moment_is_not_overwritten(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        rival = Store(store.path)

        def race(name, done=[]):  # noqa: B006
            if name == "manifest.before" and not done:
                done.append(name)
                put(rival, catalogue, rows("T04", signed(V3, 40)), who="乙")

        put(Store(store.path, checkpoint=race), catalogue, rows("T04", signed(V5, 30)), who="丙")
        assert store.numbers() == [1, 2, 3]
        assert (store.manifest(2).who, store.manifest(3).who) == ("乙", "丙")
        assert store.rows(3, "tables", "T04").height == 3


class TestDamage:
    def test_a_changed_file_is_found_by_its_hash(self, world):
        store, catalogue = world
        number = put(store, catalogue, rows("T04", signed(V1, 50)))
        path = store.files(number, "derived")[0]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        assert any(path.name in problem for problem in store.verify(number))

    def test_a_missing_file_is_named(self, world):
        store, catalogue = world
        number = put(store, catalogue, rows("T04", signed(V1, 50)))
        path = store.files(number, "tables")[0]
        path.unlink()
        assert any(path.name in problem for problem in store.verify(number))
        with pytest.raises(SnapshotDamaged, match="000001 已损坏"):
            store.rows(number, "tables", "T04")

    def test_a_flipped_bit_is_found_by_whoever_reads_or_builds_on_it(self, world):
        store, catalogue = world
        number = put(store, catalogue, rows("T04", signed(V1, 50)))
        path = store.files(number, "tables")[0]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(SnapshotDamaged, match=path.name):
            store.rows(number, "tables", "T04")
        with pytest.raises(SnapshotDamaged, match=path.name):
            put(store, catalogue, rows("T04", signed(V3, 60)))
        assert store.numbers() == [number]

    @pytest.mark.parametrize("content", ["", "{}", "[1]", '{"files": [], "sha256": "x"}', "\x00"])
    def test_a_damaged_manifest_names_the_snapshot(self, world, content):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        (store.path / "snapshots" / "000001.json").write_text(content)
        with pytest.raises(SnapshotDamaged) as caught:
            Store(store.path).manifest(1)
        assert caught.value.number == 1
        assert Store(store.path).verify(1)

    def test_an_edited_manifest_is_not_believed(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        path = store.path / "snapshots" / "000001.json"
        path.write_text(path.read_text("utf-8").replace('"who":"甲"', '"who":"乙"'), "utf-8")
        with pytest.raises(SnapshotDamaged):
            Store(store.path).manifest(1)

    def test_an_unknown_number_says_which_there_are(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        with pytest.raises(SnapshotMissing, match="没有 7 号快照"):
            store.manifest(7)


class TestGoingBack:
    def test_restore_publishes_the_old_tables_under_a_new_number(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        put(store, catalogue, rows("T04", signed(V1, 60)))
        number = restore(store, 1, who="甲", note="", now=MONDAY)
        assert number == 3
        assert store.manifest(3).files == store.manifest(1).files
        assert parts(figure(store, "signing_rate", EAST, "2020-W51", "target")) == (50, 100)

    def test_a_damaged_snapshot_is_not_restored(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        put(store, catalogue, rows("T04", signed(V1, 60)))
        store.files(1, "tables")[0].unlink()
        with pytest.raises(StoreError, match="不能回到快照"):
            restore(store, 1, who="甲", note="", now=MONDAY)

    def test_rebuild_computes_everything_again_under_the_new_definitions(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(store, catalogue, rows("T04", signed(V1, 50, refused_pop=5)))
        text = (
            "indicators:\n  signing_rate:\n    populations:\n      target:\n"
            "        numerator: {from: T04, sum: signed_pop + refused_pop}\n"
        )
        (store.path / "catalogue" / "indicators.yaml").write_text(text, "utf-8")
        from data import catalogue as catalogues

        changed = catalogues.load(store.path)
        number = rebuild(store, changed, who="甲", note="", now=MONDAY, number=1)
        assert parts(figure(store, "signing_rate", EAST, "2020-W51", "target")) == (55, 100)
        assert store.catalogue(1).sha == catalogue.sha
        assert store.catalogue(number).sha == changed.sha

    def test_what_changed_between_two_snapshots_is_told_by_row_and_by_figure(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50), signed(V3, 40)))
        put(store, catalogue, rows("T04", signed(V1, 60), signed(V5, 30)))
        changes = compare(store, 1, 2)
        assert changes.tables.rows() == [("T04 家庭医生签约服务周报表", "2020-W51", 1, 1, 0)]
        moved = changes.figures.filter(pl.col("area") == "试市东县").row(0, named=True)
        assert (moved["before"], moved["after"]) == ("90/200", "100/200")
        assert compare(store, 1, 1).is_empty

    def test_changed_rows_are_found_by_their_natural_key(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        put(store, catalogue, rows("T04", signed(V3, 40)))
        found = changed_rows(store, store.manifest(1), store.manifest(2), catalogue.tables["T04"])
        assert found.rows() == [("2020-W51", V3, "新增")]


class TestGarbage:
    def test_only_files_that_no_manifest_names_are_offered_for_removal(self, world):
        store, catalogue = world
        put(store, catalogue, rows("T04", signed(V1, 50)))
        stray = store.path / "tables" / "T04" / "2020-W51" / "99" / "0123456789ab.parquet"
        stray.write_bytes(b"left behind")
        assert store.unnamed_files(-1) == [stray]
        assert store.unnamed_files(3600) == []
        assert (store.path / "catalogue" / "areas.csv").exists()


class TestTheChain:
    """Three snapshots; each says the hash of the one before, and a number is given once."""

    @pytest.fixture
    def three(self, world):
        store, catalogue = world
        for value in (50, 60, 70):
            put(store, catalogue, rows("T04", signed(V1, value)))
        return Store(store.path), catalogue

    def test_holds(self, three):
        store, _ = three
        assert store.verify_chain() == []
        assert store.manifest(3).parent_sha256 == store.manifest(2).sha256

    def test_a_lost_manifest_is_named_and_what_comes_after_stands(self, three):
        store, catalogue = three
        (store.path / "snapshots" / "000002.json").unlink()
        assert store.lost() == [2]
        assert ["000002" in problem for problem in store.verify_chain()] == [True]
        with pytest.raises(SnapshotDamaged, match="000002 已丢失"):
            store.manifest(2)
        assert put(store, catalogue, rows("T04", signed(V1, 80))) == 4

    @pytest.mark.parametrize("again", ["published", "restored"])
    def test_the_number_of_the_newest_is_not_given_again_when_it_is_lost(self, three, again):
        store, catalogue = three
        (store.path / "snapshots" / "000003.json").unlink()
        assert (store.latest(), store.lost()) == (2, [3])
        if again == "published":
            assert put(store, catalogue, rows("T04", signed(V1, 80))) == 4
        else:
            assert restore(store, 1, who="甲", note="", now=MONDAY) == 4
        assert store.manifest(4).parent == 2
        assert ["000003" in problem for problem in store.verify_chain()] == [True]

    def test_a_manifest_that_was_exchanged_is_named(self, three):
        store, _ = three
        forged = dataclasses.replace(store.manifest(2), note="改过")
        (store.path / "snapshots" / "000002.json").write_text(forged.to_json(), "utf-8")
        (store.path / "snapshots" / "000002.sha256").unlink()
        again = Store(store.path)
        assert again.verify(2) == []  # whole in itself
        assert ["000002" in problem for problem in again.verify_chain()] == [True]

    def test_of_two_who_publish_after_the_same_one_only_one_gets_the_number(self, three):
        store, _ = three
        made = dataclasses.replace(store.manifest(3), **store.place_after(3))
        assert [store.commit(made), Store(store.path).commit(made)] == [True, False]

    def test_a_store_of_before_has_no_chain_and_is_sound(self, three):
        store, _ = three
        for number in (1, 2, 3):
            old = dataclasses.replace(store.manifest(number), parent_sha256="")
            (store.path / "snapshots" / f"{number:06d}.json").write_text(old.to_json(), "utf-8")
            (store.path / "snapshots" / f"{number:06d}.sha256").unlink()
        assert Store(store.path).verify_chain() == []
