"""What changed between two snapshots: rows, values, figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Column, Indicator, Table
from data.filed.origins import hidden
from data.filed.overlay import changed_files, compare_rows
from data.filed.rows import key_of, natural_key
from data.filed.withheld import is_kept_from_others, rows_shown
from data.snapshots.manifest import Manifest
from data.snapshots.store import Store

POINTS = "百分点"
# So many changed values of one table are told; the counts are always whole.
LISTED = 5_000
_KEY = ["indicator", "population", "area_code", "period", "dimension"]
_COUNTS: dict[str, Any] = {
    "table": pl.String,
    "period": pl.String,
    "added": pl.Int64,
    "edited": pl.Int64,
    "removed": pl.Int64,
}
# A changed value: where it stands, what it was and is.
VALUES: dict[str, Any] = {
    "table": pl.String,
    "area_code": pl.String,
    "area": pl.String,
    "key": pl.String,
    "period": pl.String,
    "column": pl.String,
    "header": pl.String,
    "unit": pl.String,
    "before": pl.String,
    "after": pl.String,
    "difference": pl.Float64,
    "masked": pl.Boolean,
}
_FIGURES: dict[str, Any] = {
    "indicator": pl.String,
    "population": pl.String,
    "dimension": pl.String,
    "area": pl.String,
    "period": pl.String,
    "before": pl.String,
    "after": pl.String,
    "before_value": pl.String,
    "after_value": pl.String,
    "difference": pl.Float64,
    "unit": pl.String,
    "masked": pl.Boolean,
}


@dataclass(frozen=True)
class Changes:
    """Differences between two snapshots.

    tables   table, period, added, edited, removed: numbers of rows.
    values   table, area_code, area, key, period, column, header, unit, before, after (text),
             difference (number, null for texts), masked: values of rows that both have.
    figures  indicator, population, dimension (病种:白内障; "" for the whole), area (names), period,
             before, after: numerator/denominator of past figures that are no longer the same;
             before_value, after_value as printed, difference of the printed values in `unit`
             (百分点 for a rate in percent), masked: those of sensitive indicators are. New periods
             are not listed.
    """

    tables: pl.DataFrame
    values: pl.DataFrame
    figures: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """True when no row differs."""
        return not self.tables.height

    def as_dict(self) -> dict[str, Any]:
        """All lists, for JSON."""
        return {
            "tables": self.tables.to_dicts(),
            "values": self.values.to_dicts(),
            "figures": self.figures.to_dicts(),
        }


def compare(store: Store, before: int, after: int, threshold: float = 0) -> Changes:
    """Compare two snapshots.

    threshold  Values and figures that moved by less are left out (百分点 for rates in percent,
               else the unit itself); what was empty before or is now is always told.
    raises     SnapshotMissing, SnapshotDamaged.
    """
    old, new = store.manifest(before), store.manifest(after)
    catalogue = store.catalogue(after)
    counts, values = [pl.DataFrame(schema=_COUNTS)], [pl.DataFrame(schema=VALUES)]
    for table in catalogue.tables.values():
        found = [pl.DataFrame(schema=VALUES)]
        changed = []
        for files in changed_files(store, old, new, table):
            left, right = (None if rows is None else rows_shown(rows, table) for rows in files)
            changed.append(compare_rows(left, right, natural_key(table)))
            if left is not None and right is not None:
                found += edited_values(left, right, table, catalogue)
        if changed and (rows := pl.concat(changed)).height:
            counts.append(
                rows.group_by("period", maintain_order=True)
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
        values.append(_moved(pl.concat(found), threshold).head(LISTED))
    figures = _moved(_figures(store, old, new), threshold)
    return Changes(pl.concat(counts), pl.concat(values), figures)


def edited_values(
    old: pl.DataFrame, new: pl.DataFrame, table: Table, catalogue: Catalogue
) -> Iterator[pl.DataFrame]:
    """The values that differ in rows that both have, one frame per column."""
    key = natural_key(table)
    stored = [column for column in table.stored_columns if column.name not in table.key]
    names = [column.name for column in stored]
    # A file of an older catalogue lacks the columns that came since.
    old, new = (
        frame.with_columns(
            pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in stored
            if column.name not in frame.columns
        )
        for frame in (old, new)
    )
    own = list(dict.fromkeys([*key, "area_code", *names]))
    both = new.select(own).join(
        old.select([*key, *names]), on=key, suffix="_before", nulls_equal=True
    )
    for column in stored:
        name = column.name
        moved = both.filter(pl.col(name).ne_missing(pl.col(f"{name}_before")))
        if not moved.height:
            continue
        masked = pl.Series("masked", hidden(moved, column))
        is_number = column.type in ("int", "decimal")
        places = catalogue.register.rows(moved["area_code"].unique())
        shown = moved.with_columns(masked).select(
            pl.lit(f"{table.id} {table.title}").alias("table"),
            "area_code",
            pl.col("area_code").replace(places["area_code"], places["full_name"]).alias("area"),
            _key_text(table, catalogue).alias("key"),
            "period",
            pl.lit(name).alias("column"),
            pl.lit(column.header).alias("header"),
            pl.lit(column.unit).alias("unit"),
            _unless_masked(_text(f"{name}_before", column)).alias("before"),
            _unless_masked(_text(name, column)).alias("after"),
            _unless_masked(
                (pl.col(name).cast(pl.Float64) - pl.col(f"{name}_before").cast(pl.Float64)).round(4)
                if is_number
                else pl.lit(None, dtype=pl.Float64)
            ).alias("difference"),
            "masked",
        )
        yield shown.select(pl.col(name).cast(dtype) for name, dtype in VALUES.items())


def _key_text(table: Table, catalogue: Catalogue) -> pl.Expr:
    parts = [
        pl.col(name).cast(pl.String).replace(_value_names(catalogue, name))
        for name in key_of(table)
    ]
    return pl.concat_str(parts or [pl.lit("")], separator=" ", ignore_nulls=True)


def _value_names(catalogue: Catalogue, column: str) -> dict[str, str]:
    """How the values of a grouping column are called, as far as they have names."""
    return catalogue.words["dimensions"].get(column, {}).get("values", {})


def _unless_masked(value: pl.Expr) -> pl.Expr:
    return pl.when(~pl.col("masked")).then(value)


def _text(name: str, column: Column) -> pl.Expr:
    """A value as a person writes it."""
    if column.dtype == pl.Boolean:
        return pl.when(name).then(pl.lit("是")).when(~pl.col(name)).then(pl.lit("否"))
    text = pl.col(name).cast(pl.String)
    if not column.dtype.is_numeric():
        return text
    return text.str.replace(r"(\.\d*?)0+$", "${1}").str.replace(r"\.$", "")


def _moved(frame: pl.DataFrame, threshold: float) -> pl.DataFrame:
    if threshold <= 0:
        return frame
    return frame.filter(pl.col("difference").is_null() | (pl.col("difference").abs() >= threshold))


# -- figures -------------------------------------------------------------------------------


def _figures(store: Store, old: Manifest, new: Manifest) -> pl.DataFrame:
    """Figures at county and above whose parts differ, where both snapshots have them."""
    before, after = (_area_files(manifest) for manifest in (old, new))
    catalogue = store.catalogue(new.number)
    out = [pl.DataFrame(schema=_FIGURES)]
    for folder in sorted(before.keys() & after.keys()):
        if before[folder] == after[folder]:
            continue
        left = store.read([store.path / before[folder].path], number=old.number)
        right = store.read([store.path / after[folder].path], number=new.number)
        columns = [*_KEY, "numerator", "denominator", "masked"]
        both = left.select(columns).join(right.select(columns), on=_KEY, suffix="_after")
        differs = both.filter(
            pl.col("numerator").ne_missing(pl.col("numerator_after"))
            | pl.col("denominator").ne_missing(pl.col("denominator_after"))
        )
        lines = [_line(row, catalogue) for row in differs.iter_rows(named=True)]
        out.append(pl.DataFrame(lines, schema=_FIGURES, orient="row"))
    return pl.concat(out)


def _line(row: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    indicator = catalogue.indicators.get(row["indicator"])
    masked = (
        row["masked"]
        or row["masked_after"]
        # What a county's figure moved by is what one township filed late or corrected.
        or is_kept_from_others(catalogue, row["indicator"], row["population"], row["dimension"])
    )
    first, second = (
        None if masked else _printed(row[f"numerator{at}"], row[f"denominator{at}"], indicator)
        for at in ("", "_after")
    )
    before, after = (
        None if masked else _parts(row[f"numerator{at}"], row[f"denominator{at}"])
        for at in ("", "_after")
    )
    unit = indicator.unit if indicator else ""
    population = catalogue.words["populations"].get(row["population"], {})
    return {
        "indicator": indicator.name if indicator else row["indicator"],
        "population": population.get("name", row["population"]),
        "dimension": _dimension(row["dimension"], indicator, catalogue),
        "area": catalogue.area_name(row["area_code"]) or row["area_code"],
        "period": row["period"],
        "before": before,
        "after": after,
        "before_value": None if first is None else f"{first:f}",
        "after_value": None if second is None else f"{second:f}",
        "difference": None if first is None or second is None else float(second - first),
        "unit": POINTS if unit == "%" else unit,
        "masked": masked,
    }


def _dimension(value: str, indicator: Indicator | None, catalogue: Catalogue) -> str:
    """What a part of an indicator is the part of: 病种:白内障; "" for the whole."""
    column = indicator.dimension if indicator else None
    if not value or column is None:
        return value
    name = catalogue.words["dimensions"].get(column, {}).get("name", "")
    return "：".join(filter(None, (name, _value_names(catalogue, column).get(value, value))))


def _printed(
    numerator: Decimal | None, denominator: Decimal | None, indicator: Indicator | None
) -> Decimal | None:
    """A figure as it is printed (rules.md 5): half up; what is below 100 % never prints 100."""
    if numerator is None or indicator is None:
        return None
    places = Decimal(1).scaleb(-indicator.decimals)
    if denominator is None:
        return numerator.quantize(places, ROUND_HALF_UP)
    if not denominator:
        return None
    exact = numerator * indicator.multiplier / denominator
    printed = exact.quantize(places, ROUND_HALF_UP)
    if indicator.unit == "%" and exact < 100 and printed == 100:
        return 100 - places
    return printed


def _parts(numerator: Decimal | None, denominator: Decimal | None) -> str:
    """Numerator and denominator as text: 95/100, 12 for a count, 未报 where nothing was filed."""
    if numerator is None:
        return "未报"
    return (
        _plain(numerator) if denominator is None else f"{_plain(numerator)}/{_plain(denominator)}"
    )


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _area_files(manifest: Manifest) -> dict[tuple[str, ...], Any]:
    return {entry.parts: entry for entry in manifest.under("derived", "area")}
