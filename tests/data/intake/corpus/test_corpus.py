"""Every workbook of the corpus: exactly the findings and exactly the figures expected."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from data.intake.check import checking
from data.snapshots.store import Store
from tests.data.intake.build import small_catalogue
from tests.data.intake.corpus.around import around
from tests.data.intake.corpus.contents import contents
from tests.data.intake.corpus.files import files
from tests.data.intake.corpus.layouts import layouts
from tests.data.intake.corpus.producers import producers

NOW = datetime(2023, 12, 10, 9, tzinfo=UTC)
CASES = [*around.cases, *layouts.cases, *contents.cases, *files.cases, *producers.cases]
KEYS = {"T05": ("area_code", "disease_code"), "T07": ("clinic_code",)}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    return Store(folder / "store"), small_catalogue(folder)


@pytest.fixture
def read(world, monkeypatch):
    """Check one file; the definitions are loaded once for all of them."""
    store, catalogue = world
    monkeypatch.setattr(checking.catalogues, "load", lambda path: catalogue)
    return lambda path: checking.check(store, [path], now=NOW)


def figures(checked) -> dict[tuple[str, str, str], dict[str, Any]]:
    """(table, period, key) → row."""
    found = {}
    for table, rows in checked.rows.items():
        for row in rows.to_dicts():
            key = " ".join(str(row[name]) for name in KEYS.get(table, ("area_code",)))
            found[table, row["period"], key] = row
    return found


def plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal | int) and value is not True else value


def test_the_corpus_is_as_large_as_promised():
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_workbook_as_it_is_sent(read, tmp_path, case):
    checked = read(case.write(tmp_path))
    found = Counter((f.severity, f.rule, f.sheet, f.cell) for f in checked.findings)
    lines = [f.line() for f in checked.findings]
    assert set(found) == case.findings, lines
    assert all(f.file and f.found and f.expected and f.action for f in checked.findings), lines
    rows = figures(checked)
    for key, wanted in case.figures.items():
        assert key in rows, (key, sorted(rows))
        told = {name: plain(rows[key][name]) for name in wanted}
        assert told == {name: plain(value) for name, value in wanted.items()}, key
    assert sum(frame.height for frame in checked.rows.values()) == case.rows
