"""Reminders: how often each report was asked for, and by whom last."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from data import reminders
from data.errors import StoreError

NOW = datetime.fromisoformat("2020-12-21T09:00:00+08:00")


def owed(*units):
    rows = [("T04", "2020-W51", unit) for unit in units]
    return pl.DataFrame(rows, schema=reminders.KEY, orient="row")


def test_each_reminder_counts_for_the_units_it_named(tmp_path):
    reminders.add(tmp_path, owed("991102001", "991102002"), who="王", now=NOW)
    reminders.add(tmp_path, owed("991102002"), who="李", now=NOW + timedelta(hours=8))
    found = reminders.counted(tmp_path)
    assert found.select("unit_code", "reminded", "last_who", "last_time").rows() == [
        ("991102001", 1, "王", "2020-12-21T09:00:00+08:00"),
        ("991102002", 2, "李", "2020-12-21T17:00:00+08:00"),
    ]


def test_a_store_without_reminders_has_none(tmp_path):
    assert reminders.counted(tmp_path).is_empty()


def test_a_store_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match="没有记下"):
        reminders.add(tmp_path / "store", owed("991102001"), who="王", now=NOW)
