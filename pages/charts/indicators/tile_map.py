"""Areas without outlines as equal tiles: every one is there, none larger than another."""

from collections import Counter
from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import new_figure
from pages.charts.indicators.county_map import NEEDED, classes, hover, label
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.charts.screen import Picture
from pages.charts.subject import Subject
from pages.theme import tokens

_ACROSS = 5  # tiles in a row: on a phone a name of five characters still fits
_NAME = 5  # longer names take two lines
_TILE = 76  # px high


@made_once
def tile_map(table: pl.DataFrame, subject: Subject) -> Picture:
    """Draw one tile per area in the table's order, filled by light or by value.

    table    As for county_map: printed null = none (state says why).
    returns  Tiles with name, shape of the light and value. `customdata` holds the area code.
    raises   ChartDataError when a column is missing.
    source   indicator_ranking.sql
    """
    need(table, NEEDED, "tile_map")
    rows = table.sort("order_no").to_dicts() if "order_no" in table.columns else table.to_dicts()
    across = min(_ACROSS, max(len(rows), 1))
    down = -(-len(rows) // across)
    figure = new_figure(height=_TILE * down + 60)
    if not rows:
        return Picture(figure, describe(table, subject))
    places = {row["area_code"]: divmod(number, across) for number, row in enumerate(rows)}
    for name, colour, members in classes(rows, subject):
        figure.add_bar(
            x=[places[row["area_code"]][1] for row in members],
            y=[0.92] * len(members),
            base=[down - places[row["area_code"]][0] for row in members],
            width=0.94,
            name=name,
            marker={"color": colour, "line": {"color": tokens.AXIS, "width": 1}},
            text=[_text(row, subject) for row in members],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"size": tokens.SIZE_CHART - 1, "color": tokens.INK},
            hovertext=[hover(row, subject) for row in members],
            hoverinfo="text",
            customdata=[row["area_code"] for row in members],
            showlegend=True,
        )
    figure.update_xaxes(visible=False, range=[-0.5, across - 0.5])
    figure.update_yaxes(visible=False, range=[0.95, down + 0.97])
    return Picture(
        figure.update_layout(
            barmode="overlay",
            bargap=0.06,
            margin={"l": 0, "r": 0, "t": 36, "b": 4},
            clickmode="event+select",
        ),
        describe(table, subject),
    )


def _text(row: dict[str, Any], subject: Subject) -> str:
    """Name, value and shape, one under the other."""
    shape, _, value = label(row, subject).partition("<br>")[2].rpartition(" ")
    return "<br>".join(part for part in (wrapped(row["area_name"], _NAME), value, shape) if part)


@made_once
def describe(table: pl.DataFrame, subject: Subject) -> str:
    """The tiles in one sentence, for those who cannot see them."""
    need(table, NEEDED, "tile_map")
    counts = Counter(table["light"])
    said = "、".join(f"{word}{counts[word]}个" for word in tokens.LIGHTS if counts[word])
    return f"{subject.name}方格图，共{table.height}个区划" + (f"：{said}。" if said else "。")
