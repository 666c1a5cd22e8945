"""The periods that a text names: a title, a sheet's name, what stands in brackets.

All of them are found, not the first alone: 「2020年10月—11月」 is about neither month by itself,
and 「第52周(12月14日—12月20日)」 contradicts itself.
"""

import re
from dataclasses import dataclass
from datetime import date

from data.errors import UsageError
from data.intake import words
from data.periods import Period, containing

DAYS, AS_OF = "days", "as of"
_YEAR = r"(?P<y>20\d{2})"
_OF_YEAR = rf"(?:{_YEAR}年度?)?"
_TO = r"(?:[至到~、和及]|[-–—―]+)"
# How one period is written, by its kind.
SINGLE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("weekly", rf"{_YEAR}-?W(?P<n>\d{{1,2}})"),
        ("weekly", rf"{_OF_YEAR}第(?P<n>\d{{1,2}})周"),
        ("weekly", rf"{_YEAR}年(?P<n>\d{{1,2}})周"),
        ("quarterly", rf"{_YEAR}年?-?Q(?P<n>[1-4])"),
        ("quarterly", rf"{_OF_YEAR}第?(?P<n>[1-4])季度?"),
        ("monthly", rf"{_OF_YEAR}(?P<n>\d{{1,2}})月份?(?!\d{{1,2}}日)"),
        ("monthly", rf"{_YEAR}[-/.](?P<n>\d{{1,2}})(?![-/.\d])"),
        ("yearly", rf"{_YEAR}年度?"),
    )
)
_DAY_RANGES = tuple(
    (DAYS, re.compile(pattern))
    for pattern in (
        rf"{_YEAR}年(?P<n>\d\d?)月(?P<d>\d\d?)日?{_TO}"
        r"(?:(?P<y2>20\d{2})年)?(?:(?P<n2>\d\d?)月)?(?P<d2>\d\d?)日?(?!\d)",
        rf"{_YEAR}(?P<by>[./-])(?P<n>\d\d?)(?P=by)(?P<d>\d\d?){_TO}"
        r"(?:(?P<y2>20\d{2})(?P=by))?(?:(?P<n2>\d\d?)(?P=by))?(?P<d2>\d\d?)(?!\d)",
        rf"(?<!\d)(?P<n>\d{{1,2}})月(?P<d>\d{{1,2}})日?{_TO}"
        r"(?:(?P<n2>\d{1,2})月)?(?P<d2>\d{1,2})日?(?!\d)",
        rf"(?<![\d./])(?P<n>\d{{1,2}})(?P<by>[./])(?P<d>\d{{1,2}}){_TO}"
        r"(?P<n2>\d{1,2})(?P=by)(?P<d2>\d{1,2})(?![\d./])",
        rf"(?<!\d){_YEAR}(?P<n>\d\d)(?P<d>\d\d){_TO}"
        r"(?P<y2>20\d{2})?(?P<n2>\d\d)(?P<d2>\d\d)(?!\d)",
    )
)
# Up to which day was counted.
_UP_TO = (
    (AS_OF, re.compile(rf"截[至止到]{_OF_YEAR}(?P<n>\d\d?)月(?P<d>\d\d?)日?")),
    (AS_OF, re.compile(rf"截[至止到]{_YEAR}(?P<by>[./-])(?P<n>\d\d?)(?P=by)(?P<d>\d\d?)(?!\d)")),
)
# A single day is of filing, of printing, from when on something counts: it names no period.
_ONE_DAY = re.compile(
    r"20\d{2}年\d\d?月\d\d?日?|20\d{2}([./-])\d\d?\1\d\d?|(?<!\d)\d\d?月\d\d?日"
    r"|(?<!\d)20\d{6}(?!\d)"
)
# In a row of digits it may be a week too: only beside other words it is a month.
_DIGITS_OF_MONTH = ("monthly", re.compile(rf"(?<!\d){_YEAR}(?P<n>0[1-9]|1[0-2])(?!\d)"))
_RANGES = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("weekly", rf"{_YEAR}-?W(?P<n>\d\d?){_TO}(?:(?P<y2>20\d{{2}})-?)?W(?P<n2>\d\d?)(?!\d)"),
        ("weekly", rf"{_OF_YEAR}第(?P<n>\d\d?)周?{_TO}第?(?P<n2>\d\d?)周"),
        ("quarterly", rf"{_OF_YEAR}第?(?<!\d)(?P<n>[1-4])季?度?{_TO}第?(?P<n2>[1-4])季度?"),
        (
            "monthly",
            rf"(?:{_YEAR}(?:年度?|[-/.]))?(?<![\dA-Z])(?P<n>\d\d?)(?:月份?)?{_TO}"
            r"(?:(?P<y2>20\d{2})年)?(?P<n2>\d\d?)月份?",
        ),
        (
            "monthly",
            rf"{_YEAR}[-/.](?P<n>\d\d?){_TO}(?P<y2>20\d{{2}})[-/.](?P<n2>\d\d?)(?![-/.\d])",
        ),
    )
)
# Longer ones first: what is read is taken out of the text.
_FORMS = (*_DAY_RANGES, *_UP_TO, ("", _ONE_DAY), *_RANGES, *SINGLE, _DIGITS_OF_MONTH)
# 「自2020年3月起」, 「2020年3月印发」 say since when a rule holds.
_NO_PERIOD = re.compile(r"起|以来|以后|之后|印发|之前|以前")
# 「制表时间:2020年12月」 says when the form was made.
_A_DAY = re.compile(r"(?:时间|日期|打印于|导出于|制表于)[:为是]?$")
# 「2019年家庭医生签约服务周报表」 is of that year; other documents are called by theirs.
_TITLE_OF_FORM = re.compile(r"(?:报表|月报|周报|季报|台账)(?:\([^()]*\))?$")
_CHINESE = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
_DIGITS = "〇零○一二三四五六七八九两"
# Before its unit, or before another one with it: 三、四季度.
_NUMERAL = re.compile(
    rf"([{_DIGITS}]{{1,4}}|[二三四五]?十[一二三四五六七八九]?)"
    rf"(?=年|月|日|周|季|{_TO}第?[{_DIGITS}十]{{1,3}}[月周季])"
)


