"""One indicator's standing: the figure, and in sentences how far, where, and who is silent."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.once import made_once
from pages.components import links
from pages.components import reading_words as words
from pages.components.light import light_class, light_html
from pages.components.scope import Scope
from pages.theme import formats

_ENDS = 3  # so many first and last ones are named
_MOST_SILENT = 6


def reading_panel(reading: pl.DataFrame, ranking: pl.DataFrame, scope: Scope) -> None:
    """Draw the figure at the left, the sentences at the right.

    reading  One row of indicator_value.
    ranking  Of indicator_ranking, the areas below.
    """
    st.html(_html(reading, ranking, scope.level_name, links.here()))


@made_once
def _html(reading: pl.DataFrame, ranking: pl.DataFrame, level_name: str, _here: links.Here) -> str:
    row = reading.row(0, named=True)
    light = words.standing(row)
    period = words.period_words(row)
    mark = '<small class="mark">暂</small>' if row["provisional"] else ""
    figure, unit = formats.ABSENT, ""
    if row["masked"]:
        figure = formats.MASKED
    elif row["printed"] is not None:
        figure, unit = formats.scaled(row["printed"], row["unit"], row["decimals"])
    parts = formats.share_note(row["numerator"], row["denominator"])
    quiet = parts if row["denominator"] is not None else ""
    sentences = [_standing(row), _moved(row), *_where(ranking, level_name)]
    items = "".join(f"<li>{each}</li>" for each in sentences if each)
    return (
        f'<div class="panel card-{light_class(light)}"><div class="panel-figure">'
        f'<div class="card-name">{escape(row["indicator_name"])}'
        f"<small>({escape(row['population_name'])})</small></div>"
        f'<div class="card-value">{figure}<small>{escape(unit)}</small>{mark}'
        f" <small>{escape(period)}</small></div>"
        f"<div>{light_html(light, title=row['light_rule'] or '')}</div>"
        f'<div class="card-quiet">{escape(quiet)}</div></div>'
        f'<ul class="points">{items}</ul></div>'
    )


def _standing(row: dict[str, Any]) -> str:
    said = [part for part in (words.target_line(row), words.pace_line(row)) if part]
    said += words.notes(row)
    if row["light_rule"]:
        said.append(f"判灯:{row['light_rule']}")
    return f"<b>差多少</b> {escape(';'.join(said))}" if said else ""


def _moved(row: dict[str, Any]) -> str:
    changes = words.change_lines(row)
    return f"<b>变化</b> {escape(';'.join(changes))}" if changes else ""


def _where(ranking: pl.DataFrame, level_name: str) -> list[str]:
    """Name the first and the last, and those without a figure."""
    ranked = ranking.drop_nulls("rank").sort("rank")
    silent = ranking.filter(pl.col("printed").is_null() & ~pl.col("masked"))
    lines = []
    if ranked.height > 1:
        last = ranked.tail(min(_ENDS, ranked.height - 1)).reverse()
        first = ranked.head(min(_ENDS, ranked.height - last.height))
        lines.append(
            f"<b>差在哪</b> {escape(level_name)}中靠后的:{_names(last)};靠前的:{_names(first)}"
        )
    if silent.height:
        names = "、".join(
            f"{row['area_name']}({row['state']})" for row in silent.head(_MOST_SILENT).to_dicts()
        )
        rest = f"等{silent.height}个" if silent.height > _MOST_SILENT else ""
        lines.append(f"<b>无数</b> {escape(names)}{rest}")
    return lines


def _names(rows: pl.DataFrame) -> str:
    return "、".join(
        f"{links.area_link(row['area_code'], row['area_name'])}"
        f"{formats.value_text(row['printed'], row['unit'], row['decimals'])}"
        f"(第{row['rank']}名)"
        for row in rows.iter_rows(named=True)
    )
