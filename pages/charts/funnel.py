"""Which areas differ from the whole by more than their size explains: rate against size."""

from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.theme import formats, tokens

NEEDED = (
    "area_code",
    "area_name",
    "denominator",
    "printed",
    "parent_printed",
    "low_95",
    "high_95",
    "low_998",
    "high_998",
    "outside",
)
INSIDE = "正常波动"


@made_once
def funnel(table: pl.DataFrame, subject: Subject) -> Figure:
    """Draw one point per area: its size across, its rate upward, the limits of chance around.

    table    One row per area. printed: the rounded rate. denominator: its size. low_95 … high_998:
             between them lies an area of that size by chance alone. outside: 正常波动 or how it
             differs.
    returns  Figure on a logarithmic axis of sizes; areas outside the limits carry their names.
             `customdata` holds the area code.
    raises   ChartDataError when a column is missing.
    source   indicator_funnel.sql
    """
    need(table, NEEDED, "funnel")
    figure = new_figure(height=tokens.CHART_HEIGHT + 40)
    if table.is_empty():
        return figure
    by_size = table.sort("denominator").to_dicts()
    for low, high, name, dash in (
        ("low_95", "high_95", "95%范围", "dot"),
        ("low_998", "high_998", "99.8%范围", "dash"),
    ):
        for column, shown in ((low, True), (high, False)):
            figure.add_scatter(
                x=[row["denominator"] for row in by_size],
                y=[row[column] for row in by_size],
                name=name,
                mode="lines",
                line={"color": tokens.AXIS, "width": 1.5, "dash": dash},
                hoverinfo="skip",
                showlegend=shown,
            )
    whole = by_size[0]["parent_printed"]
    figure.add_hline(
        y=whole,
        line={"color": tokens.TARGET, "width": 1.5},
        annotation={
            "text": f"整体 {formats.value_text(whole, subject.unit, subject.decimals)}",
            "font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
            "xanchor": "right",
            "yanchor": "bottom",
        },
    )
    for inside, colour, symbol, name in (
        (True, tokens.BLUE_MIDDLE, "circle", "差异不显著"),
        (False, tokens.BEHIND.strong, "diamond", "差异显著"),
    ):
        rows = [row for row in by_size if (row["outside"] == INSIDE) == inside]
        if not rows:
            continue
        figure.add_scatter(
            x=[row["denominator"] for row in rows],
            y=[row["printed"] for row in rows],
            name=name,
            mode="markers" if inside else "markers+text",
            text=None if inside else [row["area_name"] for row in rows],
            textposition="top center",
            textfont={"size": tokens.SIZE_CHART - 1, "color": tokens.INK},
            marker={"color": colour, "size": 10, "symbol": symbol},
            hovertext=[_hover(row, subject) for row in rows],
            hoverinfo="text",
            customdata=[row["area_code"] for row in rows],
            cliponaxis=False,
        )
    figure.update_xaxes(
        type="log", title_text="分母(规模，对数轴)", tickvals=_sizes(by_size), showgrid=False
    )
    figure.update_yaxes(title_text=f"{subject.name}({subject.unit})")
    return figure.update_layout(showlegend=True, margin={"t": 36})


@made_once
def describe(table: pl.DataFrame, subject: Subject) -> str:
    """What lies outside, in one sentence, for those who cannot see it."""
    need(table, NEEDED, "funnel")
    outside = table.filter(pl.col("outside") != INSIDE)
    names = "、".join(f"{row['area_name']}（{row['outside']}）" for row in outside.to_dicts())
    return f"{subject.name}漏斗图，共{table.height}个区划，" + (
        f"与整体差异显著的有{outside.height}个：{names}。" if names else "与整体差异都不显著。"
    )


def _hover(row: dict[str, Any], subject: Subject) -> str:
    value = formats.value_text(row["printed"], subject.unit, subject.decimals)
    return (
        f"<b>{row['area_name']}</b><br>{subject.name} {value}"
        f"<br>分母 {formats.amount(row['denominator'])}<br>{row['outside']}"
    )


def _sizes(rows: list[dict[str, Any]]) -> list[float]:
    """1, 2 and 5 of each power of ten between the smallest and the largest."""
    low, high = rows[0]["denominator"], rows[-1]["denominator"]
    marks = [step * 10**power for power in range(10) for step in (1, 2, 5)]
    inside = [mark for mark in marks if low <= mark <= high]
    return inside or [low, high]
