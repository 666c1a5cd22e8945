"""A unit's own past: what its figures usually are, told by medians that one slip cannot move."""

from typing import Any

import polars as pl

from data.catalogue.model import Table
from data.publish import natural_key

# The median step from one period to the next, brought to the scale of a standard deviation.
_SCALE = 1.048


def jumps(
    rows: pl.DataFrame, whole: pl.DataFrame, table: Table, rule: dict[str, Any]
) -> pl.DataFrame:
    """New rows whose figures are far from what the same key filed in the periods before.

    rows   New rows, with `row`; whole: they and the store's, one row per natural key.
    rule   columns; periods (how many before count), at_least (so many must be there), share and
           floor (a move smaller than this part of the median, or this number, is none), spread
           (how many times the usual spread is far).
    returns  row, column, found.
    """
    columns = [name for name in rule["columns"] if name in rows.columns and name in whole.columns]
    key = list(table.key)
    natural, at_least = natural_key(table), int(rule["at_least"])
    if whole["period"].n_unique() <= at_least:
        return pl.DataFrame(schema={"row": pl.UInt32, "column": pl.String, "found": pl.String})
    if whole.height == rows.height:
        numbered = rows.select(*natural, "period_end", "row", *columns)
    else:
        mine = whole.join(rows.select(key).unique(), on=key, how="semi", nulls_equal=True)
        numbered = mine.select(*natural, "period_end", *columns).join(
            rows.select(*natural, "row"), on=natural, how="left", nulls_equal=True
        )
    # Rows of one key lie together now: a number for each is quicker to group by than texts.
    lined_up = (
        numbered.sort(*key, "period_end")
        .with_columns(who=pl.struct(key).rle_id())
        .select("who", "row", *(pl.col(name).cast(pl.Float64) for name in columns))
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
            pl.col("usual") * float(rule["share"]),
            pl.col("spread").fill_null(0) * _SCALE * float(rule["spread"]),
            pl.lit(float(rule["floor"])),
        )
        far = away.filter(pl.col("row").is_not_null() & (pl.col("away") > limit))
        out.append(
            far.select(
                "row",
                column=pl.lit(name),
                found=pl.format(
                    "{} {},近{}期中位数 {}",
                    pl.lit(table.by_name[name].header),
                    _plain("value"),
                    pl.lit(str(periods)),
                    _plain("usual"),
                ),
            )
        )
    return pl.concat(out)


def _plain(name: str) -> pl.Expr:
    return pl.col(name).round(1).cast(pl.String).str.replace(r"\.0$", "")
