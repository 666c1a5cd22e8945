"""Answers questions: one in-memory DuckDB per process, a schema per snapshot, a cursor per call."""

import contextlib
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from threading import Thread
from typing import Any

import duckdb
import polars as pl

from data import settings
from data.catalogue.model import Catalogue
from data.errors import SnapshotMissing
from data.store import Store
from queries import boards, connection, kept, parameters, question, wording
from queries.ahead import Ahead
from queries.errors import QueryError, QueryStopped, QueryTimeout
from queries.headers import Header
from queries.opened import Schemas
from queries.question import Question
from queries.scope import ALL, Scope
from queries.views import Place, Shown, filed_in, name_of

__all__ = ["ALL", "Engine", "QueryError", "QueryStopped", "QueryTimeout", "Scope"]

# A single indicator is read from the files as quickly as a block of readings is made: a program
# that asks for one only gets the block when it asks about the same area again and again.
ASKED_BEFORE = 2
_HERE = "memory"  # the database of the snapshots' schemas
_QUIET = "engine.quiet"  # the token of the call that nobody waits for
_INSIST = 100  # times, a twentieth of a second apart
_POLARS = {
    "text": pl.String,
    "integer": pl.Int32,
    "bigint": pl.Int64,
    "double": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}


class Engine:
    """Runs the questions of queries/sql on the snapshots of one store.

    ahead   Many questions about the same area and its neighbours are to come (a page asks them):
            their readings are computed together when the first of them is asked.
    raises  SettingsError when the store's settings file has a mistake.
    """

    def __init__(self, store: Store, *, ahead: bool = False) -> None:
        self.store = store
        self._settings = settings.load(store.path)
        self._open_to_all = self._settings.open and self._settings.trusted_proxy is None
        self._questions = question.every()
        self._last_call = 0.0
        self._running: dict[str, duckdb.DuckDBPyConnection] = {}
        self._stopped: set[str] = set()
        self._con = connection.connect(self._settings, store)
        self._boards = boards.Boards(self._con, asked_before=0 if ahead else ASKED_BEFORE)
        self._kept = kept.Kept(self._con)
        self._schemas = Schemas(self._con, store, self._forget)
        connection.close_to_others(self._con)
        self._ahead = Ahead(self._idle) if ahead else None

    # -- what can be asked ------------------------------------------------------------------

    def names(self) -> list[str]:
        """The names of all questions."""
        return sorted(self._questions)

    def header(self, name: str) -> Header:
        """The header of a question. raises QueryError for an unknown name."""
        return self._question(name).header

    def sql(self, name: str) -> str:
        """The text of a question, for the 溯源 fold."""
        return self._question(name).text

    def latest(self) -> int | None:
        """The newest snapshot's number, or None."""
        return self.store.latest()

    def catalogue(self, snapshot: int | None = None) -> Catalogue:
        """The definitions of a snapshot (the newest by default)."""
        return self.store.catalogue(self.number(snapshot))

    def params(
        self, name: str, params: Mapping[str, Any], snapshot: int | None = None
    ) -> dict[str, Any]:
        """The full parameters of a call, defaults filled in: what a trace records.

        raises QueryError naming what is missing, unknown or mistyped.
        """
        header = self._question(name).header
        known = {param.name: param for param in header.params}
        given = [name for name, param in known.items() if param.type != "cuts"]
        if unknown := [key for key in params if key not in given]:
            raise QueryError(
                f"查询 {name} 没有参数 {'、'.join(unknown)};可用的有 {'、'.join(given) or '(无)'}。"
            )
        missing = [p.name for p in header.params if p.required and params.get(p.name) is None]
        if missing:
            raise QueryError(f"查询 {name} 缺少参数 {'、'.join(missing)}。请补上后重试。")
        catalogue = self.catalogue(snapshot)
        return {
            key: parameters.checked(param, params.get(key, param.default), catalogue, params)
            for key, param in known.items()
        }

    def run(
        self,
        name: str,
        params: Mapping[str, Any] | None = None,
        snapshot: int | None = None,
        *,
        token: str | None = None,
        scope: Scope = ALL,
        quietly: bool = False,
    ) -> pl.DataFrame:
        """The answer to a question on one snapshot (the newest by default).

        token   A name under which another thread may `interrupt` the call.
        scope   What the person asking may see; areas outside it give no rows.
        quietly  Nobody waits for it: it stops as soon as somebody asks anything (QueryStopped).
        returns The columns that the header declares; no Decimal, dates as dates.
        raises  QueryError before the SQL runs when a parameter is missing, unknown or mistyped;
                QueryTimeout, QueryStopped; SnapshotMissing, SnapshotDamaged.
        """
        if quietly:
            token = _QUIET
        else:
            self.stir()
        asked = self._question(name)
        number = self.number(snapshot)
        filled = self.params(name, params or {}, number)
        with self._cursor(number, scope, token, f"查询 {name}") as (cursor, home):
            wanted, catalogue = asked.wanted(filled), self.catalogue(number)
            place = self._place(home, number, asked.areas(filled, catalogue))
            villages = asked.reads_villages(filled)
            with contextlib.ExitStack() as reading:
                reports = (
                    asked.reads_reports
                    or (asked.reads_filed and not self._ahead)
                    or villages
                    or any(each.level == "village" for each in wanted)
                )
                reading.enter_context(
                    self._schemas.opened(place, number, self.applied(scope), reports=reports)
                )
                if asked.reads_figures:
                    self._schemas.add_figures(place, catalogue)
                block = reading.enter_context(
                    self._boards.serving(cursor, place, wanted, catalogue)
                )
                path = [block] if block else []
                for each, rows in self._kept_ready(cursor, asked, place, filled, number, scope):
                    path.append(reading.enter_context(self._kept.held(cursor, each, rows)))
                path += place.path(villages=villages)
                cursor.execute(f"set search_path = '{','.join(path)}'")
                if token in self._stopped:  # before there was anything to interrupt
                    raise QueryStopped(f"查询 {name} 已停止。")
                found = cursor.execute(asked.text, filled).to_arrow_table()
            if block and not quietly:
                self._look_ahead(place, wanted[0].judge, wanted[0].period, number, scope)
        return _typed(_plain(pl.DataFrame(found)), asked.header)

    def stir(self) -> None:
        """Somebody is at work: what nobody waits for stops, and is taken up when all is quiet."""
        self._last_call = time.monotonic()
        self.interrupt(_QUIET)
        self._boards.give_way()

    @property
    def looks_ahead(self) -> bool:
        """Whether quiet moments are used for what nobody has asked yet."""
        return self._ahead is not None and self._settings.look_ahead

    def is_open(self, area: str, snapshot: int, scope: Scope = ALL) -> bool:
        """Whether asking about an area opens no further province."""
        return self._open_place(area, snapshot, scope) is not None

    def expect(self, areas: Iterable[str], period: str, snapshot: int, scope: Scope = ALL) -> None:
        """Have the readings of some areas' cities computed when all is quiet, the last first.

        Not those of a province that would have to be opened for it.
        """
        for area in areas:
            if place := self._open_place(area, snapshot, scope):
                self._look_ahead(place, area, period, snapshot, scope)

    def when_idle(self, key: Hashable, job: Callable[[], bool]) -> None:
        """Have something done while nobody asks anything, after all that the engine itself plans.

        key  A job of the same name takes the place of this one while it waits.
        job  Returns False to be called again; asks with `quietly`. Never done by an engine that
             does not look ahead.
        """
        if self._ahead:
            self._ahead.put(key, job, later=True)

    def open_reports(self, snapshot: int) -> bool:
        """Have the report tables of a snapshot ready before somebody asks for them; True.

        Not those of a snapshot that is opened in parts: nobody can tell of which province.
        """
        if not self._schemas.in_parts(snapshot):
            with self.views(snapshot):
                pass
        return True

    @contextlib.contextmanager
    def views(
        self,
        snapshot: int | None = None,
        scope: Scope = ALL,
        *,
        area: str = "",
        token: str | None = None,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside the views of a snapshot as a scope sees them.

        area    Nothing beyond its province will be asked for; empty for everywhere.
        raises  what `run` raises, for what is executed while it is held.
        """
        number = self.number(snapshot)
        with (
            self._cursor(number, scope, token, "查询") as (cursor, home),
            self._inside(cursor, home, number, scope, area),
        ):
            yield cursor

    def table(
        self,
        table_id: str,
        *,
        area: str,
        period_from: str,
        period_to: str,
        snapshot: int | None = None,
        limit: int | None = None,
        token: str | None = None,
        scope: Scope = ALL,
    ) -> pl.DataFrame:
        """The filed rows of one report table below an area, as everybody may see them.

        period_from, period_to  Of any frequency; rows whose period ends between the first day of
                                the one and the last day of the other.
        limit                   At most so many rows; None for all.
        token, scope            As `run` takes them.
        returns                 The table's columns with their sources; sensitive ones are empty
                                below the county. Sorted by period, area and key.
        raises                  QueryError, and what `run` raises.
        """
        number = self.number(snapshot)
        catalogue = self.catalogue(number)
        table = catalogue.tables.get(table_id)
        if table is None:
            raise QueryError(f"没有报表「{table_id}」,应为 {catalogue.every_table}。")
        first, last = parameters.period(period_from), parameters.period(period_to)
        keys = ", ".join(f'"{name}"' for name in table.key)
        cap = "" if limit is None else f" limit {int(limit)}"
        text = (
            f"select * exclude (cut) from {table.id.lower()} where $area in "
            "(area_code, township_code, county_code, city_code, province_code) "
            "and period_end between $first_day and $last_day "
            f"order by period_end, {keys}{cap}"
        )
        params = {"area": area, "first_day": first.start, "last_day": last.end}
        with (
            self._cursor(number, scope, token, f"报表 {table_id}") as (cursor, home),
            self._inside(cursor, home, number, scope, area),
        ):
            return _plain(pl.DataFrame(cursor.execute(text, params).to_arrow_table()))

    def applied(self, scope: Scope) -> Scope:
        """The scope as the views apply it: a store that is open to all hides more."""
        return replace(scope, hide_sensitive=True) if self._open_to_all else scope

    def interrupt(self, token: str) -> bool:
        """Stop the call that runs under this token; False when there is none."""
        cursor = self._running.get(token)
        if cursor is None:
            return False
        self._stopped.add(token)
        cursor.interrupt()
        if token != _QUIET:  # that one looks for itself before each question
            Thread(target=self._insist, args=(token, cursor), daemon=True).start()
        return True

    def open_snapshots(self) -> list[int]:
        """The snapshots whose schemas are kept, least recently used first."""
        return self._schemas.numbers()

    def close(self) -> None:
        """Give the memory back."""
        if self._ahead:
            self._ahead.stop()
        self._con.close()

    # -- inside -----------------------------------------------------------------------------

    def _question(self, name: str) -> Question:
        if name not in self._questions:
            near = "、".join(known for known in self._questions if name[:4] and name[:4] in known)
            hint = f"相近的有 {near}" if near else "用 list 看全部查询"
            raise QueryError(f"没有名为「{name}」的查询;{hint}。")
        return self._questions[name]

    def number(self, snapshot: int | None) -> int:
        """The snapshot meant; raises SnapshotMissing for an empty store."""
        number = self.store.latest() if snapshot is None else snapshot
        if number is None:
            raise SnapshotMissing("数据仓里还没有快照。请先导入数据,或用 demo 生成演示数据。")
        return number

    @contextlib.contextmanager
    def _cursor(
        self, number: int, scope: Scope, token: str | None, what: str
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """A cursor inside a snapshot's schema, and the schema's name; errors are worded."""
        with contextlib.ExitStack() as holding:
            try:
                home = holding.enter_context(self._schemas.held(number, self.applied(scope)))
            except duckdb.Error as error:
                raise self._worded(error, "", number, None) from error
            cursor = holding.enter_context(contextlib.closing(self._con.cursor()))
            if token:
                self._running[token] = cursor
            try:
                cursor.execute(f"use {_HERE}.{home}")
                yield cursor, home
            except duckdb.Error as error:
                raise self._worded(error, what, number, token) from error
            finally:
                if token != _QUIET:
                    self._last_call = time.monotonic()
                if token:
                    self._running.pop(token, None)
                    self._stopped.discard(token)

    def _place(self, home: str, number: int, areas: Iterable[str]) -> Place:
        """Where to read what is asked about some areas: in their province, when it is one."""
        province = boards.province_of(areas, self.catalogue(number))
        return self._schemas.place(home, number, province)

    def _open_place(self, area: str, number: int, scope: Scope) -> Place | None:
        """Where to read what is asked about an area; None when that would have to be opened."""
        place = self._place(name_of(number, self.applied(scope)), number, [area])
        return place if not place.province or place in self._schemas.provinces() else None

    def _kept_ready(
        self,
        cursor: duckdb.DuckDBPyConnection,
        asked: Question,
        place: Place,
        filled: Mapping[str, Any],
        number: int,
        scope: Scope,
    ) -> Iterator[tuple[kept.Wanted, Callable[[], str] | None]]:
        """What is worth keeping ready of what a question reads, for those that are to come, and
        the SQL of its rows where they are not all.
        """
        if self._ahead and asked.reads_filed:
            newest = tuple(each.text for each in parameters.newest(filled["period"]))
            shown = Shown(self.store, number, self.applied(scope), place.province)
            yield (
                kept.Wanted("filed_units", place, newest),
                partial(filed_in, cursor, shown, filled["cuts"], newest),
            )
        if self._ahead and asked.reads_valued:
            yield kept.Wanted("valued_areas", place), None

    @contextlib.contextmanager
    def _inside(
        self, cursor: duckdb.DuckDBPyConnection, home: str, number: int, scope: Scope, area: str
    ) -> Iterator[None]:
        """Let a cursor see all views of an area's province, or those of the whole snapshot."""
        place = self._place(home, number, [area] if area else [])
        with self._schemas.opened(place, number, self.applied(scope), reports=True):
            cursor.execute(f"set search_path = '{','.join(place.path(villages=True))}'")
            yield

    def _forget(self, home: str) -> None:
        """Let go of what was kept ready of a snapshot whose schema is being dropped."""
        self._boards.forget(home)
        self._kept.forget(home)

    def _look_ahead(self, place: Place, area: str, period: str, number: int, scope: Scope) -> None:
        """Have the readings of an area's city computed when all is quiet."""
        catalogue = self.catalogue(number)
        plan = boards.city_plan(place, area, period, catalogue)
        if self._ahead and self.looks_ahead and plan and self._boards.lacks(plan):
            self._ahead.put(plan, lambda: self._make_quietly(plan, number, scope))

    def _make_quietly(self, plan: boards.Plan, number: int, scope: Scope) -> bool:
        try:
            seen = self.applied(scope)
            with (
                self._schemas.held(number, seen),
                self._schemas.opened(plan.place, number, seen, reports=plan.villages),
            ):
                return self._boards.make_quietly(plan, self.catalogue(number))
        except duckdb.Error:
            return True  # whoever asks for it is told in person

    def _insist(self, token: str, cursor: duckdb.DuckDBPyConnection) -> None:
        """Interrupt until the call has ended: DuckDB forgets one that comes while it plans."""
        for _ in range(_INSIST):
            time.sleep(0.05)
            if self._running.get(token) is not cursor or token not in self._stopped:
                return
            cursor.interrupt()

    def _idle(self) -> float:
        """Seconds since the last call ended; 0 while one is under way."""
        if self._schemas.busy:
            return 0.0
        return time.monotonic() - self._last_call

    def _worded(self, error: duckdb.Error, what: str, number: int, token: str | None) -> Exception:
        return wording.worded(
            error,
            what,
            number,
            self.store,
            stopped=token in self._stopped,
            time_limit=self._settings.time_limit,
        )


def _typed(frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    """The columns in the types that the header declares."""
    kinds = {column.name: _POLARS[column.type] for column in header.returns}
    return frame.cast({name: kind for name, kind in kinds.items() if name in frame.columns})


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Decimals become floats: figures are computed in decimals, handed out as numbers."""
    return frame.with_columns(
        pl.col(name).cast(pl.Float64)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Decimal)
    )
