"""Columns that a file lacks: what is stored of them stays, for a shorter form deletes nothing.

To empty a figure its column must stand in the file, with an empty cell.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from data.catalogue.model import Table
from data.check_context import Context
from data.filed_rows import natural_key
from data.withheld import WITHHELD

_KEPT = "kept_"


def lacking(table: Table, there: Sequence[str]) -> list[str]:
    """The stored columns of a table, 备注 among them, that a file does not have.

    there  The columns that it has.
    """
    own = [column.name for column in table.stored_columns]
    known = {*there, *table.key, table.area_column, "area_code", "division_code"}
    return [name for name in (*own, "remark") if name not in known]


def keep(
    rows: pl.DataFrame, absent: Mapping[int, Sequence[str]], table: Table, context: Context
) -> pl.DataFrame:
    """The new rows with what is stored in the columns that their file lacks.

    absent   batch_no -> such columns.
    returns  the rows in their order, and `kept_x` beside each such column x: what is stored, null
             where the file has the column or the store has nothing. Of a register it is what was
             last filed. Secret figures are named in `WITHHELD`: no finding may tell them.
    """
    names = list(dict.fromkeys(name for each in absent.values() for name in each))
    old = context.stored(table, [*natural_key(table), "period_end", *names]) if names else None
    if old is None:
        return rows
    before = _before(rows, old, names, table)
    kept = [
        pl.when(pl.col("batch_no").is_in([no for no, each in absent.items() if name in each]))
        .then(_KEPT + name)
        .alias(_KEPT + name)
        for name in names
    ]
    rows = rows.join(before, on="row", how="left", maintain_order="left").with_columns(kept)
    secret = [column.name for column in table.columns if column.sensitive and column.name in names]
    if secret:
        marks = pl.col(WITHHELD) if WITHHELD in rows.columns else pl.lit([], pl.List(pl.String))
        told = [pl.when(pl.col(_KEPT + n).is_not_null()).then(pl.lit(n)) for n in secret]
        own = pl.concat_list(told).list.drop_nulls()
        rows = rows.with_columns(pl.concat_list(marks.fill_null([]), own).alias(WITHHELD))
    # A remark explains the figures beside it: it may not answer what the new ones give to doubt.
    figures = [name for name in names if name != "remark"]
    return rows.with_columns(pl.coalesce(name, _KEPT + name).alias(name) for name in figures)


def with_remarks(rows: pl.DataFrame) -> pl.DataFrame:
    """The checked rows with the stored 备注 of those whose file has no such column."""
    names = [name for name in rows.columns if name.startswith(_KEPT)]
    if _KEPT + "remark" in names:
        rows = rows.with_columns(remark=pl.coalesce("remark", _KEPT + "remark"))
    return rows.drop(names)


def counts(rows: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """batch_no -> how many columns and how many values of its rows were kept."""
    names = [name for name in rows.columns if name.startswith(_KEPT)]
    if not names:
        return {}
    by_batch = rows.group_by("batch_no").agg(pl.col(names).count())
    told = {line["batch_no"]: [line[name] for name in names] for line in by_batch.to_dicts()}
    return {no: (sum(n > 0 for n in each), sum(each)) for no, each in told.items() if any(each)}


def _before(
    rows: pl.DataFrame, old: pl.DataFrame, names: Sequence[str], table: Table
) -> pl.DataFrame:
    """row, and as `kept_x` what is stored of the same key and period, in a register last filed."""
    kept = [pl.col(name).alias(_KEPT + name) for name in names]
    stored = old.select(*natural_key(table), pl.col("period_end").alias("end"), *kept)
    if not table.register:
        key = natural_key(table)
        found = rows.select("row", *key).join(stored.drop("end"), on=key, nulls_equal=True)
    else:
        asked = rows.select("row", "period_end", *table.key)
        found = asked.join(stored, on=list(table.key), nulls_equal=True)
        found = found.filter(pl.col("end") <= pl.col("period_end")).sort("end")
    return found.select("row", *(_KEPT + name for name in names)).unique("row", keep="last")
