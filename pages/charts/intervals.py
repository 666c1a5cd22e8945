"""How sure a rate of few people is: each area's value with the interval around it."""

from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.funnel import INSIDE
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.theme import formats, tokens

NEEDED = (
    "area_code",
    "area_name",
    "denominator",
    "printed",
    "interval_low",
    "interval_high",
    "parent_printed",
    "outside",
)


@made_once
def intervals(table: pl.DataFrame, subject: Subject) -> Figure:
    """Draw one line per area from the low to the high end of its 95 % interval, its value on it.

    table    One row per area, with the value of the whole in parent_printed.
    returns  Areas by value, best on top; a hollow point where the interval holds the whole.
    raises   ChartDataError when a column is missing.
    source   indicator_funnel.sql
    """
    need(table, NEEDED, "intervals")
    rows = table.sort("printed", descending=subject.direction != "lower_better").to_dicts()
    figure = new_figure(height=tokens.bar_height(len(rows)))
    if not rows:
        return figure
    positions = list(range(len(rows)))
    sure = [row["outside"] != INSIDE for row in rows]
    figure.add_scatter(
        x=[row["printed"] for row in rows],
        y=positions,
        mode="markers",
        marker={
            "size": 10,
            "color": [tokens.BLUE if each else tokens.WHITE for each in sure],
            "line": {"color": tokens.BLUE, "width": 2},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [max(row["interval_high"] - row["printed"], 0) for row in rows],
            "arrayminus": [max(row["printed"] - row["interval_low"], 0) for row in rows],
            "color": tokens.BLUE_MIDDLE,
            "thickness": 2,
        },
        hovertext=[_hover(row, subject) for row in rows],
        hoverinfo="text",
        customdata=[row["area_code"] for row in rows],
        showlegend=False,
    )
    whole = rows[0]["parent_printed"]
    figure.add_vline(
        x=whole,
        line={"color": tokens.TARGET, "width": 1.5},
        annotation={
            "text": f"整体 {formats.value_text(whole, subject.unit, subject.decimals)}",
            "font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
            "yanchor": "bottom",
            "xanchor": "center",
        },
    )
    figure.update_xaxes(title_text=f"{subject.name}({subject.unit})", tickangle=0)
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[wrapped(row["area_name"]) for row in rows],
        range=[len(rows) - 0.4, -0.7],
        tickfont={"color": tokens.INK, "size": tokens.SIZE_CHART},
        showgrid=False,
    )
    return figure.update_layout(margin={"t": 28})


@made_once
def describe(table: pl.DataFrame, subject: Subject) -> str:
    """How many differ from the whole, for those who cannot see it."""
    need(table, NEEDED, "intervals")
    sure = table.filter(pl.col("outside") != INSIDE)
    names = "、".join(sure["area_name"].to_list())
    return f"{subject.name}区间图，共{table.height}个区划，与整体差异显著的有{sure.height}个" + (
        f"：{names}。" if names else "。"
    )


def _hover(row: dict[str, Any], subject: Subject) -> str:
    low, high = (
        formats.value_text(row[name], subject.unit, subject.decimals)
        for name in ("interval_low", "interval_high")
    )
    value = formats.value_text(row["printed"], subject.unit, subject.decimals)
    said = "差异不显著，不宜排名" if row["outside"] == INSIDE else "差异显著"
    return (
        f"<b>{row['area_name']}</b><br>{subject.name} {value}<br>95%区间 {low}—{high}"
        f"<br>分母 {formats.amount(row['denominator'])}<br>{said}"
    )
