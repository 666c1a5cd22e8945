"""The views over the files of a snapshot, and over those of one of its provinces.

A file holds rows of one province, and its folder says of which. A country has twenty thousand
files; to plan a question over all of them takes longer than to answer it from those of a single
province. So the same views are made once more for a province, in a schema of their own, which the
engine puts before that of the snapshot when all areas asked about lie in that province. Its areas
are a table: the register of a country has six hundred thousand villages.
"""

import contextlib
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import duckdb

from data.catalogue.model import Table
from data.store import Store
from queries.file_views import (
    ANCESTORS,
    Files,
    filed_rows,
    filings,
    hidden,
    ledger,
    listed,
    over,
    quoted,
)
from queries.scope import ALL, Scope
from queries.villages import village_values

STAGING = Path(__file__).parent / "sql" / "staging"
ABOVE = ("township", "county", "city", "province")
# A snapshot of fewer files is planned whole as quickly as its provinces are set apart.
FILES_IN_PARTS = 3000
# A database of its own for tables made of files, since only a database as a whole is compressed.
KEPT = "kept"
# What lies elsewhere is still named: in targets, and as what stands above or beside.
_KNOWN_ANYWHERE = (
    "create table if not exists {above} as select * from {home}.areas "
    "where level in ('province', 'city', 'county') "
    "or area_code in (select scope_code from {home}.targets)"
)
# The province as a span of codes: the register's file is sorted, and most of it is not read.
_KNOWN_IN = (
    "create table {areas} as select * from {home}.areas "
    "where province_code >= '{province}' and province_code < '{province}:' "
    "union all select * from {above} "
    "where province_code is null or not starts_with(province_code, '{province}')"
)

_VALUES = (
    "indicator text, population text, period text, area_code text, level text, dimension text, "
    "period_end date, numerator decimal(18, 4), denominator decimal(18, 4), "
    "units_expected bigint, units_reported bigint, units_carried bigint, provisional boolean, "
    "masked boolean, prev_numerator decimal(18, 4), prev_denominator decimal(18, 4), "
    "prev_self_numerator decimal(18, 4), prev_self_denominator decimal(18, 4), prev_units bigint, "
    "prev_units_differ boolean, yoy_numerator decimal(18, 4), yoy_denominator decimal(18, 4), "
    "yoy_self_numerator decimal(18, 4), yoy_self_denominator decimal(18, 4), yoy_units bigint, "
    "yoy_units_differ boolean, missing_units text, prev_merged text, yoy_merged text"
)
# Who filed which report, from which file, first imported on which day, and whether it took the
# place of another file's rows.
_FILED_UNITS = (
    "select table_id, cut, period, township_code, county_code, city_code, province_code, "
    "source_id, min(first_imported) as first_imported, "
    "coalesce(bool_or(source_first <> source_id), false) as is_refiled from {filings} "
    "group by table_id, cut, period, township_code, county_code, city_code, province_code, "
    "source_id"
)
_CLINICS = (
    "period text, period_end date, clinic_code text, village_code text, area_code text, "
    f"{ANCESTORS}, is_poor_village boolean, status text, exempt boolean, is_open boolean, "
    "service_mode text, service_pop bigint, floor_area decimal(18, 4), floor_area_ok boolean, "
    "rooms_ok boolean, "
    "has_consult boolean, has_treatment boolean, has_publichealth boolean, has_pharmacy boolean, "
    "qualified_doctors bigint, doctor_ok boolean, licence_until date, licence_ok boolean, "
    "override boolean, expected_open date, carried boolean, filed_period text"
)
_VILLAGES = (
    f"period text, period_end date, village_code text, area_code text, {ANCESTORS}, "
    "status text, clinic_ok boolean, doctor_ok boolean, exempt boolean, is_poor_village boolean, "
    "carried boolean"
)
_SOURCES = (
    "source_id text, file text, sha256 text, bytes bigint, imported_at text, imported_by text, "
    "places text"
)


def name_of(number: int, scope: Scope = ALL) -> str:
    """The schema of a snapshot as a scope sees it: snapshot_000041 for everything."""
    return f"snapshot_{number:06d}{scope.suffix}"


