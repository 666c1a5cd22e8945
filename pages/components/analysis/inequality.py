"""How far apart the areas stand on one indicator, and whether they move apart or together."""

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.indicators.sparkline import sparkline
from pages.charts.once import made_once
from pages.components.answer import Value, ask
from pages.components.scope import AreasBelow
from pages.components.table_frame import table_frame
from pages.theme import formats

MEANS = "各地数值与合计数值相差多少（绝对值），按分母加权平均；越大，各地越不均衡"
_WIDER, _NARROWER = "扩大", "缩小"


def inequality(params: Mapping[str, Value], scope: AreasBelow) -> None:
    """Say it in three lines; nothing of villages, nor where fewer than three areas count.

    params  indicator, parent, level, period, perhaps population, as indicator_inequality takes
            them.
    """
    if scope.level == "village":
        return
    answer = ask("indicator_inequality", **params)
    shown = answer.table.filter("is_shown")
    if shown.is_empty():
        return
    indicator = str(params["indicator"])
    title = f"各{scope.level_name}间的差距{_verdict(answer.table)}"
    with table_frame(title, answer, key="inequality", indicators=[indicator]):
        st.html(_html(answer.table, scope.level_name))


@made_once
def _html(table: pl.DataFrame, level_name: str) -> str:
    now = table.filter("is_shown").row(0, named=True)
    unit = formats.points(now["unit"])
    best, worst = (
        f"{escape(formats.names(now[f'{end}_areas'].split('、')))}"
        f" {formats.value_text(now[end], now['unit'], now['decimals'])}"
        for end in ("best", "worst")
    )
    ratio = "" if now["value_ratio"] is None else f"，极值比 {formats.plain(now['value_ratio'])}"
    spread = f'<abbr title="{MEANS}">加权平均差</abbr>'
    lines = [
        f"<b>最好与最差</b> {best}；{worst}，极差 {_amount(now['value_range'], unit)}{ratio}",
        f"<b>总体</b> {spread} {_amount(now['spread'], unit)}"
        f"（{now['areas_counted']}个{escape(level_name)}，未报、遮蔽和不排名的不计）",
    ]
    if (base := _a_year_before(table)) is not None:
        lines.append(
            f"<b>较上年同期</b> 极差{_moved(base['range_change'], unit)}，"
            f"加权平均差{_moved(base['spread_change'], unit)}"
            f"（两期都计入的{base['common_areas']}个）"
        )
    label = f"加权平均差最近{table.height}期走势"
    line = sparkline(table["spread"].to_list(), label=label)
    items = "".join(f"<li>{each}</li>" for each in lines)
    picture = f'<p class="rule">加权平均差近一年走势{line}</p>' if line else ""
    return f'<ul class="points">{items}</ul>{picture}'


def _a_year_before(table: pl.DataFrame) -> dict[str, Any] | None:
    """The first period of the year, where it can be compared with the one shown."""
    first = table.row(0, named=True)
    return None if first["is_shown"] or first["spread_change"] is None else first


def _verdict(table: pl.DataFrame) -> str:
    """，较上年同期缩小; where the two measures do not say the same, nothing."""
    base = _a_year_before(table)
    if base is None:
        return ""
    moves = {_word(base[f"{each}_change"]) for each in ("range", "spread")} - {""}
    return f"：较上年同期{moves.pop()}" if len(moves) == 1 else ""


def _word(change: float) -> str:
    return _WIDER if change > 0 else _NARROWER if change < 0 else ""


def _moved(change: float, unit: str) -> str:
    word = _word(change)
    return f"{word}{_amount(abs(change), unit)}" if word else "不变"


def _amount(value: float, unit: str) -> str:
    return f"{formats.plain(value)}{unit}"
