"""Raw rows in the shape in which they are stored, their keys, and the files they are cut into."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.errors import StoreError
from data.periods import Period

# The cut and the province of a file.
Folder = tuple[str, str]
_VILLAGE = 12  # figures of a village's code
ANCESTORS = ("province_code", "city_code", "county_code", "township_code")


@dataclass(frozen=True)
class Change:
    """New rows of one report table.

    rows      Raw rows (contract of data/README.md) without ancestors; at least the key, the
              period, the table's columns and where each row came from.
    complete  Reporting units whose other rows of the same periods go away.
    """

    table_id: str
    rows: pl.DataFrame
    complete: frozenset[str] = frozenset()


def prepare(
    rows: pl.DataFrame, table: Table, catalogue: Catalogue, *, imported: date
) -> pl.DataFrame:
    """Raw rows in the shape in which they are stored.

    returns  area_code, its ancestors' codes, period, period_start, period_end, division_code,
             the table's stored columns, reporting_unit, reported_on, remark, first_imported,
             is_removed, source_id, source_sheet, source_row, source_first (the source
             by which the row came first).
    """
    for name, default in (
        ("first_imported", pl.lit(imported)),
        ("is_removed", pl.lit(False)),
        ("remark", pl.lit(None, dtype=pl.String)),
        ("reporting_unit", pl.lit(None, dtype=pl.String)),
        ("reported_on", pl.lit(None, dtype=pl.Date)),
        ("source_id", pl.lit("")),
        ("source_sheet", pl.lit("")),
        ("source_row", pl.lit(0)),
        ("source_first", pl.col("source_id")),
    ):
        if name not in rows.columns:
            rows = rows.with_columns(default.alias(name))
    missing = [c for c in table.stored_columns if c.name not in rows.columns]
    rows = rows.with_columns(
        *(pl.lit(None, dtype=column.dtype).alias(column.name) for column in missing)
    )
    places = catalogue.areas.select("area_code", *ANCESTORS)
    rows = rows.drop([name for name in ANCESTORS if name in rows.columns]).join(
        places, on="area_code", how="left", maintain_order="left"
    )
    if rows["province_code"].null_count():
        rows = _ancestors_by_prefix(rows, places)
    if "period_start" not in rows.columns or "period_end" not in rows.columns:
        rows = rows.drop("period_start", "period_end", strict=False).join(
            _period_frame(rows["period"].unique().to_list()), on="period", how="left"
        )
    rows = as_it_lay(rows, catalogue)
    own = [column.name for column in table.stored_columns if column.name != "area_code"]
    return rows.select(
        "area_code",
        *ANCESTORS,
        "period",
        pl.col("period_start").cast(pl.Date),
        pl.col("period_end").cast(pl.Date),
        pl.col("division_code").cast(pl.String),
        *(pl.col(name).cast(table.by_name[name].dtype) for name in own),
        pl.col("reporting_unit").cast(pl.String),
        pl.col("reported_on").cast(pl.Date),
        pl.col("remark").cast(pl.String),
        pl.col("first_imported").cast(pl.Date),
        pl.col("is_removed").cast(pl.Boolean),
        pl.col("source_id").cast(pl.String),
        pl.col("source_sheet").cast(pl.String),
        pl.col("source_row").cast(pl.Int64),
        pl.col("source_first").cast(pl.String),
    )


def key_of(table: Table) -> list[str]:
    """The natural key's columns beside the period, without the area when it is first anyway."""
    return [name for name in table.key if name != "area_code"]


def natural_key(table: Table) -> list[str]:
    """All columns of the natural key."""
    return ["period", *table.key]


