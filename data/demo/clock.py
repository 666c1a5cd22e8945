"""The demo's calendar: consecutive periods, counted in days and positions."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from data.periods import Period

FOLDER = Path(__file__).parent
# The morning of the Monday briefing: what was handed in later is not in the demo.
CLOSING_DAY = "2020-12-21"


@dataclass(frozen=True)
class Calendar:
    """Consecutive periods of one frequency; days count from 1970-01-01."""

    frequency: str
    texts: tuple[str, ...]
    starts: np.ndarray
    ends: np.ndarray
    years: np.ndarray
    numbers: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, text: str) -> int:
        """Position of a period."""
        return self.texts.index(text)

    @cached_property
    def progress(self) -> np.ndarray:
        """0 at the first period, 1 at the last."""
        return np.linspace(0.0, 1.0, len(self))

    @cached_property
    def year_share(self) -> np.ndarray:
        """Share of the year that is over at the end of each period, 0 to 1."""
        per_year = {"weekly": 52, "monthly": 12, "quarterly": 4}[self.frequency]
        return np.minimum(self.numbers / per_year, 1.0)


def calendar(first: str, last: str) -> Calendar:
    """All periods from `first` to `last`, both included and of one frequency."""
    begin, end = Period.parse(first), Period.parse(last)
    periods = [Period(begin.frequency, n) for n in range(begin.ordinal, end.ordinal + 1)]
    return Calendar(
        begin.frequency,
        tuple(period.text for period in periods),
        np.array([days(period.start) for period in periods], dtype=np.int32),
        np.array([days(period.end) for period in periods], dtype=np.int32),
        np.array([period.year for period in periods]),
        np.array([period.number for period in periods]),
    )


def days(day: str | date) -> int:
    """Days since 1970-01-01 of a date or of its ISO text."""
    return int(np.datetime64(day, "D").astype(np.int64))
