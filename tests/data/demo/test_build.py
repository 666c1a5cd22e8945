"""The demo as a snapshot: checked like anybody's file, within its bounds, and marked as demo."""

from dataclasses import replace

import pytest

from data.__main__ import main
from data.demo.build import NOTE, build
from data.errors import StoreError
from data.snapshots.store import Store


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A small demo: the one city of three counties."""
    path = tmp_path_factory.mktemp("demo") / "store"
    steps = []
    assert build(path, ["150300"], progress=lambda share, words: steps.append((share, words))) == 1
    return Store(path), steps


def test_it_is_one_snapshot_that_says_what_it_is(demo):
    manifest = demo[0].manifest(1)
    assert manifest.demo and manifest.kind == "demo"
    assert "演示数据" in manifest.note and manifest.note == NOTE
    assert sorted(manifest.domain) == sorted(demo[0].catalogue(1).tables)


def test_the_builder_says_how_far_it_is(demo):
    shares = [share for share, _ in demo[1]]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1
    assert all(words for _, words in demo[1])


def test_the_same_demo_comes_out_byte_for_byte(demo, tmp_path):
    build(tmp_path / "again", ["150300"])
    again = Store(tmp_path / "again").manifest(1)
    assert [file.sha256 for file in again.files] == [
        file.sha256 for file in demo[0].manifest(1).files
    ]


def test_five_such_cities_stay_within_the_bounds_of_files_and_manifest(demo):
    manifest = demo[0].manifest(1)
    assert 5 * len(manifest.files) <= 2000
    five = replace(manifest, files=manifest.files * 5)
    assert len(five.to_json().encode("utf-8")) <= 300_000


def test_a_store_that_holds_data_is_never_overwritten(demo):
    with pytest.raises(StoreError, match="已有快照"):
        build(demo[0].path)


def test_adding_to_a_demo_keeps_it_a_demo(demo, capsys):
    assert main(["--store", str(demo[0].path), "rebuild"]) == 0
    assert demo[0].manifest(2).demo


def test_sample_workbooks_are_written_for_practice(tmp_path, capsys):
    assert main(["demo", "--samples", str(tmp_path / "样表")]) == 0
    assert len(list((tmp_path / "样表").iterdir())) >= 6
