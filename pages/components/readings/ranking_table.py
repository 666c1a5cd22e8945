"""Ranking as a table: place, value, movement, gap, parts, notes."""

from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.once import made_once
from pages.components import links
from pages.components.html_table import Cell, Row, draw, number, table_html
from pages.components.light import reading_light
from pages.components.readings import reading_words as words
from pages.shell import runtime
from pages.theme import formats

NEEDED = ("area_name", "rank", "rank_change", "printed", "numerator", "denominator", "light")


def ranking_table(table: pl.DataFrame, *, level_name: str) -> None:
    """Draw one row per area in rank order, areas without a figure last with their word.

    table       Rows of indicator_ranking.sql.
    level_name  What the rows are, 「县（市、区）」, as the heading of the first column.
    """
    need(table, NEEDED, "ranking_table")
    which = table.select("indicator", "population").rows()
    base_unit = words.base_unit(runtime.catalogue(), *which[0]) if which else ""
    draw(_html(table, level_name, base_unit, links.here()))


@made_once
def _html(table: pl.DataFrame, level_name: str, base_unit: str, _here: links.Here) -> str:
    headers = [
        Cell(level_name),
        Cell("名次", style="number", sort=True),
        Cell("数值", style="number", sort=True),
        Cell("灯号"),
        Cell("变化", sort=True),
        Cell("距目标", sort=True),
        Cell("名次变化", sort=True),
        Cell("分子/分母", style="number"),
        Cell("说明", style="wide"),
    ]
    return table_html(headers, [_row(row, base_unit) for row in table.iter_rows(named=True)])


def _row(reading: dict[str, Any], base_unit: str) -> Row:
    lead = words.explained(words.lead_line(reading)) or formats.ABSENT
    gap = formats.gap_text(reading["gap"], reading["unit"], decimals=reading["decimals"])
    mark = "暂" if reading["provisional"] and reading["printed"] is not None else ""
    zone = "※" if reading["kind"] == "statistical_zone" else ""
    parts = (
        f"{formats.amount(reading['numerator'])}/{formats.amount(reading['denominator'])}"
        if reading["denominator"] is not None
        else formats.ABSENT
    )
    return Row(
        [
            Cell(html=f"{links.area_link(reading['area_code'], reading['area_name'])}{zone}"),
            rank_cell(reading, base_unit),
            number(f"{words.value_text(reading)}{mark}", reading["printed"]),
            Cell(html=reading_light(reading)),
            Cell(html=lead, style="wide", value=reading["lead_change"]),
            Cell(gap or formats.ABSENT, value=reading["gap"]),
            Cell(_moved(reading["rank_change"]), value=reading["rank_change"]),
            number(parts),
            Cell("；".join(words.notes(reading)), style="wide"),
        ]
    )


def rank_cell(reading: dict[str, Any], base_unit: str) -> Cell:
    """Return the place of an area, or why it has none: 基数小（14人），不排名."""
    if reading["small_base"]:
        why = formats.small_base(reading["denominator"], base_unit)
        return Cell(why, style="number words")
    return number(
        formats.ABSENT if reading["rank"] is None else str(reading["rank"]), reading["rank"]
    )


def _moved(change: int | None) -> str:
    if change is None:
        return formats.ABSENT
    if change == 0:
        return "不变"
    return f"↑ 上升{change}位" if change > 0 else f"↓ 下降{-change}位"
