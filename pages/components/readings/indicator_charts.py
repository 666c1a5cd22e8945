"""The two charts that every indicator has: its trend, and the ranking of areas."""

import polars as pl

from data.catalogue.model import Indicator
from pages.charts.indicators import ranking_bar, trend, trend_words
from pages.charts.once import made_once
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.readings import reading_words as words
from pages.components.scope import AreasBelow, period_note
from pages.shell import runtime


def trend_chart(answer: Answer, *, place: str, mch_year: bool = False) -> None:
    """Draw the trend of one indicator with target and last year.

    answer    Of indicator_trend.
    place     The area in words.
    mch_year  Mark where the year of mothers and children begins.
    """
    identifier = str(answer.params["indicator"])
    indicator = runtime.indicator(identifier)
    chart_frame(
        trend_words.finding(answer.table, indicator),
        trend.trend(answer.table, indicator, mch_year=mch_year),
        answer,
        key=f"trend_{identifier}",
        indicators=[identifier],
        note=trend_note(answer.table, indicator, place),
    )


def trend_note(table: pl.DataFrame, indicator: Indicator, place: str) -> str:
    """Return what stands below a trend: whose it is, its unit, what its marks mean."""
    periods = indicator.provisional_periods
    hollow = f"空心点为暂定数（最近{periods}期）。" if periods else ""
    marks = trend_words.remarks(table, indicator)
    return f"{place}，单位：{indicator.unit}。断开处为未报。{hollow}{marks}"


def ranking_chart(answer: Answer, scope: AreasBelow) -> None:
    """Draw the ranking of areas by one indicator; a click on a bar goes to that area.

    answer  Of indicator_ranking.
    """
    identifier = str(answer.params["indicator"])
    indicator = runtime.indicator(identifier)
    chart_frame(
        ranking_bar.finding(answer.table, indicator, scope.level_name),
        ranking_bar.ranking_bar(answer.table, indicator),
        answer,
        key=f"ranking_{identifier}",
        indicators=[identifier],
        note=f"{period_note(answer.table)}名称后为名次，印出的数相同的同名次；未报的不排名。"
        + _small(answer.table)
        + words.lowered(answer.table, "area_name")
        + ("村的人数少，名次只供参考，差异未必显著。" if scope.level == "village" else "")
        + "点击横条可下钻。",
        drill=True,
    )


@made_once
def _small(table: pl.DataFrame) -> str:
    """Below how many nobody is ranked, where somebody is that small."""
    least = table.filter("small_base")["rank_min_denominator"].max()
    return f"分母不足{least}的基数小，不排名。" if least else ""
