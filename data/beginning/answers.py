"""What a steward answers once, before a store of the office's own is there.

Plain text as he may write it himself (`python -m data begin --answers FILE`), and the same text
while he is at it on the page: nothing of it is a definition before the store is made.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from data.errors import UsageError

UNIT, AREAS, DUTIES, TARGETS, WORDS, PEOPLE = (
    "unit",
    "areas",
    "duties",
    "targets",
    "words",
    "people",
)
# The steps in their order, and what each is called.
STEPS = {
    UNIT: "单位",
    AREAS: "区划",
    DUTIES: "报表",
    TARGETS: "目标",
    WORDS: "用语",
    PEOPLE: "账号",
}


@dataclass(frozen=True)
class Duty:
    """That every area of a level files a table, so many days after the period at the latest."""

    level: str
    due_days: int


@dataclass(frozen=True)
class Aim:
    """A target that the office adopts.

    fact_id  Of the document's target that it was offered as; empty for one that was typed in.
    """

    indicator: str
    population: str
    comparator: str
    value: str
    document: str
    section: str
    fact_id: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody who is to have an account; area: empty for everything."""

    name: str
    role: str
    area: str = ""


@dataclass(frozen=True)
class Answers:
    """The answers of all steps, empty where nobody has answered yet.

    unit             What the office calls itself.
    area             Code of its county or city.
    since            From the period on in which this day lies everything is owed.
    counties         Which counties' townships and villages the store takes from the register.
    duties           Table → who files it, and by when.
    programme        By which name the work goes, a key of words.yaml.
    population_word  What the people of the programme are called from now on.
    """

    unit: str = ""
    area: str = ""
    since: date | None = None
    counties: tuple[str, ...] = ()
    duties: Mapping[str, Duty] = field(default_factory=dict)
    targets: tuple[Aim, ...] = ()
    programme: str = ""
    population_word: str = ""
    people: tuple[Person, ...] = ()

    def as_yaml(self) -> str:
        """The answers as the text that `from_yaml` reads."""
        plain = asdict(self) | {
            "counties": list(self.counties),
            "targets": [asdict(each) for each in self.targets],
            "people": [asdict(each) for each in self.people],
        }
        return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)


def from_yaml(text: str) -> Answers:
    """Read answers.

    raises  UsageError naming the entry that is not known, or is not what it should be.
    """
    try:
        given = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # the latter: a day that no calendar has
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else "其中的日期"
        raise UsageError(f"答案文件{place}写法不对。请检查缩进、冒号和日期。") from error
    if given is None:
        return Answers()
    given = _keys(given, Answers, "答案文件")
    duties = given.get("duties") or {}
    if not isinstance(duties, dict):
        raise UsageError("duties 应写成「报表: {level: township, due_days: 5}」。")
    return Answers(
        unit=_text(given, "unit"),
        area=_text(given, "area"),
        since=_day(given.get("since")),
        counties=tuple(str(each) for each in _list(given, "counties")),
        duties={
            str(table): Duty(_text(each, "level"), _whole(each.get("due_days"), f"{table} 的期限"))
            for table, each in (
                (table, _keys(each, Duty, f"duties 的 {table}")) for table, each in duties.items()
            )
        },
        targets=tuple(_read(each, Aim, "targets") for each in _list(given, "targets")),
        programme=_text(given, "programme"),
        population_word=_text(given, "population_word"),
        people=tuple(_read(each, Person, "people") for each in _list(given, "people")),
    )


def day(text: str) -> date:
    """A day as a person writes it.

    raises  UsageError.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"日期「{text[:20]}」不存在，应写作 2027-01-04。") from None


def decimal(text: str) -> Decimal | None:
    """The number that a person has written; None for what is no number."""
    try:
        number = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(given: Any) -> date | None:
    if given in (None, ""):
        return None
    return given if type(given) is date else day(str(given))


def _keys(given: Any, kind: type, place: str) -> dict[str, Any]:
    known = [each.name for each in fields(kind)]
    if not isinstance(given, dict):
        raise UsageError(f"{place}应由「键: 值」组成，可用的键：{'、'.join(known)}。")
    if unknown := [str(key) for key in given if key not in known]:
        raise UsageError(f"{place}有不认识的键「{unknown[0]}」。可用的键：{'、'.join(known)}。")
    return given


def _read(given: Any, kind: type, place: str) -> Any:
    entry = _keys(given, kind, place)
    return kind(**{each.name: _text(entry, each.name) for each in fields(kind)})


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if isinstance(value, list | dict):
        raise UsageError(f"「{key}」应是一个词或一句话。")
    return "" if value is None else " ".join(str(value).split())


def _list(given: Mapping[str, Any], key: str) -> list[Any]:
    value = given.get(key) or []
    if not isinstance(value, list):
        raise UsageError(f"「{key}」应是清单，一行一个，前面加「- 」。")
    return value


def _whole(value: Any, what: str) -> int:
    if isinstance(value, bool) or not str(value).isdecimal():
        raise UsageError(f"{what}应是整数天数，实为「{value}」。")
    return int(value)
