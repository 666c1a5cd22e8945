"""What became of each file of a check: for a person who has thirty of them before them."""

from collections.abc import Collection

import polars as pl

from data.findings import ERROR, EXPLAIN, HINT
from data.intake.check.checking import Checked

WRONG, ASKED, ASIDE, EMPTY, SOUND = "有错误", "需说明", "已搁置", "没有数据", "可以发布"
_WORST_FIRST = pl.Enum([WRONG, ASKED, ASIDE, EMPTY, SOUND])


def file_states(checked: Checked, aside: Collection[str] = ()) -> pl.DataFrame:
    """One row per file, those first that need a person, else in the order as they were given.

    aside    The files that the check was told to leave out.
    returns  file, tables (ids), periods, units (填报单位), rows (how many would be published),
             errors, explains, hints (how many findings), state: one of the words above.
    """
    files = pl.DataFrame({"file": checked.files}, schema={"file": pl.String})
    count = {"errors": ERROR, "explains": EXPLAIN, "hints": HINT}
    found = pl.DataFrame(
        [(each.file, each.severity) for each in checked.findings],
        schema={"file": pl.String, "severity": pl.String},
        orient="row",
    )
    counted = found.group_by("file").agg(
        (pl.col("severity") == severity).sum().alias(name) for name, severity in count.items()
    )
    return (
        files.join(_read(checked), on="file", how="left", maintain_order="left")
        .join(counted, on="file", how="left", maintain_order="left")
        .with_columns(
            pl.col("tables", "periods", "units").fill_null(""),
            pl.col("rows", *count).fill_null(0).cast(pl.Int64),
        )
        .with_columns(
            state=pl.when(pl.col("file").is_in(list(aside)))
            .then(pl.lit(ASIDE))
            .when(pl.col("errors") > 0)
            .then(pl.lit(WRONG))
            .when(pl.col("explains") > 0)
            .then(pl.lit(ASKED))
            .when(pl.col("rows") > 0)
            .then(pl.lit(SOUND))
            .otherwise(pl.lit(EMPTY))
        )
        .sort(pl.col("state").cast(_WORST_FIRST), maintain_order=True)
    )


def _read(checked: Checked) -> pl.DataFrame:
    """What was read from each file: file, tables, periods, units, rows."""
    names = ("period", "reporting_unit", "source_id")
    read = [pl.DataFrame(schema=dict.fromkeys((*names, "table"), pl.String))]
    read += [
        rows.select(*names).with_columns(table=pl.lit(table_id))
        for table_id, rows in checked.rows.items()
    ]
    return (
        pl.concat(read)
        .join(checked.sources.select("source_id", "file"), on="source_id")
        .group_by("file")
        .agg(
            tables=_listed("table"),
            periods=_listed("period"),
            units=_listed("reporting_unit"),
            rows=pl.len(),
        )
    )


def _listed(name: str) -> pl.Expr:
    return pl.col(name).drop_nulls().unique().sort().str.join("、")
