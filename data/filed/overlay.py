"""Rows of one snapshot beside those of another: laid over, compared, told apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.filed.rows import (
    ANCESTORS,
    Change,
    Folder,
    cut,
    key_of,
    natural_key,
    prepare,
    shaped,
)
from data.filed.touched import ADDRESS, VIEW_TABLES, Touched
from data.filed.withheld import is_listed
from data.snapshots.manifest import FileEntry, Manifest
from data.snapshots.store import Store

# Tables whose rows are stored again with their address (data/derive/clinics.py).
_ADDRESSED = frozenset(VIEW_TABLES.values())
# New rows are laid over the stored ones so many at once: few readings, and little memory.
_AT_ONCE = 100_000


def raw_files(manifest: Manifest) -> dict[str, dict[Folder, FileEntry]]:
    """Table files by table, cut and province."""
    out: dict[str, dict[Folder, FileEntry]] = defaultdict(dict)
    for entry in manifest.under("tables"):
        _, table, cut, place = entry.parts
        out[table][cut, place] = entry
    return out


def merge(
    before: pl.DataFrame | None, new: pl.DataFrame, table: Table, complete: frozenset[str]
) -> pl.DataFrame:
    """The rows of one file after the change: same key replaced, others kept."""
    if before is None:
        return new
    key = natural_key(table)
    if before[key].equals(new[key]):
        return _keeping(new, before)
    first = before.select(*key, "first_imported", "source_first", "source_id")
    same = new.select(key).join(first, on=key, how="left", nulls_equal=True, maintain_order="left")
    new = _keeping(new, same)
    kept = before.join(new.select(key), on=key, how="anti", nulls_equal=True)
    if complete:
        inside = pl.any_horizontal(
            pl.col("area_code").is_in(complete),
            *(pl.col(name).is_in(complete) for name in ANCESTORS),
        ).fill_null(False)
        periods = new["period"].unique().implode()
        kept = kept.filter(~(inside & pl.col("period").is_in(periods) & is_listed(table)))
    return pl.concat([kept, new]).sort("area_code", *key_of(table), "period", maintain_order=True)


def _keeping(new: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """New rows with the day and the source by which the rows before, in their order, came first.

    On time is judged by the first import, filed again by its source: a correction keeps both.
    """
    day = before["first_imported"].alias("earlier_day")
    sources = before["source_first"].alias("earlier_first"), before["source_id"].alias("earlier")
    return new.with_columns(
        first_imported=pl.min_horizontal("first_imported", day),
        source_first=pl.coalesce(*sources, "source_first"),
    )


def difference(before: pl.DataFrame | None, after: pl.DataFrame, table: Table) -> Touched:
    """What of some files' rows a figure could see change: the same rows again change nothing."""
    if before is None:
        return Touched(_places(after), None)
    read = [name for name in after.columns if name not in ADDRESS or table.id in _ADDRESSED]
    before, after = before[read], after[read]
    if before.equals(after):
        return Touched(frozenset(), frozenset())
    key = natural_key(table)
    if before[key].equals(after[key]):
        columns = {name for name in read if not before[name].equals(after[name])}
        is_other = [after[name].ne_missing(before[name]).alias(name) for name in columns]
        moved = after.filter(pl.any_horizontal(is_other)) if columns else after.clear()
        if columns - ADDRESS - {"first_imported"} - {c.name for c in table.stored_columns}:
            columns = None
    else:
        columns = None
        moved = pl.concat(
            one.join(other, on=read, how="anti", nulls_equal=True)
            for one, other in ((before, after), (after, before))
        )
    return Touched(_places(moved), None if columns is None else frozenset(columns))


def _places(rows: pl.DataFrame) -> frozenset[tuple[str, str]]:
    """The periods of rows and the provinces they are about."""
    place = pl.col("province_code").str.slice(0, 2)
    return frozenset(rows.select("period", place).unique().iter_rows())


@dataclass(frozen=True)
class Laid:
    """New rows laid over one file: its rows so far (None without any), the new, those after."""

    folder: Folder
    before: pl.DataFrame | None
    new: pl.DataFrame
    after: pl.DataFrame


def overlaid(
    store: Store,
    change: Change,
    catalogue: Catalogue,
    files: Mapping[Folder, FileEntry],
    head: int | None,
    imported: date,
) -> Iterator[tuple[list[Laid], Touched]]:
    """What a change makes of the files it touches, some files at a time.

    files  Those of the change's table in the snapshot `head`.
    """
    table = catalogue.tables[change.table_id]
    rows, counts = cut(prepare(change.rows, table, catalogue, imported=imported), table)
    batch, taken, done = [], 0, 0
    for folder, count in counts:
        batch.append((folder, count))
        taken += count
        if taken < _AT_ONCE and done + taken < rows.height:
            continue
        old = {name: files[name] for name, _ in batch if name in files}
        before = None if head is None else before_of(store, old, rows.schema, head)
        yield _laid(before, rows.slice(done, taken), batch, old, table, change.complete)
        batch, taken, done = [], 0, done + taken


