"""参保与待遇: the insurance gap and the funds."""

import polars as pl

from pages.charts.once import made_once
from pages.charts.subjects import (
    fund_line,
    gap_bars,
)
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.listed import Listed, listed
from pages.components.scope import period_note
from pages.theme import formats

FUND = (
    Listed("area_name", "统筹区"),
    Listed("last_month", "报到"),
    Listed("opening_balance", "年初结余（万元）", 2),
    Listed("income", "本年收入（万元）", 2),
    Listed("expense", "本年支出（万元）", 2),
    Listed("balance", "累计结余（万元）", 2),
    Listed("months_covered", "可支付月数（月）", 1),
    Listed("year_end", "推算年底结余（万元）", 2),
    Listed("out_month", "预计结余为零的月份"),
)


def gap_chart(answer: Answer) -> None:
    """Draw who is not insured, and who need not be. answer: enrolment_gap."""
    chart_frame(
        gap_bars.finding(answer.table),
        gap_bars.gap_bars(answer.table),
        answer,
        key="gap",
        indicators=["insurance_enrolment_rate"],
        note=f"{period_note(answer.table)}报表只填免参保的原因，不填未参保的原因；"
        "免参保人员不在应参保人数内。",
    )


def fund_chart(answer: Answer, *, place: str) -> None:
    """Draw the fund's balance to the end of the year. answer: fund_balance."""
    whole = _whole(answer.table)
    counted = (
        f"，{whole['funds'][0]}个县级基金合计" if whole.height and whole["funds"][0] > 1 else ""
    )
    chart_frame(
        fund_line.finding(whole),
        fund_line.fund_line(whole),
        Answer(answer.query, answer.params, whole),
        key="fund",
        note=f"{place}{counted}。结余=年初累计结余+本年收入-本年支出；可支付月数按本年月均支出。"
        "推算：没有上年同月数的不推算；推算不是预测。来源：医保基金运行月报表（T21）。",
    )


@made_once
def _whole(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter("is_whole")


def fund_table(table: pl.DataFrame) -> None:
    """Draw one row per county fund: its newest month, and how it stands at the end of the year.

    table  Rows of fund_balance.sql.
    """
    listed(_newest(table), FUND)


@made_once
def _newest(table: pl.DataFrame) -> pl.DataFrame:
    own = table.filter(~pl.col("is_whole"))
    newest = own.filter(pl.col("period") == pl.col("last_filed"))
    ends = own.filter(pl.col("period").str.ends_with("-12")).select(
        "area_code", year_end=pl.when("is_outlook").then("balance")
    )
    rows = newest.join(ends, on="area_code", how="left", maintain_order="left").with_columns(
        last_month=pl.col("last_filed").map_elements(_month, return_dtype=pl.String),
        out_month=pl.col("runs_out")
        .map_elements(_month, return_dtype=pl.String)
        .fill_null("年内不会为零"),
    )
    return rows.with_columns(
        out_month=pl.when(pl.col("runs_out").is_null() & pl.col("year_end").is_null())
        .then(None)
        .otherwise("out_month")
    )


def _month(period: str) -> str:
    return formats.period_short(period, chosen=period)
