"""What people wrote into a briefing: every change with who and when; undoing adds a line too.

Changes belong to an area, a period and to what the writer could see: a text that was written over
figures that others see masked is not shown to them.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from data import personal
from data.errors import StoreError, UsageError
from data.log.journal import add_line, read_lines
from data.periods import Period

FILE = "briefings.jsonl"
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Paper:
    """Which briefing: area, period, and whether small sensitive figures are masked in it."""

    area: str
    period: str
    masked: bool = False


@dataclass(frozen=True)
class Written:
    """One changed sentence: its key, what the rules wrote, what stands now, who and when.

    text  The original again takes a change back.
    """

    key: str
    original: str
    text: str
    who: str
    time: str


def write(store: Path, paper: Paper, change: Written) -> None:
    """Keep a change.

    raises UsageError for a text with a person's number in it, StoreError when the store cannot be
    written.
    """
    if personal.has_id_number(change.text) or personal.has_mobile(change.text):
        raise UsageError("文字里有身份证号或手机号，没有保存。请删去后再保存。")
    _add(store, paper, asdict(change))


def undo(store: Path, paper: Paper, *, who: str, now: datetime) -> None:
    """Take the newest change back that still stands; what was written stays in the file."""
    _add(store, paper, {"undo": True, "who": who, "time": now.isoformat(timespec="seconds")})


def standing(store: Path, paper: Paper) -> list[Written]:
    """The changes of a briefing that were not undone, oldest first."""
    found: list[Written] = []
    for line in _lines(store):
        if _paper(line) != paper:
            continue
        if not line.get("undo"):
            found.append(Written(*(str(line.get(name) or "") for name in Written.__annotations__)))
        elif found:
            found.pop()
    return found


def earlier(store: Path, paper: Paper) -> list[Written]:
    """The changes of the newest briefing before, of the same area and frequency; or none."""
    period = Period.parse(paper.period)
    before = [
        Period.parse(each.period)
        for each in {_paper(line) for line in _lines(store)}
        if (each.area, each.masked) == (paper.area, paper.masked)
    ]
    of_kind = [
        each
        for each in before
        if each.frequency == period.frequency and each.ordinal < period.ordinal
    ]
    for each in sorted(of_kind, key=lambda each: -each.ordinal):
        if found := standing(store, Paper(paper.area, each.text, paper.masked)):
            return found
    return []


def _lines(store: Path) -> Iterator[dict]:
    yield from read_lines(store / FILE)


def _paper(line: dict) -> Paper:
    return Paper(str(line.get("area")), str(line.get("period")), bool(line.get("masked")))


def _add(store: Path, paper: Paper, change: dict) -> None:
    line = asdict(paper) | change | {"who": str(change["who"])[:_LONGEST_NAME]}
    if not add_line(store / FILE, json.dumps(line, ensure_ascii=False) + "\n"):
        raise StoreError(f"数据仓 {store} 写不进去，修改没有保存。请检查磁盘空间和文件夹权限。")
