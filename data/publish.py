"""Publishing: new rows become immutable files, derived values and, last of all, a manifest."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.derive.plan import State
from data.derive.redefined import still_standing
from data.errors import CatalogueError, PublishConflict, StoreError
from data.filed.overlay import changed_rows, overlaid, raw_files
from data.filed.rows import Change, Folder, natural_key, prepare
from data.filed.sources import sources, waivers
from data.filed.touched import Touched
from data.periods import Period
from data.readings.published import FOLDER, Published
from data.snapshots.manifest import FileEntry, Manifest, sorted_files
from data.snapshots.store import Store

_ATTEMPTS = 20
# Each file is small: threads wait for one another more than for the processor.
_WRITERS = 4
# By what a table's rows are found again, as its file spells it and as the model does.
_FOUND_BY = {"frequency": "frequency", "area": "area_column", "key": "key", "store_by": "store_by"}


@dataclass(frozen=True)
class Publication:
    """What is published: who, why, and the snapshot that the changes were checked against.

    changes  No two of one table reach the same file: its period and province.
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
        with store.publishing():
            manifest = _build(store, publication, catalogue, head, now, progress)
            if store.commit(manifest):
                return manifest.number
    raise StoreError("同时发布的人太多，本次没有发布。请稍后再试。")


def rebuild(
    store: Store, catalogue: Catalogue, *, who: str, note: str, now: datetime, number: int
) -> int:
    """Publish a snapshot's tables again under today's definitions; the new number."""
    base = store.manifest(number)
    refuse_strange(store, base, catalogue)
    for _ in range(_ATTEMPTS):
        with store.publishing():
            manifest = _rebuilt(store, base, catalogue, who=who, note=note, now=now)
            if store.commit(manifest):
                return manifest.number
    raise StoreError("同时发布的人太多，本次没有重算。请稍后再试。")


def restore(store: Store, number: int, *, who: str, note: str, now: datetime) -> int:
    """Publish an old snapshot's tables and catalogue again, unchanged, as the newest one."""
    old = store.manifest(number)
    problems = store.verify(number)
    if problems:
        raise StoreError(f"不能回到快照 {number:06d}：{problems[0]}")
    for _ in range(_ATTEMPTS):
        head = store.latest()
        manifest = Manifest(
            **store.place_after(head),
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
    raise StoreError("同时发布的人太多，本次没有恢复。请稍后再试。")


def refuse_strange(store: Store, base: Manifest, catalogue: Catalogue) -> None:
    """Refuse a catalogue under which the rows that a snapshot has of a table are not found again.

    raises CatalogueError naming the table and what has to be put back.
    """
    if base.catalogue == catalogue.sha:
        return
    filed = {entry.parts[1] for entry in base.under("tables")}
    before = store.catalogue(base.number).tables
    for table_id in sorted(filed & catalogue.tables.keys() & before.keys()):
        table = catalogue.tables[table_id]
        for name, attribute in _FOUND_BY.items():
            was, now = (_spelt(getattr(each, attribute)) for each in (before[table_id], table))
            if was != now:
                raise CatalogueError(
                    f"tables/{table_id}.yaml 把「{table.title}」的 {name} 由 {was} 改成了 {now}，"
                    f"而快照 {base.number:06d} 里已有这张表的数据：新旧的行对不上号，会重复计数。"
                    f"请改回 {was}。"
                )


def _spelt(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else f"[{', '.join(value)}]"


# -- building a snapshot -------------------------------------------------------------------


def _derived(state: State) -> list[FileEntry]:
    from data.derive.run import derive  # it brings DuckDB, which a check does without

    return derive(state)


def _readings(published: Published) -> list[FileEntry]:
    from data.readings.keeping import readings  # DuckDB too

    return readings(published)


def _build(
    store: Store,
    publication: Publication,
    catalogue: Catalogue,
    head: int | None,
    now: datetime,
    progress: Callable[[float, str], None],
) -> Manifest:
    parent = store.manifest(head) if head is not None else None
    if parent is not None:
        refuse_strange(store, parent, catalogue)
    filed = raw_files(parent) if parent else {}
    raw = {table_id: dict(filed.get(table_id, {})) for table_id in catalogue.tables}
    catalogue_sha, areas_sha = store.put_catalogue(catalogue)
    stands, redefined = still_standing(store, parent, catalogue) if parent else ({}, None)
    touched: dict[str, Touched] = {}
    plain: set[str] = set()
    written_to: set[tuple[str, Folder]] = set()
    domain = {table: dict(spans) for table, spans in parent.domain.items()} if parent else {}

    def lay(change: Change) -> Iterator[list[_File]]:
        """One table's files with its new rows in them, some files at a time."""
        table = catalogue.tables[change.table_id]
        files = dict(raw[table.id])
        if _began_plain(store, files.values(), head):
            plain.add(table.id)
        _extend(domain.setdefault(table.id, {}), change.rows)
        for batch, moved in overlaid(store, change, catalogue, files, head, now.date()):
            known = touched.get(table.id)
            touched[table.id] = known.joined(moved) if known else moved
            yield [_File(table, laid.folder, laid.after) for laid in batch]

    def write(file: _File) -> FileEntry:
        rows = file.rows.drop("source_first") if file.table.id in plain else file.rows
        return store.put_frame("/".join(("tables", file.table.id, *file.folder)), rows)

    def keep(files: list[_File], written: Iterable[FileEntry]) -> None:
        nonlocal done
        for file, entry in zip(files, written, strict=True):
            place = (file.table.id, file.folder)
            if place in written_to:
                raise ValueError(f"two changes of one file: {place}")
            written_to.add(place)
            raw[file.table.id][file.folder] = entry
            done += entry.rows
            progress(0.5 * min(1, done / total), f"写入 {file.table.title}")

    done, total = 0, sum(change.rows.height for change in publication.changes)
    with ThreadPoolExecutor(_WRITERS) as pool:
        before: tuple[list[_File], Iterable[FileEntry]] = ([], ())
        for files in chain.from_iterable(map(lay, publication.changes)):
            # While these are written, the next are laid over; no more than that is in memory.
            keep(*before)
            before = files, pool.map(write, files)
        keep(*before)
    progress(0.5, "计算指标")
    derived = _derived(
        State(
            store,
            catalogue,
            store.path / "areas" / f"{areas_sha}.parquet",
            raw,
            domain,
            stands,
            touched if redefined is not None else None,
            parent.domain if parent else {},
            redefined or frozenset(),
        )
    )
    progress(0.9, "汇总各区划的指标")
    same = parent if parent and parent.catalogue == catalogue_sha else None
    readings = _readings(
        Published(
            store,
            catalogue,
            store.path / "catalogue" / f"{catalogue_sha}.json",
            store.path / "areas" / f"{areas_sha}.parquet",
            derived,
            domain,
            same.under("derived") if same else (),
            same.under(FOLDER) if same else (),
        )
    )
    progress(0.95, "写入快照")
    tables = [entry for files in raw.values() for entry in files.values()]
    return Manifest(
        **store.place_after(head),
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
                *sources(store, publication.sources, publication.changes, parent, now),
                *waivers(store, publication.waivers, publication.who, parent, now),
                *derived,
                *readings,
            ]
        ),
    )


