"""Counts by status: one stacked bar per area, or one per period."""

from collections.abc import Mapping

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.labels import wrapped
from pages.charts.time_axis import time_axis
from pages.theme import formats, tokens

NEEDED_BY_AREA = ("area_code", "area_name", "status", "unit", "count")
NEEDED_BY_PERIOD = ("period", "status", "unit", "count")
_COUNT_ON_FINGERS = 8  # up to here the axis counts one by one, never by halves
_LABEL_SHARE = 0.04  # a part narrower than this share of the longest bar has no room for a number


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
    kept = table.filter(pl.col("unit") == unit)
    areas = kept.select("area_code", "area_name").unique(maintain_order=True).to_dicts()
    figure = new_figure(height=tokens.bar_height(len(areas)) + 28)
    positions = list(range(len(areas)))
    longest = kept.group_by("area_code").agg(pl.col("count").sum())["count"].max()
    least = _LABEL_SHARE * float(str(longest or 0))
    for status in _statuses(kept, colours):
        counts = {
            row["area_code"]: row["count"]
            for row in kept.filter(pl.col("status") == status).iter_rows(named=True)
        }
        colour, hatch = colours.get(status, (tokens.AXIS, ""))
        values = [counts.get(area["area_code"]) for area in areas]
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
                f"<b>{area['area_name']}</b><br>{status} "
                f"{formats.value_text(counts.get(area['area_code']), unit)}"
                for area in areas
            ],
            hoverinfo="text",
            customdata=[area["area_code"] for area in areas],
        )
    figure.update_xaxes(
        title_text=f"数量 {unit}",
        rangemode="tozero",
        dtick=1 if float(str(longest or 0)) <= _COUNT_ON_FINGERS else None,
    )
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[wrapped(area["area_name"]) for area in areas],
        range=[len(areas) - 0.4, -0.6],
        tickfont={"color": tokens.INK},
        showgrid=False,
    )
    return figure.update_layout(
        barmode="stack",
        legend={"traceorder": "normal"},
        margin={"t": 44},
    )


def status_progress(table: pl.DataFrame, *, unit: str, height: int = tokens.CHART_HEIGHT) -> Figure:
    """Draw one column per period, its parts the statuses in their fixed order.

    table    One row per (period, status), periods ascending; rows of another unit are left out.
    raises   ChartDataError when a column is missing.
    source   clinic_progress.sql
    """
    need(table, NEEDED_BY_PERIOD, "status_progress")
    kept = table.filter(pl.col("unit") == unit)
    periods = kept["period"].unique(maintain_order=True).to_list()
    figure = new_figure(height=height)
    for status in _statuses(kept):
        counts = dict(kept.filter(pl.col("status") == status).select("period", "count").iter_rows())
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


def finding(table: pl.DataFrame, *, unit: str, status: str) -> str:
    """Which area has most of one status: 未达标最多的是夏邑县(113个); empty below two areas."""
    need(table, NEEDED_BY_AREA, "stacked_status")
    counts = table.filter((pl.col("unit") == unit) & (pl.col("status") == status))
    most = counts.sort("count", descending=True, nulls_last=True).head(1).to_dicts()
    if table["area_code"].n_unique() < 2 or not most or not most[0]["count"]:
        return ""
    short = unit.partition("(")[0]
    return f"{status}最多的是{most[0]['area_name']}({most[0]['count']}{short})"


def reached(table: pl.DataFrame, *, unit: str, status: str) -> str:
    """How many are of one status in the newest period: 11月达标3927个; empty without a figure."""
    need(table, NEEDED_BY_PERIOD, "status_progress")
    counts = table.filter((pl.col("unit") == unit) & (pl.col("status") == status))
    newest = counts.sort("period").tail(1).drop_nulls("count").to_dicts()
    if not newest:
        return ""
    period = formats.period_short(newest[0]["period"], chosen=newest[0]["period"])
    return f"{period}{status}{newest[0]['count']}{unit.partition('(')[0]}"


def describe(
    table: pl.DataFrame,
    *,
    unit: str,
    colours: Mapping[str, tuple[str, str]] = tokens.CLINIC_STATUS,
) -> str:
    """The counts of all areas together in words; for one period pass that period's rows."""
    need(table, ("status", "unit", "count"), "stacked_status")
    kept = table.filter(pl.col("unit") == unit)
    said = "、".join(
        f"{status}{formats.value_text(total, unit)}"
        for status in _statuses(kept, colours)
        if (total := kept.filter(pl.col("status") == status)["count"].sum())
    )
    return f"状态构成图:{said}。" if said else "状态构成图:没有数据。"


def _statuses(
    table: pl.DataFrame, order: Mapping[str, tuple[str, str]] = tokens.CLINIC_STATUS
) -> list[str]:
    """The statuses that occur, the known ones in their fixed order, strange ones last."""
    found = table.filter(pl.col("count") > 0)["status"].unique(maintain_order=True).to_list()
    known = [status for status in order if status in found]
    return known + [status for status in found if status not in order]


def _pattern(colour: str, hatch: str) -> dict:
    return {"shape": hatch, "size": 6, "fgcolor": tokens.WHITE, "bgcolor": colour, "solidity": 0.25}
