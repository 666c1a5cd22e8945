"""Where a figure came from: the workbook, sheet and cell of every value of a snapshot.

Raw rows know their source, sheet and row; the list of sources knows which column stood under
which letters. Sensitive columns are shown as the views show them: not below the county.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Column, Measure, Table
from data.errors import UsageError
from data.filed import rounds
from data.filed.rows import cut_of, key_of
from data.filed.touched import VIEW_TABLES
from data.filed.withheld import rows_shown, secret
from data.periods import FREQUENCIES, Period, containing, latest_ending_by
from data.snapshots.store import Store

# Where the clinic's own state is counted, these are what it was judged by.
_CLINIC_COLUMNS = (
    "service_mode",
    "build_state",
    "floor_area",
    "has_consult",
    "has_treatment",
    "has_publichealth",
    "has_pharmacy",
    "qualified_doctors",
    "licence_until",
    "is_standard",
)
# The maternal year ends in September.
_MCH_END = 9
# A denominator of another table may be this old (data/README.md).
_A_YEAR = timedelta(days=366)
_DATES = frozenset(("period_start", "period_end"))
# The demo's frames come from no workbook; they name this source.
_DEMO = "demo"
_CELLS: dict[str, Any] = {
    "part": pl.String,
    "area_code": pl.String,
    "area": pl.String,
    "key": pl.String,
    "period": pl.String,
    "column": pl.String,
    "header": pl.String,
    "unit": pl.String,
    "value": pl.String,
    "masked": pl.Boolean,
    "file": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
    "row": pl.Int64,
    "remark": pl.String,
}


class Addresses:
    """The files and cells of one snapshot's rows.

    A source's `places` lists its tables: sheet, table, first and last row, and for each column
    its letters, or its whole address where it stands once for the table.
    """

    def __init__(self, sources: pl.DataFrame | None) -> None:
        self._files: dict[str, str] = {}
        self._places: dict[str, list[dict[str, Any]]] = {}
        if sources is None:
            return
        for row in sources.to_dicts():
            self._files[row["source_id"]] = row["file"]
            if row.get("places"):
                self._places[row["source_id"]] = json.loads(row["places"])

    @staticmethod
    def of(store: Store, snapshot: int) -> "Addresses":
        """The addresses of a snapshot."""
        return Addresses(store.rows(snapshot, "sources"))

    def file(self, source_id: str | None) -> str:
        """The name of a source's file; empty when the snapshot does not list it."""
        return (
            "演示数据（模拟，无文件）"
            if source_id == _DEMO
            else self._files.get(source_id or "", "")
        )

    def cell(
        self, source_id: str | None, sheet: str | None, row: int | None, table: str, column: str
    ) -> str:
        """The address of a value, C7; empty where it is not known."""
        if not row or source_id == _DEMO:
            return ""
        for place in self._places.get(source_id or "", ()):
            first, last = place["rows"]
            if place["sheet"] == sheet and place["table"] == table and first <= row <= last:
                at = place["columns"].get(column, "")
                return at if not at or at[-1].isdigit() else f"{at}{row}"
        return ""


def cells_of(
    store: Store,
    snapshot: int,
    indicator_id: str,
    population: str,
    area_code: str,
    period: str,
    *,
    dimension: str = "",
    hide_sensitive: bool = False,
    limit: int = 2000,
) -> pl.DataFrame:
    """The cells that an indicator's figure is made of, one line per row and column it reads.

    returns  part (分子, 分母), area_code, area, key, period, column, header, unit, value (text),
             masked, file, sheet, cell, row, remark; at most `limit` raw rows per part, by area.
    raises   UsageError for an unknown indicator or population, SnapshotDamaged.
    """
    catalogue = store.catalogue(snapshot)
    indicator = catalogue.indicators.get(indicator_id)
    chosen = indicator.populations.get(population) if indicator else None
    if indicator is None or chosen is None:
        raise UsageError(f"没有指标「{indicator_id}」（人群「{population}」）。")
    addresses = Addresses.of(store, snapshot)
    parts = [("分子", chosen.numerator)]
    if chosen.denominator:
        parts.append(("分母", chosen.denominator))
    out = [pl.DataFrame(schema=_CELLS)]
    for part, measure in parts:
        table = catalogue.tables.get(VIEW_TABLES.get(measure.source, measure.source))
        if table is None:
            continue
        # Parts of two tables meet at the county: the second one's newest filing counts.
        latest = measure.source != chosen.numerator.source
        rows = _rows(store, snapshot, table, measure, area_code, Period.parse(period), latest)
        if rows is None:
            continue
        rows = rows_shown(rows, table, everywhere=hide_sensitive)
        if dimension and indicator.dimension in rows.columns:
            rows = rows.filter(pl.col(str(indicator.dimension)) == dimension)
        lines = lines_of(
            rows.head(limit),
            table,
            _read_by(measure, table),
            catalogue,
            addresses,
            hide_sensitive=hide_sensitive,
        )
        out.append(lines.with_columns(part=pl.lit(part)).select(list(_CELLS)))
    return pl.concat(out)


