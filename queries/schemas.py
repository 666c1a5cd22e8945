"""The schemas of one DuckDB: of the snapshots asked about last, each made when first asked for."""

import contextlib
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

import duckdb

from data.store import Store
from queries import schema
from queries.scope import Scope

SCHEMAS_KEPT = 4


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
                schema.build(self._con, self._store, number, scope)
                self._calls[key] = 0
            self._calls[key] += 1
            self._calls.move_to_end(key)
        try:
            yield schema.name_of(number, scope)
        finally:
            with self._lock:
                self._calls[key] -= 1

    def numbers(self) -> list[int]:
        """The snapshots whose schemas are kept, least recently used first."""
        return [number for number, _ in self._calls]

    def _make_room(self) -> None:
        idle = [key for key, calls in self._calls.items() if calls == 0]
        for number, scope in idle[: max(0, len(self._calls) - SCHEMAS_KEPT + 1)]:
            schema.drop(self._con, schema.name_of(number, scope))
            del self._calls[number, scope]
