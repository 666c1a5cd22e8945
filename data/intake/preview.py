"""What publishing would change, told before anybody publishes."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from data.catalogue.model import Table
from data.filed.changes import LISTED, VALUES, edited_values
from data.filed.overlay import compare_rows, overlaid, raw_files
from data.filed.rows import natural_key
from data.filed.withheld import is_listed
from data.intake.check.checking import Checked
from data.intake.publishing import changes_of
from data.snapshots.store import Store


@dataclass(frozen=True)
class Preview:
    """What a publish would change in the newest snapshot.

    tables  table, period, unit (填报单位), added, edited, same, removed, kept (rows of the unit
            and period that the files lack and the store keeps): numbers of rows.
    values  As in Changes.
    """

    tables: pl.DataFrame
    values: pl.DataFrame

    def as_dict(self) -> dict[str, Any]:
        """Both lists, for JSON."""
        return {"tables": self.tables.to_dicts(), "values": self.values.to_dicts()}


def preview(store: Store, checked: Checked, *, complete: bool = False) -> Preview:
    """What publishing checked files would change against the newest snapshot.

    raises SnapshotDamaged.
    """
    catalogue, head = checked.catalogue, store.latest()
    schema = {"table": pl.String, "period": pl.String, "unit": pl.String} | dict.fromkeys(
        ("added", "edited", "same", "removed", "kept"), pl.Int64
    )
    counts, values = [pl.DataFrame(schema=schema)], [pl.DataFrame(schema=VALUES)]
    for change in changes_of(checked, complete=complete):
        table = catalogue.tables[change.table_id]
        key = natural_key(table)
        files = raw_files(store.manifest(head))[table.id] if head is not None else {}
        over = overlaid(store, change, catalogue, files, head, checked.now.date())
        for laid, _ in over:
            new = pl.concat(each.new for each in laid)
            merged = pl.concat(each.after for each in laid)
            befores = [each.before for each in laid if each.before is not None]
            old = pl.concat(befores) if befores else merged.clear()
            told = compare_rows(old, merged, key)
            edited = told.filter(pl.col("change") == "修改")
            if edited.height:
                values += edited_values(
                    _of(edited, old, key), _of(edited, merged, key), table, catalogue
                )
            by_unit = _by_unit(told, old, new, merged, key, listed=is_listed(table))
            counts.append(_counted(by_unit, table, schema))
    return Preview(pl.concat(counts), pl.concat(values).head(LISTED))


def _of(asked: pl.DataFrame, rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The rows of some keys."""
    return rows.join(asked.select(key), on=key, how="semi", nulls_equal=True)


def _by_unit(
    told: pl.DataFrame,
    old: pl.DataFrame,
    new: pl.DataFrame,
    merged: pl.DataFrame,
    key: list[str],
    *,
    listed: pl.Expr,
) -> pl.DataFrame:
    """What becomes of each row: period, unit, change (新增, 修改, 删除, same, kept).

    listed  Which kept rows are told of: a file taken away lacks the others.
    """
    is_gone = pl.col("change") == "删除"
    alive = told.filter(~is_gone)
    of_unit = pl.col("reporting_unit").alias("unit")
    lines = [
        part.join(rows.select(*key, of_unit), on=key, nulls_equal=True)
        for part, rows in ((alive, merged), (told.filter(is_gone), old))
        if part.height
    ]
    same = (
        new.join(alive.select(key), on=key, how="anti", nulls_equal=True) if alive.height else new
    )
    lines.append(same.select("period", of_unit, change=pl.lit("same")))
    if merged.height > new.height:
        asked = new.select("period", "reporting_unit").unique()
        kept = merged.join(new.select(key), on=key, how="anti", nulls_equal=True).join(
            asked, on=["period", "reporting_unit"], how="semi", nulls_equal=True
        )
        lines.append(kept.filter(listed).select("period", of_unit, change=pl.lit("kept")))
    return pl.concat(line.select("period", "unit", "change") for line in lines)


def _counted(lines: pl.DataFrame, table: Table, schema: dict[str, Any]) -> pl.DataFrame:
    words = {
        "added": "新增",
        "edited": "修改",
        "same": "same",
        "removed": "删除",
        "kept": "kept",
    }
    return (
        lines.group_by("period", "unit")
        .agg(
            (pl.col("change") == word).sum().cast(pl.Int64).alias(name)
            for name, word in words.items()
        )
        .sort("period", "unit")
        .select(pl.lit(f"{table.id} {table.title}").alias("table"), *list(schema)[1:])
    )