def lines_of(
    rows: pl.DataFrame,
    table: Table,
    columns: Sequence[Column],
    catalogue: Catalogue,
    addresses: Addresses,
    *,
    hide_sensitive: bool = False,
) -> pl.DataFrame:
    """Raw rows as one line per value, with its address: the columns of `cells_of` but `part`."""
    lines: list[dict[str, Any]] = []
    shown = {column.name: hidden(rows, column, everywhere=hide_sensitive) for column in columns}
    keys = key_of(table)
    for index, row in enumerate(rows.to_dicts()):
        base = {
            "area_code": row["area_code"],
            "area": catalogue.area_name(row["area_code"]) or row["area_code"],
            "key": " ".join(str(row[name]) for name in keys if row.get(name) is not None),
            "period": row["period"],
            "file": addresses.file(row["source_id"]),
            "sheet": row["source_sheet"] if row["source_id"] != _DEMO else "",
            "row": row["source_row"] if row["source_id"] != _DEMO else None,
            "remark": row["remark"],
        }
        for column in columns:
            masked = bool(shown[column.name][index])
            lines.append(
                base
                | {
                    "column": column.name,
                    "header": column.header_in(row["period_end"].year),
                    "unit": column.unit,
                    "value": None if masked else as_text(row.get(column.name)),
                    "masked": masked,
                    "cell": addresses.cell(
                        row["source_id"],
                        row["source_sheet"],
                        row["source_row"],
                        table.id,
                        column.name,
                    ),
                }
            )
    schema = {name: dtype for name, dtype in _CELLS.items() if name != "part"}
    return pl.DataFrame(lines, schema=schema, orient="row")


def hidden(rows: pl.DataFrame, column: Column, *, everywhere: bool = False) -> list[bool]:
    """Which rows' values of a column may not be shown, as in the masked views."""
    masked = secret(column, everywhere=everywhere)
    return rows.with_columns(hidden=masked)["hidden"].to_list()


def as_text(value: Any) -> str | None:
    """A raw value as a person wrote it: 是/否, no trailing zeros."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def within(rows: pl.DataFrame, area_code: str, catalogue: Catalogue) -> pl.DataFrame:
    """The rows of an area and of everything below it."""
    if len(area_code) == 2 or area_code.endswith("0000"):
        return rows.filter(pl.col("province_code") == area_code)
    names = [name for name in ("city_code", "county_code", "township_code") if name in rows.columns]
    return rows.filter(
        (pl.col("area_code") == area_code)
        | pl.any_horizontal(pl.col(name) == area_code for name in names).fill_null(False)
    )


def _rows(
    store: Store,
    snapshot: int,
    table: Table,
    measure: Measure,
    area_code: str,
    period: Period,
    latest: bool,
) -> pl.DataFrame | None:
    """The raw rows that a measure adds up for an area and period."""
    carried = table.register or latest
    periods = None if carried else _periods(table, measure, period)
    cuts = None if periods is None else {cut_of(table, each) for each in periods}
    paths = [
        store.path / entry.path
        for entry in store.manifest(snapshot).under("tables", table.id)
        if entry.parts[3] == area_code[:2] and (cuts is None or entry.parts[2] in cuts)
    ]
    if not paths:
        return None
    rows = within(store.read(paths, number=snapshot), area_code, store.catalogue(snapshot))
    if periods is None:
        filed = rows = rows.filter(pl.col("period_end") <= period.end)
        if not table.register:
            rows = rows.filter(pl.col("period_end") >= period.end - _A_YEAR)
        rows = (
            rows.sort("period_end")
            .unique(list(table.key), keep="last", maintain_order=True)
            .sort("area_code", *key_of(table))
        )
        rows = rounds.latest(rows.filter(~pl.col("is_removed")), filed, table)
    else:
        rows = rows.filter(pl.col("period").is_in([each.text for each in periods]))
    rows = rows.filter(~pl.col("is_removed"))
    where = measure.where
    if where and measure.source == table.id and set(where.columns) <= set(rows.columns):
        dates = _DATES | {column.name for column in table.columns if column.type == "date"}
        # In a predicate period_end is the last day of the figure's period.
        asked = rows.with_columns(period_end=pl.lit(period.end))
        rows = rows.filter(asked.select(where.polars(dates).fill_null(False)).to_series())
    return rows


def _periods(table: Table, measure: Measure, period: Period) -> list[Period]:
    """Which periods of the table a figure of this period stands on (rules.md 3)."""
    if FREQUENCIES.index(table.frequency) >= FREQUENCIES.index(period.frequency):
        return [latest_ending_by(table.frequency, period.end)]
    part, inside = containing(table.frequency, period.start), []
    while part.start <= period.end:
        if part.within(period.frequency) == period:
            inside.append(part)
        part = part.next()
    kinds = {table.by_name[name].kind for name in measure.sum.columns if name in table.by_name}
    if "flow" in kinds:
        return inside
    if kinds == {"opening"}:
        return inside[:1]
    if "ytd_mch" in kinds and period.frequency == "yearly":
        return [part for part in inside if part.end.month == _MCH_END][-1:]
    return inside[-1:]


def _read_by(measure: Measure, table: Table) -> list[Column]:
    """The columns of the table that a measure reads."""
    names: Iterable[str] = (*measure.sum.columns, *(measure.where.columns if measure.where else ()))
    if measure.distinct:
        names = (*names, *measure.distinct.columns)
    if measure.source != table.id:
        names = _CLINIC_COLUMNS
    return [table.by_name[name] for name in dict.fromkeys(names) if name in table.by_name]
