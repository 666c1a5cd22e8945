"""Readings kept with a snapshot: of the newest period of each frequency, a file per province.

They are worked out at publish, after the values; only what a change can have touched is worked
out again. Older periods are worked out when somebody asks (asked.py), by the same steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import gettempdir

import duckdb

from data.catalogue.model import Catalogue
from data.manifest import Domain, FileEntry
from data.periods import FREQUENCIES, Period, latest_ending_by
from data.readings import compute, definitions
from data.readings.definitions import SQL
from data.readings.files import Files, listed
from data.readings.values import FOLDERS, kept_values
from data.store import Store

FOLDER = "readings"
_THREADS = 2


@dataclass(frozen=True)
class Published:
    """What is about to become a snapshot, and what its parent has.

    definitions, areas  The files of the store that the snapshot names.
    derived             Its derived files.
    domain              Which periods each table was filed for, by province.
    before, kept        Derived files and readings of the parent; empty when its definitions were
                        others: then nothing of its readings still holds.
    """

    store: Store
    catalogue: Catalogue
    definitions: Path
    areas: Path
    derived: Sequence[FileEntry]
    domain: Domain
    before: Sequence[FileEntry] = field(default=())
    kept: Sequence[FileEntry] = field(default=())


def newest_periods(domain: Domain) -> list[Period]:
    """The newest period of each frequency that has ended by the last day anybody filed for.

    Where nothing was filed in a frequency itself, what was filed at all says how far it goes.
    """
    filed = [Period.parse(last) for spans in domain.values() for _, last in spans.values()]
    found = []
    for frequency in FREQUENCIES:
        own = [period for period in filed if period.frequency == frequency] or filed
        if own:
            found.append(latest_ending_by(frequency, max(period.end for period in own)))
    return found


def readings(published: Published) -> list[FileEntry]:
    """Work out and write the readings of a new snapshot; all its files of readings.

    raises  StoreError when the store cannot be written.
    """
    periods = [period.text for period in newest_periods(published.domain)]
    kept = {entry.parts: entry for entry in published.kept}
    new, old = _by_province(published.derived), _by_province(published.before)
    found: list[FileEntry] = []
    with _Work(published) as work:
        for province in sorted(new):
            there = [period for period in periods if (FOLDER, period, province) in kept]
            before = [kept[FOLDER, period, province] for period in there]
            changed = set(new[province]) != set(old.get(province, []))
            touched = work.touched(old[province], new[province]) if there and changed else []
            if touched:
                before = work.renewed(new[province], touched, before)
            fresh = [period for period in periods if period not in there]
            found += before + work.fresh(new[province], province, fresh)
    return found


class _Work:
    """One connection with the definitions, made when the first province needs it."""

    def __init__(self, published: Published) -> None:
        self._published = published

    def __enter__(self) -> "_Work":
        return self

    def __exit__(self, *error: object) -> None:
        if "_con" in self.__dict__:
            self._con.close()

    @cached_property
    def _con(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(
            config={"threads": _THREADS, "memory_limit": "3GB", "temp_directory": gettempdir()}
        )
        con.execute("set enable_progress_bar = false")
        definitions.make(
            con,
            self._published.catalogue,
            definitions=self._published.definitions,
            areas=self._published.areas,
        )
        return con

    def touched(self, old: Sequence[FileEntry], new: Sequence[FileEntry]) -> list[str]:
        """The judges whose readings may differ: areas with other values, and what lies above."""
        self._values("old_values", old)
        self._values("known_values", new)
        return self._codes((SQL / "touched.sql").read_text("utf-8"))

    def fresh(
        self, values: Sequence[FileEntry], province: str, periods: Sequence[str]
    ) -> list[FileEntry]:
        """The readings of a province at some chosen periods, all worked out."""
        if not periods:
            return []
        self._values("known_values", values)
        judges = self._codes("select distinct area_code from known_values")
        compute.work_out(self._con, compute.Asked(tuple(periods), tuple(judges)))
        return [self._written("/".join((FOLDER, period, province)), period) for period in periods]

    def renewed(
        self, values: Sequence[FileEntry], touched: Sequence[str], before: Sequence[FileEntry]
    ) -> list[FileEntry]:
        """The same files with the readings of some judges worked out again."""
        self._values("known_values", values)
        periods = tuple(entry.parts[1] for entry in before)
        compute.work_out(self._con, compute.Asked(periods, tuple(touched)))
        self._con.execute(
            "insert into readings by name select * from "
            f"read_parquet({listed(self._path(entry) for entry in before)}) "
            "where judged_at not in (select judging.judged_at from judging)"
        )
        return [self._written("/".join(entry.parts), entry.parts[1]) for entry in before]

    def _written(self, folder: str, period: str) -> FileEntry:
        count = 0

        def write(path: Path) -> None:
            nonlocal count
            count = compute.write(self._con, path, period)

        entry = self._published.store.put_written(folder, write)
        return replace(entry, rows=count)

    def _values(self, name: str, entries: Sequence[FileEntry]) -> None:
        mixed = self._published.store.has_many_definitions
        files = Files([self._path(entry) for entry in entries], mixed)
        self._con.execute(f"create or replace view {name} as {kept_values(files)}")

    def _path(self, entry: FileEntry) -> str:
        return (self._published.store.path / entry.path).as_posix()

    def _codes(self, sql: str) -> list[str]:
        return [code for (code,) in self._con.execute(sql).fetchall()]


def _by_province(entries: Sequence[FileEntry]) -> dict[str, list[FileEntry]]:
    """The files of values by the two digits of their province."""
    found: dict[str, list[FileEntry]] = {}
    for entry in entries:
        if entry.parts[:2] in FOLDERS:
            found.setdefault(entry.parts[-1], []).append(entry)
    return found
