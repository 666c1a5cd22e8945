"""Indicators x areas: every value with its light, the parent area first."""

from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.components import reading_words as words
from pages.components.html_table import Cell, Row, html_table
from pages.components.light import light_class, light_html

NEEDED = ("indicator", "indicator_name", "area_code", "area_name", "is_parent", "light", "state")


def indicator_matrix(table: pl.DataFrame) -> None:
    """Draw one row per indicator, one column per area.

    table  Rows of indicator_matrix.sql, indicators and areas in reading order.
    """
    need(table, NEEDED, "indicator_matrix")
    areas = (
        table.select("area_code", "area_name", "is_parent")
        .unique(subset="area_code", maintain_order=True)
        .sort("is_parent", descending=True, maintain_order=True)
        .to_dicts()
    )
    cells = {(row["indicator"], row["area_code"]): row for row in table.iter_rows(named=True)}
    indicators = table.select("indicator", "indicator_name", "unit").unique(
        subset="indicator", maintain_order=True
    )
    headers = [Cell("指标"), *(Cell(area["area_name"], style="number") for area in areas)]
    rows = [
        Row([Cell(name), *(_cell(cells.get((key, area["area_code"]))) for area in areas)])
        for key, name, _unit in indicators.iter_rows()
    ]
    html_table(
        headers,
        rows,
        caption="各指标取各自报告期的最新值。●达标 ▲预警 ■滞后,无形状的不亮灯;「—」后为原因。",
    )


def _cell(reading: dict[str, Any] | None) -> Cell:
    if reading is None:
        return Cell("—", style="number")
    if reading["printed"] is None and not reading["masked"]:
        return Cell(html=f"— <small>{reading['state']}</small>", style="number")
    light = light_html(reading["light"]) if light_class(reading["light"]) != "none" else ""
    shape = light.replace(f" {reading['light']}</span>", "</span>")
    mark = "<small>暂</small>" if reading["provisional"] else ""
    if reading["state"] != "正常" and not reading["masked"]:
        mark += f" <small>{reading['state']}</small>"
    return Cell(
        html=f"{words.value_text(reading)}{mark} {shape}",
        style=f"number cell-{light_class(reading['light'])}",
    )
