"""资金项目: what came in and was spent, by source."""

from collections.abc import Mapping

import polars as pl

from pages.charts.once import made_once
from pages.charts.subjects import (
    money_bars,
)
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.listed import Listed, listed
from pages.components.scope import period_note
from pages.shell import runtime

MONEY = (
    Listed("area_name", "县（市、区）"),
    Listed("source_name", "资金来源"),
    Listed("projects", "项目（个）"),
    Listed("budget", "预算（万元）", 2),
    Listed("received", "到位（万元）", 2),
    Listed("received_share", "到位比例（%）", 2),
    Listed("spent", "支出（万元）", 2),
    Listed("spent_share", "支出比例（%）", 2),
)


def money_chart(answer: Answer) -> None:
    """Draw what came in and was spent by source. answer: funds_by_source."""
    table = with_source_names(answer.table)
    chart_frame(
        money_bars.finding(table),
        money_bars.money_bars(table),
        answer,
        key="money",
        indicators=["fund_spent_rate"],
        note=f"{period_note(answer.table)}项目开始以来累计，占预算的比例，跨年项目以前年度的支出"
        "也在内；时序进度为这一期末已过的天数占全年天数，两者相比只作参考。",
    )


def money_table(table: pl.DataFrame) -> None:
    """Draw one row per county and source of money. table: rows of project_funds.sql."""
    listed(with_source_names(table), MONEY)


def with_source_names(table: pl.DataFrame) -> pl.DataFrame:
    """Add source_name, 省级资金, to rows that name their fund_source."""
    return _named(table, runtime.catalogue().words["dimensions"]["fund_source"]["values"])


@made_once
def _named(table: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    source = pl.col("fund_source")
    return table.with_columns(source_name=source.replace_strict(names, default=source))
