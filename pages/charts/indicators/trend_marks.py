"""What a trend marks besides its values: events, corrections, who filed, where a year begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from data.periods import Period, containing
from pages.charts.description import LineAcross, Series
from pages.theme import formats, tokens

_CLOSE = 0.12  # of the periods shown
_LINE = 18  # px


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, as the catalogue lists it."""

    day: date
    title: str


def filed_otherwise_marks(rows: list[dict[str, Any]]) -> Sequence[Series]:
    """Frames around the points that other units filed than the one before, and after a merger."""
    return [
        _framed(name, rows, [bool(row[column]) for row in rows], symbol, 15, tokens.INK_QUIET)
        for column, name, symbol in (
            ("units_differ", "报送单位不同", "triangle-up-open"),
            ("change_merged", "有区划并入", "square-open"),
        )
        if any(row[column] and row["printed"] is not None for row in rows)
    ]


def correction_marks(rows: list[dict[str, Any]], corrected: Mapping[str, str]) -> Sequence[Series]:
    """Rings around the points that were corrected after being published; read on hover."""
    changed = [row["period"] in corrected and row["printed"] is not None for row in rows]
    if not any(changed):
        return []
    ring = _framed("订正过", rows, changed, "diamond-open", 13, tokens.INK)
    return [replace(ring, hovers=[corrected.get(row["period"], "") for row in rows])]


def event_lines(rows: list[dict[str, Any]], events: Sequence[Event]) -> Sequence[LineAcross]:
    """A thin numbered line for each event, in its own period."""
    if not rows:
        return []
    frequency = Period.parse(rows[0]["period"]).frequency
    places = [containing(frequency, event.day).ordinal for event in events]
    close = len(rows) * _CLOSE
    # One above the other where the lines stand too close for numbers side by side.
    before = [sum(0 <= at - other < close for other in places[:i]) for i, at in enumerate(places)]
    return [
        LineAcross(
            name=event.title,
            value=place,
            words=f"({number})",
            axis="across",
            quiet=True,
            on_screen={
                "hovertext": f"{formats.date_zh(event.day)} {event.title}",
                "yref": "paper",
                "y": 0,
                "yshift": _LINE * near,
                "yanchor": "bottom",
                "xanchor": "left",
            },
        )
        for number, (event, place, near) in enumerate(
            zip(events, places, before, strict=True), start=1
        )
    ]


def turning_lines(periods: Iterable[str], words: Mapping[str, str]) -> Sequence[LineAcross]:
    """A thin line before each period from which the figure is measured otherwise.

    periods  Those of the chart. words: period to what stands at the line, 目标改.
    """
    return [
        LineAcross(
            name=words[text],
            value=Period.parse(text).ordinal - 0.5,
            words=words[text],
            axis="across",
            quiet=True,
            on_screen={"yanchor": "bottom", "y": 0, "xanchor": "left"},
        )
        for text in periods
        if text in words
    ]


def mch_year_lines(periods: Iterable[str]) -> Sequence[LineAcross]:
    """A thin line before every first period of the year of mothers and children.

    It runs from October to September. periods: of one frequency; only months and quarters have
    such a beginning.
    """
    first = {"monthly": 10, "quarterly": 4}
    read = [Period.parse(text) for text in periods]
    return [
        LineAcross(
            name="妇幼年度起",
            value=period.ordinal - 0.5,
            words=f"{period.year + 1}妇幼年度起",
            axis="across",
            quiet=True,
            on_screen={"yanchor": "bottom", "y": 0, "xanchor": "left"},
        )
        for period in read
        if period.number == first.get(period.frequency)
    ]


def _framed(
    name: str,
    rows: list[dict[str, Any]],
    chosen: Sequence[bool],
    symbol: str,
    size: int,
    colour: str,
) -> Series:
    values = [row["printed"] if each else None for row, each in zip(rows, chosen, strict=True)]
    look = {"symbol": symbol, "size": size, "line": {"width": 1.5}}
    return Series(
        name=name,
        form="point",
        values=values,
        colour=colour,
        aside=True,
        on_screen={"marker": look},
    )
