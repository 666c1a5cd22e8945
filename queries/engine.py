"""Answers questions: one in-memory DuckDB per process, a schema per snapshot, a cursor per call."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import polars as pl

from data import settings
from data.catalogue.model import Catalogue
from data.errors import SnapshotMissing
from data.readings import compute
from data.snapshots.store import Store
from queries import asked, connection, parameters, question, wording
from queries.asked import AskedReadings
from queries.errors import QueryError, QueryStopped, QueryTimeout
from queries.headers import Header
from queries.question import Question
from queries.relations import Reach, open_for
from queries.schema import Schemas
from queries.scope import ALL, Scope

__all__ = ["ALL", "Engine", "QueryError", "QueryStopped", "QueryTimeout", "Scope"]

_HERE = "memory"  # the database of the snapshots' schemas
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

    raises  SettingsError when the store's settings file has a mistake.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._settings = settings.load(store.path)
        self._open_to_all = self._settings.open and self._settings.trusted_proxy is None
        self._questions = question.every()
        self._running: dict[str, duckdb.DuckDBPyConnection] = {}
        self._stopped: set[str] = set()
        self._readings = AskedReadings(store, self._work_out)
        self._con = connection.connect(self._settings, store, self._readings.folder)
        connection.close_to_others(self._con)
        self._schemas = Schemas(self._con, store)

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
        if unknown := [key for key in params if key not in known]:
            raise QueryError(
                f"查询 {name} 没有参数 {'、'.join(unknown)}；"
                f"可用的有 {'、'.join(known) or '（无）'}。"
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
    ) -> pl.DataFrame:
        """The answer to a question on one snapshot (the newest by default).

        token   A name under which another thread may `interrupt` the call.
        scope   What the person asking may see; areas outside it give no rows.
        returns The columns that the header declares; no Decimal, dates as dates.
        raises  QueryError before the SQL runs when a parameter is missing, unknown or mistyped;
                QueryTimeout, QueryStopped; SnapshotMissing, SnapshotDamaged.
        """
        with self.opened(name, params, snapshot, token=token, scope=scope) as (cursor, filled):
            found = cursor.execute(self.sql(name), filled).to_arrow_table()
        return _typed(_plain(pl.DataFrame(found)), self.header(name))

    @contextlib.contextmanager
    def opened(
        self,
        name: str,
        params: Mapping[str, Any] | None = None,
        snapshot: int | None = None,
        *,
        token: str | None = None,
        scope: Scope = ALL,
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
        """A cursor on which a question can be run as it stands, and its full parameters.

        Takes and raises what `run` does.
        """
        asked_for = self._question(name)
        number = self.number(snapshot)
        filled = self.params(name, params or {}, number)
        seen = self.applied(scope, number)
        with self._cursor(number, seen, token, f"查询 {name}") as cursor:
            open_for(cursor, self._reach(asked_for, filled, number, seen), asked_for.header.reads)
            if token in self._stopped:  # before there was anything to interrupt
                raise QueryStopped(f"查询 {name} 已停止。")
            yield cursor, filled

    @contextlib.contextmanager
    def reading(
        self,
        relations: Iterable[str],
        snapshot: int | None = None,
        scope: Scope = ALL,
        *,
        area: str = "",
        token: str | None = None,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor on which some relations of a snapshot can be read as a scope sees them.

        area    Nothing beyond its province will be asked for; empty for everywhere.
        raises  what `run` raises, for what is executed while it is held.
        """
        number = self.number(snapshot)
        seen = self.applied(scope, number)
        with self._cursor(number, seen, token, "查询") as cursor:
            province = _province_of([area] if area else [], self.catalogue(number))
            open_for(cursor, Reach(self.store, number, seen, province), relations)
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
            raise QueryError(f"没有报表「{table_id}」，应为 {catalogue.every_table}。")
        first, last = parameters.period(period_from), parameters.period(period_to)
        keys = ", ".join(f'"{name}"' for name in table.key)
        cap = "" if limit is None else f" limit {int(limit)}"
        text = (
            f"select * from {table.id.lower()} where $area in "
            "(area_code, township_code, county_code, city_code, province_code) "
            "and period_end between $first_day and $last_day "
            f"order by period_end, {keys}{cap}"
        )
        params = {"area": area, "first_day": first.start, "last_day": last.end}
        seen = self.applied(scope, number)
        with self._cursor(number, seen, token, f"报表 {table_id}") as cursor:
            province = _province_of([area], self.catalogue(number))
            folders = parameters.folders_between(period_from, period_to)
            reach = Reach(self.store, number, seen, province, folders)
            open_for(cursor, reach, [table.id.lower()])
            return _plain(pl.DataFrame(cursor.execute(text, params).to_arrow_table()))

    def applied(self, scope: Scope, number: int) -> Scope:
        """The scope as the views of a snapshot apply it: a store that is open to all hides more."""
        seen = scope.at(number, self.store.latest())
        return replace(seen, hide_sensitive=True) if self._open_to_all else seen

    def interrupt(self, token: str) -> bool:
        """Stop the call that runs under this token; False when there is none."""
        cursor = self._running.get(token)
        if cursor is None:
            return False
        self._stopped.add(token)
        cursor.interrupt()
        Thread(target=self._insist, args=(token, cursor), daemon=True).start()
        return True

    def open_snapshots(self) -> list[int]:
        """The snapshots whose schemas are kept, least recently used first."""
        return self._schemas.numbers()

    def close(self) -> None:
        """Give the memory back."""
        self._con.close()

    # -- inside -----------------------------------------------------------------------------

    def _question(self, name: str) -> Question:
        if name not in self._questions:
            near = "、".join(known for known in self._questions if name[:4] and name[:4] in known)
            hint = f"相近的有 {near}" if near else "用 list 看全部查询"
            raise QueryError(f"没有名为「{name}」的查询；{hint}。")
        found = self._questions[name] = self._questions[name].current()
        return found

    def number(self, snapshot: int | None) -> int:
        """The snapshot meant; raises SnapshotMissing for an empty store."""
        number = self.store.latest() if snapshot is None else snapshot
        if number is None:
            raise SnapshotMissing("数据仓里还没有快照。请先导入数据，或用 demo 生成演示数据。")
        return number

    @contextlib.contextmanager
    def _cursor(
        self, number: int, seen: Scope, token: str | None, what: str
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside a snapshot's schema, as the views apply a scope; errors are worded."""
        with contextlib.ExitStack() as holding:
            try:
                home = holding.enter_context(self._schemas.held(number, seen))
            except duckdb.Error as error:
                raise self._worded(error, "", number, None) from error
            cursor = holding.enter_context(contextlib.closing(self._con.cursor()))
            if token:
                self._running[token] = cursor
            try:
                cursor.execute(f"use {_HERE}.{home}")
                yield cursor
            except duckdb.Error as error:
                raise self._worded(error, what, number, token) from error
            finally:
                if token:
                    self._running.pop(token, None)
                    self._stopped.discard(token)

    def _reach(
        self, asked_for: Question, filled: Mapping[str, Any], number: int, seen: Scope
    ) -> Reach:
        """Which files a question reads with these parameters."""
        catalogue, header = self.catalogue(number), asked_for.header
        periods = parameters.span(header, filled)
        readings = ()
        if asked_for.reads_readings:
            areas, level = parameters.places(header, filled)
            wanted = asked.wanted(parameters.chosen(header, filled), areas, level, catalogue)
            readings = self._readings.files(number, wanted)
        return Reach(
            self.store,
            number,
            seen,
            _province_of(asked_for.areas(filled, catalogue), catalogue),
            folders=periods.folders,
            newest=periods.newest,
            villages=asked_for.reads_villages(filled),
            readings=readings,
        )

    def _work_out(self, number: int, wanted: compute.Asked, path: Path) -> None:
        """Work readings out as everybody's, whoever asks: what is kept from whom is in their rows.

        raises  what `run` raises.
        """
        with self._cursor(number, ALL, None, "查询") as cursor:
            judge, period = wanted.judging[0]
            reach = Reach(
                self.store,
                number,
                ALL,
                _province_of([judge], self.catalogue(number)),
                folders=parameters.folders(period),
                villages=wanted.level == "village",
            )
            open_for(cursor, reach, ["areas", "area_values"])
            cursor.execute("create temp view known_values as select * from area_values")
            compute.work_out(cursor, wanted)
            compute.write(cursor, path, period)

    def _insist(self, token: str, cursor: duckdb.DuckDBPyConnection) -> None:
        """Interrupt until the call has ended: DuckDB forgets one that comes while it plans."""
        for _ in range(_INSIST):
            time.sleep(0.05)
            if self._running.get(token) is not cursor or token not in self._stopped:
                return
            cursor.interrupt()

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


def _province_of(areas: Iterable[str], catalogue: Catalogue) -> str:
    """The two digits of the province that all of some areas lie in; empty when they lie in none."""
    rows = [catalogue.register.row(area) or {} for area in areas]
    provinces = {row["province_code"] for row in rows if row.get("province_code")}
    return provinces.pop()[:2] if len(provinces) == 1 else ""