def _rebuilt(
    store: Store, base: Manifest, catalogue: Catalogue, *, who: str, note: str, now: datetime
) -> Manifest:
    head = store.latest()
    raw = raw_files(base)
    catalogue_sha, areas_sha = store.put_catalogue(catalogue)
    files, redefined = still_standing(store, base, catalogue)
    derived = _derived(
        State(
            store,
            catalogue,
            store.path / "areas" / f"{areas_sha}.parquet",
            raw,
            base.domain,
            # Where nothing is another by definition, everything is wanted anew.
            files if redefined else {},
            {} if redefined else None,
            base.domain,
            redefined or frozenset(),
        )
    )
    readings = _readings(
        Published(
            store,
            catalogue,
            store.path / "catalogue" / f"{catalogue_sha}.json",
            store.path / "areas" / f"{areas_sha}.parquet",
            derived,
            base.domain,
        )
    )
    return Manifest(
        **store.place_after(head),
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
                *readings,
            ]
        ),
    )


@dataclass(frozen=True)
class _File:
    """What a file of a table is to hold: its cut and province, its rows."""

    table: Table
    folder: Folder
    rows: pl.DataFrame


def _began_plain(store: Store, files: Iterable[FileEntry], head: int | None) -> bool:
    """Whether a table began before rows kept their first source: its files go on without it.

    Files of one shape are read at once; of two, every footer is looked at for every question.
    """
    one = next(iter(files), None)
    if one is None or head is None:
        return False
    columns = store.read([store.path / one.path], number=head, where=pl.lit(False)).columns
    return "source_first" not in columns


def _extend(spans: dict[str, tuple[str, str]], filed: pl.DataFrame) -> None:
    """Widen a table's first and last filed period in each province."""
    place = pl.col("area_code").str.slice(0, 2)
    for text, code in filed.select("period", place).unique().sort(pl.all()).iter_rows():
        period = Period.parse(text)
        first, last = map(Period.parse, spans.get(code, (text, text)))
        spans[code] = min(first, period).text, max(last, period).text


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
            first = both.sort(key).row(0, named=True)
            where = "、".join(str(first[name]) for name in key if first[name] is not None)
            raise PublishConflict(
                f"{who} 在核对之后已发布了相同的行：{table.id} {table.title} {where} "
                f"等 {both.height} 行。本次没有发布；请重新核对，确认后再发布。"
            )


def _who_changed(store: Store, base: int | None, head: int, table_id: str) -> str:
    """Who published the last change of a table after the base."""
    for number in reversed([each for each in store.numbers() if (base or 0) < each <= head]):
        manifest = store.manifest(number)
        there = manifest.parent in store.numbers()  # it may have been lost
        parent = store.manifest(manifest.parent) if there and manifest.parent else None
        before = set(parent.under("tables", table_id)) if parent else set()
        if set(manifest.under("tables", table_id)) != before:
            return f"{manifest.who}（快照 {number:06d}，{manifest.time[:16].replace('T', ' ')}）"
    return "他人"
