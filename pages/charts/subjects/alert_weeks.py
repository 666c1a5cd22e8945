"""Alerts week by week: checked, still within their time, left open for too long."""

from typing import Any

import polars as pl

from data.periods import Period
from pages.charts.axes import time_axis
from pages.charts.description import Chart, Series
from pages.charts.errors import need
from pages.charts.labels import filling
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("period", "due", "checked", "waiting", "overdue", "units")

_PARTS = (
    ("checked", "已核查", tokens.BLUE_MIDDLE, ""),
    ("waiting", "未核查（未超时）", tokens.BLUE_LIGHT, "/"),
    ("overdue", "超时未核查", tokens.BEHIND.strong, ""),
)


@made_once
def alert_weeks(table: pl.DataFrame, *, height: int = tokens.CHART_HEIGHT) -> Chart:
    """Describe one column per week, from zero; a week that nobody reported leaves a gap.

    table    One row per reported week, ascending; counts in 人次, null = not filled in. units: how
             many units reported, for the hover.
    raises   ChartDataError when a column is missing.
    source   monitoring_weeks.sql
    """
    need(table, NEEDED, "alert_weeks")
    rows = table.to_dicts()
    weeks = [row["period"] for row in rows]
    places = [Period.parse(week).ordinal for week in weeks]
    hovers = [_hover(row) for row in rows]
    return Chart(
        kind="columns",
        alt=describe(table),
        names=[formats.period_short(week) for week in weeks],
        places=places,
        series=[
            Series(
                name=name,
                values=[row[column] for row in rows],
                colour=colour,
                hovers=hovers,
                on_screen={"marker": filling(colour, hatch)},
            )
            for column, name, colour, hatch in _PARTS
        ],
        measure="预警",
        unit="人次",
        stacked=True,
        legend=True,
        height=height,
        on_screen={
            "barmode": "stack",
            "bargap": 0.15,
            "xaxis": time_axis(weeks, places),
            "yaxis": {"rangemode": "tozero"},
            "legend": {"traceorder": "normal"},
            "margin": {"t": 44},
        },
    )


@made_once
def finding(table: pl.DataFrame) -> str:
    """最近一周超时未核查15人次: the newest week as a title."""
    need(table, NEEDED, "alert_weeks")
    if table.is_empty():
        return "逐周预警核查"
    last = table.row(-1, named=True)
    week = formats.period_short(last["period"], chosen=last["period"])
    if last["overdue"] is None:
        return "逐周预警核查"
    late = f"超时未核查{formats.value_text(last['overdue'], '人次')}"
    return f"{week}{late}" if last["overdue"] else f"{week}没有超时未核查的预警"


@made_once
def describe(table: pl.DataFrame) -> str:
    """The newest week in words, for those who cannot see the columns."""
    need(table, NEEDED, "alert_weeks")
    if table.is_empty():
        return "逐周预警核查图：没有数据。"
    last = table.row(-1, named=True)
    said = "、".join(
        f"{name}{formats.value_text(last[column], '人次')}" for column, name, _, _ in _PARTS
    )
    return f"逐周预警核查图，共{table.height}周；{formats.period_label(last['period'])}{said}。"


def _hover(row: dict[str, Any]) -> str:
    lines = [
        f"<b>{formats.period_label(row['period'])}</b>",
        f"待核查 {formats.value_text(row['due'], '人次')}",
        *(f"{name} {formats.value_text(row[column], '人次')}" for column, name, _, _ in _PARTS),
        f"已报{row['units']}个单位",
    ]
    return "<br>".join(lines)
