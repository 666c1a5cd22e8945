"""How it stands, in sentences: where we are, what got worse, who is last, who is silent."""

from html import escape

import polars as pl
import streamlit as st

from pages.charts.once import made_once
from pages.components import links
from pages.components.light import light_html
from pages.components.readings import reading_words as words
from pages.components.scope import AreasBelow
from pages.theme import formats, tokens

_TABLES = 2  # named in one sentence; the list below has all


def verdict(
    readings: pl.DataFrame,
    *,
    place: str,
    matrix: pl.DataFrame | None = None,
    unreported: pl.DataFrame | None = None,
    scope: AreasBelow | None = None,
) -> None:
    """Draw the sentences that answer within ten seconds.

    readings    One row per headline indicator: light, indicator_name, lead_change_is ….
    place       The area in words.
    matrix      Of indicator_matrix: who is last. Left out, that sentence is not said.
    unreported  Of unreported: who is silent. Left out, that sentence is not said.
    scope       What the areas of the matrix are called.
    """
    level_name = scope.level_name if scope is not None else ""
    st.html(_html(readings, place, matrix, unreported, level_name, links.here()))


@made_once
def _html(
    readings: pl.DataFrame,
    place: str,
    matrix: pl.DataFrame | None,
    unreported: pl.DataFrame | None,
    level_name: str,
    _here: links.Here,
) -> str:
    lines = [_lights(readings, place), _worse(readings, place, matrix, level_name)]
    if matrix is not None and level_name:
        lines.append(_last(matrix, level_name))
    if unreported is not None:
        lines.append(_silent(unreported))
    said = "".join(f"<div>{line}</div>" for line in lines if line)
    return f'<div class="verdict" role="status">{said}</div>'


def _lights(readings: pl.DataFrame, place: str) -> str:
    lit = readings.select("light", "indicator_name", "light_reason").rows()
    counts = {
        word: [f"{name}（{why}）" if why else name for light, name, why in lit if light == word]
        for word in tokens.LIGHTS
    }
    said = "，".join(f"{light_html(word)} {len(names)}项" for word, names in counts.items())
    behind = counts[tokens.BEHIND.word]
    names = f"；滞后的是{'、'.join(behind)}" if behind else ""
    dark = readings.height - sum(len(names) for names in counts.values())
    rest = f"，无灯 {dark}项" if dark else ""
    return f"{escape(place)}重点指标 {readings.height} 项：{said}{rest}{escape(names)}。"


def _worse(readings: pl.DataFrame, place: str, matrix: pl.DataFrame | None, level_name: str) -> str:
    """What moved away from what is wanted, by the comparison that leads for each.

    Where the place itself got nowhere worse, how many of its parts did.
    """
    worse = [
        f"{escape(row['indicator_name'])}{words.explained(words.lead_line(row))}"
        for row in readings.filter(pl.col("lead_change_is") == "worse").iter_rows(named=True)
    ]
    if worse:
        return f"<b>变差</b> {formats.names(worse, count='项', between='；')}。"
    parts = 0
    if matrix is not None and level_name:
        moved = matrix.filter(~pl.col("is_parent") & (pl.col("lead_change_is") == "worse"))
        parts = moved["area_code"].n_unique()
    below = f"；{parts}个{escape(level_name)}有指标退步" if parts else ""
    return f"<b>变差</b> {escape(place)}重点指标无退步{below}。"


def _last(matrix: pl.DataFrame, level_name: str) -> str:
    """Which areas stand last most often among those ranked."""
    groups = (
        matrix.lazy()
        .filter(~pl.col("is_parent") & (pl.col("ranked_of") >= 3))
        .drop_nulls("rank")
        .filter((pl.col("rank") == pl.col("rank").max().over("indicator")) & (pl.col("rank") > 1))
        .group_by("area_code", "area_name", maintain_order=True)
        .agg("indicator_name")
        .sort(pl.col("indicator_name").list.len(), descending=True, maintain_order=True)
        .collect()
    )
    said = [
        f"{links.area_link(code, name)}（{escape(formats.names(last, count='项'))}）"
        for code, name, last in groups.rows()
    ]
    return f"<b>末位</b> {escape(level_name)}中：{formats.names(said)}。" if said else ""


def _silent(unreported: pl.DataFrame) -> str:
    """Which tables lack units, the one that lacks most first."""
    if unreported.is_empty():
        return "<b>未报</b> 应报的都已报。"
    groups = (
        unreported.lazy()
        .group_by("table_title", "period", maintain_order=True)
        .agg("unit_label")
        .sort(pl.col("unit_label").list.len(), descending=True, maintain_order=True)
        .collect()
    )
    said = "；".join(
        f"{escape(title)}（{formats.period_short(period)}）{escape(formats.names(units))}"
        for title, period, units in groups.head(_TABLES).rows()
    )
    rest = f"；另有{groups.height - _TABLES}张表" if groups.height > _TABLES else ""
    return f"<b>未报</b> {said}{rest}。"
