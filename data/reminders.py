"""Who was reminded of which report, when and by whom: a count, kept beside the snapshots.

One line per reminder with all the units it named; nothing is sent by it.
"""

import json
from datetime import datetime
from pathlib import Path

import polars as pl

from data.errors import StoreError
from data.log.journal import add_line, read_lines

FILE = "reminders.jsonl"
KEY = ("table_id", "period", "unit_code")
_LINE = {"time": pl.String, "who": pl.String, "units": pl.List(pl.List(pl.String))}


def add(store: Path, reminded: pl.DataFrame, *, who: str, now: datetime) -> None:
    """Keep that these reports were asked for.

    reminded  Has the columns of KEY; one row per report that is owed.
    raises    StoreError when the store cannot be written.
    """
    line = {
        "time": now.isoformat(timespec="seconds"),
        "who": who,
        "units": [list(row) for row in reminded.select(KEY).rows()],
    }
    if not add_line(store / FILE, json.dumps(line, ensure_ascii=False) + "\n"):
        raise StoreError(f"数据仓 {store} 写不进去，催报没有记下。请检查磁盘空间和文件夹权限。")


def counted(store: Path) -> pl.DataFrame:
    """How often each report was asked for: the columns of KEY, reminded (times), last_time (text),
    last_who.
    """
    lines = [{name: line.get(name) for name in _LINE} for line in read_lines(store / FILE)]
    return (
        pl.DataFrame(lines, schema=_LINE)
        .explode("units")
        .drop_nulls("units")
        .with_columns(pl.col("units").list.get(place).alias(name) for place, name in enumerate(KEY))
        .group_by(KEY, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("reminded"),
            pl.col("time").last().alias("last_time"),
            pl.col("who").last().alias("last_who"),
        )
    )
