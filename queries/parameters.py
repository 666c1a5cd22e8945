"""Checks one parameter of a question before its SQL runs; every message is Chinese."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import takewhile
from typing import Any, NamedTuple

from data.catalogue.model import LEVELS, Catalogue, Indicator
from data.errors import UsageError
from data.periods import FREQUENCIES, Period, containing, latest_ending_by
from queries.errors import QueryError
from queries.headers import Header, Param

# Parameters that bound a span of periods; any other one is a chosen period.
_ENDS = ("period_from", "period_to")


def checked(
    param: Param, value: Any, catalogue: Catalogue, params: Mapping[str, Any]
) -> str | int | date | None:
    """One parameter as the SQL takes it. raises QueryError in Chinese."""
    if param.type == "population":
        return _population(param, value, catalogue, params)
    if value is None or (value == "" and not param.required):
        return value if param.default is not None or value is None else param.default
    if param.type == "int":
        return _whole(param, value)
    if param.type == "date":
        return _day(param, value)
    if not isinstance(value, str):
        raise QueryError(f"参数 {param.name} 应为文字，现在是 {value!r}。")
    if param.type == "indicator":
        _known_indicator(value, catalogue)
    elif param.type == "area" and value not in catalogue.area_names:
        raise QueryError(f"没有代码为 {value} 的区划。请核对区划代码，或先导入区划。")
    elif param.name == "parent" and not _is_in(params.get("area"), value, catalogue):
        raise QueryError(f"区划 {params['area']} 不在 {value} 之内。parent 应为它自己或它的上级。")
    elif param.type == "level" and value not in LEVELS:
        raise QueryError(f"参数 {param.name} 的层级「{value}」不对，应为 {'、'.join(LEVELS)}。")
    elif param.type == "table_id" and value not in catalogue.tables:
        raise QueryError(f"没有报表「{value}」，应为 {catalogue.every_table}。")
    elif param.type == "period":
        period(value)
    return value


def _population(
    param: Param, value: Any, catalogue: Catalogue, params: Mapping[str, Any]
) -> str | None:
    """The population asked for; left out, the indicator's first (none for all indicators)."""
    indicator = params.get("indicator")
    if not indicator:
        return value if value != "first" else None
    found = _known_indicator(str(indicator), catalogue)
    if value in (None, "", "first"):
        return next(iter(found.populations))
    if value not in found.populations:
        raise QueryError(
            f"指标 {indicator} 没有人群「{value}」；可用的有 {'、'.join(found.populations)}。"
        )
    return str(value)


def _is_in(area: object, parent: str, catalogue: Catalogue) -> bool:
    """Whether an area is another one or lies in it; nothing that is not known lies outside."""
    row = catalogue.register.row(str(area)) if area else None
    return row is None or parent in (area, *(row.get(f"{level}_code") for level in LEVELS))


def newest(text: str, count: int = 1) -> list[Period]:
    """The newest finished periods of each frequency at a chosen period, newest first."""
    chosen, found = period(text), []
    for frequency in FREQUENCIES:
        each = latest_ending_by(frequency, chosen.end)
        for _ in range(count):
            found.append(each)
            each = each.previous()
    return found


class Reached(NamedTuple):
    """The folders of report tables that a question's periods lie in; None for all of them.

    newest  Those of the newest finished period of each frequency alone.
    """

    folders: list[str] | None
    newest: list[str] | None


def span(header: Header, params: Mapping[str, Any]) -> Reached:
    """Which folders the rows of a question's periods lie in."""
    if periods := chosen(header, params):
        found = dict.fromkeys(each for text in periods for each in folders(text))
        return Reached(list(found), _folders(newest(periods[0])))
    first, last = params.get("period_from"), params.get("period_to")
    if first and last:
        return Reached(folders_between(str(first), str(last)), None)
    return Reached(None, None)


def chosen(header: Header, params: Mapping[str, Any]) -> list[str]:
    """The periods that a question asks for readings at: those that are not the ends of a span."""
    return [
        str(params[param.name])
        for param in header.params
        if param.type == "period" and param.name not in _ENDS and params[param.name]
    ]


def places(header: Header, params: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """The areas that a question is asked about, and the level of those it shows below them."""
    given = [(param.type, params[param.name]) for param in header.params]
    areas = [value for kind, value in given if kind == "area" and value]
    return areas, next((value for kind, value in given if kind == "level" and value), None)


def folders(text: str) -> list[str]:
    """Folders that can hold what is shown at a period: the newest finished one of each
    frequency, the two before it that it may step back to, and two more to compare with.
    """
    return _folders(newest(text, 5))


def _folders(found: Iterable[Period]) -> list[str]:
    """The folders that can hold rows of some periods: their own, and those of coarser ones."""
    names: dict[str, None] = {}
    for each in found:
        names[each.text] = None
        for coarser in FREQUENCIES[max(FREQUENCIES.index(each.frequency), 1) :]:
            names[each.within(coarser).text] = None
    return list(names)


def folders_between(first_text: str, last_text: str) -> list[str]:
    """Folders that can hold a row of any frequency that ends in a span of periods."""
    first, last = period(first_text), period(last_text)
    return _folders(
        each
        for frequency in FREQUENCIES
        for each in takewhile(
            lambda each: each.start <= last.end, _from(containing(frequency, first.start))
        )
    )


def _from(each: Period) -> Iterator[Period]:
    while True:
        yield each
        each = each.next()


def period(text: str) -> Period:
    """A period as written. raises QueryError."""
    try:
        return Period.parse(text)
    except UsageError as error:
        raise QueryError(str(error)) from error


def _known_indicator(value: str, catalogue: Catalogue) -> Indicator:
    found = catalogue.indicators.get(value)
    if found is None:
        raise QueryError(f"没有指标「{value}」。用 run indicator_list 看全部指标。")
    if not found.computed:
        raise QueryError(f"指标「{found.name}」没有报表，不计算。")
    return found


def _whole(param: Param, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise QueryError(f"参数 {param.name} 应为整数，现在是「{value}」。") from error


def _day(param: Param, value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise QueryError(
            f"参数 {param.name} 应为 2020-12-20 这样的日期，现在是「{value}」。"
        ) from error
