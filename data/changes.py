"""What changed between two snapshots: rows of the tables, and figures at county and above."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from data.manifest import Manifest
from data.publish import changed_rows
from data.store import Store

_KEY = ["indicator", "population", "area_code", "period", "dimension"]
_COUNTS = {
    "table": pl.String,
    "period": pl.String,
    "added": pl.Int64,
    "edited": pl.Int64,
    "removed": pl.Int64,
}
_FIGURES = {
    "indicator": pl.String,
    "population": pl.String,
    "area": pl.String,
    "period": pl.String,
    "before": pl.String,
    "after": pl.String,
}


@dataclass(frozen=True)
class Changes:
    """Differences between two snapshots.

    tables   table, period, added, edited, removed: numbers of rows.
    figures  indicator, population, area (names), period, before, after: numerator/denominator
             of past figures that are no longer the same; new periods are not listed.
    """

    tables: pl.DataFrame
    figures: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """True when no row differs."""
        return not self.tables.height

    def as_dict(self) -> dict[str, Any]:
        """Both lists, for JSON."""
        return {"tables": self.tables.to_dicts(), "figures": self.figures.to_dicts()}


def compare(store: Store, before: int, after: int) -> Changes:
    """Compare two snapshots.

    raises SnapshotMissing, SnapshotDamaged.
    """
    old, new = store.manifest(before), store.manifest(after)
    catalogue = store.catalogue(after)
    counts = [pl.DataFrame(schema=_COUNTS)]
    for table in catalogue.tables.values():
        changed = changed_rows(store, old, new, table)
        if changed.height:
            counts.append(
                changed.group_by("period", maintain_order=True)
                .agg(
                    added=(pl.col("change") == "新增").sum(),
                    edited=(pl.col("change") == "修改").sum(),
                    removed=(pl.col("change") == "删除").sum(),
                )
                .sort("period")
                .select(
                    pl.lit(f"{table.id} {table.title}").alias("table"),
                    "period",
                    pl.col("added", "edited", "removed").cast(pl.Int64),
                )
            )
    return Changes(pl.concat(counts), _figures(store, old, new))


def _figures(store: Store, old: Manifest, new: Manifest) -> pl.DataFrame:
    """Figures at county and above whose parts differ, where both snapshots have them."""
    before, after = (_area_files(manifest) for manifest in (old, new))
    catalogue = store.catalogue(new.number)
    names = {item.id: item.name for item in catalogue.indicators.values()}
    out = [pl.DataFrame(schema=_FIGURES)]
    for folder in sorted(before.keys() & after.keys()):
        if before[folder] == after[folder]:
            continue
        left = store.read([store.path / before[folder].path], number=old.number)
        right = store.read([store.path / after[folder].path], number=new.number)
        columns = [*_KEY, "numerator", "denominator"]
        both = left.select(columns).join(right.select(columns), on=_KEY, suffix="_after")
        differs = both.filter(
            pl.col("numerator").ne_missing(pl.col("numerator_after"))
            | pl.col("denominator").ne_missing(pl.col("denominator_after")),
            pl.col("dimension") == "",
        )
        areas = pl.col("area_code").replace_strict(catalogue.area_names, default=None)
        out.append(
            differs.select(
                pl.col("indicator").replace(names),
                "population",
                areas.fill_null(pl.col("area_code")).alias("area"),
                "period",
                _parts("numerator", "denominator").alias("before"),
                _parts("numerator_after", "denominator_after").alias("after"),
            )
        )
    return pl.concat(out)


def _area_files(manifest: Manifest) -> dict[tuple[str, ...], Any]:
    return {entry.parts: entry for entry in manifest.under("derived", "area")}


def _parts(numerator: str, denominator: str) -> pl.Expr:
    """Numerator and denominator as text: 95/100, 12 for a count, 未报 where nothing was filed."""
    above, below = (
        pl.col(name).cast(pl.String).str.replace(r"\.?0+$", "") for name in (numerator, denominator)
    )
    return (
        pl.when(pl.col(numerator).is_null())
        .then(pl.lit("未报"))
        .when(pl.col(denominator).is_null())
        .then(above)
        .otherwise(pl.format("{}/{}", above, below))
    )
