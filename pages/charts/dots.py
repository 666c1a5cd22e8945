"""Several figures of one unit per area, as dots on one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("area_code", "area_name")

_LINE = 20  # px, one line of words
# Shape first, colour second: in grey print the series are still told apart.
_MARKS = (
    ("circle", tokens.BLUE),
    ("square", tokens.BLUE_MIDDLE),
    ("diamond", tokens.INK_QUIET),
    ("triangle-up", tokens.BLUE_LIGHT),
)


@dataclass(frozen=True)
class Series:
    """One kind of dot: its column, its name, the columns of its two parts (may be empty), target.

    target  In the chart's unit, drawn as a labelled line; null draws none.
    """

    column: str
    name: str
    numerator: str = ""
    denominator: str = ""
    target: float | None = None


@made_once
def dots(
    table: pl.DataFrame, series: Sequence[Series], *, unit: str, from_zero: bool = False
) -> Figure:
    """Draw one line per area with one dot per series, the areas sorted by the first series.

    table      One row per area; a null figure draws no dot (the hover says 未报).
    series     At most four.
    unit       Of all of them.
    from_zero  Start the axis at 0: for figures that are no shares near the whole.
    returns    Figure; `customdata` holds the area code, for selection by click.
    raises     ChartDataError when a column is missing.
    source     workforce.sql, indicator_matrix.sql
    """
    need(table, (*NEEDED, *(each.column for each in series)), "dots")
    rows = table.sort(series[0].column, descending=True, nulls_last=True).to_dicts()
    figure = new_figure(height=tokens.bar_height(len(rows)) + 28)
    if not rows:
        return figure
    places = list(range(len(rows)))
    known = [row[each.column] for row in rows for each in series if row[each.column] is not None]
    middle = (max(known) + (0 if from_zero else min(known))) / 2 if known else 0
    targets = 0
    for each, (shape, colour) in zip(series, _MARKS, strict=False):
        figure.add_scatter(
            x=[row[each.column] for row in rows],
            y=places,
            mode="markers",
            name=each.name,
            marker={
                "symbol": shape,
                "size": 12,
                "color": colour,
                "line": {"color": tokens.WHITE, "width": 1},
            },
            hovertext=[_hover(row, each, unit) for row in rows],
            hoverinfo="text",
            customdata=[row["area_code"] for row in rows],
        )
        if each.target is not None:
            targets += 1
            figure.add_vline(
                x=each.target,
                line={"color": tokens.TARGET, "width": 1.5, "dash": "dash"},
                annotation={
                    "text": f"{each.name}目标 {formats.value_text(each.target, unit)}",
                    "font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
                    "yanchor": "top",
                    "y": 0,
                    "yshift": -_LINE * (targets - 1),  # one below the other
                    "xanchor": "left" if each.target < middle else "right",
                },
            )
    figure.update_xaxes(
        title_text=unit if from_zero else f"比例({unit})",
        rangemode="tozero" if from_zero else "normal",
        side="top",
        title_standoff=4,
    )
    figure.update_yaxes(
        tickvals=places,
        ticktext=[wrapped(row["area_name"]) for row in rows],
        range=[len(rows) - 0.4, -0.6],
        tickfont={"color": tokens.INK},
        griddash="dot",
    )
    # The names of the series stand above the axis, which stands above the dots.
    return figure.update_layout(
        margin={"t": 76, "b": 8 + _LINE * max(targets, 1)},
        legend={"y": 1, "yref": "container", "yanchor": "top"},
    )


@made_once
def finding(table: pl.DataFrame, first: Series, *, unit: str) -> str:
    """The lowest of one series, 每万人全科医生最低的是宁陵县（3.35名/万人）; empty without."""
    need(table, (*NEEDED, first.column), "dots")
    if table[first.column].count() < 2:
        return ""
    least = at_end(_figures(table, first, unit))
    return f"{first.name}最低的是{least}" if least else ""


@made_once
def describe(table: pl.DataFrame, series: Sequence[Series], *, unit: str) -> str:
    """First and last of every series, for those who cannot see the dots."""
    need(table, (*NEEDED, *(each.column for each in series)), "dots")
    said = []
    for each in series:
        figures = _figures(table, each, unit)
        if highest := at_end(figures, most=True):
            said.append(f"{each.name}最高{highest}，最低{at_end(figures)}")
        elif figures:
            said.append(f"{each.name}各地均为{figures[0][2]}")
    return f"各地对照图：{'；'.join(said)}。" if said else "各地对照图：没有数据。"


def _figures(table: pl.DataFrame, each: Series, unit: str) -> list[tuple[str, float, str]]:
    known = table.select("area_name", each.column).drop_nulls().rows()
    return [(name, figure, formats.value_text(figure, unit)) for name, figure in known]


def _hover(row: dict[str, Any], each: Series, unit: str) -> str:
    text = f"<b>{row['area_name']}</b><br>{each.name} "
    if row[each.column] is None:
        return f"{text}未报"
    parts = (
        f"<br>{formats.share_note(row[each.numerator], row[each.denominator])}"
        if each.numerator
        else ""
    )
    return f"{text}{formats.value_text(row[each.column], unit)}{parts}"
