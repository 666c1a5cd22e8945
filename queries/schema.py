"""The schemas of one DuckDB: of a snapshot as a scope sees it, the tables of its definitions.

What is read from files is made for each call (queries/relations).
"""

import contextlib
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import duckdb

from data.catalogue.model import Catalogue, Table
from data.readings import definitions
from data.readings.definitions import fill
from data.readings.files import quoted
from data.snapshots.manifest import Manifest
from data.snapshots.store import Store
from queries.scope import ALL, Scope

STAGING = Path(__file__).parent / "sql" / "staging"
ABOVE = ("township", "county", "city", "province")
# Public papers and figures, the same for every snapshot.
REFERENCE = Path(__file__).parents[1] / "data" / "reference"
SCHEMAS_KEPT = 4


def name_of(number: int, scope: Scope = ALL) -> str:
    """The schema of a snapshot as a scope sees it: snapshot_000041 for everything."""
    return f"snapshot_{number:06d}{scope.suffix}"


def under(area: str) -> str:
    """The condition that a row lies in an area or under it."""
    above = ", ".join(f"coalesce({level}_code, '')" for level in ABOVE)
    return f"{quoted(area)} in (area_code, {above})"


def build(con: duckdb.DuckDBPyConnection, store: Store, number: int, scope: Scope = ALL) -> None:
    """Make the schema of a snapshot on a connection. The caller holds the lock.

    scope    What is seen; its tables name nothing else, so every question obeys it.
    raises   duckdb.Error as DuckDB gives it (the engine words it), SnapshotDamaged,
             SnapshotMissing; what was half made is taken away again.
    """
    manifest = store.manifest(number)
    catalogue = store.catalogue(number)
    name = name_of(number, scope)
    con.execute(f"create schema {name}")
    con.execute(f"use {name}")
    try:
        definitions.make(
            con,
            catalogue,
            definitions=store.path / "catalogue" / f"{manifest.catalogue}.json",
            areas=store.path / "areas" / f"{manifest.areas}.parquet",
            seen=_named(catalogue, scope),
        )
        _tables(con, manifest, catalogue, scope)
        papers = {
            "$facts_file": quoted(REFERENCE / "document_facts.csv"),
            "$series_file": quoted(REFERENCE / "national_rural_health_series.csv"),
            "$counties_file": quoted(REFERENCE / "poverty_counties_832.csv"),
            "$exits_file": quoted(REFERENCE / "poverty_county_exits_by_year.csv"),
        }
        definitions.run(con, STAGING / "reference.sql", papers)
        definitions.run(con, STAGING / "words.sql", {})
        _narrow(con, scope)
        # What lies in another province is still named: in targets, and as what stands above.
        con.execute(
            "create table areas_above as select * from areas "
            "where level in ('province', 'city', 'county') "
            "or area_code in (select targets.scope_code from targets)"
        )
    except duckdb.Error:
        drop(con, name)
        raise
    finally:
        con.execute("use memory.main")


def drop(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Take a schema away again, whole or half made."""
    con.execute("use memory.main")
    con.execute(f"drop schema if exists {name} cascade")


class Schemas:
    """The schemas kept; the least recently used give way."""

    def __init__(self, con: duckdb.DuckDBPyConnection, store: Store) -> None:
        self._con, self._store = con, store
        self._lock = Lock()
        # Snapshot and scope -> calls under way; the least recently used first.
        self._calls: OrderedDict[tuple[int, Scope], int] = OrderedDict()

    @contextlib.contextmanager
    def held(self, number: int, scope: Scope) -> Iterator[str]:
        """Hold the schema of a snapshot while a call runs.

        raises duckdb.Error when it cannot be made, SnapshotDamaged, SnapshotMissing.
        """
        key = number, scope
        with self._lock:
            if key not in self._calls:
                self._make_room()
                build(self._con, self._store, number, scope)
                self._calls[key] = 0
            self._calls[key] += 1
            self._calls.move_to_end(key)
        try:
            yield name_of(number, scope)
        finally:
            with self._lock:
                self._calls[key] -= 1

    def numbers(self) -> list[int]:
        """The snapshots whose schemas are kept, least recently used first."""
        return [number for number, _ in self._calls]

    def _make_room(self) -> None:
        idle = [key for key, calls in self._calls.items() if calls == 0]
        for number, scope in idle[: max(0, len(self._calls) - SCHEMAS_KEPT + 1)]:
            drop(self._con, name_of(number, scope))
            del self._calls[number, scope]


def _named(catalogue: Catalogue, scope: Scope) -> str:
    """Which areas of the register a scope knows: its own, and by name those above it."""
    if not scope.area:
        return "true"
    row = catalogue.register.row(scope.area) or {}
    above = [code for level in ABOVE if (code := row.get(f"{level}_code"))]
    listed_codes = ", ".join(quoted(code) for code in (scope.area, *above))
    return f"({under(scope.area)} or area_code in ({listed_codes}))"


def _narrow(con: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Leave the duties and targets of areas out that a scope does not see."""
    if not scope.area:
        return
    con.execute(f"create table seen_areas as select area_code from areas where {under(scope.area)}")
    con.execute("delete from obligations where unit_code not in (select area_code from seen_areas)")
    con.execute(
        "delete from targets where scope_code not in ('', '000000') "
        "and scope_code not in (select area_code from areas)"
    )
    con.execute("delete from peer_groups where area_code not in (select area_code from areas)")


def _tables(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, catalogue: Catalogue, scope: Scope
) -> None:
    """The small tables that no file holds: the calendar, words, rules, the snapshot itself."""
    words = catalogue.words
    fill(
        con,
        "listed_words",
        "list text, code text, name text, order_no bigint",
        [
            (name, str(code), str(word), order_no)
            for name in ("domains", "fact_kinds")
            for order_no, (code, word) in enumerate((words.get(name) or {}).items())
        ],
    )
    fill(
        con,
        "fact_indicators",
        "fact_id text, indicator text, name text",
        [
            (fact, indicator.id, indicator.name)
            for indicator in catalogue.indicators.values()
            if indicator.computed
            for fact in indicator.facts
        ],
    )
    fill(
        con,
        "peer_groups",
        "peer_group text, area_code text",
        [(str(each["group"]), str(each["area_code"])) for each in catalogue.peer_groups],
    )
    fill(
        con,
        "report_tables",
        "table_id text, title text, frequency text, unit_level text, is_register boolean, "
        "first_filed text, last_filed text",
        [
            (
                table.id,
                table.title,
                table.frequency,
                table.unit_level,
                table.register,
                *_span(manifest, table, scope),
            )
            for table in catalogue.tables.values()
        ],
    )
    fill(
        con,
        "this_snapshot",
        "number bigint, parent bigint, time text, who text, note text, kind text, demo boolean, "
        "sha256 text, files bigint, rows bigint",
        [
            (
                manifest.number,
                manifest.parent,
                manifest.time,
                manifest.who,
                manifest.note,
                manifest.kind,
                manifest.demo,
                manifest.sha256,
                len(manifest.files),
                sum(entry.rows for entry in manifest.files if entry.parts[0] == "tables"),
            )
        ],
    )


def _span(manifest: Manifest, table: Table, scope: Scope) -> tuple[str | None, str | None]:
    """The first and last period of a table in the scope's province, or in any.

    The manifest knows no smaller place; the texts sort as the periods follow.
    """
    known = manifest.domain.get(table.id, {})
    spans = [span for place, span in known.items() if not scope.area or scope.area[:2] == place]
    return (
        min((first for first, _ in spans), default=None),
        max((last for _, last in spans), default=None),
    )
