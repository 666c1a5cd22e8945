"""What every sentence needs: the patterns, the words of the area, population and calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from data.catalogue.model import for_year, level_name
from data.catalogue.sentences import Sentences
from data.periods import Period
from pages.theme import formats

Reading = Mapping[str, Any]

_POINTS = {"%": "个百分点", "‰": "个千分点"}
_NUMBERS = "零一二三四五六七八九十"
_MOST = 3  # more names than these are cut short, with their number; so many counts are named


@dataclass(frozen=True)
class Voice:
    """How this briefing speaks.

    sentences  The patterns.
    words      words.yaml of the snapshot.
    place      The area's own name, 商丘市.
    area       Its code.
    level      The level of the parts, county.
    period     The chosen period.
    """

    sentences: Sentences
    words: Mapping[str, Any]
    place: str
    area: str
    level: str
    period: Period

    def say(self, name: str, /, **fields: object) -> str:
        """Fill a pattern of the catalogue."""
        return self.sentences.say(name, **fields)

    @property
    def whole(self) -> str:
        """全县, 全区, 全旗, 全市: by the end of the area's name."""
        return next(
            each["word"]
            for each in self.words["whole_area"]
            if self.place.endswith(each["ends_with"] or "")
        )

    @property
    def children(self) -> str:
        """各县（市、区）: the parts that are compared."""
        return f"各{self.level_name}"

    @property
    def level_name(self) -> str:
        """县（市、区）: what the parts are, as the province says it."""
        return level_name(self.words, self.level, self.area)

    def named(self, reading: Reading) -> str:
        """The indicator with its population in front: 建档立卡贫困人口家庭医生签约率.

        The population's word is that of the figure's own day.
        """
        entry = self.words["populations"].get(reading["population"]) or {}
        year = (reading["period_end"] or self.period.end).year
        group = for_year(entry.get("in_sentence") or {}, year) or ""
        name = reading["indicator_name"]
        return name if name.startswith(group) else f"{group}{name}"

    def day(self, day: date) -> str:
        """12月20日; with its year where that is not the chosen one's."""
        return formats.date_zh(day).removeprefix(f"{self.period.end.year}年")

    def short(self, period: str) -> str:
        """第51周, 11月, 三季度; with its year where that is not the chosen one's."""
        return formats.period_short(period, chosen=self.period.text)


def amount(number: formats.Number, unit: str, decimals: int) -> str:
    """A difference with its unit: 0.35个百分点, 3个, 1.20名/万人."""
    if formats.is_rate(unit):
        return f"{formats.round_half_up(number, decimals):f}{_POINTS.get(unit, unit)}"
    return formats.value_text(number, unit)


def printed(reading: Reading) -> str:
    """The printed value with its unit; `*` when masked, — when there is none."""
    if reading["masked"]:
        return formats.MASKED
    if reading["printed"] is None:
        return formats.ABSENT
    return "".join(scaled(reading["printed"], reading))


def scaled(value: formats.Number, reading: Reading) -> tuple[str, str]:
    """A figure and its unit apart: rates with their own decimals, 35.43 and 万人 for people."""
    unit = reading["unit"]
    if formats.is_rate(unit):
        return formats.scaled(value, unit, reading["decimals"])
    return formats.scaled(value, unit)


def how_many(number: int) -> str:
    """两 for 2, 三 for 3, as one counts things."""
    return "两" if number == 2 else numeral(number)


def numeral(number: int) -> str:
    """三 for 3; figures beyond ten."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def listed(names: Sequence[str]) -> str:
    """All of them: 甲、乙、丙."""
    return "、".join(names)


def together(names: Sequence[str]) -> str:
    """Those who share a place or a count: 甲, 甲和乙, 甲、乙和丙, 甲、乙、丙等5个."""
    if not 1 < len(names) <= _MOST:
        return formats.names(names, most=_MOST)
    return f"{listed(names[:-1])}和{names[-1]}"


def most_of(rows: Sequence[Reading], column: str, pattern: str, voice: Voice) -> str:
    """甲（9个）、乙和丙（各7个）: the three with the largest counts, and all who share theirs.

    pattern  For one of them; with `_each` for several of one count.
    """
    counted = sorted((row for row in rows if row[column]), key=lambda row: -row[column])
    said: list[str] = []
    named = 0
    for count, tied in groupby(counted, key=itemgetter(column)):
        if named >= _MOST:
            break
        names = [row["area_name"] for row in tied]
        each = "_each" if len(names) > 1 else ""
        said.append(voice.say(f"{pattern}{each}", name=together(names), count=count))
        named += len(names)
    return "、".join(said)


def full_stop(clauses: Sequence[str], joint: str = "，") -> str:
    """Clauses as one sentence; empty ones left out; empty without any."""
    said = [each for each in clauses if each]
    return f"{joint.join(said)}。" if said else ""
