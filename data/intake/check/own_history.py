"""A unit's own past: what its figures usually are, told by medians that one slip cannot move."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from data.catalogue.model import Column, Table
from data.intake.check.context import CUMULATIVE
from data.intake.words import MONEY
from data.wording import filled

# The month in which the year of maternal and child health ends.
_MCH_ENDS = 9
# The median step from one period to the next, brought to the scale of a standard deviation.
_SCALE = 1.048


def jumps(
    rows: pl.DataFrame, whole: pl.DataFrame, table: Table, rule: dict[str, Any]
) -> pl.DataFrame:
    """New rows whose figures are far from what the same key filed in the periods before.

    rows   New rows, with `row`; whole: they and the store's (whose `row` is null), one row per
           natural key.
    rule   columns; periods (how many before count), at_least (so many must be there), share and
           floor (a move smaller than this part of the median, or this number, is none), spread
           (how many times the usual spread is far).
    returns  row, column, found.
    """
    columns = [name for name in rule["columns"] if name in rows.columns and name in whole.columns]
    key = list(table.key)
    at_least, share, floor = int(rule["at_least"]), float(rule["share"]), float(rule["floor"])
    # A number for each key is quicker to sort and to group by than texts.
    numbers = _restless(rows, whole, key, columns, share, floor).with_row_index("who")
    if numbers.is_empty() or whole["period"].n_unique() <= at_least:
        return pl.DataFrame(schema={"row": pl.UInt32, "column": pl.String, "found": pl.String})
    lined_up = (
        whole.select(
            *key, "period_end", "row", *(pl.col(name).cast(pl.Float64) for name in columns)
        )
        .join(numbers, on=key, nulls_equal=True)
        .sort("who", "period_end")
        .select("who", "row", *columns)
    )
    periods = int(rule["periods"])
    out = []
    for name in columns:
        before = pl.col("value").shift(1)
        away = (
            lined_up.select("who", "row", value=name)
            .with_columns(
                usual=before.rolling_median(periods, min_samples=at_least).over("who"),
                spread=before.diff().abs().rolling_median(periods, min_samples=1).over("who"),
            )
            .with_columns(away=(pl.col("value") - pl.col("usual")).abs())
        )
        limit = pl.max_horizontal(
            pl.col("usual") * share,
            pl.col("spread").fill_null(0) * _SCALE * float(rule["spread"]),
            pl.lit(floor),
        )
        far = away.filter(pl.col("row").is_not_null() & (pl.col("away") > limit))
        out.append(
            far.select(
                "row",
                column=pl.lit(name),
                found=filled(
                    "{} {}，近{}期中位数 {}",
                    pl.lit(table.by_name[name].header),
                    _plain("value"),
                    pl.lit(str(periods)),
                    _plain("usual"),
                ),
            )
        )
    return pl.concat(out)


def _restless(
    rows: pl.DataFrame,
    whole: pl.DataFrame,
    key: list[str],
    columns: list[str],
    share: float,
    floor: float,
) -> pl.DataFrame:
    """The keys of new rows that may hold a jump at all; most do not, and cost no median.

    A median lies between the smallest and the largest: nothing is further from it than those two
    are from each other.
    """
    low, high = pl.all().min().name.prefix("low_"), pl.all().max().name.prefix("high_")
    extremes = (
        whole.select(*key, *(pl.col(name).cast(pl.Float64) for name in columns))
        .group_by(key)
        .agg(low, high)
    )
    is_wide = pl.any_horizontal(
        pl.col(f"high_{name}") - pl.col(f"low_{name}")
        > pl.max_horizontal(pl.col(f"low_{name}") * share, pl.lit(floor))
        for name in columns
    )
    wide = extremes.filter(is_wide).select(key)
    return wide.join(rows.select(key), on=key, how="semi", nulls_equal=True)


def _plain(name: str) -> pl.Expr:
    return pl.col(name).round(1).cast(pl.String).str.replace(r"\.0$", "")


# -- many times what was filed before ------------------------------------------------------


def far(
    rows: pl.DataFrame,
    before: pl.DataFrame | None,
    table: Table,
    columns: Sequence[Column],
    rule: Mapping[str, Any],
) -> pl.DataFrame:
    """New rows with figures many times those that the same key filed before, or a small part.

    rows    New rows, with `row`; before: the store's of the periods before, or None.
    rule    times; floor (a smaller difference is none; of money in 万元); periods (how many before
            count, of cumulative figures only the last); sum_floor: the same for the sum over the
            rows of a unit, which is told once in place of its rows.
    returns  row, column, found.
    """
    lined_up = _lined_up(rows, before, table, columns)
    # Most figures are near those of the period before, and need no further look.
    suspects = lined_up.select(
        "who", *(_is_far(column, rule, depth=1).alias(column.name) for column in columns)
    )
    out = [pl.DataFrame(schema={"row": pl.UInt32, "column": pl.String, "found": pl.String})]
    for column in columns:
        sums = _sums(lined_up, column, rule) if "sum_floor" in rule else None
        who = suspects.filter(pl.col(column.name))["who"].unique()
        if who.len() or (sums is not None and sums.height):
            near = lined_up.filter(pl.col("who").is_in(who.implode()))
            out.append(_told(near, sums, column, rule))
    return pl.concat(out)


def _lined_up(
    rows: pl.DataFrame, before: pl.DataFrame | None, table: Table, columns: Sequence[Column]
) -> pl.DataFrame:
    """The rows of each key (`who`) one behind the other; `row` is null for the store's.

    is_ytd, is_ytd_mch: whether the row before lies in the same year of such a figure.
    """
    names = ["row", *table.key, "period", "period_end", "reporting_unit"]
    figures = [pl.col(column.name).cast(pl.Float64) for column in columns]
    parts = [rows.select(*names, *figures)]
    if before is not None:
        unnumbered = before.with_columns(row=pl.lit(None, dtype=pl.UInt32))
        parts.append(unnumbered.select(*names, *figures))
    pool = pl.concat(parts).sort(*table.key, "period_end")
    is_other = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift(1)) for key in table.key)
    year, end = pl.col("period").str.slice(0, 4), pl.col("period_end")
    mch_year = end.dt.year() + (end.dt.month() > _MCH_ENDS)
    return pool.with_columns(
        who=is_other.fill_null(True).cum_sum(),
        is_ytd=year == year.shift(1),
        is_ytd_mch=mch_year == mch_year.shift(1),
    )


def _is_far(column: Column, rule: Mapping[str, Any], depth: int) -> pl.Expr:
    """Whether a new figure is far from all of the key's last ones, so many of them."""
    value, (low, high) = pl.col(column.name), _around(column, depth)
    # A stock may jump from nothing; what is counted over time begins some day.
    is_base = high > (-1 if column.kind == "stock" else 0)
    far_off = _apart(value, low, high, rule, float(rule["floor"]) * _unit(column))
    return (pl.col("row").is_not_null() & is_base & far_off).fill_null(False)


