"""Publishing: new rows become immutable files, derived values and, last of all, a manifest."""

import getpass
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.derive import State, derive
from data.errors import PublishConflict, StoreError
from data.manifest import FileEntry, Manifest, sorted_files
from data.periods import Period
from data.store import Store

ANCESTORS = ("province_code", "city_code", "county_code", "township_code")
_ATTEMPTS = 20
_WRITERS = 2


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


@dataclass(frozen=True)
class Publication:
    """What is published: who, why, and the snapshot that the changes were checked against.

    sources  The files the rows came from; waivers: the doubts a steward let pass, and why
             (columns of SOURCE_SCHEMA and WAIVER_SCHEMA, without what the publish itself knows).
    """

    changes: tuple[Change, ...]
    base: int | None
    who: str
    note: str
    kind: str = "import"
    demo: bool = False
    sources: pl.DataFrame | None = None
    waivers: pl.DataFrame | None = None


Recheck = Callable[[int], None]


def publish(
    store: Store,
    publication: Publication,
    catalogue: Catalogue,
    *,
    now: datetime,
    recheck: Recheck = lambda head: None,
    progress: Callable[[float, str], None] = lambda share, words: None,
) -> int:
    """Publish changes as a new snapshot; its number.

    recheck  Called with the new head when it moved since the check; it raises when a rule over
             several tables no longer holds.
    raises   PublishConflict when somebody published the same rows meanwhile; StoreError when
             the store cannot be written. The state before stays as it was.
    """
    for _ in range(_ATTEMPTS):
        head = store.latest()
        if head != publication.base:
            _refuse_overlap(store, publication, head)
            if head is not None:
                recheck(head)
        manifest = _build(store, publication, catalogue, head, now, progress)
        if store.commit(manifest):
            return manifest.number
    raise StoreError("同时发布的人太多,本次没有发布。请稍后再试。")


def rebuild(
    store: Store, catalogue: Catalogue, *, who: str, note: str, now: datetime, number: int
) -> int:
    """Publish a snapshot's tables again under today's definitions; the new number."""
    base = store.manifest(number)
    for _ in range(_ATTEMPTS):
        head = store.latest()
        raw = _raw_files(base)
        catalogue_sha, areas_sha = store.put_catalogue(catalogue)
        derived = derive(
            State(
                store,
                catalogue,
                store.path / "areas" / f"{areas_sha}.parquet",
                raw,
                base.domain,
            )
        )
        manifest = Manifest(
            number=(head or 0) + 1,
            parent=head,
            time=now.isoformat(timespec="seconds"),
            who=who,
            note=note,
            kind="rebuild",
            demo=base.demo,
            catalogue=catalogue_sha,
            areas=areas_sha,
            domain=base.domain,
            files=sorted_files(
                [
                    *base.under("tables"),
                    *base.under("sources"),
                    *base.under("waivers"),
                    *derived,
                ]
            ),
        )
        if store.commit(manifest):
            return manifest.number
    raise StoreError("同时发布的人太多,本次没有重算。请稍后再试。")


def restore(store: Store, number: int, *, who: str, note: str, now: datetime) -> int:
    """Publish an old snapshot's tables and catalogue again, unchanged, as the newest one."""
    old = store.manifest(number)
    problems = store.verify(number)
    if problems:
        raise StoreError(f"不能回到快照 {number:06d}:{problems[0]}")
    for _ in range(_ATTEMPTS):
        head = store.latest()
        manifest = Manifest(
            number=(head or 0) + 1,
            parent=head,
            time=now.isoformat(timespec="seconds"),
            who=who,
            note=note,
            kind="restore",
            demo=old.demo,
            catalogue=old.catalogue,
            areas=old.areas,
            domain=old.domain,
            files=old.files,
        )
        if store.commit(manifest):
            return manifest.number
    raise StoreError("同时发布的人太多,本次没有恢复。请稍后再试。")


