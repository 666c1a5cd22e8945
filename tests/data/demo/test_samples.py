"""The sample workbooks: what is said to be wrong is found in that very cell."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.demo.clock import FOLDER
from data.demo.samples import LIST_NAME, SAMPLES, samples
from data.findings import ERROR, EXPLAIN
from data.intake.check import checking
from data.snapshots.store import Store

NOW = datetime(2021, 1, 4, 9, 0, tzinfo=UTC)
# These need the weeks before, which an empty store does not have.
BY_HISTORY = ("本年累计比",)
IN_ORDER = [name for name in SAMPLES if "有错" not in name and "个人信息" not in name]
SPOILED = [name for name in SAMPLES if name not in IN_ORDER]


@pytest.fixture(scope="module")
def folder(demo_catalogue, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("samples") / "new"
    samples(target, demo_catalogue)
    return target


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    place = tmp_path_factory.mktemp("store")
    shutil.copytree(FOLDER / "catalogue", place / "catalogue")
    return Store(place)


def listed(folder: Path) -> dict[str, list[tuple[str, str]]]:
    out: dict[str, list[tuple[str, str]]] = {}
    for line in (folder / LIST_NAME).read_text(encoding="utf-8-sig").splitlines():
        if line.startswith("【"):
            out[line.strip("【】")] = []
        elif found := re.match(r"  ([A-Z]+\d+)  (.+)", line):
            out[list(out)[-1]].append((found[1], found[2]))
    return out


def test_the_list_names_every_file(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted([*SAMPLES, LIST_NAME])
    assert list(listed(folder)) == list(SAMPLES)


def test_writing_again_gives_the_same_files(folder, demo_catalogue, tmp_path):
    samples(tmp_path, demo_catalogue)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


@pytest.mark.parametrize("name", IN_ORDER)
def test_files_in_order_can_be_imported(folder, store, name):
    checked = checking.check(store, [folder / name], now=NOW)
    assert [f for f in checked.findings if f.severity in (ERROR, EXPLAIN)] == []
    assert checked.rows


@pytest.mark.parametrize("name", SPOILED)
def test_mistakes_are_found_where_they_are(folder, store, name):
    checked = checking.check(store, [folder / name], now=NOW)
    found = {finding.cell for finding in checked.findings}
    for cell, words in listed(folder)[name]:
        if not words.startswith(BY_HISTORY):
            assert cell in found or f"A{cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" in found, words
    assert any(finding.severity == ERROR for finding in checked.findings)