class Place(NamedTuple):
    """Where files are read: through the views of a snapshot, or of one of its provinces.

    home      The schema of the snapshot.
    province  The two digits of its code; empty for all.
    """

    home: str
    province: str = ""

    @property
    def schema(self) -> str:
        """The schema that the views stand in."""
        return f"{self.home}_in_{self.province}" if self.province else self.home

    @property
    def wide(self) -> str:
        """The schema in which `area_values` leaves the villages out: put before the other one."""
        return f"{self.schema}_wide"

    def path(self, *, villages: bool) -> list[str]:
        """The schemas to look names up in, the first before the others."""
        schemas = dict.fromkeys((self.schema, self.home))
        return [f"memory.{each}" for each in ([] if villages else [self.wide]) + [*schemas]]


@dataclass(frozen=True)
class Shown:
    """Whose files the views are over: a snapshot's as a scope sees them.

    province  The two digits of its code: only its files; empty for all.
    """

    store: Store
    number: int
    scope: Scope = ALL
    province: str = ""

    @property
    def place(self) -> Place:
        """Where the views stand."""
        return Place(name_of(self.number, self.scope), self.province)

    def files(self, *folders: str, cuts: Container[str] | None = None) -> list[str]:
        """The files below a folder; with `cuts` only those of a report table's folders so named."""
        root = self.store.path.as_posix()
        entries = self.store.manifest(self.number).under(*folders)
        return [
            f"{root}/{entry.path}"
            for entry in entries
            if self.province in ("", entry.parts[-1]) and (cuts is None or entry.parts[-2] in cuts)
        ]

    @property
    def condition(self) -> str:
        """What must hold of a row with its ancestors to be seen; empty when all are."""
        return under(self.scope.area) if self.scope.area else ""

    @cached_property
    def mixed(self) -> bool:
        """Whether files may have different columns: only once the definitions have changed."""
        return len(list((self.store.path / "catalogue").glob("*.json"))) > 1


def make(con: duckdb.DuckDBPyConnection, shown: Shown, *, reports: bool = True) -> None:
    """Make the views over the files, in the schema in use.

    reports  Also those of the report tables; without, there are none until `open_reports` is
             called, and whatever asks for one is an error: never answered with "no rows".
    """
    _look(shown, *(("derived", "tables") if reports else ("derived",)))
    _values(con, shown)
    if reports:
        _reports(con, shown)
    place = shown.place
    con.execute(f"create schema {place.wide}")
    con.execute(f"create view {place.wide}.area_values as select * from {place.schema}.kept_values")


def open_reports(con: duckdb.DuckDBPyConnection, shown: Shown) -> None:
    """Make the views of the report tables after all. The caller holds the lock."""
    _look(shown, "tables")
    con.execute(f"use {shown.place.schema}")
    try:
        _reports(con, shown)
    finally:
        con.execute("use memory.main")


def _values(con: duckdb.DuckDBPyConnection, shown: Shown) -> None:
    """What is computed at publishing: the values of indicators, and the states of clinics."""
    catalogue = shown.store.catalogue(shown.number)
    by_code = ""
    if shown.scope.area:
        by_code = f"area_code in (select area_code from {shown.place.home}.seen_areas)"
    for name, folders, columns, seen in (
        ("derived_values", (("derived", "area"), ("derived", "township")), _VALUES, by_code),
        ("clinic_state", (("derived", "clinic_state"),), _CLINICS, shown.condition),
        (
            "village_clinic_state",
            (("derived", "village_clinic_state"),),
            _VILLAGES,
            shown.condition,
        ),
    ):
        paths = [path for folder in folders for path in shown.files(*folder)]
        view = over(Files(con, paths, shown.mixed), columns, seen)
        if shown.scope.hide_sensitive and name == "derived_values":
            view = hidden(view, columns, catalogue)
        con.execute(f"create view {name} as {view}")
    for step in ("40_values", "42_clinics"):
        con.execute((STAGING / f"{step}.sql").read_text("utf-8"))