def _ancestors_by_prefix(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Ancestors of areas below a township that has no village register."""
    known = rows.filter(pl.col("province_code").is_not_null())
    unknown = rows.filter(pl.col("province_code").is_null()).drop(*ANCESTORS)
    by_prefix = places.rename({"area_code": "prefix"})
    found = unknown.with_columns(prefix=pl.col("area_code").str.slice(0, 9)).join(
        by_prefix, on="prefix", how="left", maintain_order="left"
    )
    still = found.filter(pl.col("province_code").is_null())
    if still.height:
        code = still["area_code"][0]
        raise StoreError(f"区划 {code} 不在区划表中，不能入库。请先用 areas import 导入区划。")
    return pl.concat([known, found.drop("prefix").select(known.columns)])


def as_it_lay(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The rows with villages in the township they lay in, which their code names, while it was.

    rows  With area_code, period_end and the ancestors' codes as the register has them now.
    """
    upper = catalogue.register.upper
    gone = upper.filter((pl.col("level") == "township") & pl.col("valid_to").is_not_null())
    if not gone.height:
        return rows
    then = gone.select(
        pl.col("area_code").alias("prefix"),
        pl.col("valid_to").alias("then_until"),
        *(pl.col(name).alias(f"then_{name}") for name in ANCESTORS),
    )
    found = rows.with_columns(
        prefix=pl.when(pl.col("area_code").str.len_chars() == _VILLAGE).then(
            pl.col("area_code").str.slice(0, 9)
        )
    ).join(then, on="prefix", how="left", maintain_order="left")
    lay_there = pl.col("period_end") <= pl.col("then_until")
    return found.with_columns(
        pl.when(lay_there).then(f"then_{name}").otherwise(name).alias(name) for name in ANCESTORS
    ).select(rows.columns)


def _period_frame(texts: list[str]) -> pl.DataFrame:
    periods = [Period.parse(text) for text in texts]
    return pl.DataFrame(
        {
            "period": texts,
            "period_start": [period.start for period in periods],
            "period_end": [period.end for period in periods],
        },
        schema={"period": pl.String, "period_start": pl.Date, "period_end": pl.Date},
    )


def cut(rows: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, list[tuple[Folder, int]]]:
    """The rows in the order of the files in which they are stored, and how many each file takes.

    Within a file they are sorted by area, key and period.
    """
    texts = rows["period"].unique().sort()
    cuts = pl.Series([cut_of(table, Period.parse(text)) for text in texts], dtype=pl.String)
    file = rows.select(
        cut=pl.col("period").replace_strict(texts, cuts, return_dtype=pl.String),
        place=pl.col("province_code").str.slice(0, 2),
    )
    order = ["cut", "place", "area_code", *key_of(table), "period"]
    if not is_rising(rows.with_columns(file.get_columns()).select(order)):
        # Sorted once, so that each file's rows are a slice: nothing is copied a second time.
        rows = rows.with_columns(file.get_columns()).sort(order, maintain_order=True)
        file, rows = rows.select("cut", "place"), rows.drop("cut", "place")
    counts = file.group_by("cut", "place", maintain_order=True).len()
    return rows, [((cut, place), count) for cut, place, count in counts.iter_rows()]


def is_rising(rows: pl.DataFrame) -> bool:
    """Whether each row comes after the one before in all columns' order: none is there twice.

    What a store gave out and takes in again usually is so.
    """
    rises = pl.lit(False)
    for name in reversed(rows.columns):
        one, before = pl.col(name).slice(1), pl.col(name).head(pl.len() - 1)
        rises = (one > before) | ((one == before) & rises)
    return rows.height < 2 or rows.select(rises.fill_null(False).all()).item()


def cut_of(table: Table, period: Period) -> str:
    """The name under which rows of a period are stored: a week, month, quarter or year."""
    frequency = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}[
        table.store_by
    ]
    return period.text if period.frequency == frequency else period.within(frequency).text


def shaped(frame: pl.DataFrame, schema: dict[str, Any]) -> pl.DataFrame:
    """A frame with exactly these columns; what it lacks is empty."""
    there = frame.schema
    if list(there.items()) == list(schema.items()):
        return frame
    return frame.with_columns(
        (pl.col(name) if name in there else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
        if there.get(name) != dtype
    )[list(schema)]
