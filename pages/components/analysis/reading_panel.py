"""One indicator's standing: the figure, and in sentences how far, where, and who is silent."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.once import made_once
from pages.components import links
from pages.components.light import light_class, reading_light
from pages.components.readings import reading_words as words
from pages.components.scope import AreasBelow
from pages.shell import runtime
from pages.theme import formats

_ENDS = 3  # so many first and last ones are named, all or none of those that share a place
_MOST_SILENT = 6


def reading_panel(reading: pl.DataFrame, ranking: pl.DataFrame, scope: AreasBelow) -> None:
    """Draw the figure at the left, the sentences at the right.

    reading  One row of indicator_value.
    ranking  Of indicator_ranking, the areas below.
    """
    which = reading.select("indicator", "population").row(0)
    base_unit = words.base_unit(runtime.catalogue(), *which)
    st.html(_html(reading, ranking, scope.level_name, base_unit, links.here()))


@made_once
def _html(
    reading: pl.DataFrame,
    ranking: pl.DataFrame,
    level_name: str,
    base_unit: str,
    _here: links.Here,
) -> str:
    row = reading.row(0, named=True)
    mark = '<small class="mark">暂</small>' if row["provisional"] else ""
    figure, unit = formats.ABSENT, ""
    if row["masked"]:
        figure = formats.MASKED
    elif row["printed"] is not None:
        figure, unit = formats.scaled(row["printed"], row["unit"], row["decimals"])
    parts = formats.share_note(row["numerator"], row["denominator"])
    quiet = parts if row["denominator"] is not None else ""
    sentences = [_standing(row), _moved(row), *_where(ranking, level_name, base_unit)]
    items = "".join(f"<li>{each}</li>" for each in sentences if each)
    return (
        f'<div class="panel card-{light_class(words.standing(row))}"><div class="panel-figure">'
        f'<div class="card-name">{escape(row["indicator_name"])}</div>'
        f'<div class="card-quiet">{escape(words.scope_words(row))}</div>'
        f'<div class="card-value">{figure}<small>{escape(unit)}</small>{mark}'
        f" <small>{escape(words.period_words(row))}</small></div>"
        f"<div>{reading_light(row)}</div>"
        f'<div class="card-quiet">{escape(quiet)}</div></div>'
        f'<ul class="points">{items}</ul></div>'
    )


def _standing(row: dict[str, Any]) -> str:
    said = [part for part in (words.target_line(row), words.pace_line(row)) if part]
    said += words.notes(row)
    if row["light_rule"]:
        said.append(f"判灯：{row['light_rule']}")
    return f"<b>差多少</b> {escape('；'.join(said))}" if said else ""


def _moved(row: dict[str, Any]) -> str:
    changes = words.change_lines(row)
    return f"<b>变化</b> {words.explained('；'.join(changes))}" if changes else ""


def _where(ranking: pl.DataFrame, level_name: str, base_unit: str) -> list[str]:
    """Name the first and the last, those without a rank for their size, those without a figure."""
    first, last = _ends(ranking.drop_nulls("rank").sort("rank"))
    small = ranking.filter("small_base")
    silent = ranking.filter(
        pl.col("printed").is_null() & ~pl.col("masked") & (pl.col("state") != "不适用")
    )
    lines = []
    if last.height:
        lines.append(
            f"<b>差在哪</b> {escape(level_name)}中靠后的：{_ranked(last)}；靠前的：{_ranked(first)}"
        )
    if small.height:
        bases = [
            f"{name}（{formats.amount(base)}{base_unit}）"
            for name, base in small.select("area_name", "denominator").rows()
        ]
        lines.append(f"<b>不排名</b> 基数小：{escape(formats.names(bases, most=_MOST_SILENT))}")
    if silent.height:
        without = [
            f"{name}（{state}）" for name, state in silent.select("area_name", "state").rows()
        ]
        lines.append(f"<b>无数</b> {escape(formats.names(without, most=_MOST_SILENT))}")
    return lines


def _ends(ranked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first and the last of a ranking, the very first and last at the outside.

    Of those that share a place all are taken or none, except that the last place is always named.
    """
    place, shared = pl.col("rank"), pl.len().over("rank")
    at_the_end = (pl.len() - place < _ENDS) | (place == place.max())
    at_the_start = (place + shared - 1 <= _ENDS) | (place == 1)
    below = ranked.filter(at_the_end & (place > 1)).sort("rank", descending=True)
    return ranked.filter(at_the_start).join(below, on="area_code", how="anti"), below


def _ranked(rows: pl.DataFrame) -> str:
    return formats.names(
        [
            f"{links.area_link(row['area_code'], row['area_name'])}{words.value_text(row)}"
            f"（第{row['rank']}名）"
            for row in rows.iter_rows(named=True)
        ]
    )