def current_user() -> str:
    """Who runs the command, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "未知用户"


# -- building a snapshot -------------------------------------------------------------------


def _build(
    store: Store,
    publication: Publication,
    catalogue: Catalogue,
    head: int | None,
    now: datetime,
    progress: Callable[[float, str], None],
) -> Manifest:
    parent = store.manifest(head) if head is not None else None
    raw = _raw_files(parent) if parent else {}
    raw = {table_id: dict(raw.get(table_id, {})) for table_id in catalogue.tables}
    catalogue_sha, areas_sha = store.put_catalogue(catalogue)
    same_definitions = parent is not None and parent.catalogue == catalogue_sha
    touched: dict[str, set[tuple[str, str]]] = {}
    domain = {table: dict(spans) for table, spans in parent.domain.items()} if parent else {}
    done = 0

    def write(change: Change) -> tuple[Table, pl.DataFrame]:
        """Write one table's files; tables do not share any."""
        table = catalogue.tables[change.table_id]
        rows = prepare(change.rows, table, catalogue, imported=now.date())
        files = raw[table.id]
        for (cut, place), part in _cut(rows, table):
            old = files.get((cut, place))
            merged = _merge(store, old, part, table, change.complete, catalogue, head)
            files[cut, place] = store.put_frame(f"tables/{table.id}/{cut}/{place}", merged)
        return table, rows

    with ThreadPoolExecutor(_WRITERS) as pool:
        for table, rows in pool.map(write, publication.changes):
            done += 1
            progress(0.5 * done / len(publication.changes), f"写入 {table.title}")
            if not rows.height:
                continue
            filed = rows.select("period", pl.col("province_code").str.slice(0, 2)).unique()
            touched[table.id] = set(filed.iter_rows())
            _extend(domain.setdefault(table.id, {}), touched[table.id])
    progress(0.5, "计算指标")
    derived = derive(
        State(
            store,
            catalogue,
            store.path / "areas" / f"{areas_sha}.parquet",
            raw,
            domain,
            {entry.parts: entry for entry in parent.under("derived")}
            if parent and same_definitions
            else {},
            touched if same_definitions else None,
            parent.domain if parent else {},
        )
    )
    progress(0.95, "写入快照")
    tables = [entry for files in raw.values() for entry in files.values()]
    return Manifest(
        number=(head or 0) + 1,
        parent=head,
        time=now.isoformat(timespec="seconds"),
        who=publication.who,
        note=publication.note,
        kind=publication.kind,
        # Rows of a demo never become real by adding to them.
        demo=publication.demo or (parent.demo if parent else False),
        catalogue=catalogue_sha,
        areas=areas_sha,
        domain=domain,
        files=sorted_files(
            [
                *tables,
                *_sources(store, publication, parent, now),
                *_waivers(store, publication, parent, now),
                *derived,
            ]
        ),
    )


