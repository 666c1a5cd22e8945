"""Which criterion fails where: criteria x areas."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from pages.charts.description import Chart, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("area_code", "area_name", "criterion_order", "criterion", "failed", "clinics")


@made_once
def criteria_heat(table: pl.DataFrame, *, unit: str = "个（卫生室）") -> Chart:
    """Describe one cell per area and criterion: the count that fails it, deeper with its share.

    table    One row per (area, criterion), areas in reading order. failed: clinics that miss the
             criterion, null = not reported (a pale cell with —). clinics: those looked at.
    returns  Areas downwards, criteria across in criterion_order; the count is written in the cell.
    raises   ChartDataError when a column is missing.
    source   clinic_criteria.sql
    """
    need(table, NEEDED, "criteria_heat")
    rows = table.to_dicts()
    areas = {row["area_code"]: row["area_name"] for row in rows}
    places = {row["criterion"]: row["criterion_order"] for row in rows}
    criteria = sorted(places, key=lambda name: places[name])
    cells = {(row["area_code"], row["criterion"]): row for row in rows}
    columns = {name: [cells.get((code, name)) for code in areas] for name in criteria}
    return Chart(
        kind="cells",
        alt=describe(table),
        names=list(areas.values()),
        shown=[wrapped(name) for name in areas.values()],
        series=[
            Series(
                name=name,
                values=[cell["failed"] if cell else None for cell in column],
                texts=[_count(cell) for cell in column],
                hovers=[_hover(cell, unit) for cell in column],
                on_screen={"depth": [_share(cell) for cell in column]},
            )
            for name, column in columns.items()
        ],
        height=tokens.bar_height(len(areas)),
        on_screen={"xaxis": {"ticktext": [wrapped(name, 3) for name in criteria]}},
    )


@made_once
def finding(table: pl.DataFrame, *, unit: str = "个") -> str:
    """What fails most often: 最多的是建筑面积（263个）; empty when none fails."""
    need(table, NEEDED, "criteria_heat")
    totals = list(_totals(table))
    known = [(row["criterion"], row["failed"], f"{row['failed']}{unit}") for row in totals]
    most = at_end(known, most=True) if any(row["failed"] for row in totals) else ""
    return f"最多的是{most}" if most else ""


@made_once
def describe(table: pl.DataFrame, *, unit: str = "个（卫生室）") -> str:
    """The criteria with their counts over all areas, for those who cannot see the cells."""
    need(table, NEEDED, "criteria_heat")
    said = "、".join(f"{row['criterion']}{row['failed']}{unit}" for row in _totals(table))
    return f"未达标原因图（各区划合计，一个卫生室可有多项）：{said}。" if said else "没有数据。"


def _totals(table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Each criterion with the clinics of all areas that fail it, most first."""
    totals = (
        table.lazy()
        .group_by("criterion_order", "criterion")
        .agg(pl.col("failed").sum())
        .sort("failed", "criterion_order", descending=[True, False])
        .collect()
    )
    return totals.iter_rows(named=True)


def _share(cell: dict | None) -> float | None:
    if cell is None or cell["failed"] is None or not cell["clinics"]:
        return None
    return cell["failed"] / cell["clinics"]


def _count(cell: dict | None) -> str:
    return formats.ABSENT if cell is None or cell["failed"] is None else str(cell["failed"])


def _hover(cell: dict | None, unit: str) -> str:
    if cell is None or cell["failed"] is None:
        return "未报"
    share = formats.ratio_text(cell["failed"], cell["clinics"])
    return (
        f"<b>{cell['area_name']}</b><br>{cell['criterion']}不合格 {cell['failed']}{unit}"
        f"<br>共查 {cell['clinics']}{unit}，占 {share}"
    )
