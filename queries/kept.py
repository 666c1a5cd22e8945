"""Rows kept ready of views that many questions read alike, whichever area they ask about.

Planning a view over all report tables, or reading every file of the country, takes longer than all
the rest of such a question; and what it finds is the same until another snapshot is published. So
the rows are put into a table of the same name, in a schema of its own: before the snapshot's in
the search path, it takes the view's place.
"""

import contextlib
import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import duckdb

from queries.views import KEPT, Place

# One of a province has some thousand rows, and as many as ten people look at once.
TABLES = 24


class Wanted(NamedTuple):
    """Which rows of a view: those of some periods, all when none are named."""

    view: str
    place: Place
    periods: tuple[str, ...] = ()


@dataclass
class _Table:
    """A table that is there, and how many calls read it just now."""

    schema: str
    readers: int = 0


class Kept:
    """The tables kept of all snapshots of one DuckDB; the least recently used give way.

    raises  duckdb.Error where a statement fails; what was half made is taken away again.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"attach ':memory:' as {KEPT} (compress true)")
        self._con = con
        self._tables: OrderedDict[Wanted, _Table] = OrderedDict()
        self._numbers = itertools.count(1)
        self._lock = Lock()

    @contextlib.contextmanager
    def held(
        self,
        cursor: duckdb.DuckDBPyConnection,
        wanted: Wanted,
        rows: Callable[[], str] | None = None,
    ) -> Iterator[str]:
        """The schema in which the rows lie ready, while they are read.

        Made on the cursor if it is not there.
        rows  The SQL that selects the rows of those periods; None for all that the view has.
        """
        with self._lock:
            table = self._tables.get(wanted)
            if table is None:
                text = rows() if rows else f"select * from {wanted.view}"
                table = self._tables[wanted] = _Table(self._make(cursor, wanted, text))
                self._make_room()
            self._tables.move_to_end(wanted)
            table.readers += 1
        try:
            yield table.schema
        finally:
            with self._lock:
                table.readers -= 1

    def views(self) -> set[str]:
        """The names of the views of which something is kept."""
        return {wanted.view for wanted in self._tables}

    def forget(self, home: str) -> None:
        """Drop what was kept of a snapshot whose schema is itself being dropped."""
        with self._lock:
            for wanted in [each for each in self._tables if each.place.home == home]:
                self._drop(self._tables.pop(wanted).schema)

    def _make_room(self) -> None:
        """Drop what nobody wanted for longest and nobody reads, but not what was just made."""
        idle = [wanted for wanted, table in self._tables.items() if not table.readers][:-1]
        for wanted in idle[: max(0, len(self._tables) - TABLES)]:
            self._drop(self._tables.pop(wanted).schema)

    def _make(self, cursor: duckdb.DuckDBPyConnection, wanted: Wanted, rows: str) -> str:
        name = f"{KEPT}.rows_{next(self._numbers)}"
        cursor.execute(f"set search_path = '{','.join(wanted.place.path(villages=True))}'")
        try:
            cursor.execute(f"create schema {name}")
            cursor.execute(f"create table {name}.{wanted.view} as {rows}")
            cursor.execute(f"checkpoint {KEPT}")
        except duckdb.Error:
            self._drop(name)
            raise
        return name

    def _drop(self, name: str) -> None:
        self._con.cursor().execute(f"drop schema if exists {name} cascade")
