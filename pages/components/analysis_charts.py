"""The charts of 指标分析: the line with its marks, what moved it, and how sure a difference is."""

import polars as pl
import streamlit as st

from pages.charts import contributions, funnel, intervals, trend
from pages.charts.once import made_once
from pages.components import line_marks, states
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.scope import Scope, period_note
from pages.shell import runtime
from pages.theme import formats
from pages.theme.formats import signed

_FUNNEL_FROM = 10  # units; fewer do not show a shape
_PARTS = {"effect_own": "自身变化", "effect_mix": "占比变化"}
_OWN = {"effect_own": "自身变化"}
_WHOLE = {"effect": "影响"}
_AGAINST = {"year": formats.AGAINST_LAST_YEAR}


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
    provisional = indicator.provisional_periods
    reading = "本期数(由本年累计相减得出),无目标线。" if alone else ""
    chart_frame(
        f"{indicator.name}本期数" if alone else trend.finding(table, indicator),
        trend.trend(
            table,
            indicator,
            events=[event for event, _ in marked],
            corrected={} if alone else line_marks.corrections(answer),
        ),
        answer,
        key=f"line_{identifier}_{'alone' if alone else 'whole'}",
        alt=trend.describe(table, indicator),
        indicators=[identifier],
        note=f"{place},单位:{indicator.unit}。{reading}断开处为未报。"
        + (f"空心点为暂定数(最近{provisional}期)。" if provisional else ""),
    )
    line_marks.event_list(marked)


@made_once
def _each_alone(table: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, pl.Float64)
    return table.with_columns(
        printed=pl.col("period_value"),
        numerator=nothing,
        denominator=nothing,
        yoy_value=nothing,
        yoy_change=nothing,
        target=nothing,
    )


def split_sentence(answer: Answer) -> None:
    """Say whether the numerator or the denominator moved the figure. answer: indicator_split."""
    indicator = runtime.indicator(str(answer.params["indicator"]))
    row = answer.table.row(0, named=True) if answer.table.height else None
    if row is None or row["change"] is None:
        states.empty("没有可比的上一期", _why_none(answer), "可以改与上年同期比")
        return
    unit = points(indicator.unit)
    against = _AGAINST.get(
        str(answer.params["against"]), formats.against(indicator.frequency)
    ).removeprefix("较")
    moves = [
        f"分子由 {formats.amount(row['previous_numerator'])} 变为 "
        f"{formats.amount(row['numerator'])},使数值{signed(row['effect_numerator'])}{unit}"
    ]
    if row["denominator"] is not None:
        moves.append(
            f"分母由 {formats.amount(row['previous_denominator'])} 变为 "
            f"{formats.amount(row['denominator'])},使数值{signed(row['effect_denominator'])}{unit}"
        )
    st.write(
        f"与{against}比,两期都报的单位合计变化 **{signed(row['change'])}{unit}**:"
        f"{';'.join(moves)}。**{_larger(row)}**"
    )
    st.caption("先让分子变、分母不变,再让分母变,两步相加就是总变化;因四舍五入,分项之和可能差0.01。")


def split_chart(answer: Answer) -> None:
    """Draw the two effects as bars. answer: indicator_split; nothing without a change."""
    indicator = runtime.indicator(str(answer.params["indicator"]))
    rows = _changed(answer.table)
    if rows.is_empty():
        return
    bars, parts, unit = _two_bars(answer.table), _WHOLE, points(indicator.unit)
    chart_frame(
        "分子变了还是分母变了",
        contributions.contributions(bars, indicator, parts, unit=unit),
        Answer(answer.query, answer.params, rows),
        key="split",
        alt=contributions.describe(bars, indicator, parts, unit=unit),
        indicators=[indicator.id],
        note=period_note(rows),
    )


@made_once
def _changed(table: pl.DataFrame) -> pl.DataFrame:
    return table.drop_nulls("change")


@made_once
def _two_bars(table: pl.DataFrame) -> pl.DataFrame:
    rows = _changed(table)
    return pl.DataFrame(
        {
            "area_code": ["", ""],
            "area_name": ["分子变化", "分母变化"],
            "effect": [rows["effect_numerator"][0], rows["effect_denominator"][0]],
        }
    )


def children_chart(answer: Answer, scope: Scope) -> None:
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
        alt=contributions.describe(answer.table, indicator, parts, unit=unit),
        indicators=[indicator.id],
        note=f"{period_note(answer.table)}自身变化:本地数值变了;占比变化:本地在全体中的分量变了。"
        "各条相加等于两期都报的单位的总变化。点击横条可下钻。",
        drill=True,
    )


def spread_chart(answer: Answer, scope: Scope) -> None:
    """Draw the funnel, or the intervals where there are few units. answer: indicator_funnel."""
    indicator = runtime.indicator(str(answer.params["indicator"]))
    table = answer.table
    if table.is_empty():
        states.empty(
            "这项指标不作显著性判断", "它不是「部分占全体」的比例,或这一期没有数", "可看排名表"
        )
        return
    near = table.filter(pl.col("outside") == funnel.INSIDE)
    st.write(
        f"{table.height} 个{scope.level_name}中,**{near.height} 个与整体的差异不显著,不宜排名**"
        f"{_examples(near)};其余 {table.height - near.height} 个的高低不能只用人数少来解释。"
    )
    many = table.height >= _FUNNEL_FROM
    figure = funnel.funnel(table, indicator) if many else intervals.intervals(table, indicator)
    describe = funnel.describe if many else intervals.describe
    chart_frame(
        f"{indicator.name}:差异是不是偶然",
        figure,
        answer,
        key="spread",
        alt=describe(table, indicator),
        indicators=[indicator.id],
        note=f"{period_note(table)}"
        + (
            "分母越小,偶然波动越大;落在95%范围以内的,差异不显著,不宜排名。"
            if many
            else "横线为95%区间;横线跨过整体的(空心点),差异不显著,不宜排名。"
        )
        + "点击可下钻。",
        drill=True,
    )


def points(unit: str) -> str:
    """Return what an effect is measured in: 个百分点 for %, else the unit itself."""
    return {"%": "个百分点", "‰": "个千分点"}.get(unit, unit)


def _larger(row: dict) -> str:
    own, other = abs(row["effect_numerator"]), abs(row["effect_denominator"] or 0)
    if own == other:
        return "" if own else "没有变化。"
    return f"变化主要来自{'分子' if own > other else '分母'}。"


def _why_none(answer: Answer) -> str:
    if answer.table.is_empty():
        return "这一区划这一期没有数,或村级不存上一期"
    return "上一期没有报,或本年累计在年初重新开始"


def _examples(near: pl.DataFrame) -> str:
    smallest = near.sort("denominator").head(3)
    if smallest.is_empty():
        return ""
    said = "、".join(
        f"{row['area_name']}(分母{formats.amount(row['denominator'])})"
        for row in smallest.iter_rows(named=True)
    )
    return f"(人数最少的:{said})"