def before_of(
    store: Store, old: Mapping[Folder, FileEntry], schema: Mapping[str, Any], head: int
) -> pl.DataFrame | None:
    """The rows of some files before a change, with the columns of the new ones; None without."""
    if not old:
        return None
    # A file of an older catalogue lacks the columns that came since.
    return shaped(store.rows_of(old.values(), number=head), dict(schema))


def _laid(
    before: pl.DataFrame | None,
    new: pl.DataFrame,
    counts: Sequence[tuple[Folder, int]],
    old: Mapping[Folder, FileEntry],
    table: Table,
    complete: frozenset[str],
) -> tuple[list[Laid], Touched]:
    news = _by_file(new, counts)
    if before is None:
        laid = [Laid(folder, None, rows, rows) for folder, rows in news.items()]
        return laid, difference(None, new, table)
    filed = [(folder, entry.rows) for folder, entry in old.items()]
    befores = _by_file(before, filed)
    key = natural_key(table)
    if filed == list(counts) and before[key].equals(new[key]):
        # The same rows again, which is usual, are laid over in one go, however many the files.
        after = _keeping(new, before)
        afters = _by_file(after, counts)
        laid = [Laid(folder, befores[folder], news[folder], afters[folder]) for folder in news]
        return laid, difference(before, after, table)
    laid, moved = [], Touched(frozenset(), frozenset())
    for folder, rows in news.items():
        after = merge(befores.get(folder), rows, table, complete)
        laid.append(Laid(folder, befores.get(folder), rows, after))
        moved = moved.joined(difference(befores.get(folder), after, table))
    return laid, moved


def _by_file(
    rows: pl.DataFrame, counts: Iterable[tuple[Folder, int]]
) -> dict[Folder, pl.DataFrame]:
    """Rows that stand one file after the other, taken apart: nothing is copied."""
    parts, done = {}, 0
    for folder, count in counts:
        parts[folder] = rows.slice(done, count)
        done += count
    return parts


def changed_rows(
    store: Store, before: Manifest | None, after: Manifest, table: Table
) -> pl.DataFrame:
    """Rows of a table that differ between two snapshots, by natural key.

    returns  The natural key and `change` (新增, 修改, 删除); empty when nothing differs.
    """
    key = natural_key(table)
    out = [pl.DataFrame(schema=dict.fromkeys([*key, "change"], pl.String))]
    for old, new in changed_files(store, before, after, table):
        out.append(compare_rows(old, new, key))
    return pl.concat(out)


def changed_files(
    store: Store, before: Manifest | None, after: Manifest, table: Table
) -> Iterator[tuple[pl.DataFrame | None, pl.DataFrame | None]]:
    """The rows of a table's files that differ between two snapshots, before and after."""
    old_files = raw_files(before)[table.id] if before else {}
    new_files = raw_files(after)[table.id]
    places = sorted(
        place
        for place in old_files.keys() | new_files.keys()
        if old_files.get(place) != new_files.get(place)
    )
    for place in places:
        old = _rows_of(store, old_files.get(place), before)
        new = _rows_of(store, new_files.get(place), after)
        yield old, new


def _rows_of(
    store: Store, entry: FileEntry | None, manifest: Manifest | None
) -> pl.DataFrame | None:
    if entry is None or manifest is None:
        return None
    return store.read([store.path / entry.path], number=manifest.number)


def compare_rows(
    old: pl.DataFrame | None, new: pl.DataFrame | None, key: list[str]
) -> pl.DataFrame:
    """Rows that differ between two frames: the key and `change` (新增, 修改, 删除)."""
    if old is None or new is None:
        only = new if old is None else old
        word = "新增" if old is None else "删除"
        rows = only.select(key) if only is not None else pl.DataFrame()
        return rows.with_columns(change=pl.lit(word))
    old, new = (shaped(frame, dict(new.schema) | dict(old.schema)) for frame in (old, new))
    values = [name for name in old.columns if not name.startswith("source_")]
    if old[key].equals(new[key]):  # the same rows again, which is usual
        is_other = (new[name].ne_missing(old[name]).alias(name) for name in values)
        edited = new.select(key).filter(pl.any_horizontal(*is_other))
        return edited.with_columns(change=pl.lit("修改"))
    gone = old.join(new.select(key), on=key, how="anti", nulls_equal=True)
    added = new.join(old.select(key), on=key, how="anti", nulls_equal=True)
    edited = new.join(old.select(values), on=values, how="anti", nulls_equal=True).join(
        added.select(key), on=key, how="anti", nulls_equal=True
    )
    return pl.concat(
        [
            part.select(key).with_columns(change=pl.lit(word))
            for part, word in ((added, "新增"), (edited, "修改"), (gone, "删除"))
        ]
    )
