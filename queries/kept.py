"""Rows kept ready of views that many questions read alike, whichever area they ask about.

Planning a view over all report tables, or reading every file of the country, takes longer than all
the rest of such a question; and what it finds is the same until another snapshot is published. So
the rows are put into a table of the same name, in a schema of its own: before the snapshot's in
the search path, it takes the view's place.
"""

import itertools
from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

import duckdb

from queries.views import KEPT, Place

TABLES = 24
_IN_FOLDERS = (
    "where list_contains($cuts, cut) and ($province = '' or starts_with(province_code, $province))"
)


class Wanted(NamedTuple):
    """Which rows of a view.

    cuts, province  The folders they lie in, and the province they are of, "" for any; without
                    folders all rows.
    """

    view: str
    place: Place
    cuts: tuple[str, ...] = ()
    province: str = ""


class Kept:
    """The tables kept of all snapshots of one DuckDB; the least recently used give way.

    raises  duckdb.Error where a statement fails; what was half made is taken away again.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"attach ':memory:' as {KEPT} (compress true)")
        self._con = con
        self._schemas: OrderedDict[Wanted, str] = OrderedDict()
        self._numbers = itertools.count(1)
        self._lock = Lock()

    def schema(self, cursor: duckdb.DuckDBPyConnection, wanted: Wanted) -> str:
        """The schema in which the rows lie ready; made on the cursor if it is not there."""
        with self._lock:
            if wanted not in self._schemas:
                self._schemas[wanted] = self._make(cursor, wanted)
                if len(self._schemas) > TABLES:
                    self._drop(self._schemas.popitem(last=False)[1])
            self._schemas.move_to_end(wanted)
            return self._schemas[wanted]

    def forget(self, home: str) -> None:
        """Drop what was kept of a snapshot whose schema is itself being dropped."""
        with self._lock:
            for wanted in [each for each in self._schemas if each.place.home == home]:
                self._drop(self._schemas.pop(wanted))

    def _make(self, cursor: duckdb.DuckDBPyConnection, wanted: Wanted) -> str:
        name = f"{KEPT}.rows_{next(self._numbers)}"
        cursor.execute(f"set search_path = '{','.join(wanted.place.path(villages=True))}'")
        try:
            cursor.execute(f"create schema {name}")
            cursor.execute(
                f"create table {name}.{wanted.view} as select * from {wanted.view} "
                f"{_IN_FOLDERS if wanted.cuts else ''}",
                {"cuts": list(wanted.cuts), "province": wanted.province} if wanted.cuts else {},
            )
            cursor.execute(f"checkpoint {KEPT}")
        except duckdb.Error:
            self._drop(name)
            raise
        return name

    def _drop(self, name: str) -> None:
        self._con.cursor().execute(f"drop schema if exists {name} cascade")