def _apart(
    value: pl.Expr, low: pl.Expr, high: pl.Expr, rule: Mapping[str, Any], floor: float
) -> pl.Expr:
    times = float(rule["times"])
    up = (value > high * times) & (value - high > floor)
    return up | ((value * times < low) & (low - value > floor)).fill_null(False)


def _around(column: Column, depth: int) -> tuple[pl.Expr, pl.Expr]:
    """The smallest and the largest of the figures before; the last one alone if cumulative.

    The smallest is null where the figure has begun anew since: it is small by nature.
    """
    who, value = pl.col("who"), pl.col(column.name)
    backs = range(1, 2 if column.kind in CUMULATIVE else depth + 1)
    past = [pl.when(who == who.shift(back)).then(value.shift(back)) for back in backs]
    low = past[0] if len(past) == 1 else pl.min_horizontal(past)
    high = past[0] if len(past) == 1 else pl.max_horizontal(past)
    if column.kind in ("ytd", "ytd_mch"):
        low = pl.when(f"is_{column.kind}").then(low)
    return low, high


def _sums(lined_up: pl.DataFrame, column: Column, rule: Mapping[str, Any]) -> pl.DataFrame:
    """Units whose several rows added up are far, at the first of them."""
    floor = float(rule["sum_floor"]) * _unit(column)
    value, low, high = pl.col("value"), pl.col("low"), pl.col("high")
    before = dict(zip(("low", "high"), _around(column, 1), strict=True))
    return (
        lined_up.select("row", "reporting_unit", "period", value=column.name, **before)
        .filter(pl.col("row").is_not_null() & value.is_not_null() & high.is_not_null())
        .group_by("reporting_unit", "period", maintain_order=True)
        .agg(pl.col("row").min(), pl.col("value", "low", "high").sum(), rows=pl.len())
        .filter((pl.col("rows") > 1) & (high > 0) & _apart(value, low, high, rule, floor))
        .with_columns(of=filled("本单位 {} 行{}合计", "rows", pl.lit(column.header)))
        .select("row", "reporting_unit", "period", "of", "value", "low", "high")
    )


def _told(
    near: pl.DataFrame, sums: pl.DataFrame | None, column: Column, rule: Mapping[str, Any]
) -> pl.DataFrame:
    """Where one figure is far: row, column, found."""
    depth = int(rule["periods"])
    low, high = _around(column, depth)
    found = near.with_columns(
        of=pl.lit(column.header),
        value=column.name,
        low=low,
        high=high,
        is_far=_is_far(column, rule, depth),
    ).filter("is_far")
    if sums is not None:
        found = found.join(sums, on=["reporting_unit", "period"], how="anti", nulls_equal=True)
        found = pl.concat([found.select(sums.columns), sums])
    unit = "" if column.unit == "-" else column.unit
    before = "上期" if column.kind in CUMULATIVE else f"上{depth}期"
    base = pl.when(pl.col("value") > pl.col("high")).then(_plain("high")).otherwise(_plain("low"))
    told = filled(f"{{}} {{}}{unit}，{before} {{}}{unit}", "of", _plain("value"), base)
    return found.select("row", column=pl.lit(column.name), found=told)


def _unit(column: Column) -> float:
    """How much of a column's unit makes the unit of the rule: money is told in 万元."""
    return 10 ** (MONEY["万元"] - MONEY[column.unit]) if column.unit in MONEY else 1
