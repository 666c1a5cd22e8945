"""Every value a figure ever had: which snapshot brought it, who, when, from which cell.

Files are named by their content and never changed, so a figure moved only in a snapshot whose
manifest names another file than its parent's: only those few files are read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Column, Table
from data.errors import UsageError
from data.filed.origins import Addresses, as_text, cells_of, hidden
from data.filed.rows import cut_of, key_of
from data.filed.sources import WAIVER_SCHEMA
from data.filed.withheld import is_kept_from_others, rows_shown
from data.periods import Period
from data.snapshots.manifest import FileEntry, Manifest
from data.snapshots.store import Store

__all__ = ["cells_of", "corrections", "listed", "of_figure", "of_row", "waivers"]

ADDED, CHANGED, REMOVED = "新增", "修改", "删除"
_COUNTY_CODE = 6
_STATES: dict[str, Any] = {
    "snapshot": pl.Int64,
    "time": pl.String,
    "who": pl.String,
    "note": pl.String,
    "kind": pl.String,
    "change": pl.String,
    "key": pl.String,
    "column": pl.String,
    "header": pl.String,
    "unit": pl.String,
    "value": pl.String,
    "previous": pl.String,
    "masked": pl.Boolean,
    "file": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
    "row": pl.Int64,
    "remark": pl.String,
    "waiver": pl.String,
}
_FIGURES: dict[str, Any] = {
    "snapshot": pl.Int64,
    "time": pl.String,
    "who": pl.String,
    "note": pl.String,
    "kind": pl.String,
    "change": pl.String,
    "numerator": pl.Decimal(18, 4),
    "denominator": pl.Decimal(18, 4),
    "units_expected": pl.Int64,
    "units_reported": pl.Int64,
    "masked": pl.Boolean,
}
_CORRECTIONS: dict[str, Any] = {
    "period": pl.String,
    "snapshot": pl.Int64,
    "time": pl.String,
    "who": pl.String,
    "note": pl.String,
    "numerator": pl.Decimal(18, 4),
    "denominator": pl.Decimal(18, 4),
    "previous_numerator": pl.Decimal(18, 4),
    "previous_denominator": pl.Decimal(18, 4),
    "units_reported": pl.Int64,
    "previous_units_reported": pl.Int64,
}


def of_row(
    store: Store,
    table_id: str,
    area_code: str,
    period: str,
    *,
    column: str = "",
    key: Mapping[str, str] | None = None,
    until: int | None = None,
    hide_sensitive: bool = False,
) -> pl.DataFrame:
    """Every state of a filed row's values, oldest first: one line per value that changed.

    column  One column of the table; "" for all of them.
    key     The row's natural key beside area and period (org_code, disease_code …); without it
            all rows of the area and period.
    until   The newest snapshot that may be told; None for all.
    returns snapshot, time, who, note, kind, change (新增 修改 删除), key, column, header, unit,
            value and previous (text; None for empty or masked), masked, file, sheet, cell, row,
            remark, waiver (the steward's reasons, if any).
    raises  UsageError for an unknown table or column, SnapshotDamaged.
    """
    manifests = _manifests(store, until)
    if not manifests:
        return pl.DataFrame(schema=_STATES)
    catalogue = store.catalogue(manifests[-1].number)
    table = catalogue.tables.get(table_id)
    if table is None or (column and column not in table.by_name):
        raise UsageError(f"没有报表「{table_id}」或其中没有列「{column}」。")
    columns = [table.by_name[column]] if column else list(table.stored_columns)
    folder = ("tables", table_id, cut_of(table, Period.parse(period)), area_code[:2])
    granted = waivers(store, manifests[-1].number)
    lines: list[dict[str, Any]] = []
    before: dict[str, dict[str, Any]] = {}
    for manifest, entry in _changes(manifests, folder):
        rows = _rows_at(store, manifest, entry, table, area_code, period, key, hide_sensitive)
        addresses = Addresses.of(store, manifest.number)
        after = _states(rows, table, columns, addresses, hide_sensitive)
        reasons = _reasons(granted, table_id, area_code, period, manifest.number)
        for name in dict.fromkeys((*before, *after)):
            lines += _compared(manifest, before.get(name), after.get(name), columns, reasons)
        before = after
    return pl.DataFrame(lines, schema=_STATES, orient="row")


def of_figure(
    store: Store,
    indicator: str,
    population: str,
    area_code: str,
    period: str,
    *,
    dimension: str = "",
    until: int | None = None,
) -> pl.DataFrame:
    """Every state of an indicator's figure at a township or above, oldest first.

    Of a sensitive one it tells how many units had reported, and no values: what the county's moved
    by is what one township filed.
    returns  snapshot, time, who, note, kind, change, numerator, denominator (null: not filed,
             none, or masked), units_expected, units_reported, masked.
    raises   SnapshotDamaged.
    """
    lines: list[dict[str, Any]] = []
    before: tuple | None = None
    manifests = _manifests(store, until)
    kept_back = _is_kept_back(store, manifests, indicator, population, dimension)
    frequency, year = Period.parse(period).frequency, str(Period.parse(period).year)
    scope = "area" if len(area_code) <= _COUNTY_CODE else "township"
    folder = ("derived", scope, frequency, year, area_code[:2])
    for manifest, entry in _changes(manifests, folder):
        row = None
        if entry is not None:
            found = _figure_rows(
                store, manifest, entry, indicator, population, area_code, dimension
            )
            row = next((each for each in found if each["period"] == period), None)
        state = None
        if row is not None:
            hide = row["masked"] or kept_back
            parts = (None, None) if hide else (row["numerator"], row["denominator"])
            state = (*parts, row["units_expected"], row["units_reported"], hide)
        if state != before:
            lines.append(
                _who(manifest)
                | {"change": _word(before, state)}
                | dict(zip(list(_FIGURES)[6:], state or (None,) * 4 + (False,), strict=True))
            )
        before = state
    return pl.DataFrame(lines, schema=_FIGURES, orient="row")


def corrections(
    store: Store,
    indicator: str,
    population: str,
    area_code: str,
    period_from: str,
    period_to: str,
    *,
    until: int | None = None,
) -> pl.DataFrame:
    """The corrections of a whole line: one row per period and snapshot that changed it.

    A period's first appearance is no correction; of a sensitive indicator none is told. Each file
    is read once per snapshot that changed it.
    returns  period, snapshot, time, who, note, numerator, denominator, previous_numerator,
             previous_denominator, units_reported, previous_units_reported; by period, snapshot.
    raises   SnapshotDamaged.
    """
    manifests = _manifests(store, until)
    first, last = Period.parse(period_from), Period.parse(period_to)
    scope = "area" if len(area_code) <= _COUNTY_CODE else "township"
    parts = ("numerator", "denominator", "units_reported")
    lines: list[dict[str, Any]] = []
    kept_back = _is_kept_back(store, manifests, indicator, population)
    for year in range(first.year, last.year + 1):
        folder = ("derived", scope, first.frequency, str(year), area_code[:2])
        before: dict[str, dict[str, Any]] = {}
        for manifest, entry in _changes(manifests, folder):
            rows = _figure_rows(store, manifest, entry, indicator, population, area_code)
            after = {
                row["period"]: {name: row[name] for name in parts}
                for row in rows
                if first <= Period.parse(row["period"]) <= last and not row["masked"]
            }
            for period in sorted(after.keys() & before.keys()):
                old, new = before[period], after[period]
                if old != new and old["numerator"] is not None and not kept_back:
                    lines.append(
                        {"period": period}
                        | _who(manifest)
                        | new
                        | {f"previous_{name}": old[name] for name in parts}
                    )
            before = after
    frame = pl.DataFrame(lines, schema=_CORRECTIONS, orient="row")
    return frame.sort("period", "snapshot")


def waivers(store: Store, snapshot: int) -> pl.DataFrame:
    """The doubts that were let pass up to a snapshot, and why.

    returns  snapshot, time, who, table_id, period, area_code, key, column, rule, found, reason.
    """
    rows = store.rows(snapshot, "waivers")
    return rows if rows is not None else pl.DataFrame(schema=WAIVER_SCHEMA)


def _manifests(store: Store, until: int | None) -> list[Manifest]:
    return [store.manifest(n) for n in store.numbers() if until is None or n <= until]


def _is_kept_back(
    store: Store, manifests: list[Manifest], indicator: str, population: str, dimension: str = ""
) -> bool:
    return bool(manifests) and is_kept_from_others(
        store.catalogue(manifests[-1].number), indicator, population, dimension
    )


def _changes(
    manifests: list[Manifest], folder: tuple[str, ...]
) -> Iterator[tuple[Manifest, FileEntry | None]]:
    """The snapshots in which the folder's one file is another one than before."""
    before = ""
    for manifest in manifests:
        entry = manifest.file_in(folder)
        now = entry.path if entry else ""
        if now != before:
            yield manifest, entry
        before = now


def _rows_at(
    store: Store,
    manifest: Manifest,
    entry: FileEntry | None,
    table: Table,
    area_code: str,
    period: str,
    key: Mapping[str, str] | None,
    hide_sensitive: bool,
) -> pl.DataFrame | None:
    if entry is None:
        return None
    wanted = [pl.col("area_code") == area_code, pl.col("period") == period]
    wanted += [pl.col(name) == value for name, value in (key or {}).items() if name in table.key]
    rows = store.read([store.path / entry.path], number=manifest.number)
    kept = rows.filter(*wanted).filter(~pl.col("is_removed"))
    return rows_shown(kept, table, everywhere=hide_sensitive)


def _figure_rows(
    store: Store,
    manifest: Manifest,
    entry: FileEntry | None,
    indicator: str,
    population: str,
    area_code: str,
    dimension: str = "",
) -> list[dict[str, Any]]:
    """The derived rows of one figure, all periods of a file."""
    if entry is None:
        return []
    wanted = (
        pl.col("indicator") == indicator,
        pl.col("population") == population,
        pl.col("area_code") == area_code,
        pl.col("dimension") == dimension,
    )
    return store.read([store.path / entry.path], number=manifest.number).filter(*wanted).to_dicts()


def _states(
    rows: pl.DataFrame | None,
    table: Table,
    columns: list[Column],
    addresses: Addresses,
    hide_sensitive: bool,
) -> dict[str, dict[str, Any]]:
    """What each row said: natural key → its values by column, and where they stood."""
    if rows is None:
        return {}
    out = {}
    masks = {column.name: hidden(rows, column, everywhere=hide_sensitive) for column in columns}
    for index, row in enumerate(rows.to_dicts()):
        name = " ".join(str(row[part]) for part in key_of(table) if row.get(part) is not None)
        source = row["source_id"], row["source_sheet"], row["source_row"]
        out[name] = {
            "key": name,
            "values": {column.name: as_text(row.get(column.name)) for column in columns},
            "masks": {column.name: masks[column.name][index] for column in columns},
            "cells": {
                column.name: addresses.cell(*source, table.id, column.name) for column in columns
            },
            "headers": {
                column.name: column.header_in(row["period_end"].year) for column in columns
            },
            "file": addresses.file(row["source_id"]),
            "sheet": row["source_sheet"] or "",
            "row": row["source_row"],
            "remark": row["remark"],
        }
    return out


def _compared(
    manifest: Manifest,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    columns: list[Column],
    reasons: dict[str, str],
) -> Iterator[dict[str, Any]]:
    """The lines of one row's values that changed in a snapshot."""
    there = after or before
    if there is None:
        return
    for column in columns:
        name = column.name
        old = before["values"][name] if before else None
        new = after["values"][name] if after else None
        if before and after and old == new:
            continue
        if old is None and new is None:
            continue
        masked = there["masks"][name]
        yield _who(manifest) | {
            "change": _word(before, after),
            "key": there["key"],
            "column": name,
            "header": there["headers"][name],
            "unit": column.unit,
            "value": None if masked else new,
            "previous": None if masked else old,
            "masked": masked,
            "file": after["file"] if after else "",
            "sheet": after["sheet"] if after else "",
            "cell": after["cells"][name] if after else "",
            "row": after["row"] if after else None,
            "remark": after["remark"] if after else None,
            "waiver": reasons.get(name) or reasons.get("") or None,
        }


def _who(manifest: Manifest) -> dict[str, Any]:
    return {
        "snapshot": manifest.number,
        "time": manifest.time,
        "who": manifest.who,
        "note": manifest.note,
        "kind": manifest.kind,
    }


def _word(before: object, after: object) -> str:
    if before is None:
        return ADDED
    return REMOVED if after is None else CHANGED


def _reasons(
    granted: pl.DataFrame, table_id: str, area_code: str, period: str, snapshot: int
) -> dict[str, str]:
    """The reasons with which a snapshot's doubts about a row were let pass, by column."""
    mine = granted.filter(
        pl.col("table_id") == table_id,
        pl.col("area_code") == area_code,
        pl.col("period") == period,
        pl.col("snapshot") == snapshot,
    )
    out: dict[str, str] = {}
    for column, reason in mine.select("column", "reason").iter_rows():
        out[column or ""] = "；".join(filter(None, (out.get(column or ""), reason)))
    return out


def listed(catalogue: Catalogue, granted: pl.DataFrame) -> list[tuple[str, ...]]:
    """Waivers as lines for a person: 报表, 报告期, 区划, 规则, 理由, 何人."""
    return [
        (
            line["table_id"],
            line["period"],
            catalogue.area_name(line["area_code"]) or line["area_code"],
            line["rule"],
            line["reason"],
            line["who"],
        )
        for line in granted.to_dicts()
    ]
