"""Rounds of one exercise, as the batches of a data matching are: the same people each time.

A table whose definition names the column that numbers them (`rounds`) is never added up over
them: of the rows that differ in nothing else of their key, those of the latest round count. The
latest is the one that was filed first last; of those filed first at the same time, the one with
the highest number.
"""

import polars as pl

from data.catalogue.model import Table


def exercise(table: Table) -> tuple[str, ...]:
    """The columns that the rounds of one exercise share: the key without their number."""
    return tuple(name for name in table.key if name != table.rounds)


def latest_first(table: Table) -> str:
    """The SQL order of the rounds of one exercise; `first_end` is when each was filed first."""
    return f"first_end desc, length({table.rounds}) desc, {table.rounds} desc"


def latest(rows: pl.DataFrame, filed: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows of the latest rounds among some, all of them where the table has no rounds.

    filed  All rows filed by then: which round is the latest is judged by them.
    """
    if table.rounds is None:
        return rows
    first = filed.group_by(table.key).agg(first_end=pl.col("period_end").min())
    number = pl.col(table.rounds)
    order = [pl.col("first_end"), number.str.len_chars(), number]
    return (
        rows.join(first, on=table.key, maintain_order="left")
        .sort(order, descending=True, maintain_order=True)
        .unique(exercise(table), keep="first", maintain_order=True)
        .sort(table.key)
        .drop("first_end")
    )
