"""How sure a rate of few people is: each area's value with the interval around it."""

from typing import Any

import polars as pl

from pages.charts.description import Chart, Series
from pages.charts.errors import need
from pages.charts.indicators.funnel import INSIDE, whole_line
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
def intervals(table: pl.DataFrame, subject: Subject) -> Chart:
    """Describe each area's value and the 95 % interval around it as a line.

    table    One row per area, with the value of the whole in parent_printed.
    returns  Areas by value, best on top; a hollow point where the interval holds the whole.
    raises   ChartDataError when a column is missing.
    source   indicator_funnel.sql
    """
    need(table, NEEDED, "intervals")
    rows = table.sort("printed", descending=subject.direction != "lower_better").to_dicts()
    sure = [row["outside"] != INSIDE for row in rows]
    areas = Series(
        name=subject.name,
        form="point",
        values=[row["printed"] for row in rows],
        hovers=[_hover(row, subject) for row in rows],
        colour=[tokens.BLUE if each else tokens.WHITE for each in sure],
        on_screen={
            "marker": {"size": 10, "line": {"color": tokens.BLUE, "width": 2}},
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [max(row["interval_high"] - row["printed"], 0) for row in rows],
                "arrayminus": [max(row["printed"] - row["interval_low"], 0) for row in rows],
                "color": tokens.BLUE_MIDDLE,
                "thickness": 2,
            },
        },
    )
    return Chart(
        kind="bars",
        alt=describe(table, subject),
        names=[row["area_name"] for row in rows],
        shown=[wrapped(row["area_name"]) for row in rows],
        codes=[row["area_code"] for row in rows],
        series=[areas],
        measure=subject.name,
        unit=subject.unit,
        decimals=subject.decimals,
        lines=[whole_line(row["parent_printed"], subject, xanchor="center") for row in rows[:1]],
        height=tokens.bar_height(len(rows)),
        on_screen={"margin": {"t": 28}},
    )


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
