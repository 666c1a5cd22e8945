"""Counts by status: one stacked bar per area, or one per period."""

from collections import Counter
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import polars as pl

from pages.charts.axes import time_axis
from pages.charts.description import Chart, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.labels import filling, inside, wrapped
from pages.charts.once import made_once
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
) -> Chart:
    """Describe one bar per area, its parts the statuses in their fixed order.

    colours  Status to colour and hatch, in the order of the parts.

    table    One row per (area, status); areas in the order they are to be read. unit: rows of any
             other unit are left out, so that 个（卫生室） and 个（行政村） never share a bar.
    returns  Bars from zero; parts labelled with their count where it fits, `codes` the areas'.
    raises   ChartDataError when a column is missing.
    source   clinic_status.sql
    """
    need(table, NEEDED_BY_AREA, "stacked_status")
    rows = _rows(table, unit)
    names = {row["area_code"]: row["area_name"] for row in rows}
    longest = max(_totals(rows, "area_code").values(), default=0)
    parts = []
    for status in _statuses(rows, colours):
        counts = {row["area_code"]: row["count"] for row in rows if row["status"] == status}
        colour, hatch = colours.get(status, (tokens.AXIS, ""))
        values = [counts.get(code) for code in names]
        fits = [bool(value) and value >= _LABEL_SHARE * longest for value in values]
        parts.append(
            Series(
                name=status,
                values=values,
                colour=colour,
                texts=[str(v) if fit else "" for v, fit in zip(values, fits, strict=True)],
                hovers=[
                    f"<b>{name}</b><br>{status} {formats.value_text(value, unit)}"
                    for name, value in zip(names.values(), values, strict=True)
                ],
                on_screen=inside(colour, hatch),
            )
        )
    steps = {"dtick": 1} if longest <= _COUNT_ON_FINGERS else {}
    return Chart(
        kind="bars",
        alt=describe(table, unit=unit, colours=colours),
        names=list(names.values()),
        shown=[wrapped(name) for name in names.values()],
        codes=list(names),
        series=parts,
        measure="数量",
        unit=unit,
        stacked=True,
        legend=len(parts) > 1,
        height=tokens.bar_height(len(names)) + 28,
        on_screen={
            "barmode": "stack",
            "xaxis": {"rangemode": "tozero"} | steps,
            "legend": {"traceorder": "normal"},
            "margin": {"t": 44},
        },
    )


@made_once
def status_progress(table: pl.DataFrame, *, unit: str, height: int = tokens.CHART_HEIGHT) -> Chart:
    """Describe one column per period, its parts the statuses in their fixed order.

    table    One row per (period, status), periods ascending; rows of another unit are left out.
    raises   ChartDataError when a column is missing.
    source   clinic_progress.sql
    """
    need(table, NEEDED_BY_PERIOD, "status_progress")
    rows = _rows(table, unit)
    periods = list(dict.fromkeys(row["period"] for row in rows))
    parts = []
    for status in _statuses(rows):
        counts = {row["period"]: row["count"] for row in rows if row["status"] == status}
        colour, hatch = tokens.CLINIC_STATUS.get(status, (tokens.AXIS, ""))
        parts.append(
            Series(
                name=status,
                values=[counts.get(period) for period in periods],
                colour=colour,
                hovers=[
                    f"<b>{formats.period_label(period)}</b><br>{status} "
                    f"{formats.value_text(counts.get(period), unit)}"
                    for period in periods
                ],
                on_screen={"marker": filling(colour, hatch)},
            )
        )
    newest = table.filter(pl.col("period") == pl.col("period").max())
    return Chart(
        kind="columns",
        alt=f"逐月进展图，最近一期：{describe(newest, unit=unit)}",
        names=[formats.period_short(period) for period in periods],
        series=parts,
        measure="数量",
        unit=unit,
        stacked=True,
        legend=len(parts) > 1,
        height=height,
        on_screen={
            "barmode": "stack",
            "bargap": 0.2,
            "xaxis": time_axis(periods, range(len(periods))),
            "yaxis": {"rangemode": "tozero"},
            "legend": {"traceorder": "normal"},
        },
    )


@made_once
def finding(table: pl.DataFrame, *, unit: str, status: str) -> str:
    """Who has most of one status: 未达标最多的是夏邑县（113个）; empty below two areas."""
    need(table, NEEDED_BY_AREA, "stacked_status")
    rows = _rows(table, unit)
    names = {row["area_code"]: row["area_name"] for row in rows}
    counts = {row["area_code"]: row["count"] or 0 for row in rows if row["status"] == status}
    if len(names) < 2 or not any(counts.values()):
        return ""
    word = unit.partition("（")[0]
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
    return f"{period}{status}{newest['count']}{unit.partition('（')[0]}"


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
