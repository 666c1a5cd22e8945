"""Which areas differ from the whole by more than their size explains: rate against size."""

from typing import Any

import polars as pl

from pages.charts.description import Chart, LineAcross, Series
from pages.charts.errors import need
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
SIZE = "分母（规模，对数轴）"
_NAMED = {
    "mode": "markers+text",
    "textposition": "top center",
    "textfont": {"size": tokens.SIZE_CHART - 1, "color": tokens.INK},
}


@made_once
def funnel(table: pl.DataFrame, subject: Subject) -> Chart:
    """Describe one point per area: its size across, its rate upward, the limits of chance around.

    table    One row per area. printed: the rounded rate. denominator: its size. low_95 … high_998:
             between them lies an area of that size by chance alone. outside: 正常波动 or how it
             differs.
    returns  A logarithmic axis of sizes; areas outside the limits carry their names.
    raises   ChartDataError when a column is missing.
    source   indicator_funnel.sql
    """
    need(table, NEEDED, "funnel")
    rows = table.sort("denominator").to_dicts()
    return Chart(
        kind="points",
        alt=describe(table, subject),
        names=[row["area_name"] for row in rows],
        codes=[row["area_code"] for row in rows],
        series=[*_limits(rows), *_areas(rows, subject)],
        measure=subject.name,
        unit=subject.unit,
        decimals=subject.decimals,
        across=SIZE,
        lines=[whole_line(row["parent_printed"], subject) for row in rows[:1]],
        legend=True,
        height=tokens.CHART_HEIGHT + 40,
        on_screen={
            "xaxis": {"type": "log", "tickvals": _sizes(rows), "showgrid": False},
            "showlegend": True,
            "margin": {"t": 36},
        },
    )


def whole_line(value: float, subject: Subject, **place: str) -> LineAcross:
    """The value of the whole, as a line among those of its parts."""
    words = f"整体 {formats.value_text(value, subject.unit, subject.decimals)}"
    look = {"xanchor": "right", "yanchor": "bottom"} | place
    return LineAcross(name="整体", value=value, words=words, dashed=False, on_screen=look)


def _limits(rows: list[dict[str, Any]]) -> list[Series]:
    """Between which an area of each size lies by chance alone, the inner pair dotted."""
    sizes = [row["denominator"] for row in rows]
    limits = (("95%范围", "dot", "_95"), ("99.8%范围", "dash", "_998"))
    return [
        Series(
            name=name,
            form="line",
            across=sizes,
            values=[row[f"{end}{limit}"] for row in rows],
            colour=tokens.AXIS,
            aside=True,
            on_screen={
                "line": {"width": 1.5, "dash": dash},
                "showlegend": end == "low",
                "customdata": None,
            },
        )
        for name, dash, limit in limits
        for end in ("low", "high")
    ]


def _areas(rows: list[dict[str, Any]], subject: Subject) -> list[Series]:
    """The areas that chance explains, and those that it does not, which carry their names."""
    kinds = (
        ("差异不显著", tokens.BLUE_MIDDLE, {"marker": {"size": 10, "symbol": "circle"}}),
        ("差异显著", tokens.BEHIND.strong, {"marker": {"size": 10, "symbol": "diamond"}} | _NAMED),
    )
    found = []
    for number, (name, colour, look) in enumerate(kinds):
        shown = [(row["outside"] != INSIDE) == bool(number) for row in rows]
        if any(shown):
            found.append(
                Series(
                    name=name,
                    form="point",
                    across=[row["denominator"] for row in rows],
                    values=[
                        row["printed"] if each else None
                        for row, each in zip(rows, shown, strict=True)
                    ],
                    colour=colour,
                    texts=[row["area_name"] if number else "" for row in rows],
                    hovers=[_hover(row, subject) for row in rows],
                    on_screen=look | {"cliponaxis": False},
                )
            )
    return found


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
    if not rows:
        return []
    low, high = rows[0]["denominator"], rows[-1]["denominator"]
    marks = [step * 10**power for power in range(10) for step in (1, 2, 5)]
    inside = [mark for mark in marks if low <= mark <= high]
    return inside or [low, high]