@dataclass(frozen=True)
class Mention:
    """A period, or several in a row, or a range of days, as a text names it.

    said      as written, white space and full-width forms evened out.
    kind      a frequency of data.periods, DAYS, or AS_OF: the year up to a day.
    is_range  from one period to another.
    """

    said: str
    kind: str
    start: date
    end: date
    is_range: bool

    @property
    def last(self) -> Period | None:
        """The period, of several the last; None for days."""
        return None if self.kind in (DAYS, AS_OF) else containing(self.kind, self.end)

    def holds(self, period: Period) -> bool:
        """Whether a period lies within what is named."""
        return self.start <= period.start and period.end <= self.end

    def is_cumulative(self) -> bool:
        """Whether a range begins with the year, as 「1—11月」 over year-to-date figures."""
        return self.is_range and (self.start.month, self.start.day) == (1, 1)

    def contradicts(self, period: Period) -> bool:
        """Whether what is about the period is not about this.

        Days may be some of the period's, or reach back to the year's beginning; counted up to a
        day before the period, none of it was. A month may be named beside its week; a year says
        nothing by itself: documents are called by theirs.
        """
        if self.kind == AS_OF:
            return self.end < period.start
        if self.kind == period.frequency:
            return self.is_range or (self.start, self.end) != (period.start, period.end)
        if self.kind == DAYS:
            if self.start <= period.start and self.end == period.end:
                return False
            return 2 * self._common_days(period) <= min(_days(self), _days(period))
        is_coarser = _days(self) > _days(period)
        return self.kind != "yearly" and is_coarser and not self._common_days(period)

    def _common_days(self, period: Period) -> int:
        first, last = max(self.start, period.start), min(self.end, period.end)
        return max((last - first).days + 1, 0)


def evened(text: str) -> str:
    """A text without white space and with digits for Chinese numerals: 二〇二〇年十二月."""

    def one(match: re.Match[str]) -> str:
        numeral = match[1]
        if "十" not in numeral:
            return "".join(str(_CHINESE[c]) for c in numeral)
        tens, _, ones = numeral.partition("十")
        return str(_CHINESE.get(tens, 1) * 10 + (_CHINESE[ones] if ones else 0))

    return _NUMERAL.sub(one, "".join(words.plain(text).split()))


def mentions(text: str, year: int | None = None) -> list[Mention]:
    """Every period that a text names, in the order of the text.

    year  stands in where the text has none; without one such are left out.
    """
    text = evened(text)
    found: list[tuple[int, Mention]] = []
    for kind, pattern in _FORMS:
        for match in pattern.finditer(text):
            mention = _mention(kind, match, year)
            is_day = _A_DAY.search(text[: match.start()])
            if mention is not None and not is_day and not _NO_PERIOD.match(text, match.end()):
                found.append((match.start(), mention))
        text = pattern.sub(lambda match: "\0" * len(match[0]), text)
    return [mention for _, mention in sorted(found, key=lambda pair: pair[0])]


def numbered(kind: str, year: int, number: int) -> Period | None:
    """The period of that number in a year; None where there is none."""
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


def _mention(kind: str, match: re.Match[str], year: int | None) -> Mention | None:
    if not kind:
        return None
    said = match.groupdict()
    parts = {name: int(value) for name, value in said.items() if value and value.isdigit()}
    first_year = parts.get("y", year)
    if first_year is None:
        return None
    number = parts.get("n", 1)
    last_year, last_number = parts.get("y2", first_year), parts.get("n2", number)
    if kind == AS_OF:
        ends = _dates(first_year, 1, 1, first_year, number, parts["d"])
        return Mention(match[0], kind, *ends, False) if ends else None
    if kind == DAYS:
        ends = _dates(first_year, number, parts["d"], last_year, last_number, parts["d2"])
        return Mention(match[0], kind, *ends, False) if ends else None
    first, last = numbered(kind, first_year, number), numbered(kind, last_year, last_number)
    if first is None or last is None:
        return None
    return Mention(match[0], kind, min(first, last).start, max(first, last).end, first != last)


def _dates(
    year: int, month: int, day: int, last_year: int, last_month: int, last_day: int
) -> tuple[date, date] | None:
    try:
        first, last = date(year, month, day), date(last_year, last_month, last_day)
        # 12月28日—1月3日 goes over the turn of the year.
        return first, last if last >= first else date(last_year + 1, last_month, last_day)
    except ValueError:
        return None


def _days(span: Mention | Period) -> int:
    return (span.end - span.start).days + 1


def _is_other_year(mention: Mention, period: Period) -> bool:
    """Whether a mention is a year that has nothing of a period."""
    is_apart = period.end < mention.start or mention.end < period.start
    return mention.kind == "yearly" and is_apart


def contradictions(text: str, period: Period) -> list[Mention]:
    """What a text says that is not about a period; a year that it leaves out is the period's."""
    years = sorted({period.year, period.start.year, period.end.year})
    is_title = _TITLE_OF_FORM.search(evened(text))
    wrong = [
        [
            mention
            for mention in mentions(text, year)
            if mention.contradicts(period) or (is_title and _is_other_year(mention, period))
        ]
        for year in years
    ]
    said = set.intersection(*({mention.said for mention in each} for each in wrong))
    return [mention for mention in wrong[0] if mention.said in said]
