"""Money by source: what is planned, what came in, what was spent, beside the year's passing."""

import polars as pl

from pages.charts.axes import SHARES
from pages.charts.description import Chart, Label, LineAcross, Series
from pages.charts.errors import need
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("fund_source", "source_name", "projects", "budget", "received", "spent",
          "received_share", "spent_share", "time_share")  # fmt: skip

_LABEL_ROOM = 116  # px right of the plot for the two shares and the budget


@made_once
def money_bars(table: pl.DataFrame) -> Chart:
    """Describe one bar per source: pale the budget, middle blue what came in, deep blue the spent.

    table    One row per source in reading order: source_name in words, amounts in 万元, shares in
             per cent of the budget, time_share the same on every row. A null share: no bar.
    returns  Bars from 0 to 100 % of each budget, and the year's passing as a labelled line.
    raises   ChartDataError when a column is missing.
    source   funds_by_source.sql
    """
    need(table, NEEDED, "money_bars")
    rows = table.to_dicts()
    hovers = [_hover(row) for row in rows]
    parts = (
        ("预算", [100 if row["budget"] else 0 for row in rows], tokens.BLUE_PALE, 0.74),
        ("到位", [row["received_share"] for row in rows], tokens.BLUE_LIGHT, 0.74),
        ("支出", [row["spent_share"] for row in rows], tokens.BLUE, 0.34),
    )
    return Chart(
        kind="bars",
        alt=describe(table),
        names=[row["source_name"] for row in rows],
        series=[
            Series(
                name=name,
                values=values,
                colour=colour,
                hovers=hovers,
                aside=name == "预算",
                on_screen={"width": width},
            )
            for name, values, colour, width in parts
        ],
        unit="%",
        full=100,
        labels=[Label(words=_label(row)) for row in rows],
        lines=[_gone(row["time_share"]) for row in rows[:1]],
        legend=True,
        height=tokens.bar_height(len(rows)) + 24 + 6 * len(rows),
        on_screen={
            "barmode": "overlay",
            "xaxis": SHARES | {"title": {"text": ""}, "side": "top"},
            "margin": {"t": 64, "b": 28, "r": _LABEL_ROOM},
            "legend": {"y": 1, "yref": "container", "yanchor": "top", "traceorder": "normal"},
        },
    )


@made_once
def finding(table: pl.DataFrame) -> str:
    """预算3.60亿元,到位98.82%,支出80.68%,慢于时序进度10.85个百分点: all sources together."""
    need(table, NEEDED, "money_bars")
    whole = table.filter(pl.col("fund_source") == "合计").drop_nulls("spent_share")
    if whole.is_empty():
        return "资金到位与支出"
    row = whole.row(0, named=True)
    behind = formats.round_half_up(row["time_share"], 2) - formats.round_half_up(
        row["spent_share"], 2
    )
    # Spending of earlier years is in it: being behind the year is sure, being ahead is not.
    beside = (
        f"慢于时序进度{behind:f}个百分点"
        if behind > 0
        else f"时序进度{formats.value_text(row['time_share'], '%')}"
    )
    return (
        f"预算{formats.value_text(row['budget'], '万元')}，"
        f"到位{formats.value_text(row['received_share'], '%')}，"
        f"支出{formats.value_text(row['spent_share'], '%')}，{beside}"
    )


@made_once
def describe(table: pl.DataFrame) -> str:
    """Every source in words, for those who cannot see the bars."""
    need(table, NEEDED, "money_bars")
    said = "；".join(
        f"{row['source_name']}预算{formats.value_text(row['budget'], '万元')}、"
        f"到位{formats.value_text(row['received_share'], '%')}、"
        f"支出{formats.value_text(row['spent_share'], '%')}"
        for row in table.iter_rows(named=True)
    )
    return f"资金进度图：{said}。" if said else "资金进度图：没有数据。"


def _gone(share: float) -> LineAcross:
    """How much of the year has passed."""
    return LineAcross(
        name="时序进度",
        value=share,
        words=f"时序进度 {formats.value_text(share, '%')}",
        on_screen={"yanchor": "top", "y": 0, "xanchor": "right"},
    )


def _hover(row: dict) -> str:
    return (
        f"<b>{row['source_name']}</b>（{row['projects']}个项目）"
        f"<br>预算 {formats.value_text(row['budget'], '万元')}"
        f"<br>到位 {formats.value_text(row['received'], '万元')}"
        f"({formats.value_text(row['received_share'], '%')})"
        f"<br>支出 {formats.value_text(row['spent'], '万元')}"
        f"({formats.value_text(row['spent_share'], '%')})"
    )


def _label(row: dict) -> str:
    spent = formats.value_text(row["spent_share"], "%")
    return f"<b>支出{spent}</b><br>预算{formats.value_text(row['budget'], '万元')}"
