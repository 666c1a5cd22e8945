"""The schemas of one DuckDB: of the snapshots asked about last, each made when first asked for.

At first only what is computed at publishing can be read; the report tables when a question first
needs them. A snapshot of many files is opened in parts: those of a province when a question is
about it, those of the whole country when one is about no province.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from threading import Lock

import duckdb

from data.catalogue.model import Catalogue
from data.store import Store
from queries import schema, views
from queries.scope import Scope
from queries.views import Place, Shown

SCHEMAS_KEPT = 4
# The views of a province take five megabytes, half of them the paths of its files.
PROVINCES_KEPT = 10


class Schemas:
    """The schemas kept.

    leaving  Called with the name of a schema before it is dropped.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, store: Store, leaving: Callable[[str], None]
    ) -> None:
        self._con, self._store, self._leaving = con, store, leaving
        self._lock = Lock()
        # Snapshot and scope -> calls under way; the least recently used first.
        self._calls: OrderedDict[tuple[int, Scope], int] = OrderedDict()
        self._with_figures: set[str] = set()  # schemas that have the macros of add_figures
        self._with_reports: set[str] = set()  # those whose report tables can be read
        # Those whose views are there -> calls that read them; the least recently used first.
        self._provinces: OrderedDict[Place, int] = OrderedDict()

    @contextlib.contextmanager
    def held(self, number: int, scope: Scope) -> Iterator[str]:
        """Hold the schema of a snapshot while a call runs; the least used ones give way.

        raises duckdb.Error when it cannot be made, SnapshotDamaged, SnapshotMissing.
        """
        key = number, scope
        with self._lock:
            if key not in self._calls:
                self._make_room()
                self._make(number, scope)
                self._calls[key] = 0
            self._calls[key] += 1
            self._calls.move_to_end(key)
        try:
            yield schema.name_of(number, scope)
        finally:
            with self._lock:
                self._calls[key] -= 1

    def in_parts(self, number: int) -> bool:
        """Whether a snapshot has so many files that each province is opened by itself."""
        return len(self._store.manifest(number).files) >= views.FILES_IN_PARTS

    def place(self, home: str, number: int, province: str) -> Place:
        """Where to read what lies in a province, by the two digits of its code; empty: anywhere."""
        return Place(home, province if self.in_parts(number) else "")

    @contextlib.contextmanager
    def opened(self, place: Place, number: int, scope: Scope, *, reports: bool) -> Iterator[None]:
        """See that the views of a place are there while they are read; its schema is held.

        reports  Also those of the report tables; a province has them in any case.
        raises   duckdb.Error.
        """
        shown = Shown(self._store, number, scope, place.province)
        with self._lock:
            if place.province:
                if place not in self._provinces:
                    self._make_room_for_province()
                    views.make_part(self._con, shown)
                self._provinces[place] = self._provinces.pop(place, 0) + 1
            elif reports and place.home not in self._with_reports:
                views.open_reports(self._con, shown)
                self._with_reports.add(place.home)
        try:
            yield
        finally:
            if place.province:
                with self._lock:
                    self._provinces[place] -= 1

    def add_figures(self, place: Place, catalogue: Catalogue) -> None:
        """See that the macros over every figure are there, while the schema is held and the
        report tables of the place are open.
        """
        with self._lock:
            if place.home not in self._with_figures:
                schema.add_figures(self._con, place, catalogue)
                self._with_figures.add(place.home)

    def numbers(self) -> list[int]:
        """The snapshots whose schemas are kept, least recently used first."""
        return [number for number, _ in self._calls]

    def provinces(self) -> tuple[Place, ...]:
        """The provinces that are open."""
        return tuple(self._provinces)

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return any(self._calls.values())

    def _make(self, number: int, scope: Scope) -> None:
        try:
            schema.build(self._con, self._store, number, scope, reports=False)
        except duckdb.Error:
            views.drop(self._con, Place(schema.name_of(number, scope)))
            raise

    def _make_room_for_province(self) -> None:
        idle = [place for place, calls in self._provinces.items() if calls == 0]
        for place in idle[: max(0, len(self._provinces) - PROVINCES_KEPT + 1)]:
            views.drop(self._con, place)
            del self._provinces[place]

    def _make_room(self) -> None:
        idle = [key for key, calls in self._calls.items() if calls == 0]
        for number, scope in idle[: max(0, len(self._calls) - SCHEMAS_KEPT + 1)]:
            home = schema.name_of(number, scope)
            self._leaving(home)
            for place in [each for each in self._provinces if each.home == home]:
                views.drop(self._con, place)
                del self._provinces[place]
            views.drop(self._con, Place(home))
            self._with_figures.discard(home)
            self._with_reports.discard(home)
            del self._calls[number, scope]
