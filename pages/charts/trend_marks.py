"""What a trend marks besides its values: dated events, and figures corrected later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.periods import Period, containing
from pages.charts.figure import Figure
from pages.theme import formats, tokens

_CLOSE = 0.12  # of the periods shown
_LINE = 18  # px


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, as the catalogue lists it."""

    day: date
    title: str


def add_filed_otherwise(figure: Figure, rows: list[dict[str, Any]]) -> None:
    """Frame the points that other units filed than the one before, and those after a merger."""
    for column, name, symbol in (
        ("units_differ", "报送单位不同", "triangle-up-open"),
        ("change_merged", "有区划并入", "square-open"),
    ):
        framed = [row for row in rows if row[column] and row["printed"] is not None]
        if framed:
            figure.add_scatter(
                x=[row["ordinal"] for row in framed],
                y=[row["printed"] for row in framed],
                name=name,
                mode="markers",
                marker={
                    "symbol": symbol,
                    "size": 15,
                    "color": tokens.INK_QUIET,
                    "line": {"width": 1.5},
                },
                hoverinfo="skip",
            )


def add_corrections(
    figure: Figure, rows: list[dict[str, Any]], corrected: Mapping[str, str]
) -> None:
    """Ring the points that were corrected after they had been published; read on hover."""
    changed = [row for row in rows if row["period"] in corrected and row["printed"] is not None]
    if changed:
        figure.add_scatter(
            x=[row["ordinal"] for row in changed],
            y=[row["printed"] for row in changed],
            name="订正过",
            mode="markers",
            marker={
                "symbol": "diamond-open",
                "size": 13,
                "color": tokens.INK,
                "line": {"width": 1.5},
            },
            hovertext=[corrected[row["period"]] for row in changed],
            hoverinfo="text",
        )


def add_events(figure: Figure, rows: list[dict[str, Any]], events: Sequence[Event]) -> None:
    """Draw a thin numbered line for each event, in its own period."""
    frequency = Period.parse(rows[0]["period"]).frequency
    places = [containing(frequency, event.day).ordinal for event in events]
    close = len(rows) * _CLOSE
    for number, (event, place) in enumerate(zip(events, places, strict=True), start=1):
        # One above the other where the lines stand too close for numbers side by side.
        before = sum(0 <= place - other < close for other in places[: number - 1])
        figure.add_vline(
            x=place,
            line={"color": tokens.AXIS, "width": 1, "dash": "dot"},
            annotation={
                "text": f"({number})",
                "hovertext": f"{formats.date_zh(event.day)} {event.title}",
                "font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
                "yref": "paper",
                "y": 0,
                "yshift": _LINE * before,
                "yanchor": "bottom",
                "xanchor": "left",
                "showarrow": False,
            },
        )