def prepare(
    rows: pl.DataFrame, table: Table, catalogue: Catalogue, *, imported: date
) -> pl.DataFrame:
    """Raw rows in the shape in which they are stored.

    returns  area_code, its ancestors' codes, period, period_start, period_end, division_code,
             the table's stored columns, reporting_unit, reported_on, remark, first_imported,
             is_removed, source_id, source_sheet, source_row; sorted by area, key and period.
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
    ).sort("area_code", *key_of(table), "period", maintain_order=True)


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
        raise StoreError(f"区划 {code} 不在区划表中,不能入库。请先用 areas import 导入区划。")
    return pl.concat([known, found.drop("prefix").select(known.columns)])


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


def _cut(rows: pl.DataFrame, table: Table) -> Iterable[tuple[tuple[str, str], pl.DataFrame]]:
    """The rows by the files in which they are stored."""
    texts = rows["period"].unique().to_list()
    cuts = pl.DataFrame(
        {"period": texts, "cut": [cut_of(table, Period.parse(text)) for text in texts]},
        schema={"period": pl.String, "cut": pl.String},
    )
    keyed = rows.join(cuts, on="period", how="left", maintain_order="left").with_columns(
        place=pl.col("province_code").str.slice(0, 2)
    )
    parts = keyed.partition_by("cut", "place", as_dict=True, include_key=False)
    for (cut, place), part in sorted(parts.items()):
        yield (str(cut), str(place)), part


def cut_of(table: Table, period: Period) -> str:
    """The name under which rows of a period are stored: a week, month, quarter or year."""
    frequency = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}[
        table.store_by
    ]
    return period.text if period.frequency == frequency else period.within(frequency).text


def _merge(
    store: Store,
    old: FileEntry | None,
    new: pl.DataFrame,
    table: Table,
    complete: frozenset[str],
    catalogue: Catalogue,
    head: int | None,
) -> pl.DataFrame:
    """The rows of one file after the change: same key replaced, others kept."""
    if old is None or head is None:
        return new
    key = natural_key(table)
    # A file of an older catalogue lacks the columns that came since.
    before = _shaped(store.read([store.path / old.path], number=head), dict(new.schema))
    # On time is judged by the first import: a correction keeps the first day.
    first = before.select(*key, earlier="first_imported")
    new = (
        new.join(first, on=key, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(first_imported=pl.min_horizontal("first_imported", "earlier"))
        .drop("earlier")
    )
    kept = before.join(new.select(key), on=key, how="anti", nulls_equal=True)
    if complete:
        inside = pl.any_horizontal(
            pl.col("area_code").is_in(complete),
            *(pl.col(name).is_in(complete) for name in ANCESTORS),
        ).fill_null(False)
        periods = new["period"].unique().implode()
        kept = kept.filter(~(inside & pl.col("period").is_in(periods)))
    return pl.concat([kept, new]).sort("area_code", *key_of(table), "period", maintain_order=True)


def laid_over(
    store: Store, change: Change, catalogue: Catalogue, head: int | None, imported: date
) -> Iterator[tuple[pl.DataFrame | None, pl.DataFrame, pl.DataFrame]]:
    """What a change would make of each file it touches: rows before, new rows, rows after."""
    table = catalogue.tables[change.table_id]
    files = _raw_files(store.manifest(head))[table.id] if head is not None else {}
    rows = prepare(change.rows, table, catalogue, imported=imported)
    for place, part in _cut(rows, table):
        old = files.get(place)
        before = None
        if old is not None and head is not None:
            before = _shaped(store.read([store.path / old.path], number=head), dict(part.schema))
        after = _merge(store, old, part, table, change.complete, catalogue, head)
        yield before, part, after


def _extend(spans: dict[str, tuple[str, str]], filed: set[tuple[str, str]]) -> None:
    """Widen a table's first and last filed period by province."""
    for place in {place for _, place in filed}:
        periods = [Period.parse(text) for text, where in filed if where == place]
        periods += [Period.parse(text) for text in spans.get(place, ())]
        spans[place] = (min(periods).text, max(periods).text)


def _raw_files(manifest: Manifest) -> dict[str, dict[tuple[str, str], FileEntry]]:
    """Table files by table, cut and province."""
    out: dict[str, dict[tuple[str, str], FileEntry]] = defaultdict(dict)
    for entry in manifest.under("tables"):
        _, table, cut, place = entry.parts
        out[table][cut, place] = entry
    return out


def _sources(
    store: Store, publication: Publication, parent: Manifest | None, now: datetime
) -> list[FileEntry]:
    """The list of source files, cut by month of import and province: a publish writes little."""
    kept = {entry.parts: entry for entry in parent.under("sources")} if parent else {}
    if publication.sources is None or not publication.sources.height:
        return list(kept.values())
    new = _shaped(publication.sources, SOURCE_SCHEMA)
    for folder, entry in list(kept.items()):
        # A file that is imported again is listed once, as it came last.
        old = store.read([store.path / entry.path], number=parent.number if parent else 0)
        again = pl.col("source_id").is_in(new["source_id"].implode())
        if old.select(again.any()).item():
            del kept[folder]
            if (rest := old.filter(~again)).height:
                kept[folder] = store.put_frame("/".join(folder), _shaped(rest, SOURCE_SCHEMA))
    for (place,), frame in new.join(_places(publication), on="source_id", how="left").group_by(
        pl.col("place").fill_null(_NO_PLACE)
    ):
        folder = ("sources", f"{now:%Y-%m}", str(place))
        rows = frame.drop("place")
        if folder in kept:
            there = store.read([store.path / kept[folder].path], number=0)
            rows = pl.concat([_shaped(there, SOURCE_SCHEMA), rows])
        kept[folder] = store.put_frame("/".join(folder), rows.sort("source_id"))
    return list(kept.values())


