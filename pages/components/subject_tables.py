"""Tables of the subject pages that need a word or two more than their query gives."""

from collections.abc import Mapping

import polars as pl

from pages.charts.once import made_once
from pages.components.listed import listed
from pages.components.subject_columns import FUND, MONEY, PAIRS
from pages.shell import runtime
from pages.theme import formats

_IN_FORCE = "有效"


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
        .fill_null("年内不见底"),
    )
    return rows.with_columns(
        out_month=pl.when(pl.col("runs_out").is_null() & pl.col("year_end").is_null())
        .then(None)
        .otherwise("out_month")
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


def pairs_table(table: pl.DataFrame) -> None:
    """Draw one row per pair, or per institution without one. table: rows of support_pairs.sql."""
    listed(_told(table), PAIRS)


@made_once
def _told(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(
        recipient=pl.coalesce("recipient_name", "recipient_code"),
        supporter=pl.coalesce("supporter_name", "supporter_code"),
    )


@made_once
def pairs_finding(table: pl.DataFrame) -> str:
    """结对47对,41对协议有效;4个单位没有结对: what the table of pairs says, as its title."""
    pairs = table.drop_nulls("supporter_code")
    if table.is_empty():
        return "哪家医院支援哪家"
    valid = pairs.filter(pl.col("state") == _IN_FORCE).height
    alone = table.height - pairs.height
    said = f"哪家医院支援哪家:结对{pairs.height}对,{valid}对协议有效"
    return f"{said},{alone}个单位没有结对" if alone else said


def _month(period: str) -> str:
    return formats.period_short(period, chosen=period)
