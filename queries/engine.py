"""Answers questions: one in-memory DuckDB per process, a schema per snapshot, a cursor per call."""

import contextlib
import re
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import duckdb
import polars as pl

from data import settings
from data.catalogue.model import Catalogue
from data.errors import SnapshotDamaged, SnapshotMissing
from data.store import Store
from queries import boards, calls, headers, kept, parameters, schema, views
from queries.ahead import Ahead
from queries.errors import QueryError, QueryStopped, QueryTimeout
from queries.headers import Header
from queries.scope import ALL, Scope
from queries.views import Place

__all__ = ["ALL", "Engine", "QueryError", "QueryStopped", "QueryTimeout", "Scope"]

SQL = Path(__file__).parent / "sql"
SCHEMAS_KEPT = 4
# A single indicator is read from the files as quickly as a block of readings is made: a program
# that asks for one only gets the block when it asks about the same area again and again.
ASKED_BEFORE = 2
VILLAGE_CODE = 12  # figures; as the macro place_of has it
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
# A relation would be planned twice, for its types and to run: that costs more than the copy.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")
_FILE = re.compile(r"[^\s'\"]+\.(?:parquet|json)")


@dataclass(frozen=True)
class Question:
    """One .sql file: its header and its text."""

    header: Header
    text: str

    @cached_property
    def calls(self) -> tuple[calls.Call, ...]:
        """What it asks the readings for."""
        return calls.calls(self.text)

    @cached_property
    def reads_filed(self) -> bool:
        """Whether it asks who filed what in the folders of its period."""
        takes_cuts = "cuts" in {param.name for param in self.header.params}
        return takes_cuts and calls.names(self.text, "filed_units")

    @cached_property
    def reads_valued(self) -> bool:
        """Whether it asks which areas have values."""
        return calls.names(self.text, "valued_areas")

    @cached_property
    def reads_figures(self) -> bool:
        """Whether it asks for every figure of the report tables, whichever table it is in."""
        return calls.reads_figures(self.text)

    @cached_property
    def looks_around(self) -> bool:
        """Whether it compares with areas that may lie in another province."""
        return "peer_groups" in self.header.reads

    @cached_property
    def names_villages(self) -> bool:
        """Whether it reads the values of villages whatever its parameters say."""
        return calls.reads_villages(self.text)


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
        self._questions = _questions()
        self._lock = Lock()
        # Snapshot and scope -> calls under way; the least recently used first.
        self._schemas: OrderedDict[tuple[int, Scope], int] = OrderedDict()
        self._with_figures: set[str] = set()  # schemas that have the macros of add_figures
        self._provinces: set[Place] = set()  # those whose views are there
        self._last_call = 0.0
        self._running: dict[str, duckdb.DuckDBPyConnection] = {}
        self._stopped: set[str] = set()
        self._con = self._connect()
        self._boards = boards.Boards(self._con, asked_before=0 if ahead else ASKED_BEFORE)
        self._kept = kept.Kept(self._con)
        self._con.execute("set enable_external_access = false")
        self._con.execute("set lock_configuration = true")
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
        question = self._question(name)
        number = self.number(snapshot)
        filled = self.params(name, params or {}, number)
        with self._cursor(number, scope, token, f"查询 {name}") as (cursor, home):
            wanted, catalogue = _wanted(question, filled), self.catalogue(number)
            province = boards.province_of(_areas(question, filled, catalogue), catalogue)
            place = self._place(home, number, province)
            self._open(place, number, scope)
            if question.reads_figures:
                self._add_figures(home, catalogue)
            with self._boards.serving(cursor, place, wanted, catalogue) as block:
                path = [block] if block else []
                if self._ahead and question.reads_filed:
                    filed = kept.Wanted("filed_units", place, tuple(filled["cuts"]), province)
                    path.append(self._kept.schema(cursor, filed))
                if self._ahead and question.reads_valued:
                    path.append(self._kept.schema(cursor, kept.Wanted("valued_areas", place)))
                path += place.path(villages=_reads_villages(question, filled))
                cursor.execute(f"set search_path = '{','.join(path)}'")
                if token in self._stopped:  # before there was anything to interrupt
                    raise QueryStopped(f"查询 {name} 已停止。")
                found = cursor.execute(question.text, filled).to_arrow_table()
            if block and not quietly:
                self._look_ahead(place, wanted[0], number, scope)
        return _typed(_plain(pl.DataFrame(found)), question.header)

    def stir(self) -> None:
        """Somebody is at work: what nobody waits for stops, and is taken up when all is quiet."""
        self._last_call = time.monotonic()
        self.interrupt(_QUIET)
        self._boards.give_way()

    @property
    def looks_ahead(self) -> bool:
        """Whether quiet moments are used for what nobody has asked yet."""
        return self._ahead is not None and self._settings.look_ahead

    def when_idle(self, key: Hashable, job: Callable[[], bool]) -> None:
        """Have something done while nobody asks anything, after all that the engine itself plans.

        key  A job of the same name takes the place of this one while it waits.
        job  Returns False to be called again; asks with `quietly`. Never done by an engine that
             does not look ahead.
        """
        if self._ahead:
            self._ahead.put(key, job, later=True)

    @contextlib.contextmanager
    def views(
        self, snapshot: int | None = None, scope: Scope = ALL, *, token: str | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside the views of a snapshot as a scope sees them.

        raises what `run` raises, for what is executed while it is held.
        """
        with self._cursor(self.number(snapshot), scope, token, "查询") as (cursor, _):
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
        table = self.catalogue(number).tables.get(table_id)
        if table is None:
            raise QueryError(f"没有报表「{table_id}」,应为 T01 至 T21。")
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
        with self._cursor(number, scope, token, f"报表 {table_id}") as (cursor, _):
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
        return [number for number, _ in self._schemas]

    def close(self) -> None:
        """Give the memory back."""
        if self._ahead:
            self._ahead.stop()
        self._con.close()

    # -- inside -----------------------------------------------------------------------------

    def _connect(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(
            config={
                "threads": self._settings.threads,
                "memory_limit": self._settings.memory_limit,
                # Milliseconds. In the configuration, so that every cursor has it.
                "max_execution_time": self._settings.time_limit * 1000,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "python_enable_replacements": False,
                "max_temp_directory_size": "0KB",
            }
        )
        folders = (self.store.path.resolve(), self.store.path, schema.REFERENCE)
        listed = ", ".join("'" + str(each).replace("'", "''") + "/'" for each in folders)
        con.execute("set enable_progress_bar = false")
        con.execute("set parquet_metadata_cache = true")
        # The questions join in the order in which they should run. Looking for a better one took
        # longer than running them: the matrix of a city is a third faster without.
        con.execute("set disabled_optimizers = 'join_order'")
        con.execute(f"set allowed_directories = [{listed}]")
        return con

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
        with self._schema(number, scope) as home, contextlib.closing(self._con.cursor()) as cursor:
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

    @contextlib.contextmanager
    def _schema(self, number: int, scope: Scope) -> Iterator[str]:
        """Hold the schema of a snapshot while a call runs; the least used ones give way."""
        scope = self.applied(scope)
        key = number, scope
        with self._lock:
            if key not in self._schemas:
                self._make_room()
                try:
                    schema.build(self._con, self.store, number, scope)
                except duckdb.Error as error:
                    views.drop(self._con, Place(schema.name_of(number, scope)))
                    raise self._worded(error, "", number, None) from error
                self._schemas[key] = 0
            self._schemas[key] += 1
            self._schemas.move_to_end(key)
        try:
            yield schema.name_of(number, scope)
        finally:
            with self._lock:
                self._schemas[key] -= 1

    def _place(self, home: str, number: int, province: str) -> Place:
        """Where to read what lies in a province, by the two digits of its code; empty: anywhere."""
        many = len(self.store.manifest(number).files) >= views.FILES_IN_PARTS
        return Place(home, province if many else "")

    def _open(self, place: Place, number: int, scope: Scope) -> None:
        """See that the views of a province are there, beside those of its snapshot."""
        with self._lock:
            if place.province and place not in self._provinces:
                shown = views.Shown(self.store, number, self.applied(scope), place.province)
                views.make_part(self._con, shown)
                self._provinces.add(place)

    def _add_figures(self, home: str, catalogue: Catalogue) -> None:
        with self._lock:
            if home not in self._with_figures:
                schema.add_figures(self._con, home, catalogue)
                self._with_figures.add(home)

    def _make_room(self) -> None:
        idle = [key for key, calls in self._schemas.items() if calls == 0]
        for number, scope in idle[: max(0, len(self._schemas) - SCHEMAS_KEPT + 1)]:
            home = schema.name_of(number, scope)
            self._boards.forget(home)
            self._kept.forget(home)
            provinces = {place for place in self._provinces if place.home == home}
            for place in (*provinces, Place(home)):
                views.drop(self._con, place)
            self._provinces -= provinces
            self._with_figures.discard(home)
            del self._schemas[number, scope]

    def _look_ahead(self, place: Place, wanted: calls.Wanted, number: int, scope: Scope) -> None:
        """Have the readings of the areas beside the one asked about computed when all is quiet."""
        catalogue = self.catalogue(number)
        plan = boards.city_plan(place, wanted.judge, wanted.period, catalogue)
        if self._ahead and self.looks_ahead and plan and self._boards.lacks(plan):
            self._ahead.put(plan, lambda: self._make_quietly(plan, number, scope))

    def _make_quietly(self, plan: boards.Plan, number: int, scope: Scope) -> bool:
        try:
            with self._schema(number, scope):
                self._open(plan.place, number, scope)
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
        if any(self._schemas.values()):
            return 0.0
        return time.monotonic() - self._last_call

    def _worded(
        self, error: duckdb.Error, what: str, number: int, token: str | None
    ) -> QueryError | SnapshotDamaged:
        """What DuckDB reports, as a person should read it."""
        text = str(error)
        what = what or f"打开快照 {number:06d}"
        if isinstance(error, duckdb.InterruptException):
            if token in self._stopped:
                return QueryStopped(f"{what}已停止。")
            return self._too_slow(what)
        if "execution time" in text.lower() or "timeout" in text.lower():
            return self._too_slow(what)
        if isinstance(error, duckdb.OutOfMemoryException):
            return QueryError(f"{what}需要的内存超过限制。请缩小范围,或放宽设置的内存限制。")
        files = _FILE.findall(text)
        if str(schema.REFERENCE) in text:
            return QueryError(
                "产品自带的资料 data/reference 缺了文件或读不了。请按安装包恢复这个文件夹。"
            )
        if files or isinstance(error, duckdb.IOException):
            shown = self._inside_store(files[0]) if files else "数据文件"
            return SnapshotDamaged(
                f"快照 {number:06d} 已损坏:文件 {shown} 缺失或读不了。"
                "请改看前一个快照,并请管理员核对数据仓。",
                number=number,
            )
        return QueryError(f"{what}出错:{text.splitlines()[0]}")

    def _too_slow(self, what: str) -> QueryTimeout:
        limit = self._settings.time_limit
        return QueryTimeout(f"{what}超过 {limit} 秒,已停止。请缩小区划或报告期的范围。")

    def _inside_store(self, path: str) -> str:
        for root in (self.store.path, self.store.path.resolve()):
            with contextlib.suppress(ValueError):
                return Path(path).relative_to(root).as_posix()
        return Path(path).name


def _questions() -> dict[str, Question]:
    found: dict[str, Question] = {}
    for path in sorted(SQL.glob("*/*.sql")):
        if path.parent.name == "staging":
            continue
        if path.stem in found:
            raise QueryError(f"有两个查询都叫 {path.stem}。请改一个文件名。")
        text = path.read_text("utf-8")
        found[path.stem] = Question(headers.read(path), text)
    return found


def _wanted(question: Question, params: Mapping[str, Any]) -> list[calls.Wanted]:
    """What a question asks the readings for; nothing when a block cannot answer it all."""
    try:
        return [call.wanted(params) for call in question.calls]
    except calls.UnknownArgument:
        return []


def _areas(question: Question, params: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """The areas that the question is asked about, and those that it compares them with."""
    given = [params[param.name] for param in question.header.params if param.type == "area"]
    areas = [area for area in given if area]
    if not question.looks_around:
        return areas
    groups = {each["group"] for each in catalogue.peer_groups if str(each["area_code"]) in areas}
    peers = [str(each["area_code"]) for each in catalogue.peer_groups if each["group"] in groups]
    return [*areas, *peers]


def _reads_villages(question: Question, params: Mapping[str, Any]) -> bool:
    """Whether a question may need the values of villages, which lie in the report tables."""
    if question.names_villages:
        return True
    return any(
        (param.type == "area" and params[param.name] and len(params[param.name]) == VILLAGE_CODE)
        or (param.type == "level" and params[param.name] == "village")
        for param in question.header.params
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