def _places(publication: Publication) -> pl.DataFrame:
    """The province that all rows of a source lie in: source_id, place (two digits)."""
    rows = [
        change.rows.select("source_id", place=pl.col("area_code").str.head(2)).unique()
        for change in publication.changes
    ]
    empty = pl.DataFrame(schema={"source_id": pl.String, "place": pl.String})
    places = pl.concat([empty, *rows]).unique().group_by("source_id")
    one = pl.when(pl.len() == 1).then(pl.col("place").first()).otherwise(pl.lit(_NO_PLACE))
    return places.agg(place=one)


def _waivers(
    store: Store, publication: Publication, parent: Manifest | None, now: datetime
) -> list[FileEntry]:
    """The list of doubts that were let pass, written anew with this publish's added."""
    kept = list(parent.under("waivers")) if parent else []
    if publication.waivers is None or not publication.waivers.height:
        return kept
    new = publication.waivers.with_columns(
        snapshot=pl.lit((parent.number if parent else 0) + 1),
        time=pl.lit(now.isoformat(timespec="seconds")),
        who=pl.lit(publication.who),
    )
    new = _shaped(new, WAIVER_SCHEMA)
    if kept and parent:
        old = store.read([store.path / entry.path for entry in kept], number=parent.number)
        new = pl.concat([_shaped(old, WAIVER_SCHEMA), new])
    return [store.put_frame("waivers", new)]


def _shaped(frame: pl.DataFrame, schema: dict[str, Any]) -> pl.DataFrame:
    """A frame with exactly these columns; what it lacks is empty."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


# Where a source is listed that has rows of several provinces.
_NO_PLACE = "00"
SOURCE_SCHEMA: dict[str, Any] = {
    "source_id": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
    "imported_at": pl.String,
    "imported_by": pl.String,
    # JSON: which column stood under which letters of which sheet (data/origins.py).
    "places": pl.String,
}
WAIVER_SCHEMA: dict[str, Any] = {
    "snapshot": pl.Int64,
    "time": pl.String,
    "who": pl.String,
    "table_id": pl.String,
    "period": pl.String,
    "area_code": pl.String,
    "key": pl.String,
    "column": pl.String,
    "rule": pl.String,
    "found": pl.String,
    "reason": pl.String,
}


# -- two publishers ------------------------------------------------------------------------


def _refuse_overlap(store: Store, publication: Publication, head: int | None) -> None:
    """Refuse when rows with the same keys changed between the checked snapshot and the head."""
    if head is None:
        raise PublishConflict("核对时的快照已不在数据仓中。请重新核对后再发布。")
    base = publication.base
    base_manifest = store.manifest(base) if base is not None else None
    head_manifest = store.manifest(head)
    catalogue = store.catalogue(head)
    for change in publication.changes:
        table = catalogue.tables[change.table_id]
        changed = changed_rows(store, base_manifest, head_manifest, table)
        if not changed.height:
            continue
        key = natural_key(table)
        rows = prepare(change.rows, table, catalogue, imported=date.min)
        both = rows.select(key).join(changed.select(key), on=key, how="semi", nulls_equal=True)
        if both.height:
            who = _who_changed(store, base, head, table.id)
            first = both.row(0, named=True)
            where = "、".join(str(first[name]) for name in key if first[name] is not None)
            raise PublishConflict(
                f"{who} 在核对之后已发布了相同的行:{table.id} {table.title} {where} "
                f"等 {both.height} 行。本次没有发布;请重新核对,确认后再发布。"
            )


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
    old_files = _raw_files(before)[table.id] if before else {}
    new_files = _raw_files(after)[table.id]
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
    old, new = (_shaped(frame, dict(new.schema) | dict(old.schema)) for frame in (old, new))
    values = [name for name in old.columns if not name.startswith("source_")]
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


def _who_changed(store: Store, base: int | None, head: int, table_id: str) -> str:
    """Who published the last change of a table after the base."""
    for number in range(head, base or 0, -1):
        manifest = store.manifest(number)
        parent = store.manifest(manifest.parent) if manifest.parent else None
        before = set(parent.under("tables", table_id)) if parent else set()
        if set(manifest.under("tables", table_id)) != before:
            return f"{manifest.who}(快照 {number:06d},{manifest.time[:16].replace('T', ' ')})"
    return "他人"
