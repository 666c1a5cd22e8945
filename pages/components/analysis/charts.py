"""The charts of 指标分析: the line with its marks, what moved it, and how sure a difference is."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl
import streamlit as st

from pages.charts.indicators import contributions, funnel, intervals, trend, trend_words
from pages.charts.once import made_once
from pages.components import states
from pages.components.analysis import indicator_choice, line_marks
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.readings.indicator_charts import trend_note
from pages.components.scope import AreasBelow, period_note
from pages.shell import runtime
from pages.theme import formats
from pages.theme.formats import signed

_FUNNEL_FROM = 10  # units; fewer do not show a shape
_PARTS = {"effect_own": "自身变化", "effect_mix": "占比变化"}
_OWN = {"effect_own": "自身变化"}
_WHOLE = {"effect": "影响"}
_AGAINST = {"year": formats.AGAINST_LAST_YEAR}
ALONE = "本期"


def line_chart(answer: Answer, *, place: str, alone: bool = False) -> None:
    """Draw the trend with target, last year, dated events and corrections.

    answer  Of indicator_trend.
    place   The area in words.
    alone   Of a year-to-date figure each period by itself, 本期, instead of 累计.
    """
    identifier = str(answer.params["indicator"])
    indicator = runtime.indicator(identifier)
    table = _each_alone(answer.table) if alone else answer.table
    marked = line_marks.events(identifier, str(answer.params["area"]), table)
    corrected = {} if alone else line_marks.corrections(answer)
    reading = "本期数，由累计数相减得出，期末数部分仍取期末数；无目标线。" if alone else ""
    chart_frame(
        trend_words.finding(table, indicator),
        trend.trend(
            table,
            indicator,
            events=[event for event, _ in marked],
            corrected=corrected,
        ),
        answer,
        key=f"line_{identifier}_{'alone' if alone else 'whole'}",
        indicators=[identifier],
        note=f"{reading}{trend_note(table, indicator, place)}"
        f"{trend_words.corrected_words(corrected)}",
    )
    line_marks.event_list(marked)


@made_once
def _each_alone(table: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, pl.Float64)
    return table.with_columns(
        printed=pl.col("period_alone"),
        cumulative_word=pl.lit(ALONE),
        numerator=nothing,
        denominator=nothing,
        yoy_value=nothing,
        lead_change=nothing,
        lead_common_units=pl.lit(False),
        target=nothing,
    )


def split_sentence(answer: Answer) -> None:
    """Say which part moved the figure, numerator or denominator, or which part of a share.

    answer  Of indicator_split.
    """
    indicator = runtime.indicator(str(answer.params["indicator"]))
    row = answer.table.row(0, named=True) if answer.table.height else None
    if row is None or row["change"] is None:
        states.empty("没有可比的上一期", _why_none(answer), "可以改与上年同期比")
        return
    unit = points(indicator.unit)
    against = _AGAINST.get(
        str(answer.params["against"]), formats.against(indicator.frequency)
    ).removeprefix("较")
    cumulative = "（本年累计）" if indicator_choice.is_cumulative(indicator.id) else ""
    moves = _moves(row)
    said = "；".join(
        f"{move.name}由 {formats.amount(move.before)} 变为 {formats.amount(move.now)}"
        f"{move.grown('（{}）')}，使数值{signed(move.effect)}{unit}"
        for move in moves
    )
    st.write(
        f"与{against}比{cumulative}，两期都报的单位合计变化 **{signed(row['change'])}{unit}**："
        f"{said}。**{_larger(moves, is_share=row['part_inside'] is not None)}**"
    )
    if len(moves) > 1:
        first, second = (move.name for move in moves)
        st.caption(
            f"先让{first}变、{second}不变，再让{second}变，两步相加就是总变化；"
            "因四舍五入，分项之和可能差0.01。"
        )


def split_chart(answer: Answer) -> None:
    """Draw the effects as bars. answer: indicator_split; nothing without a change."""
    indicator = runtime.indicator(str(answer.params["indicator"]))
    rows = _changed(answer.table)
    if rows.is_empty():
        return
    bars, parts, unit = _bars(answer.table), _WHOLE, points(indicator.unit)
    chart_frame(
        "变化来自哪一部分",
        contributions.contributions(bars, indicator, parts, unit=unit),
        Answer(answer.query, answer.params, rows),
        key="split",
        indicators=[indicator.id],
        note=period_note(rows),
    )


class _Move(NamedTuple):
    """One of the two things that moved: what it is called, from where to where, to what effect."""

    name: str
    before: float
    now: float
    growth: float | None
    effect: float

    def grown(self, frame: str = "{}") -> str:
        """How much it grew in the frame, 减少4.33%; empty where it came from nothing."""
        if self.growth is None:
            return ""
        word = "增加" if self.growth > 0 else "减少"
        return frame.format(
            f"{word}{formats.plain(abs(self.growth))}%" if self.growth else "没有变化"
        )


def _moves(row: dict[str, Any]) -> list[_Move]:
    """The parts of a share, else numerator and denominator; of a count it alone."""
    is_share = row["part_inside"] is not None
    names = (row["part_inside"], row["part_outside"]) if is_share else ("分子", "分母")
    columns = ("numerator", "rest" if is_share else "denominator")
    return [
        _Move(
            name,
            row[f"previous_{column}"],
            row[column],
            row[f"{column}_growth"],
            row[f"effect_{column}"],
        )
        for name, column in zip(names, columns, strict=True)
        if row[column] is not None
    ]


@made_once
def _changed(table: pl.DataFrame) -> pl.DataFrame:
    return table.drop_nulls("change")


@made_once
def _bars(table: pl.DataFrame) -> pl.DataFrame:
    moves = _moves(_changed(table).row(0, named=True))
    return pl.DataFrame(
        {
            "area_code": [""] * len(moves),
            "area_name": [move.name for move in moves],
            "effect": [move.effect for move in moves],
        }
    )


def children_chart(answer: Answer, scope: AreasBelow) -> None:
    """Draw which parts moved the whole. answer: indicator_children_change."""
    indicator = runtime.indicator(str(answer.params["indicator"]))
    is_count = not answer.table.is_empty() and answer.table["denominator"].null_count() > 0
    parts = _OWN if is_count else _PARTS
    unit = points(indicator.unit)
    chart_frame(
        f"变化来自哪些{scope.level_name}",
        contributions.contributions(answer.table, indicator, parts, unit=unit),
        answer,
        key="children",
        indicators=[indicator.id],
        note=f"{period_note(answer.table)}自身变化：本地数值变了；占比变化：本地在全体中的分量变了。"
        "各条相加等于两期都报的单位的总变化。点击横条可下钻。",
        drill=True,
    )


def spread_chart(answer: Answer, scope: AreasBelow) -> None:
    """Draw the funnel, or the intervals where there are few units. answer: indicator_funnel."""
    indicator = runtime.indicator(str(answer.params["indicator"]))
    table = answer.table
    if table.is_empty():
        states.empty(
            "这项指标不作显著性判断", "它不是「部分占全体」的比例，或这一期没有数", "可看排名表"
        )
        return
    near = table.filter(pl.col("outside") == funnel.INSIDE)
    st.write(
        f"{table.height} 个{scope.level_name}中，**{near.height} 个与整体的差异不显著，不宜排名**"
        f"{_examples(near)}；其余 {table.height - near.height} 个的高低不能只用人数少来解释。"
    )
    many = table.height >= _FUNNEL_FROM
    chart_frame(
        f"{indicator.name}：差异是不是偶然",
        funnel.funnel(table, indicator) if many else intervals.intervals(table, indicator),
        answer,
        key="spread",
        indicators=[indicator.id],
        note=f"{period_note(table)}"
        + (
            "分母越小，偶然波动越大；落在95%范围以内的，差异不显著，不宜排名。"
            if many
            else "横线为95%区间；横线跨过整体的（空心点），差异不显著，不宜排名。"
        )
        + "点击可下钻。",
        drill=True,
    )


def points(unit: str) -> str:
    """Return what an effect is measured in: 个百分点 for %, else the unit itself."""
    return {"%": "个百分点", "‰": "个千分点"}.get(unit, unit)


def _larger(moves: Sequence[_Move], *, is_share: bool) -> str:
    """Which of the two moved the figure more; of a share also how each of them moved."""
    grown = "，".join(f"{move.name}{move.grown()}" for move in moves if is_share and move.grown())
    sizes = sorted(abs(move.effect) for move in moves)
    if sizes[-1] == 0:
        return "没有变化。"
    if len(sizes) > 1 and sizes[0] == sizes[1]:
        return f"{grown}。" if grown else ""
    most = max(moves, key=lambda move: abs(move.effect)).name
    return f"{grown}；变化主要来自{most}。" if grown else f"变化主要来自{most}。"


def _why_none(answer: Answer) -> str:
    if answer.table.is_empty():
        return "这一区划这一期没有数，或村级不存上一期"
    return "上一期没有报，或本年累计在年初重新开始"


def _examples(near: pl.DataFrame) -> str:
    said = [
        f"{name}{formats.amount(size)}"
        for name, size in near.sort("denominator").select("area_name", "denominator").rows()
    ]
    return f"（按分母从小到大：{formats.names(said)}）" if said else ""
