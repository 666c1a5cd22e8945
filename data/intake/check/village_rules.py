"""Rules about villages and their clinics: against the area register, the ledgers, the standard."""

from typing import Any

import polars as pl

from data.catalogue.model import Table
from data.catalogue.succession import is_there
from data.filed.rows import ANCESTORS, as_it_lay
from data.intake.check.context import Context, nothing
from data.wording import filled

_COUNTY = pl.col("area_code").str.slice(0, 6)


def clinic_rule(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A filed 是否达标 against the four criteria of rules.md 7."""
    area = int(context.catalogue.settings["clinic_floor_area"])
    rooms = ("has_consult", "has_treatment", "has_publichealth", "has_pharmacy")
    meets = (
        (pl.col("floor_area") >= area)
        & pl.all_horizontal(*rooms)
        & (pl.col("qualified_doctors") >= 1)
        & (pl.col("licence_until") >= pl.col("period_end"))
    ).fill_null(False)
    judged = (pl.col("service_mode") == "自有") & (
        pl.col("build_state").fill_null("已投用") == "已投用"
    )
    bad = rows.filter(
        judged & pl.col("is_standard").is_not_null() & (pl.col("is_standard") != meets)
    )
    return bad.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        pl.when(pl.col("is_standard"))
        .then(pl.lit("填达标，按规则为未达标"))
        .otherwise(pl.lit("填未达标，按规则为达标"))
        .alias("found"),
    )


def _villages(rule: dict[str, Any], rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The register's villages that are there at each period's end of the rows, where they lay."""
    counties = rows.select(_COUNTY).to_series().unique().implode()
    listed = context.catalogue.areas.filter(
        (pl.col("level") == rule["level"])
        & (pl.col("kind") == rule["area_kind"])
        & (pl.col("county_code").is_in(counties) | _COUNTY.is_in(counties))
    ).select("area_code", "valid_from", "valid_to", *ANCESTORS)
    ends = rows.select("period_end").unique()
    there = listed.join(ends, how="cross").filter(is_there(pl.col("period_end")))
    return as_it_lay(there, context.catalogue)


def register_count(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A number of villages against the area register, where that has any."""
    counts = (
        _villages(rule, rows, context)
        .group_by("period_end", area_code="township_code")
        .agg(registered=pl.len())
    )
    bad = rows.join(counts, on=["area_code", "period_end"]).filter(
        pl.col(rule["column"]) != pl.col("registered")
    )
    return bad.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        filled("填报 {} 个，区划登记 {} 个", rule["column"], "registered").alias("found"),
    )


def register_kind(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A code must be an area of that kind in the register, where its county has any."""
    villages = _villages(rule, rows, context)
    counties = villages["county_code"].unique().implode()
    bad = rows.filter(pl.col(rule["column"]).str.slice(0, 6).is_in(counties)).join(
        villages, left_on=[rule["column"], "period_end"], right_on=["area_code", "period_end"],
        how="anti",
    )  # fmt: skip
    return bad.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        filled("{}", rule["column"]).alias("found"),
    )


def count_flagged(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A number of villages against how many of them another ledger marks."""
    other = rule["other"]
    names = ("period_end", other["key"], other["column"], other["flag"])
    ledger = context.current(context.catalogue.tables[other["table"]], names)
    if ledger is None:
        return nothing()
    newest = (
        ledger.sort("period_end")
        .unique([other["key"]], keep="last")
        .filter(pl.col(other["flag"]).is_not_null())
    )
    counts = newest.group_by(area_code=pl.col(other["column"]).str.slice(0, 9)).agg(
        marked=pl.col(other["column"]).filter(pl.col(other["flag"])).n_unique()
    )
    bad = rows.join(counts, on="area_code").filter(pl.col(rule["column"]) != pl.col("marked"))
    return bad.select(
        "row",
        severity=pl.lit(rule["severity"]),
        found=filled("填报 {} 个，{} 标记 {} 个", rule["column"], pl.lit(other["table"]), "marked"),
    )
