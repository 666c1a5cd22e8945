"""Key figures as cards: value, light, target and gap, movement, where it came from."""

from collections.abc import Sequence
from html import escape
from operator import itemgetter
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.errors import need
from pages.charts.indicators.sparkline import sparkline
from pages.charts.once import made_once
from pages.components import collected, links, scope, states
from pages.components.light import light_class, reading_light
from pages.components.readings import reading_words as words
from pages.theme import formats

_SPARK_NEEDED = ("indicator", "population", "ordinal", "printed")


def kpi_cards(
    readings: pl.DataFrame,
    sparks: pl.DataFrame | None = None,
    paces: pl.DataFrame | None = None,
    *,
    absent: pl.DataFrame,
) -> None:
    """Draw one card per reading, four in a row on a wide screen.

    readings  Rows of indicator_overview or indicator_value, in the order to be read.
    sparks    Rows of sparkline.sql; an indicator without rows has no line.
    paces     Rows of pace.sql: how fast it went, beside how fast it must go.
    absent    Rows of indicators_absent: what the area does not have has no card, only its name.
    """
    shown = scope.present(readings, absent)
    if readings.is_empty():
        states.empty("没有数据", "到这一期末为止没有报送这些指标", "请换一个报告期、区划或人群")
        return
    if shown.is_empty():
        states.empty("本地没有这些指标", "这里没有要统计的对象，也没有报送任务", "请换一个区划")
        return
    _collect(shown)
    if sparks is not None:
        need(sparks, _SPARK_NEEDED, "kpi_cards")
    st.html(_html(shown, sparks, paces, links.here()))
    if said := scope.left_out(absent, _indicators(readings)):
        st.caption(said)


@made_once
def _indicators(readings: pl.DataFrame) -> Sequence[str]:
    return readings["indicator"].unique(maintain_order=True).to_list()


@made_once
def _html(
    readings: pl.DataFrame,
    sparks: pl.DataFrame | None,
    paces: pl.DataFrame | None,
    _here: links.Here,
) -> str:
    speeds = {row["indicator"]: row for row in paces.to_dicts()} if paces is not None else {}
    lines = _lines(sparks) if sparks is not None else {}
    cards = "".join(
        _card(
            row,
            _spark(row, lines.get((row["indicator"], row["population"]))),
            speeds.get(row["indicator"]),
        )
        for row in readings.iter_rows(named=True)
    )
    return f'<div class="cards">{cards}</div>'


def _collect(readings: pl.DataFrame) -> None:
    """The figures of the cards go into the page's workbook as the first sheet."""
    first = readings.row(0, named=True)
    collected.add(
        "cards",
        "主要指标",
        "indicator_overview",
        {"area": first["area_code"], "period": first["requested_period"]},
        readings,
        indicators=list(dict.fromkeys(readings["indicator"])),
    )


def _card(reading: dict[str, Any], line: str, speed: dict[str, Any] | None = None) -> str:
    which = {"indicator": reading["indicator"], "population": _other_population(reading)}
    name = links.link(
        reading["indicator_name"], links.href("analysis", **which), title=_definition(reading)
    )
    origin = links.link("追溯", links.href("analysis", **which, look="origin"), title="数据来源")
    parts = [
        f'<div class="card-head"><span class="card-name">{name}</span>'
        f"{reading_light(reading)}</div>",
        f'<div class="card-row"><div class="card-value">{_value(reading)}</div>{line}</div>',
    ]
    if target := words.target_line(reading):
        parts.append(f'<div class="card-line">{escape(target)}</div>')
    if lead := words.lead_line(reading):
        arrow = formats.arrow(reading["lead_change"])
        parts.append(f'<div class="card-line">{arrow} {words.explained(lead)}</div>')
    if pace := [part for part in (words.pace_line(reading), words.speed_line(speed)) if part]:
        parts.append(f'<div class="card-quiet" title="所需速度">{escape("；".join(pace))}</div>')
    quiet = escape("；".join([words.scope_words(reading), *words.notes(reading)]))
    parts.append(f'<div class="card-quiet">{quiet} <span class="card-from">{origin}</span></div>')
    return f'<div class="card card-{light_class(words.standing(reading))}">{"".join(parts)}</div>'


def _other_population(reading: dict[str, Any]) -> str | None:
    return None if reading["is_first_population"] else reading["population"]


def _value(reading: dict[str, Any]) -> str:
    if reading["masked"]:
        return formats.MASKED
    if reading["printed"] is None:
        return f"{formats.ABSENT} <small>{escape(reading['state'])}</small>"
    figure, unit = formats.scaled(reading["printed"], reading["unit"], reading["decimals"])
    period = words.period_words(reading)
    mark = '<small class="mark" title="最近数期为暂定数，以后会更新">暂</small>'
    return (
        f"{figure}<small>{escape(unit)}</small>"
        + (mark if reading["provisional"] else "")
        + (f" <small>{escape(period)}</small>" if period else "")
    )


def _definition(reading: dict[str, Any]) -> str:
    parts = formats.share_note(reading["numerator"], reading["denominator"])
    if reading["denominator"] is None:
        parts = ""
    return f"{reading['indicator_name']}（{reading['population_name']}） {parts}".strip()


def _lines(sparks: pl.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the periods of each line, the earliest first."""
    lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(sparks.iter_rows(named=True), key=itemgetter("ordinal")):
        lines.setdefault((row["indicator"], row["population"]), []).append(row)
    return lines


def _spark(reading: dict[str, Any], own: list[dict[str, Any]] | None) -> str:
    if own is None:
        return ""
    before = [row.get("yoy_value") for row in own]
    label = f"{escape(reading['indicator_name'])}最近{len(own)}期走势"
    if any(value is not None for value in before):
        label += "，细线为上年同期"
    return sparkline([row["printed"] for row in own], label=label, last_year=before)
