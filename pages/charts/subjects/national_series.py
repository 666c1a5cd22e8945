"""One national series over the years: how exact each figure is, and what may not be joined."""

from typing import Any

import polars as pl

from pages.charts.description import Chart, Series
from pages.charts.errors import need
from pages.charts.once import made_once
from pages.theme import tokens

NEEDED = (
    "name",
    "year",
    "value",
    "printed",
    "unit",
    "mark",
    "precision",
    "basis",
    "stretch",
    "note",
    "source",
)
# Shape first: a filled dot is exact, a hollow one is not.
_MARKS = {"准确数": "circle", "约数": "diamond-open", "初步数": "triangle-up-open"}
_LINE = "同一口径相邻年份"
_FEW = 8  # years that can all be named on the axis


@made_once
def national_series(table: pl.DataFrame, *, height: int = tokens.CHART_HEIGHT) -> Chart:
    """Describe one series; a line joins neighbouring years of one basis only.

    table    One row per year, ascending. value: as published, in `unit`; printed: the same as
             text. mark: 准确数, 约数 or 初步数. stretch: rows of one number may be joined.
    raises   ChartDataError when a column is missing.
    source   national_series.sql
    """
    need(table, NEEDED, "national_series")
    rows = table.to_dicts()
    years = [row["year"] for row in rows]
    stretches = [part["stretch"][0] for part in table.partition_by("stretch") if part.height > 1]
    marks = [mark for mark in _MARKS if mark in table["mark"]]
    return Chart(
        kind="lines",
        alt=describe(table),
        names=[f"{year}年" for year in years],
        places=years,
        series=[
            *(_joined(rows, each, first=each == stretches[0]) for each in stretches),
            *(_points(rows, mark) for mark in marks),
        ],
        measure=rows[0]["name"] if rows else "",
        unit=rows[0]["unit"] if rows else "",
        legend=True,
        height=height,
        on_screen={
            "xaxis": _years(years) if years else {},
            "showlegend": True,
            "hovermode": "closest",
            "margin": {"t": 36, "r": 24},
        },
    )


def _joined(rows: list[dict[str, Any]], stretch: int, *, first: bool) -> Series:
    """A line over the years of one stretch, called by its basis in a file."""
    return Series(
        name=next(row["basis"] for row in rows if row["stretch"] == stretch),
        form="line",
        values=[row["value"] if row["stretch"] == stretch else None for row in rows],
        colour=tokens.BLUE,
        on_screen={"name": _LINE, "legendgroup": _LINE, "showlegend": first, "line": {"width": 2}},
    )


def _points(rows: list[dict[str, Any]], mark: str) -> Series:
    """The years whose figures are of one exactness."""
    return Series(
        name=mark,
        form="point",
        values=[row["value"] if row["mark"] == mark else None for row in rows],
        colour=tokens.BLUE,
        hovers=[_hover(row) if row["mark"] == mark else "" for row in rows],
        on_screen={
            "marker": {
                "symbol": _MARKS[mark],
                "size": 8 if mark == "准确数" else 11,
                "line": {"color": tokens.BLUE, "width": 2},
            }
        },
    )


def _years(years: list[int]) -> dict[str, Any]:
    """The axis: every year where they are few, else every fifth."""
    shown = years if len(years) <= _FEW else [year for year in range(1950, 2100) if year % 5 == 0]
    return {
        "showgrid": False,
        "tickvals": shown,
        "ticktext": [f"{year}年" for year in shown],
        "range": [years[0] - 0.8, years[-1] + 0.8],
        "autotickangles": [0, 45],
    }


@made_once
def describe(table: pl.DataFrame) -> str:
    """The series in one sentence, for those who cannot see it."""
    need(table, NEEDED, "national_series")
    if table.is_empty():
        return "全国历年图：没有数据。"
    first, last = table.row(0, named=True), table.row(-1, named=True)
    return (
        f"全国{first['name']}历年图：{first['year']}年{_figure(first)}，"
        f"{last['year']}年{_figure(last)}，共{table.height}个年份。"
    )


def exactness(row: dict[str, Any]) -> str:
    """How exact a figure is, in words: 准确数, 约数(千), 初步数 · 约数(万,一位小数)."""
    mark, precision = row["mark"], row["precision"]
    return precision if precision.startswith(mark) else f"{mark} · {precision}"


def _figure(row: dict[str, Any]) -> str:
    mark = "" if row["mark"] == "准确数" else f"({row['mark']})"
    return f"{row['printed']}{row['unit']}{mark}"


def _hover(row: dict[str, Any]) -> str:
    lines = [
        f"<b>{row['year']}年</b>",
        f"{row['name']} {row['printed']}{row['unit']}",
        exactness(row),
        row["basis"],
    ]
    return "<br>".join(lines)
