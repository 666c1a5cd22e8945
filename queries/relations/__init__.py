"""What questions read from files: views over just the files that a call needs.

A file holds rows of one report period or year and of one province, and its folder says of which.
A country has twenty thousand files; to plan a question over all of them takes longer than to answer
it. So the views are made for each call, over the files that the manifest names for its province and
its periods, and they go with the call's cursor. What they mask is masked everywhere.

A relation is a view of this module or a select of sql/staging; each says what it reads itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from data.catalogue.model import Catalogue, Table
from data.readings.files import Files, listed, over
from data.readings.values import FOLDERS, VALUES, kept_values
from data.snapshots.store import Store
from queries.headers import relation_reads
from queries.relations import figures, masking, reports, villages
from queries.relations.reports import ANCESTORS
from queries.schema import STAGING, name_of, under
from queries.scope import ALL, Scope

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
# Who filed which of the newest reports, from which file, first imported on which day, and whether
# it took the place of another file's rows.
_FILED_UNITS = (
    "select table_id, period, township_code, county_code, city_code, province_code, "
    "source_id, min(first_imported) as first_imported, "
    "coalesce(bool_or(source_first <> source_id), false) as is_refiled from ({filings}) as filings "
    "group by table_id, period, township_code, county_code, city_code, province_code, source_id"
)
_AREAS = (
    "select * from memory.{home}.areas "
    "where province_code >= '{province}' and province_code < '{province}:' "
    "union all select * from memory.{home}.areas_above "
    "where province_code is null or not starts_with(province_code, '{province}')"
)


@dataclass(frozen=True)
class Reach:
    """Which files of a snapshot a call reads, and as whom.

    province  The two digits of the province that all it asks about lies in; empty for all.
    folders   The folders of report tables that hold rows of its periods; None for all.
    newest    Of those, the ones of the newest finished period of each frequency.
    villages  Whether a village is asked about: their values are read from the report tables.
    readings  The files of the readings that it looks up.
    """

    store: Store
    number: int
    scope: Scope = ALL
    province: str = ""
    folders: Collection[str] | None = None
    newest: Collection[str] | None = None
    villages: bool = False
    readings: tuple[Path, ...] = ()

    @property
    def catalogue(self) -> Catalogue:
        """The definitions of the snapshot."""
        return self.store.catalogue(self.number)

    @property
    def home(self) -> str:
        """The schema that the definitions stand in."""
        return name_of(self.number, self.scope)

    @property
    def seen(self) -> str:
        """What must hold of a row with its ancestors to be seen; empty when all are."""
        return under(self.scope.area) if self.scope.area else ""

    def files(self, *folders: tuple[str, ...], inside: Collection[str] | None = None) -> Files:
        """The files below some folders; `inside`: only those of a report table's folders so named.

        Their columns may differ only once the definitions have changed.
        """
        root = self.store.path.as_posix()
        manifest = self.store.manifest(self.number)
        paths = [
            f"{root}/{entry.path}"
            for folder in folders
            for entry in manifest.under(*folder)
            if self.province in ("", entry.parts[-1])
            and (inside is None or entry.parts[-2] in inside)
        ]
        self.store.check(paths, number=self.number)
        return Files(paths, self.store.has_many_definitions)


def open_for(cursor: duckdb.DuckDBPyConnection, reach: Reach, names: Iterable[str]) -> None:
    """Make the views of some relations on a cursor that uses the snapshot's schema.

    names   Relations, and tables of the schema, which are there already.
    raises  duckdb.Error, SnapshotDamaged, SnapshotMissing.
    """
    made: set[str] = set()

    def make(name: str) -> None:
        if name in made:
            return
        made.add(name)
        reads, statement = _relation(name, reach)
        for each in reads:
            make(each)
        if statement:
            cursor.execute(statement)

    for name in names:
        make(name)


def _relation(name: str, reach: Reach) -> tuple[Iterable[str], str]:
    """What a relation reads of others, and the statement that makes it; nothing for a table."""
    if name in _staged():
        reads, text = _staged()[name]
        return reads, text if text.startswith("create") else _view(name, text)
    if name in _OVER_FILES:
        return (), _view(name, _OVER_FILES[name](reach))
    if name == "village_values":
        if not reach.villages:
            return (), _view(name, villages.NONE)
        catalogue = reach.catalogue
        return villages.sources(catalogue), _view(name, villages.village_values(catalogue))
    if name in figures.MACROS:
        tables = [table.id.lower() for table in figures.tables(reach.catalogue)]
        return tables, figures.MACROS[name](reach.catalogue)
    return _report(name, reach)


def _report(name: str, reach: Reach) -> tuple[Iterable[str], str]:
    """A report table: t04 its rows, t04_filed also those that take others out, t04_at(period) the
    state of a ledger at a period's end.
    """
    stem, _, form = name.partition("_")
    table = reach.catalogue.tables.get(stem.upper())
    if table is None or form not in ("", "filed", "at"):
        return (), ""
    if form == "at":
        return (f"{stem}_filed",), reports.ledger(table)
    # A ledger's state may lie in any period's folder.
    inside = None if form else reach.folders
    files = reach.files(("tables", table.id), inside=inside)
    hide = reach.scope.hide_sensitive
    rows = reports.filed_rows(table, files, hide_sensitive=hide, seen=reach.seen)
    if form:
        return (), _view(name, rows)
    kept = f"select * exclude (is_removed) from ({rows}) as filed where not is_removed"
    return (), _view(name, kept)


def _areas(reach: Reach) -> str:
    if not reach.province:
        return f"select * from memory.{reach.home}.areas"
    return _AREAS.format(home=reach.home, province=reach.province)


def _derived_values(reach: Reach) -> str:
    values = kept_values(reach.files(*FOLDERS))
    if reach.scope.hide_sensitive:
        values = masking.hidden(values, VALUES, reach.catalogue, is_past=reach.scope.is_past)
    if reach.scope.area:
        values = f"select * from ({values}) as kept where {_SEEN_AREA}"
    return values


_SEEN_AREA = "area_code in (select seen_areas.area_code from seen_areas)"


def _kept_readings(reach: Reach) -> str:
    others = "others" if reach.scope.hide_sensitive else "trusted"
    files = listed(reach.readings)
    kept = [f"seen_by in ('all', '{others}')"]
    if reach.scope.is_past:
        kept += [f"not ({masking.telling(reach.catalogue)})"]
    if reach.scope.area:
        kept += [_SEEN_AREA, "judged_at in (select seen_areas.area_code from seen_areas)"]
    return f"select * from read_parquet({files}) where {' and '.join(kept)}"


def _sources(reach: Reach) -> str:
    """A file is seen by those who see a row of it."""
    # An older sidecar lacks the places, whatever the definitions were. It is of all provinces.
    paths = [path.as_posix() for path in reach.store.files(reach.number, "sources")]
    reach.store.check(paths, number=reach.number)
    files = Files(paths, mixed=True)
    if not reach.scope.area:
        return over(files, _SOURCES)
    used = f"select filings.source_id from ({_filings(reach)}) as filings"
    return over(files, _SOURCES, f"source_id in ({used})")


def _filings(reach: Reach, inside: Collection[str] | None = None) -> str:
    def files(table: Table) -> Files:
        return reach.files(("tables", table.id), inside=inside)

    tables = reach.catalogue.tables.values()
    return reports.filings([(table, files(table)) for table in tables], reach.seen)


_OVER_FILES = {
    "areas": _areas,
    "derived_values": _derived_values,
    "kept_readings": _kept_readings,
    "clinic_state": lambda reach: over(
        reach.files(("derived", "clinic_state")), _CLINICS, reach.seen
    ),
    "village_clinic_state": lambda reach: over(
        reach.files(("derived", "village_clinic_state")), _VILLAGES, reach.seen
    ),
    "filings": _filings,
    "filed_units": lambda reach: _FILED_UNITS.format(filings=_filings(reach, reach.newest)),
    "sources": _sources,
}


@cache
def _staged() -> dict[str, tuple[tuple[str, ...], str]]:
    """The selects and macros of sql/staging that stand over other relations, by name."""
    found = {}
    for path in sorted(STAGING.glob("*.sql")):
        text = path.read_text("utf-8")
        if reads := relation_reads(text):
            found[path.stem] = reads, text[text.index("\n\n") :].strip()
    return found


def _view(name: str, select: str) -> str:
    return f"create or replace temp view {name} as {select.rstrip(';')}"