def _reports(con: duckdb.DuckDBPyConnection, shown: Shown) -> None:
    """The report tables, and whatever is read from their rows; once more where it failed before."""
    catalogue = shown.store.catalogue(shown.number)
    reports = _report_files(con, shown)
    for table, files in reports:
        name = table.id.lower()
        hide = shown.scope.hide_sensitive
        rows = filed_rows(table, files, hide_sensitive=hide, seen=shown.condition)
        con.execute(f"create or replace view {name}_filed as {rows}")
        con.execute(
            f"create or replace view {name} as select * exclude (is_removed) from {name}_filed "
            "where not is_removed"
        )
        if table.register:
            con.execute(ledger(table))
    con.execute(f"create or replace view filings as {filings(reports, shown.condition)}")
    con.execute(f"create or replace view filed_units as {_FILED_UNITS.format(filings='filings')}")
    con.execute(f"create or replace view village_values as {village_values(catalogue)}")
    con.execute((STAGING / "45_area_values.sql").read_text("utf-8"))
    # A file is seen by those who see a row of it.
    used = " union ".join(f"select source_id from {table}" for table in catalogue.tables)
    seen = f"source_id in ({used})" if shown.scope.area else ""
    # An older sidecar lacks the places, whatever the definitions were. It is of all provinces.
    every = replace(shown, province="").files("sources")
    con.execute(
        f"create or replace view sources as {over(Files(con, every, True), _SOURCES, seen)}"
    )


def filed_in(
    con: duckdb.DuckDBPyConnection, shown: Shown, cuts: Container[str], periods: Iterable[str]
) -> str:
    """What `filed_units` has of some periods, which lie in some folders: the files of no others
    are even thought of.
    """
    rows = filings(_report_files(con, shown, cuts), shown.condition)
    units = _FILED_UNITS.format(filings=f"({rows})")
    return f"select * from ({units}) where list_contains({listed(periods)}, period)"


def _report_files(
    con: duckdb.DuckDBPyConnection, shown: Shown, cuts: Container[str] | None = None
) -> list[tuple[Table, Files]]:
    """The files of each report table, those in some folders only."""
    return [
        (table, Files(con, shown.files("tables", table.id, cuts=cuts), shown.mixed))
        for table in shown.store.catalogue(shown.number).tables.values()
    ]


def _look(shown: Shown, *folders: str) -> None:
    """Learn the columns of all files of some folders at once, where they may differ."""
    if shown.mixed:
        # Looked at by a connection that does not keep every footer in memory.
        with contextlib.closing(duckdb.connect()) as passing:
            paths = [path for folder in folders for path in shown.files(folder)]
            Files(passing, paths, mixed=True).look()


def make_part(con: duckdb.DuckDBPyConnection, shown: Shown) -> None:
    """Make the schema of a province beside that of its snapshot. The caller holds the lock.

    The database KEPT is attached.
    raises  duckdb.Error; what was half made is taken away again.
    """
    schema, home = shown.place.schema, shown.place.home
    names = {
        "home": home,
        "above": f"{KEPT}.{home}.areas_above",
        "areas": f"{KEPT}.{schema}.areas",
        "province": shown.province,
    }
    try:
        con.execute(f"create schema if not exists {KEPT}.{home}")
        con.execute(f"create schema {KEPT}.{schema}")
        con.execute(_KNOWN_ANYWHERE.format(**names))
        con.execute(_KNOWN_IN.format(**names))
        con.execute(f"checkpoint {KEPT}")
        con.execute(f"create schema {schema}")
        con.execute(f"set search_path = '{','.join(shown.place.path(villages=True))}'")
        con.execute(f"create view areas as select * from {KEPT}.{schema}.areas")
        make(con, shown)
    except duckdb.Error:
        drop(con, shown.place)
        raise
    finally:
        con.execute("use memory.main")


def drop(con: duckdb.DuckDBPyConnection, place: Place) -> None:
    """Take the views away again, whole or half made."""
    con.execute("use memory.main")
    con.execute(f"drop schema if exists {KEPT}.{place.schema} cascade")
    con.execute(f"drop schema if exists {place.wide} cascade")
    con.execute(f"drop schema if exists {place.schema} cascade")


def under(area: str) -> str:
    """The condition that a row lies in an area or under it."""
    above = ", ".join(f"coalesce({level}_code, '')" for level in ABOVE)
    return f"{quoted(area)} in (area_code, {above})"
