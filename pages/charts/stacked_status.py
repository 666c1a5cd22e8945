"""Counts by status: one stacked bar per area, or one per period."""

from collections import Counter
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import polars as pl

from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.charts.time_axis import time_axis
from pages.theme import formats, tokens

NEEDED_BY_AREA = ("area_code", "area_name", "status", "unit", "count")
NEEDED_BY_PERIOD = ("period", "status", "unit", "count")
_COUNT_ON_FINGERS = 8  # up to here the axis counts one by one, never by halves
_LABEL_SHARE = 0.04  # a part narrower than this share of the longest bar has no room for a number


@made_once
def stacked_status(
    table: pl.DataFrame,
    *,
    unit: str,
    colours: Mapping[str, tuple[str, str]] = tokens.CLINIC_STATUS,
) -> Figure:
    """Draw one bar per area, its parts the statuses in their fixed order.

    colours  Status to colour and hatch, in the order of the parts.

    table    One row per (area, status); areas in the order they are to be read. unit: rows of any
             other unit are left out, so that 个(卫生室) and 个(行政村) never share a bar.
    returns  Bars from zero; parts labelled with their count where it fits, `customdata` the code.
    raises   ChartDataError when a column is missing.
    source   clinic_status.sql
    """
    need(table, NEEDED_BY_AREA, "stacked_status")
    rows = _rows(table, unit)
    names = {row["area_code"]: row["area_name"] for row in rows}
    figure = new_figure(height=tokens.bar_height(len(names)) + 28)
    positions = list(range(len(names)))
    longest = max(_totals(rows, "area_code").values(), default=0)
    least = _LABEL_SHARE * longest
    for status in _statuses(rows, colours):
        counts = {row["area_code"]: row["count"] for row in rows if row["status"] == status}
        colour, hatch = colours.get(status, (tokens.AXIS, ""))
        values = [counts.get(code) for code in names]
        figure.add_bar(
            x=values,
            y=positions,
            orientation="h",
            name=status,
            marker={
                "color": colour,
                "pattern": _pattern(colour, hatch),
                "line": {"color": tokens.WHITE, "width": 1},
            },
            text=["" if not value or value < least else str(value) for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"size": tokens.SIZE_CHART - 1, "color": tokens.ink_on(colour)},
            hovertext=[
                f"<b>{name}</b><br>{status} {formats.value_text(counts.get(code), unit)}"
                for code, name in names.items()
            ],
            hoverinfo="text",
            customdata=list(names),
        )
    figure.update_xaxes(
        title_text=f"数量 {unit}",
        rangemode="tozero",
        dtick=1 if longest <= _COUNT_ON_FINGERS else None,
    )
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[wrapped(name) for name in names.values()],
        range=[len(names) - 0.4, -0.6],
        tickfont={"color": tokens.INK},
        showgrid=False,
    )
    return figure.update_layout(
        barmode="stack",
        legend={"traceorder": "normal"},
        margin={"t": 44},
    )


@made_once
def status_progress(table: pl.DataFrame, *, unit: str, height: int = tokens.CHART_HEIGHT) -> Figure:
    """Draw one column per period, its parts the statuses in their fixed order.

    table    One row per (period, status), periods ascending; rows of another unit are left out.
    raises   ChartDataError when a column is missing.
    source   clinic_progress.sql
    """
    need(table, NEEDED_BY_PERIOD, "status_progress")
    rows = _rows(table, unit)
    periods = list(dict.fromkeys(row["period"] for row in rows))
    figure = new_figure(height=height)
    for status in _statuses(rows):
        counts = {row["period"]: row["count"] for row in rows if row["status"] == status}
        colour, hatch = tokens.CLINIC_STATUS.get(status, (tokens.AXIS, ""))
        figure.add_bar(
            x=list(range(len(periods))),
            y=[counts.get(period) for period in periods],
            name=status,
            marker={
                "color": colour,
                "pattern": _pattern(colour, hatch),
                "line": {"color": tokens.WHITE, "width": 1},
            },
            hovertext=[
                f"<b>{formats.period_label(period)}</b><br>{status} "
                f"{formats.value_text(counts.get(period), unit)}"
                for period in periods
            ],
            hoverinfo="text",
            customdata=periods,
        )
    figure.update_xaxes(**time_axis(periods, range(len(periods))))
    figure.update_yaxes(title_text=f"数量 {unit}", rangemode="tozero")
    return figure.update_layout(barmode="stack", legend={"traceorder": "normal"}, bargap=0.2)


@made_once
def finding(table: pl.DataFrame, *, unit: str, status: str) -> str:
    """Who has most of one status: 未达标最多的是夏邑县（113个）; empty below two areas."""
    need(table, NEEDED_BY_AREA, "stacked_status")
    rows = _rows(table, unit)
    names = {row["area_code"]: row["area_name"] for row in rows}
    counts = {row["area_code"]: row["count"] or 0 for row in rows if row["status"] == status}
    if len(names) < 2 or not any(counts.values()):
        return ""
    word = unit.partition("(")[0]
    known = [(name, counts.get(code, 0)) for code, name in names.items()]
    most = at_end(((name, count, f"{count}{word}") for name, count in known), most=True)
    return f"{status}最多的是{most}" if most else ""


@made_once
def reached(table: pl.DataFrame, *, unit: str, status: str) -> str:
    """How many are of one status in the newest period: 11月达标3927个; empty without a figure."""
    need(table, NEEDED_BY_PERIOD, "status_progress")
    rows = [row for row in _rows(table, unit) if row["status"] == status]
    newest = max(rows, key=itemgetter("period"), default=None)
    if newest is None or newest["count"] is None:
        return ""
    period = formats.period_short(newest["period"], chosen=newest["period"])
    return f"{period}{status}{newest['count']}{unit.partition('(')[0]}"


@made_once
def describe(
    table: pl.DataFrame,
    *,
    unit: str,
    colours: Mapping[str, tuple[str, str]] = tokens.CLINIC_STATUS,
) -> str:
    """The counts of all areas together in words; for one period pass that period's rows."""
    need(table, ("status", "unit", "count"), "stacked_status")
    rows = _rows(table, unit)
    totals = _totals(rows, "status")
    said = "、".join(
        f"{status}{formats.value_text(totals[status], unit)}" for status in _statuses(rows, colours)
    )
    return f"状态构成图：{said}。" if said else "状态构成图：没有数据。"


def _rows(table: pl.DataFrame, unit: str) -> list[dict[str, Any]]:
    return [row for row in table.iter_rows(named=True) if row["unit"] == unit]


def _totals(rows: list[dict[str, Any]], by: str) -> Counter:
    totals = Counter()
    for row in rows:
        totals[row[by]] += row["count"] or 0
    return totals


def _statuses(
    rows: list[dict[str, Any]], order: Mapping[str, tuple[str, str]] = tokens.CLINIC_STATUS
) -> list[str]:
    """The statuses that occur, the known ones in their fixed order, strange ones last."""
    found = list(dict.fromkeys(row["status"] for row in rows if row["count"]))
    known = [status for status in order if status in found]
    return known + [status for status in found if status not in order]


def _pattern(colour: str, hatch: str) -> dict:
    return {"shape": hatch, "size": 6, "fgcolor": tokens.WHITE, "bgcolor": colour, "solidity": 0.25}
