"""Dates and report periods in every fashion in which offices write them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from data.intake import words
from data.intake.typed.period_words import (
    AS_OF,
    DAYS,
    SINGLE,
    Mention,
    contradictions,
    evened,
    mentions,
    numbered,
)
from data.intake.typed.value import EMPTY_WORDS, Unreadable
from data.periods import FREQUENCIES, Period, containing

_DATE = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?:年|[-/.])(?P<m>\d{1,2})(?:月|[-/.])(?P<d>\d{1,2})日?"
    r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$"
)
_MONTHS: Sequence[str] = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAME = r"(?P<m>[a-z]{3,9}|\d{1,2}月)"
# Excel's own way to show days and months: 4-Jan-21, Dec-20; with Chinese names 4-1月-21, 12月-20.
_NAMED_DAY = re.compile(rf"^(?P<d>\d{{1,2}})-{_NAME}-(?P<y>\d{{2}}|20\d{{2}})$")
_NAMED_MONTHS = (
    re.compile(rf"^{_NAME}-?(?P<y>\d{{2}}|20\d{{2}})$"),
    re.compile(rf"^(?P<y>\d{{2}})-{_NAME}$"),
)
_DATE_DIGITS = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = (32874, 55153)  # 1990 to 2050: day numbers nobody would write as a number


def parse_date(cell: Any) -> date | None:
    """A date cell, 2026年11月1日, 2026-11-1, 2026/11/1, 2026.11.1, 20261101; None when empty.

    raises Unreadable, also for 30 February.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        raise Unreadable("日期，如 2026-11-01")
    if isinstance(cell, int | float):
        if _EXCEL_DAYS[0] <= cell <= _EXCEL_DAYS[1] and float(cell).is_integer():
            return _EXCEL_DAY_ZERO + timedelta(days=int(cell))
        if not float(cell).is_integer():
            raise Unreadable("日期，如 2026-11-01")
        cell = str(int(cell))
    text = words.plain(cell)
    if text in EMPTY_WORDS:
        return None
    tight = re.sub(r"\s*([年月日./-])\s*", r"\1", text)
    match = _DATE.match(evened(tight)) or _DATE_DIGITS.match(tight)
    if match:
        year, month, day = (int(part) for part in match.groups()[:3])
    elif named := _NAMED_DAY.match("".join(text.lower().split())):
        year, month, day = _year(named["y"]), _month(named["m"]), int(named["d"])
    elif text.isascii() and text.isdigit() and _EXCEL_DAYS[0] <= int(text) <= _EXCEL_DAYS[1]:
        return _EXCEL_DAY_ZERO + timedelta(days=int(text))
    else:
        raise Unreadable("日期，如 2026-11-01")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable("存在的日期，如 2026-11-01") from error


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month(name: str) -> int:
    """The number of a month by its English or Chinese name; 0 for another word."""
    if name.endswith("月"):
        return int(name[:-1])
    return _MONTHS.index(name[:3]) + 1 if name[:3] in _MONTHS else 0


def _named_month(text: str) -> Period | None:
    """The month of 「Dec-20」, 「20-Dec」, 「12月-20」: what Excel makes of 2020-12."""
    for pattern in _NAMED_MONTHS:
        if match := pattern.match(text.lower()):
            return numbered("monthly", _year(match["y"]), _month(match["m"]))
    return None


def parse_period(cell: Any, frequency: str, year: int | None = None) -> Period:
    """A cell of a period column: 2020-W51, 2020年第51周, 2020年12月, 12月, 2020年四季度 …

    frequency  of the table; a date that Excel made of 「2020-12」 is that month.
    year       stands in where the text has none.
    returns    a Period, which may be of another frequency: the caller says so.
    raises     Unreadable, also for an empty cell.
    """
    expected = _period_example(frequency)
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        if cell.day == 1 and frequency != "weekly":
            return containing(frequency, cell)
        raise Unreadable(expected)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _period_of_number(cell, frequency, expected)
    if not isinstance(cell, str):
        raise Unreadable(expected)
    text = "".join(words.plain(cell).split())
    found = _whole_period(text, frequency, year)
    if found is None and text.isdigit():
        return _period_of_number(int(text), frequency, expected)
    if found is None and frequency == "monthly":
        found = _named_month(text)
    if found is None and frequency == "monthly":
        try:
            day = parse_date(cell)
        except Unreadable:
            day = None
        if day is not None and day.day == 1:
            return containing("monthly", day)
    if found is None:
        raise Unreadable(expected)
    return found


def find_period(text: str, frequency: str, year: int | None = None) -> Period | None:
    """The period named in a text (a title, a sheet name), the table's own frequency first.

    Of several in a row it is the last; whether that can be, `contradictions` tells.
    """
    named = mentions(text, year)
    own = [mention.last for mention in named if mention.kind == frequency]
    exact = [period for mention in named if (period := _of_days(mention, frequency))]
    others = [mention.last for mention in named if mention.kind not in (DAYS, AS_OF, "yearly")]
    return next(iter([*own, *exact, *others]), None)


def _whole_period(text: str, frequency: str, year: int | None) -> Period | None:
    """The period of a text that is nothing but a period; what is in brackets repeats it."""
    text = evened(text)
    bare = re.sub(r"\(.*\)$", "", text)
    for kind, pattern in sorted(SINGLE, key=lambda form: form[0] != frequency):
        match = pattern.fullmatch(text) or pattern.fullmatch(bare)
        number_year = match and (match["y"] or year)
        if not match or number_year is None:
            continue
        period = numbered(kind, int(number_year), int(match.groupdict().get("n") or 1))
        if period is not None:
            return None if contradictions(text, period) else period
    named = mentions(text, year)
    if len(named) == 1 and named[0].said == text:
        return _of_days(named[0], frequency)
    return None


def year_in(text: str) -> int | None:
    """A year written in a title, as 2020年."""
    match = re.search(r"(20\d{2})年", evened(text))
    return int(match[1]) if match else None


def _of_days(mention: Mention, frequency: str) -> Period | None:
    """The period whose first and last day a range names, the frequency's own first.

    The range is of days, or of shorter periods: 10—12月 is a quarter.
    """
    if mention.kind != DAYS and not mention.is_range:
        return None
    kinds = (frequency, *FREQUENCIES)
    periods = (containing(kind, mention.start) for kind in kinds)
    return next((p for p in periods if (p.start, p.end) == (mention.start, mention.end)), None)


def _period_of_number(number: float, frequency: str, expected: str) -> Period:
    """202012 is a month in a monthly table; in a weekly one nobody can tell 202012 apart."""
    digits = str(int(number)) if float(number).is_integer() else ""
    made = None
    if len(digits) == 6 and frequency == "monthly":
        made = numbered("monthly", int(digits[:4]), int(digits[4:]))
    elif len(digits) == 6 and frequency == "weekly" and int(digits[4:]) > 12:
        made = numbered("weekly", int(digits[:4]), int(digits[4:]))
    elif len(digits) == 4 and frequency == "yearly":
        made = numbered("yearly", int(digits), 1)
    elif _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1] and frequency == "monthly":
        day = _EXCEL_DAY_ZERO + timedelta(days=int(number))
        made = containing("monthly", day) if day.day == 1 else None
    if made is None:
        raise Unreadable(expected)
    return made


def _period_example(frequency: str) -> str:
    return {
        "weekly": "周，如 2020-W51 或 2020年第51周",
        "monthly": "月，如 2020-12 或 2020年12月",
        "quarterly": "季，如 2020-Q4 或 2020年四季度",
        "yearly": "年，如 2020",
    }[frequency]
