"""Publishes while others read: a process of its own, ended by who started it."""

import time
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data.console import now
from data.filed.rows import Change
from data.periods import Period
from data.publish import Publication, publish
from data.snapshots.store import Store

TABLE = "T04"


def publish_weeks(path: Path, times: int, seconds: int) -> None:
    """Publish one county's newest week again and again with other figures."""
    store = Store(path)
    number = store.latest() or 0
    newest = max(Period.parse(last) for _, last in store.manifest(number).domain[TABLE].values())
    rows = store.rows(number, "tables", TABLE, newest.text)
    counties = rows["county_code"].unique().sort().to_list()
    catalogue = catalogues.load(path)
    begun = time.monotonic()
    for turn in range(times):
        time.sleep(max(0.0, begun + turn * seconds / times - time.monotonic()))
        own = rows.filter(pl.col("county_code") == counties[turn % len(counties)]).with_columns(
            followups_week=pl.col("followups_week") + turn + 1,
            signed_pop=pl.max_horizontal(pl.col("signed_pop") - turn - 1, 0),
        )
        told = Publication((Change(TABLE, own),), store.latest(), "负载", f"第{turn + 1}次")
        publish(store, told, catalogue, now=now())
