"""Figures that an exported table keeps back, and what their cells mean when it comes in again.

Sensitive columns leave the house masked. A blank cell would say 「没有数」 when the file is filed
again and take the figure away; the mark says that the figure is as it was.
"""

import polars as pl

from data.catalogue.expressions import Expression
from data.catalogue.model import Column, Table

# In the place of a figure that whoever took the file away may not see.
MARK = "※不显示"
# In a frame of rows: the columns whose cells hold the mark.
WITHHELD = "withheld"
# Codes of county and above have 6 figures; what is below them is longer.
_COUNTY_CODE = 6


def secret(column: Column, *, everywhere: bool = False) -> pl.Expr:
    """Whether a row's figure of a column may not be shown, as in the masked views.

    everywhere  Also in rows of a county and above.
    """
    if not column.sensitive:
        return pl.lit(False)
    rule = (
        pl.lit(True)
        if column.sensitive == "all"
        else Expression(column.sensitive).polars().fill_null(True)
    )
    return rule if everywhere else rule & (pl.col("area_code").str.len_chars() > _COUNTY_CODE)


def unseen(name: str, table: Table, rows: pl.DataFrame) -> pl.Expr:
    """Whether a value a rule looked at is on file only and secret: no finding may tell it.

    name  A column of the rows, or prev_ and one: its value one period before.
    """
    own = table.by_name.get(name.removeprefix("prev_"))
    if own is None or not own.sensitive:
        return pl.lit(False)
    if name != own.name:
        return secret(own)
    return _has_mark(name) if WITHHELD in rows.columns else pl.lit(False)


def secrets_hidden(found: pl.DataFrame, rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Violations without what they say of secret figures that are on file."""
    told = set(found["column"].unique().to_list())
    for column in table.columns:
        if not column.sensitive or column.name not in told:
            continue
        quiet = rows.filter(secret(column))["row"].implode()
        found = found.with_columns(
            found=pl.when((pl.col("column") == column.name) & pl.col("row").is_in(quiet))
            .then(pl.lit(f"{column.header} {MARK}"))
            .otherwise("found")
        )
    return found


def _has_mark(name: str) -> pl.Expr:
    return pl.col(WITHHELD).list.contains(name).fill_null(False)


def as_on_file(
    rows: pl.DataFrame, old: pl.DataFrame | None, table: Table
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows with the figures that are on file where they hold the mark.

    rows     New rows; those with marks name the columns in `WITHHELD` (a list, or null).
    old      The snapshot's rows of the table, or None.
    returns  the rows, and the marks that nothing stands for: row, column.
    """
    nothing = pl.DataFrame(schema={"row": rows.schema["row"], "column": pl.String})
    if WITHHELD not in rows.columns:
        return rows, nothing
    marked = rows.filter(pl.col(WITHHELD).list.len() > 0)
    names = marked[WITHHELD].explode().unique(maintain_order=True).drop_nulls().to_list()
    key = ["period", *table.key]
    if old is None:
        missing = marked
    else:
        before = old.select(*key, *(pl.col(name).alias(f"old_{name}") for name in names))
        missing = marked.join(before, on=key, how="anti", nulls_equal=True)
        rows = (
            rows.join(before, on=key, how="left", nulls_equal=True, maintain_order="left")
            .with_columns(
                pl.when(_has_mark(name)).then(f"old_{name}").otherwise(name).alias(name)
                for name in names
            )
            .drop(f"old_{name}" for name in names)
        )
    lost = missing.select("row", column=WITHHELD).explode("column")
    return rows, pl.concat([nothing, lost])
