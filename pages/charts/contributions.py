"""What moved a figure: effects to the left and right of zero, as horizontal bars."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.theme import formats, tokens

_COLOURS = (tokens.BLUE_MIDDLE, tokens.LAST_YEAR)
_HATCHES = ("", "/")


@made_once
def contributions(
    table: pl.DataFrame, subject: Subject, parts: Mapping[str, str], *, unit: str
) -> Figure:
    """Draw one bar per row, made of its effects, the largest on top.

    table    area_code, area_name, and one column per effect in `unit`, null = not known.
    parts    Column to what that effect is called, two at most; drawn one behind the other.
    unit     What the effects are in: 个百分点, or the unit of a count.
    returns  Bars around zero, each labelled with the sum of its effects. `customdata` holds the
             area code.
    raises   ChartDataError when a column is missing.
    source   indicator_split.sql, indicator_children_change.sql
    """
    need(table, ["area_code", "area_name", *parts], "contributions")
    rows = _ordered(table, parts)
    figure = new_figure(height=tokens.bar_height(len(rows)) + 28)
    if not rows:
        return figure
    positions, decimals = list(range(len(rows))), places(table, parts)
    for (column, name), colour, hatch in zip(parts.items(), _COLOURS, _HATCHES, strict=False):
        figure.add_bar(
            x=[row[column] or 0 for row in rows],
            y=positions,
            orientation="h",
            name=name,
            marker={"color": colour, "pattern": {"shape": hatch, "fgcolor": tokens.WHITE}},
            hovertext=[_hover(row, parts, unit, decimals) for row in rows],
            hoverinfo="text",
            customdata=[row["area_code"] for row in rows],
            showlegend=len(parts) > 1,
        )
    reach = max(abs(row[column] or 0) for row in rows for column in parts) or 1
    figure.add_scatter(
        x=[max(_above(row, parts), 0) for row in rows],
        y=positions,
        mode="text",
        text=[f" {formats.signed(_total(row, parts), decimals)}" for row in rows],
        textposition="middle right",
        textfont={"size": tokens.SIZE_CHART, "color": tokens.INK},
        hoverinfo="skip",
        cliponaxis=False,
        showlegend=False,
    )
    lowest = min(min(_below(row, parts) for row in rows), 0)
    highest = max(max(_above(row, parts) for row in rows), 0)
    figure.update_xaxes(
        range=[lowest - 0.04 * reach, highest + 0.35 * reach],
        title_text=f"对变化的影响({unit})",
        zeroline=True,
        zerolinewidth=1.5,
        tickangle=0,
        nticks=6,
    )
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[wrapped(row["area_name"]) for row in rows],
        range=[len(rows) - 0.4, -0.7],
        tickfont={"color": tokens.INK, "size": tokens.SIZE_CHART},
        showgrid=False,
    )
    return figure.update_layout(barmode="relative", margin={"t": 36, "r": 40})


@made_once
def describe(table: pl.DataFrame, subject: Subject, parts: Mapping[str, str], *, unit: str) -> str:
    """The largest effects in words, for those who cannot see them."""
    need(table, ["area_code", "area_name", *parts], "contributions")
    rows = _ordered(table, parts)[:5]
    decimals = places(table, parts)
    said = "、".join(
        f"{row['area_name']}{formats.signed(_total(row, parts), decimals)}{unit}" for row in rows
    )
    return f"{subject.name}变化来源图：{said or '没有数据'}。"


@made_once
def places(table: pl.DataFrame, parts: Mapping[str, str]) -> int:
    """How many decimals tell the effects apart: two, and up to four where all are small."""
    largest = max((abs(_total(row, parts)) for row in table.iter_rows(named=True)), default=0)
    return 2 if largest >= 0.1 else 3 if largest >= 0.01 else 4


def _ordered(table: pl.DataFrame, parts: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [
        row
        for row in table.iter_rows(named=True)
        if any(row[column] is not None for column in parts)
    ]
    return sorted(rows, key=lambda row: -abs(_total(row, parts)))


def _total(row: dict[str, Any], parts: Mapping[str, str]) -> float:
    return sum(row[column] or 0 for column in parts)


def _above(row: dict[str, Any], parts: Mapping[str, str]) -> float:
    return sum(max(row[column] or 0, 0) for column in parts)


def _below(row: dict[str, Any], parts: Mapping[str, str]) -> float:
    return sum(min(row[column] or 0, 0) for column in parts)


def _hover(row: dict[str, Any], parts: Mapping[str, str], unit: str, decimals: int) -> str:
    lines = [
        f"{name} {formats.signed(row[column], decimals)}{unit}"
        for column, name in parts.items()
        if row[column] is not None
    ]
    return "<br>".join([f"<b>{row['area_name']}</b>", *lines])
