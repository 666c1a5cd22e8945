"""What stewards answered to doubtful data: kept for good, the latest word counts.

A doubt is known by its check, unit, table, figure and period; the answer outlives the snapshot.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data import personal
from data.errors import StoreError, UsageError
from data.log.journal import add_line, read_lines

FILE = "answers.jsonl"
KEY = ("check", "unit_code", "table_id", "measure", "period")
_SCHEMA: dict[str, Any] = dict.fromkeys((*KEY, "reason", "who", "time"), pl.String)


@dataclass(frozen=True)
class Doubt:
    """Which doubt is answered: the question's name and the columns that name its row."""

    check: str
    unit_code: str
    table_id: str
    measure: str
    period: str


def add(store: Path, doubt: Doubt, *, reason: str, who: str, now: datetime) -> None:
    """Keep an answer.

    raises UsageError for an empty one or one with a person's number in it, StoreError when the
    store cannot be written.
    """
    if not reason.strip():
        raise UsageError("还没有写理由。请写明核实的结果再保存。")
    if personal.has_id_number(reason) or personal.has_mobile(reason):
        raise UsageError("理由里有身份证号或手机号，没有保存。请删去后再保存。")
    line = asdict(doubt) | {
        "reason": " ".join(reason.split()),
        "who": who,
        "time": now.isoformat(timespec="seconds"),
    }
    if not add_line(store / FILE, json.dumps(line, ensure_ascii=False) + "\n"):
        raise StoreError(f"数据仓 {store} 写不进去，理由没有保存。请检查磁盘空间和文件夹权限。")


def latest(store: Path) -> pl.DataFrame:
    """The answer in force of each doubt: the columns of KEY, reason, who, time; all text."""
    lines = [
        {name: str(line.get(name) or "") for name in _SCHEMA} for line in read_lines(store / FILE)
    ]
    return pl.DataFrame(lines, schema=_SCHEMA).unique(KEY, keep="last", maintain_order=True)
