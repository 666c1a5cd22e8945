"""Report periods: ISO weeks, months, quarters and years, and how they follow one another.

A week runs Monday to Sunday and belongs to the month, quarter and year of its Thursday.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from data.errors import UsageError

# Wide enough for every target's end; no formula may know today's date.
FIRST_YEAR, LAST_YEAR = 2000, 2045

FREQUENCIES = ("weekly", "monthly", "quarterly", "yearly")

_PATTERN = re.compile(
    r"^(?P<year>[0-9]{4})"
    r"(?:-W(?P<week>[0-9]{2})|-Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2}))?$"
)
# The same for whoever has no names in patterns: JSON's.
WRITTEN = re.sub(r"\?P<\w+>", "?:", _PATTERN.pattern)
# Monday of an ISO week far enough back that every ordinal is positive.
_FIRST_MONDAY = date(1900, 1, 1)
_CHINESE_QUARTERS = "一二三四"


@dataclass(frozen=True, order=True)
class Period:
    """One report period. `ordinal` counts consecutively within a frequency."""

    frequency: str
    ordinal: int

    @staticmethod
    @lru_cache(maxsize=4096)  # the same few hundred, again and again on every page
    def parse(text: str) -> "Period":
        """Read `2020-W51`, `2020-12`, `2020-Q4` or `2020`.

        raises UsageError for any other text, for a week or month that does not exist, and for
        years beyond the calendar of the figures.
        """
        match = _PATTERN.fullmatch(text or "")
        if match:
            year = int(match["year"])
            # The period before the first and after the last are named as well.
            if not FIRST_YEAR - 1 <= year <= LAST_YEAR + 1:
                raise UsageError(f"报告期「{text}」不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间。")
            try:
                if match["week"]:
                    return containing("weekly", date.fromisocalendar(year, int(match["week"]), 1))
                if match["month"]:
                    return containing("monthly", date(year, int(match["month"]), 1))
            except ValueError:
                match = None
            else:
                if match["quarter"]:
                    return Period("quarterly", year * 4 + int(match["quarter"]) - 1)
                return Period("yearly", year)
        raise UsageError(
            f"报告期「{text}」写法不对或不存在：周写作 2020-W51，月 2020-12，季 2020-Q4，年 2020。"
        )

    @property
    def start(self) -> date:
        """The first day."""
        return _place(self.frequency, self.ordinal)[0]

    @property
    def end(self) -> date:
        """The last day."""
        return self.next().start - timedelta(days=1)

    @property
    def year(self) -> int:
        """The year it belongs to: for a week that of its Thursday."""
        return _place(self.frequency, self.ordinal)[1]

    @property
    def number(self) -> int:
        """Its number within the year: week 1–53, month 1–12, quarter 1–4; 1 for a year."""
        return _place(self.frequency, self.ordinal)[2]

    @property
    def text(self) -> str:
        """The written form, as in file names, URLs and report tables."""
        if self.frequency == "weekly":
            return f"{self.year}-W{self.number:02d}"
        if self.frequency == "monthly":
            return f"{self.year}-{self.number:02d}"
        if self.frequency == "quarterly":
            return f"{self.year}-Q{self.number}"
        return str(self.year)

    def next(self) -> "Period":
        """The period after it."""
        return Period(self.frequency, self.ordinal + 1)

    def previous(self) -> "Period":
        """The period before it."""
        return Period(self.frequency, self.ordinal - 1)

    def same_last_year(self) -> "Period | None":
        """The period of the same number a year before; None for a 53rd week."""
        if self.frequency != "weekly":
            return Period(self.frequency, self.ordinal - _PER_YEAR[self.frequency])
        if self.number == 53:
            return None
        return containing("weekly", date.fromisocalendar(self.year - 1, self.number, 1))

    def within(self, frequency: str) -> "Period":
        """The coarser period it belongs to: a week by its Thursday."""
        day = self.start + timedelta(days=3) if self.frequency == "weekly" else self.start
        return containing(frequency, day)

    def label_zh(self) -> str:
        """As printed for people: 2020年第51周（12月14日—12月20日）, 2020年12月, 2020年四季度."""
        if self.frequency == "weekly":
            first, last = self.start, self.end
            return (
                f"{self.year}年第{self.number}周"
                f"（{first.month}月{first.day}日—{last.month}月{last.day}日）"
            )
        if self.frequency == "monthly":
            return f"{self.year}年{self.number}月"
        if self.frequency == "quarterly":
            return f"{self.year}年{_CHINESE_QUARTERS[self.number - 1]}季度"
        return f"{self.year}年"


@lru_cache(maxsize=16_384)  # a calendar of some decades: every page asks the same few hundred
def _place(frequency: str, ordinal: int) -> tuple[date, int, int]:
    """First day, year and number within the year of a period."""
    if frequency == "weekly":
        monday = _FIRST_MONDAY + timedelta(weeks=ordinal)
        year, week, _ = monday.isocalendar()
        return monday, year, week
    if frequency == "monthly":
        return date(ordinal // 12, ordinal % 12 + 1, 1), ordinal // 12, ordinal % 12 + 1
    if frequency == "quarterly":
        return date(ordinal // 4, ordinal % 4 * 3 + 1, 1), ordinal // 4, ordinal % 4 + 1
    return date(ordinal, 1, 1), ordinal, 1


_PER_YEAR = {"monthly": 12, "quarterly": 4, "yearly": 1}


def containing(frequency: str, day: date) -> Period:
    """The period of that frequency in which the day lies."""
    if frequency == "weekly":
        return Period("weekly", (day - _FIRST_MONDAY).days // 7)
    if frequency == "monthly":
        return Period("monthly", day.year * 12 + day.month - 1)
    if frequency == "quarterly":
        return Period("quarterly", day.year * 4 + (day.month - 1) // 3)
    if frequency == "yearly":
        return Period("yearly", day.year)
    raise UsageError(f"没有「{frequency}」这种报送频率。")


def latest_ending_by(frequency: str, day: date) -> Period:
    """The latest period of that frequency whose last day is not after the day."""
    period = containing(frequency, day)
    return period if period.end <= day else period.previous()
