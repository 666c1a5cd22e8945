"""Dates and report periods in every fashion in which offices write them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from data.errors import UsageError
from data.periods import Period, containing
from data.workbooks import words
from data.workbooks.value import EMPTY_WORDS, Unreadable

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
_CHINESE = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}


def parse_date(cell: Any) -> date | None:
    """A date cell, 2026年11月1日, 2026-11-1, 2026/11/1, 2026.11.1, 20261101; None when empty.

    raises Unreadable, also for 30 February.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        raise Unreadable("日期,如 2026-11-01")
    if isinstance(cell, int | float):
        if _EXCEL_DAYS[0] <= cell <= _EXCEL_DAYS[1] and float(cell).is_integer():
            return _EXCEL_DAY_ZERO + timedelta(days=int(cell))
        if not float(cell).is_integer():
            raise Unreadable("日期,如 2026-11-01")
        cell = str(int(cell))
    text = words.plain(cell)
    if text in EMPTY_WORDS:
        return None
    tight = re.sub(r"\s*([年月日./-])\s*", r"\1", text)
    match = _DATE.match(_arabic(tight)) or _DATE_DIGITS.match(tight)
    if match:
        year, month, day = (int(part) for part in match.groups()[:3])
    elif named := _NAMED_DAY.match("".join(text.lower().split())):
        year, month, day = _year(named["y"]), _month(named["m"]), int(named["d"])
    elif text.isascii() and text.isdigit() and _EXCEL_DAYS[0] <= int(text) <= _EXCEL_DAYS[1]:
        return _EXCEL_DAY_ZERO + timedelta(days=int(text))
    else:
        raise Unreadable("日期,如 2026-11-01")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable("存在的日期,如 2026-11-01") from error


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
            return _make("monthly", _year(match["y"]), _month(match["m"]))
    return None


_YEAR = r"(?P<y>20\d{2})"
_PERIOD_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("weekly", re.compile(rf"{_YEAR}-?W(?P<n>\d{{1,2}})", re.IGNORECASE)),
    ("weekly", re.compile(rf"(?:{_YEAR}年度?)?第(?P<n>\d{{1,2}})周")),
    ("weekly", re.compile(rf"{_YEAR}年(?P<n>\d{{1,2}})周")),
    ("quarterly", re.compile(rf"{_YEAR}年?-?Q(?P<n>[1-4])", re.IGNORECASE)),
    ("quarterly", re.compile(rf"(?:{_YEAR}年度?)?第?(?P<n>[1-4])季度?")),
    ("monthly", re.compile(rf"(?:{_YEAR}年)?(?P<n>\d{{1,2}})月份?(?!\d{{1,2}}日)")),
    ("monthly", re.compile(rf"{_YEAR}[-/.](?P<n>\d{{1,2}})(?![-/.\d])")),
    ("yearly", re.compile(rf"{_YEAR}年度?")),
)
_DAYS = re.compile(
    r"(?P<y>20\d{2})[年./-](?P<m>\d{1,2})[月./-](?P<d>\d{1,2})日?\s*(?:至|到|—+|-|–|~|～)+\s*"
    r"(?:(?P<y2>20\d{2})[年./-])?(?:(?P<m2>\d{1,2})[月./-])?(?P<d2>\d{1,2})日?"
)


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
    found = find_period(text, frequency, year, whole=True)
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


def find_period(
    text: str, frequency: str, year: int | None = None, *, whole: bool = False
) -> Period | None:
    """The period named in a text (a title, a sheet name), the table's own frequency first.

    whole   the text must be nothing but the period.
    """
    text = _arabic("".join(words.plain(text).split()))
    order = sorted(_PERIOD_FORMS, key=lambda form: form[0] != frequency)
    for kind, pattern in order:
        match = pattern.fullmatch(text) if whole else pattern.search(text)
        if match is None and whole:
            # 2020年第51周(12月14日—12月20日): what is in brackets repeats it.
            match = pattern.fullmatch(re.sub(r"\(.*\)$", "", text))
        if match is None:
            continue
        number_year = match["y"] or year
        if number_year is None:
            continue
        made = _make(kind, int(number_year), int(match.groupdict().get("n") or 1))
        if made is not None and (whole or kind == frequency or kind != "yearly"):
            return made
    return _from_days(text, frequency, whole)


def year_in(text: str) -> int | None:
    """A year written in a title, as 2020年."""
    match = re.search(r"(20\d{2})年", _arabic("".join(words.plain(text).split())))
    return int(match[1]) if match else None


def _from_days(text: str, frequency: str, whole: bool) -> Period | None:
    match = _DAYS.fullmatch(text) if whole else _DAYS.search(text)
    if match is None:
        return None
    try:
        first = date(int(match["y"]), int(match["m"]), int(match["d"]))
        last = date(
            int(match["y2"] or match["y"]), int(match["m2"] or match["m"]), int(match["d2"])
        )
    except ValueError:
        return None
    for kind in (frequency, "weekly", "monthly", "quarterly", "yearly"):
        period = containing(kind, first)
        if (period.start, period.end) == (first, last):
            return period
    return None


def _make(kind: str, year: int, number: int) -> Period | None:
    form = {
        "weekly": f"{year}-W{number:02d}",
        "monthly": f"{year}-{number:02d}",
        "quarterly": f"{year}-Q{number}",
        "yearly": f"{year}",
    }[kind]
    try:
        return Period.parse(form)
    except UsageError:
        return None


def _period_of_number(number: float, frequency: str, expected: str) -> Period:
    """202012 is a month in a monthly table; in a weekly one nobody can tell 202012 apart."""
    digits = str(int(number)) if float(number).is_integer() else ""
    made = None
    if len(digits) == 6 and frequency == "monthly":
        made = _make("monthly", int(digits[:4]), int(digits[4:]))
    elif len(digits) == 6 and frequency == "weekly" and int(digits[4:]) > 12:
        made = _make("weekly", int(digits[:4]), int(digits[4:]))
    elif len(digits) == 4 and frequency == "yearly":
        made = _make("yearly", int(digits), 1)
    elif _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1] and frequency == "monthly":
        day = _EXCEL_DAY_ZERO + timedelta(days=int(number))
        made = containing("monthly", day) if day.day == 1 else None
    if made is None:
        raise Unreadable(expected)
    return made


def _period_example(frequency: str) -> str:
    return {
        "weekly": "周,如 2020-W51 或 2020年第51周",
        "monthly": "月,如 2020-12 或 2020年12月",
        "quarterly": "季,如 2020-Q4 或 2020年四季度",
        "yearly": "年,如 2020",
    }[frequency]


_NUMERAL = re.compile(
    r"([〇零○一二三四五六七八九两]{1,4}|[二三四五]?十[一二三四五六七八九]?)(年|月|日|周|季)"
)


def _arabic(text: str) -> str:
    """Chinese numerals before 年月日周季 as digits: 二〇二〇年十二月 is 2020年12月."""

    def one(match: re.Match[str]) -> str:
        numeral, unit = match[1], match[2]
        if "十" not in numeral:
            return "".join(str(_CHINESE[c]) for c in numeral) + unit
        tens, _, ones = numeral.partition("十")
        number = _CHINESE.get(tens, 1) * 10 + (_CHINESE[ones] if ones else 0)
        return f"{number}{unit}"

    return _NUMERAL.sub(one, text)
