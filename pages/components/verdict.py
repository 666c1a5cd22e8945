"""How it stands, in sentences: where we are, what got worse, who is last, who is silent."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.once import made_once
from pages.components import links
from pages.components import reading_words as words
from pages.components.light import light_html
from pages.components.scope import Scope
from pages.theme import formats, tokens

_MOST = 3  # names in one sentence; the lists below have all


def verdict(
    readings: pl.DataFrame,
    *,
    place: str,
    matrix: pl.DataFrame | None = None,
    unreported: pl.DataFrame | None = None,
    scope: Scope | None = None,
) -> None:
    """Draw the sentences that answer within ten seconds.

    readings    One row per headline indicator: light, indicator_name, change_is ….
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
    lines = [_lights(readings, place), _worse(readings)]
    if matrix is not None and level_name:
        lines.append(_last(matrix, level_name))
    if unreported is not None:
        lines.append(_silent(unreported))
    said = "".join(f"<div>{line}</div>" for line in lines if line)
    return f'<div class="verdict" role="status">{said}</div>'


def _lights(readings: pl.DataFrame, place: str) -> str:
    named = list(readings.select("light", "indicator_name").iter_rows())
    counts = {word: [name for light, name in named if light == word] for word in tokens.LIGHTS}
    said = ",".join(f"{light_html(word)} {len(names)}项" for word, names in counts.items())
    behind = counts[tokens.BEHIND.word]
    names = f";滞后的是{'、'.join(behind)}" if behind else ""
    dark = readings.height - sum(len(names) for names in counts.values())
    rest = f",无灯 {dark}项" if dark else ""
    return f"{escape(place)}重点指标 {readings.height} 项:{said}{rest}{escape(names)}。"


def _worse(readings: pl.DataFrame) -> str:
    """What moved away from what is wanted, by the comparison that leads for each."""
    worse = [row for row in readings.iter_rows(named=True) if _got_worse(row)]
    if not worse:
        return "<b>变差</b> 没有一项。"
    names = ";".join(
        f"{escape(row['indicator_name'])}{escape(words.change_lines(row)[0])}"
        for row in worse[:_MOST]
    )
    rest = f"等{len(worse)}项" if len(worse) > _MOST else ""
    return f"<b>变差</b> {names}{rest}。"


def _got_worse(row: dict[str, Any]) -> bool:
    change = row["yoy_change"] if row["leads_with_yoy"] else row["change"]
    return formats.move_word(change, row["direction"]) == "变差"


def _last(matrix: pl.DataFrame, level_name: str) -> str:
    """Which areas stand last most often among those ranked."""
    groups = (
        matrix.lazy()
        .filter(~pl.col("is_parent") & (pl.col("ranked_of") >= 3))
        .drop_nulls("rank")
        .filter((pl.col("rank") == pl.col("rank").max().over("indicator")) & (pl.col("rank") > 1))
        .group_by("area_code", "area_name", maintain_order=True)
        .agg("indicator_name")
        .with_columns(times=pl.col("indicator_name").list.len())
        .sort("times", descending=True, maintain_order=True)
        .collect()
    )
    if groups.is_empty():
        return ""
    said = "、".join(
        f"{links.area_link(row['area_code'], row['area_name'])}{row['times']}项"
        f"({escape(_few(row['indicator_name'], 2))})"
        for row in groups.head(_MOST).iter_rows(named=True)
    )
    return f"<b>末位</b> {escape(level_name)}中:{said}。"


def _silent(unreported: pl.DataFrame) -> str:
    """Which tables lack units, the one that lacks most first."""
    if unreported.is_empty():
        return "<b>未报</b> 应报的都已报。"
    groups = (
        unreported.lazy()
        .group_by("table_title", "period", maintain_order=True)
        .agg("unit_name")
        .with_columns(units=pl.col("unit_name").list.len())
        .sort("units", descending=True, maintain_order=True)
        .collect()
    )
    said = ";".join(
        f"{escape(row['table_title'])}({formats.period_short(row['period'])})"
        f"{row['units']}个单位:{escape(_few(row['unit_name'], 2))}"
        for row in groups.head(2).iter_rows(named=True)
    )
    rest = f";另有{groups.height - 2}张表" if groups.height > 2 else ""
    return f"<b>未报</b> {said}{rest}。"


def _few(names: list[str], most: int) -> str:
    return "、".join(names[:most]) + ("等" if len(names) > most else "")
