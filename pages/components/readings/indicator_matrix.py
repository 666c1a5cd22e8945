"""Indicators x areas: every value with its light; a click opens the indicator."""

from html import escape
from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.once import made_once
from pages.components import links
from pages.components.html_table import Cell, Row, draw, table_html
from pages.components.light import light_class, reading_light
from pages.components.readings import reading_words as words
from pages.theme import formats, tokens

NEEDED = ("indicator", "indicator_name", "area_code", "area_name", "is_parent", "light", "state")
_KEY = "●达标 ▲预警 ■滞后，无形状的不亮灯；「—」后为原因。点击数值看这一指标，点击表头排序。"
# What a sort by an area goes by: indicators have no common scale, their lights do.
_URGENCY = {tokens.BEHIND.word: 3.0, tokens.WARNING.word: 2.0, tokens.MET.word: 1.0}


def indicator_matrix(table: pl.DataFrame) -> None:
    """Draw one row per indicator, one column per area, the parent area first.

    table  Rows of indicator_matrix.sql, indicators and areas in reading order.
    """
    need(table, NEEDED, "indicator_matrix")
    draw(_by_indicator(table, links.here()))


@made_once
def _by_indicator(table: pl.DataFrame, _here: links.Here) -> str:
    areas, indicators, cells = _axes(table)
    headers = [Cell("指标")]
    headers += [Cell(area["area_name"], style="number", sort=True) for area in areas]
    rows = [
        Row(
            [
                Cell(html=_indicator_link(each)),
                *(_urgent(cells.get((each["indicator"], area["area_code"]))) for area in areas),
            ]
        )
        for each in indicators
    ]
    return table_html(headers, rows, caption=_caption(table))


def area_matrix(table: pl.DataFrame, *, level_name: str) -> None:
    """Draw one row per area, one column per indicator: for the few headline indicators.

    table       Rows of indicator_matrix.sql, indicators and areas in reading order.
    level_name  What the rows are, as the heading of the first column.
    """
    need(table, NEEDED, "area_matrix")
    draw(_by_area(table, level_name, links.here()))


@made_once
def _by_area(table: pl.DataFrame, level_name: str, _here: links.Here) -> str:
    areas, indicators, cells = _axes(table)
    headers = [Cell(level_name)]
    headers += [
        Cell(html=_heading(each), style="number indicator", sort=True) for each in indicators
    ]
    rows = [
        Row(
            [
                _area(area),
                *(_cell(cells.get((each["indicator"], area["area_code"]))) for each in indicators),
            ],
            is_total=area["is_parent"],
        )
        for area in areas
    ]
    return table_html(headers, rows, caption=_caption(table))


def _caption(table: pl.DataFrame) -> str:
    """What the cells mean, and which lights are lower than the gap alone would make them."""
    return (
        f"各指标取各自报告期的最新值。{_KEY}{words.lowered(table, 'area_name', 'indicator_name')}"
    )


def _axes(
    table: pl.DataFrame,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[tuple[str, str], dict[str, Any]]]:
    cells = {(row["indicator"], row["area_code"]): row for row in table.iter_rows(named=True)}
    areas, indicators = {}, {}
    for row in cells.values():
        areas.setdefault(row["area_code"], row)
        indicators.setdefault(row["indicator"], row)
    first = sorted(areas.values(), key=lambda area: not area["is_parent"])
    return first, list(indicators.values()), cells


def _heading(reading: dict[str, Any]) -> str:
    period = formats.period_short(reading["period"], chosen=reading["requested_period"])
    when = (
        "" if reading["is_requested"] or not reading["period"] else f"<br><small>{period}</small>"
    )
    return f"{escape(reading['indicator_name'])}{when}"


def _indicator_link(reading: dict[str, Any]) -> str:
    target = links.href("analysis", indicator=reading["indicator"], population=None, village=None)
    return links.link(reading["indicator_name"], target, title="看这一指标")


def _area(area: dict[str, Any]) -> Cell:
    if area["is_parent"]:
        return Cell(area["area_name"])
    return Cell(html=links.area_link(area["area_code"], area["area_name"]))


def _urgent(reading: dict[str, Any] | None) -> Cell:
    cell = _cell(reading)
    urgency = _URGENCY.get(reading["light"] or "", 0.0) if reading else None
    return Cell(cell.text, cell.html, cell.style, value=urgency)


def _cell(reading: dict[str, Any] | None) -> Cell:
    if reading is None:
        return Cell("—", style="number")
    if reading["printed"] is None and not reading["masked"]:
        return Cell(html=f"— <small>{reading['state']}</small>", style="number")
    light = reading_light(reading) if light_class(reading["light"]) != "none" else ""
    shape = light.replace(f" {reading['light']}</span>", "</span>")
    mark = "<small>暂</small>" if reading["provisional"] else ""
    if reading["state"] != "正常" and not reading["masked"]:
        mark += f" <small>{reading['state']}</small>"
    target = links.href(
        "analysis",
        indicator=reading["indicator"],
        area=reading["area_code"] if reading["level"] != "village" else None,
        village=reading["area_code"] if reading["level"] == "village" else None,
        population=None,
    )
    coverage = words.coverage(reading).partition("，")[0]
    filed = f"<br><small>{coverage}</small>" if coverage else ""
    whose = f"{reading['area_name']} {reading['indicator_name']}"
    title = formats.said(whose, words.lead_line(reading), *words.notes(reading))
    return Cell(
        html=f"{links.link(words.value_text(reading), target, title=title)}{mark} {shape}{filed}",
        style=f"number cell-{light_class(reading['light'])}",
        value=reading["printed"],
    )
