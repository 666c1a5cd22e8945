"""Readings kept with a snapshot: of the newest period of each frequency, a file per province.

They are worked out at publish, after the values; only what a change can have touched is worked
out again. Older periods are worked out when somebody asks (asked.py), by the same steps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import gettempdir

import duckdb

from data.machine.threads import threads_for
from data.readings import compute, definitions
from data.readings.definitions import SQL
from data.readings.files import Files, listed
from data.readings.published import FOLDER, Published, newest_periods
from data.readings.values import FOLDERS, kept_values
from data.snapshots.manifest import FileEntry

_TOUCHED = (SQL / "touched.sql").read_text("utf-8")


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
            before = {
                period: entry
                for period in periods
                if (entry := kept.get((FOLDER, period, province)))
            }
            changed = set(new[province]) != set(old.get(province, []))
            if changed or len(before) < len(periods):
                found += work.renewed(province, new[province], old.get(province), periods, before)
            else:
                found += before.values()
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
        threads = threads_for(sum(entry.rows for entry in self._published.derived))
        con = duckdb.connect(
            config={"threads": threads, "memory_limit": "3GB", "temp_directory": gettempdir()}
        )
        con.execute("set enable_progress_bar = false")
        definitions.make(
            con,
            self._published.catalogue,
            definitions=self._published.definitions,
            areas=self._published.areas,
        )
        return con

    def renewed(
        self,
        province: str,
        new: Sequence[FileEntry],
        old: Sequence[FileEntry] | None,
        periods: Sequence[str],
        before: Mapping[str, FileEntry],
    ) -> list[FileEntry]:
        """The readings of a province at some chosen periods, a file for each.

        new, old  The files of its values, and of those that `before`, what is kept, was made of.
        """
        self._values("known_values", new)
        judging = []
        if len(before) < len(periods):
            every = self._con.execute(
                "select distinct area_code from known_values order by area_code"
            ).fetchall()
            judging = [(judge, period) for period in periods if period not in before
                       for (judge,) in every]  # fmt: skip
        if before:
            # Files are named by their content: what both have cannot differ.
            self._values("new_values", [each for each in new if each not in set(old or [])])
            self._values("old_values", [each for each in old or [] if each not in set(new)])
            judging += self._con.execute(_TOUCHED, {"periods": list(before)}).fetchall()
        stays = before.keys() - {period for _, period in judging}
        if judging:
            compute.work_out(self._con, compute.Asked(tuple(judging)))
        if paths := [self._path(entry) for period, entry in before.items() if period not in stays]:
            # What nobody touched stays as it is.
            self._con.execute(
                f"insert into readings by name select * from read_parquet({listed(paths)}) as kept "
                "where (judged_at, requested_period) not in "
                "(select (judging.judged_at, judging.requested_period) from judging)"
            )
        return [
            before[period] if period in stays else self._written(province, period)
            for period in periods
        ]

    def _written(self, province: str, period: str) -> FileEntry:
        count = 0

        def write(path: Path) -> None:
            nonlocal count
            count = compute.write(self._con, path, period)

        entry = self._published.store.put_written(f"{FOLDER}/{period}/{province}", write)
        return replace(entry, rows=count)

    def _values(self, name: str, entries: Sequence[FileEntry]) -> None:
        mixed = self._published.store.has_many_definitions
        files = Files([self._path(entry) for entry in entries], mixed)
        self._con.execute(f"create or replace view {name} as {kept_values(files)}")

    def _path(self, entry: FileEntry) -> str:
        path = self._published.store.path / entry.path
        self._published.store.check([path])
        return path.as_posix()


def _by_province(entries: Sequence[FileEntry]) -> dict[str, list[FileEntry]]:
    """The files of values by the two digits of their province."""
    found: dict[str, list[FileEntry]] = {}
    for entry in entries:
        if entry.parts[:2] in FOLDERS:
            found.setdefault(entry.parts[-1], []).append(entry)
    return found
