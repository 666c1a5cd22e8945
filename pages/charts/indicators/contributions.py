"""What moved a figure: effects to the left and right of zero, as horizontal bars."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pages.charts.description import Chart, Label, Series
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.theme import formats, tokens

_COLOURS = (tokens.BLUE_MIDDLE, tokens.LAST_YEAR)
_HATCHES = ("", "/")


@made_once
def contributions(
    table: pl.DataFrame, subject: Subject, parts: Mapping[str, str], *, unit: str
) -> Chart:
    """Describe one bar per row, made of its effects, the largest on top.

    table    area_code, area_name, and one column per effect in `unit`, null = not known.
    parts    Column to what that effect is called, two at most; drawn one behind the other.
    unit     What the effects are in: 个百分点, or the unit of a count.
    returns  Bars around zero, each labelled with the sum of its effects. `codes` are the areas'.
    raises   ChartDataError when a column is missing.
    source   indicator_split.sql, indicator_children_change.sql
    """
    need(table, ["area_code", "area_name", *parts], "contributions")
    rows, decimals = _ordered(table, parts), places(table, parts)
    hovers = [_hover(row, parts, unit, decimals) for row in rows]
    reach = max((abs(row[column] or 0) for row in rows for column in parts), default=0) or 1
    lowest = min((_below(row, parts) for row in rows), default=0)
    highest = max((_above(row, parts) for row in rows), default=0)
    return Chart(
        kind="bars",
        alt=describe(table, subject, parts, unit=unit),
        names=[row["area_name"] for row in rows],
        shown=[wrapped(row["area_name"]) for row in rows],
        codes=[row["area_code"] for row in rows],
        series=[
            Series(
                name=name,
                values=[row[column] or 0 for row in rows],
                colour=colour,
                hovers=hovers,
                on_screen={"marker": {"pattern": {"shape": hatch, "fgcolor": tokens.WHITE}}},
            )
            for (column, name), colour, hatch in zip(
                parts.items(), _COLOURS, _HATCHES, strict=False
            )
        ],
        measure="对变化的影响",
        unit=unit,
        labels=[
            Label(
                words=f" {formats.signed(_total(row, parts), decimals)}",
                at=_above(row, parts),
            )
            for row in rows
        ],
        stacked=True,
        legend=len(parts) > 1,
        height=tokens.bar_height(len(rows)) + 28,
        on_screen={
            "barmode": "relative",
            "xaxis": {
                "range": [lowest - 0.04 * reach, highest + 0.35 * reach],
                "zeroline": True,
                "zerolinewidth": 1.5,
                "nticks": 6,
            },
            "margin": {"t": 36, "r": 40},
        },
    )


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
