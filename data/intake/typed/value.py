"""What reading one cell comes to: a value, an empty cell, or something nobody can read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

import polars as pl

from data.intake import words

# How databases and programs write that there is nothing.
_NULLS = "NULL Null null (NULL) (null) \\N \\n None none NaN nan NAN NaT nat <NA> <NULL>".split()
EMPTY_WORDS = frozenset(
    {"", "—", "——", "-", "--", "---", "–", "―", "――", "/", "\\", "无", "一", *_NULLS}
)
NOT_EMPTY_IN_TEXT = frozenset({"一"})


class Unreadable(ValueError):
    """A cell that a person could not read either.

    expected  what should stand there; action: what to press or to write, where that can be said.
    """

    def __init__(self, expected: str, action: str = "") -> None:
        super().__init__(expected)
        self.expected, self.action = expected, action


class Bad(NamedTuple):
    """A cell that could not be read: what was found, what was expected, what to do about it."""

    found: str
    expected: str
    action: str = ""

    @staticmethod
    def of(cell: Any, problem: Unreadable) -> "Bad":
        """A cell with what is wrong about it."""
        return Bad(shown(cell), problem.expected, problem.action)


@dataclass(frozen=True)
class Converted:
    """A column that was read.

    values  a Series of the declared type, null where the cell is empty or unreadable.
    bad     row → every unreadable cell.
    """

    values: pl.Series
    bad: dict[int, Bad]


@dataclass(frozen=True)
class Spec:
    """How a column is to be read.

    type         int, decimal, bool, enum, date, period, code or text.
    unit         its unit in the catalogue, header_unit the one printed at the header or None.
    allowed      values of an enum; labels gives other words for each of them.
    frequency    of the table, for periods; year stands in where a period has none.
    """

    type: str
    unit: str = ""
    header_unit: str | None = None
    allowed: tuple[str, ...] = ()
    labels: Mapping[str, Sequence[str]] | None = None
    frequency: str = "monthly"
    year: int | None = None


def is_empty(cell: Any) -> bool:
    """Whether a person would call the cell empty (a dash counts, 无 counts)."""
    if type(cell) is str:
        return cell == "" or words.plain(cell) in EMPTY_WORDS - NOT_EMPTY_IN_TEXT
    return cell is None


def shown(cell: Any) -> str:
    """A cell as it is quoted in a finding, shortened; long digit runs are never quoted."""
    if isinstance(cell, bool):
        return "是（逻辑值）" if cell else "否（逻辑值）"
    if isinstance(cell, timedelta):
        return "一段时间"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == time() else cell
    # As it was written: evened out, 5① would read 51.
    text = " ".join(str(cell).split())
    text = re.sub(r"\d{11,}[Xx]?", lambda m: m[0] if len(m[0]) == 12 else "…（长数字略）", text)
    return text if len(text) <= 40 else text[:37] + "…"
