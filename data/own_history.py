"""A unit's own past: what its figures usually are, told by medians that one slip cannot move."""

from typing import Any

import polars as pl

from data.catalogue.model import Table
from data.wording import filled

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
                    "{} {},近{}期中位数 {}",
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
