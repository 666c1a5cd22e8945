"""Weeks, months, quarters and years, counted through (rule 3)."""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


class Period(NamedTuple):
    """One report period; ordinals of one frequency follow one another."""

    frequency: str
    ordinal: int

    @property
    def start(self) -> date:
        """The first day."""
        return _first_day(self.frequency, self.ordinal)

    @property
    def end(self) -> date:
        """The last day."""
        return _last_day(self.frequency, self.ordinal)

    @property
    def text(self) -> str:
        """As it is written: 2020-W51, 2020-12, 2020-Q4, 2020."""
        year, week, _ = self.start.isocalendar()
        if self.frequency == "weekly":
            return f"{year}-W{week:02}"
        first = self.start
        rest = {"monthly": f"-{first.month:02}", "quarterly": f"-Q{(first.month + 2) // 3}"}
        return f"{first.year}{rest.get(self.frequency, '')}"

    def moved(self, steps: int) -> "Period":
        """So many periods later."""
        return Period(self.frequency, self.ordinal + steps)

    def a_year_before(self) -> "Period | None":
        """The same number a year earlier; a 53rd week has none (rule 2.6)."""
        if self.frequency != "weekly":
            return self.moved(-12 // MONTHS[self.frequency])
        year, week, _ = self.start.isocalendar()
        return None if week == 53 else containing("weekly", date.fromisocalendar(year - 1, week, 1))

    def within(self, frequency: str) -> "Period":
        """The period of a coarser frequency it belongs to: a week by its Thursday."""
        if frequency == self.frequency:
            return self
        return containing(frequency, self.start + timedelta(days=3 * (self.frequency == "weekly")))

    def parts(self, frequency: str) -> list["Period"]:
        """The finer periods that belong to it, in order."""
        part, found = containing(frequency, self.start), []
        while part.start <= self.end:
            if part.within(self.frequency) == self:
                found.append(part)
            part = part.moved(1)
        return found

    def begins(self, kind: str) -> bool:
        """Whether a running total of that kind starts again in it (rule 3)."""
        first = {"ytd": 1, "ytd_mch": 10}.get(kind)
        if self.frequency == "weekly":
            months = [period.within("monthly").start.month for period in (self.moved(-1), self)]
            return months[0] != first == months[1]
        return first in {part.start.month for part in self.parts("monthly")}


@cache
def _first_day(frequency: str, ordinal: int) -> date:
    if frequency == "weekly":
        return date.fromordinal(ordinal * 7 + 1)
    month = ordinal * MONTHS[frequency]
    return date(month // 12, month % 12 + 1, 1)


@cache
def _last_day(frequency: str, ordinal: int) -> date:
    return _first_day(frequency, ordinal + 1) - timedelta(days=1)


def containing(frequency: str, day: date) -> Period:
    """The period in which a day lies."""
    if frequency == "weekly":
        return Period("weekly", (day.toordinal() - 1) // 7)
    return Period(frequency, (day.year * 12 + day.month - 1) // MONTHS[frequency])


def parse(text: str) -> Period:
    """A period from its text."""
    year, rest = int(text[:4]), text[5:]
    if rest.startswith("W"):
        return containing("weekly", date.fromisocalendar(year, int(rest[1:]), 1))
    if rest.startswith("Q"):
        return containing("quarterly", date(year, int(rest[1:]) * 3, 1))
    return containing("monthly" if rest else "yearly", date(year, int(rest or 1), 1))


def ending_by(frequency: str, day: date) -> Period:
    """The newest period that ends on or before a day (rule 2.1)."""
    period = containing(frequency, day)
    return period if period.end <= day else period.moved(-1)
