"""The cached bridge from pages to queries.

One request reads one snapshot: `begin` fixes it when a run of the frame starts, and it is part
of every cache key, so that a new publish shows on the next click and never in between.
"""

import contextlib
import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from threading import Event, Lock
from typing import Any, cast

import polars as pl
import streamlit as st

from data import catalogue as catalogues
from data.catalogue.model import Catalogue, Indicator
from data.errors import CatalogueError, ProductError, StoreError
from data.machine import memory
from data.periods import Period, containing, latest_ending_by
from data.snapshots.manifest import Manifest
from data.snapshots.store import Store
from pages.charts import once
from pages.charts.once import Kept
from pages.exports import usual
from pages.shell import access, address, opened
from queries import trace as traces
from queries.engine import Engine, Scope

_SNAPSHOT = "runtime.snapshot"
_SCOPE = "runtime.scope"
_ASKED = "runtime.asked"
_LOOK_AGAIN = 10  # seconds
_MAKING = Lock()
_STARTING = Event()  # until what every first page needs is there


class NothingToShow(ProductError):
    """A snapshot that holds no values at all."""


@dataclass(frozen=True)
class Filters:
    """What a page is asked to show.

    area        Code of an area with data.
    area_name   Its full name, 河南省商丘市睢阳区.
    area_level  province | city | county | township.
    period      The chosen period C, `2020-W51`; each indicator shows its own latest one by then.
    period_end  The last day of C.
    population  Code of the population, empty when each indicator shows its first.
    """

    area: str
    area_name: str
    area_level: str
    period: str
    period_end: date
    population: str

    @property
    def frequency(self) -> str:
        """weekly | monthly | quarterly | yearly."""
        return Period.parse(self.period).frequency


# -- the store and the snapshot of this request -----------------------------------------------


def store() -> Store:
    """Return this session's store, one object per process."""
    return _store(str(opened.path()))


def engine() -> Engine:
    """Return the query engine over the store, one per process."""
    with _MAKING:  # the first visitor may come while the start is still at it
        return _engine(str(opened.path()))


def begin() -> None:
    """Fix the snapshot of this request, the pinned one, else the newest, and who asks.

    raises StoreError when there is none, or the manifest is missing or damaged.
    """
    pinned = address.chosen("snapshot")
    number = int(pinned) if pinned else store().latest()
    if number is None:
        raise StoreError("数据仓里还没有快照。请先导入数据，或重新启动以建立演示数据。")
    if not pinned:
        _forget_older(str(opened.path()), number)
    store().manifest(number)
    st.session_state[_SNAPSHOT] = number
    st.session_state[_SCOPE] = _seen(number)
    st.session_state[_ASKED] = []


def warm() -> None:
    """Do what the first visitor would otherwise wait for: open the newest snapshot's files."""
    _STARTING.set()
    gc.disable()  # nearly all that is made now stays
    try:
        with contextlib.suppress(ProductError):  # the page says it, to whom it concerns
            if number := store().latest():
                _warm(number)
        _STARTING.clear()
        definitions_differ()
        gc.collect()
        memory.give_back()
        gc.freeze()  # as long as the process: the collector need not walk through it
    finally:
        gc.enable()


def _warm(number: int) -> None:
    """Ask what every first page asks, about the area and period that a new visitor sees."""
    listed = engine().run("areas_with_data", snapshot=number)["area_code"].to_list()
    newest = _newest(_place(store().manifest(number)))
    if listed and newest:
        area = usual.first_area(listed, store().catalogue(number))
        engine().run("indicator_overview", {"area": area, "period": newest.text}, number)


def snapshot() -> int:
    """Return the number of the snapshot that this request shows."""
    return st.session_state[_SNAPSHOT]


def scope() -> Scope:
    """Return what this request's visitor may see."""
    return st.session_state[_SCOPE]


def pinned() -> bool:
    """Say whether the address names the snapshot, so that a newer one does not take its place."""
    return address.chosen("snapshot") is not None


def manifest() -> Manifest:
    """Return the manifest of this request's snapshot."""
    return store().manifest(snapshot())


def is_empty() -> bool:
    """Say whether nothing was filed yet: a store that was just made."""
    return not manifest().domain


def catalogue() -> Catalogue:
    """Return the definitions as this request's snapshot keeps them."""
    return store().catalogue(snapshot())


def indicator(indicator_id: str) -> Indicator:
    """Return an indicator of this snapshot; raises ProductError when it has none of that name."""
    try:
        return catalogue().indicators[indicator_id]
    except KeyError:
        raise ProductError(
            f"快照 {snapshot()} 的目录里没有指标 {indicator_id}，请从指标列表中选择。"
        ) from None


def query(name: str, /, **params: str | int | date | None) -> pl.DataFrame:
    """Answer a question of queries/sql on this request's snapshot.

    raises QueryError for an unknown question or a wrong, missing or unknown parameter.
    """
    key = _key(params)
    st.session_state.setdefault(_ASKED, []).append((name, key))
    return _answer(str(opened.path()), snapshot(), manifest().sha256, scope(), name, key)


def is_answered(name: str, params: Mapping[str, str | int | date | None]) -> bool:
    """Say whether the answer to a question is there already, so that asking costs nothing."""
    asked_for = (str(opened.path()), snapshot(), manifest().sha256, scope())
    return _answers.get((*asked_for, engine().sql(name), _key(params))) is not None


def asked() -> list[tuple[str, tuple]]:
    """Return the questions of this request so far: name and parameters, sorted by name."""
    return st.session_state.get(_ASKED, [])


def query_at(number: int, name: str, /, **params: str | int | date | None) -> pl.DataFrame:
    """Answer a question on another snapshot: what changed since is the only thing to ask so."""
    sha = store().manifest(number).sha256
    return _answer(str(opened.path()), number, sha, _seen(number), name, _key(params))


def trace(name: str, params: dict[str, object]) -> traces.Trace:
    """Issue the 溯源码 of an answer: its question, every parameter, its snapshot."""
    return traces.issue(engine(), name, params, snapshot(), scope())


# -- what can be chosen -----------------------------------------------------------------------


def areas() -> pl.DataFrame:
    """Return the areas that have values: city, county and township, in the register's order.

    A province stands in the list only when several of its cities have values. Columns:
    area_code, name, full_name, level, parent_code, city_code, county_code, valid_from, valid_to.
    """
    return query("areas_with_data")


def area_row(code: str) -> dict[str, Any] | None:
    """Return the row of `areas` with this code; None for an area without values."""
    place = _places_now().get(code)
    return None if place is None else areas().row(place, named=True)


def has_values(code: str) -> bool:
    """Say whether an area stands in `areas`: whether a page can be of it."""
    return code in _places_now()


def periods(frequency: str) -> list[Period]:
    """Return the periods of a frequency that can be chosen, newest first; may be empty.

    They span what was filed in that frequency; where nothing was, what the data as a whole span.
    """
    return _periods_of(_place(manifest()), frequency)


def default_period() -> str:
    """Return the newest period with data, weeks before months before quarters before years.

    raises NothingToShow for a snapshot without any report.
    """
    if newest := _newest(_place(manifest())):
        return newest.text
    raise NothingToShow(f"快照 {snapshot()} 里没有任何报表数据，请先导入报表。")


def default_area() -> str:
    """Return the area that a new visitor sees: what the settings say, else the topmost one."""
    codes = areas()["area_code"].to_list()
    if not codes:
        raise NothingToShow(f"快照 {snapshot()} 里没有任何区划的数据，请先导入报表。")
    return usual.first_area(codes, catalogue())


def populations() -> list[str]:
    """Return every population that an indicator of this snapshot knows."""
    known = catalogue().indicators.values()
    return sorted({population for each in known for population in each.populations})


def chosen() -> Filters:
    """Return the filters as the visitor has set them, defaults where nothing was set."""
    area = address.chosen("area") or default_area()
    row = area_row(area)
    if row is None:
        raise NothingToShow(f"快照 {snapshot()} 里没有区划 {area} 的数据，请改选区划。")
    period = Period.parse(address.chosen("period") or default_period())
    return Filters(
        area=area,
        area_name=row["full_name"],
        area_level=row["level"],
        period=period.text,
        period_end=period.end,
        population=address.chosen("population") or "",
    )


# -- the state of the store -------------------------------------------------------------------


def last_good(before: int) -> int | None:
    """Return the newest snapshot below a damaged one whose every hash is right, or None."""
    return _last_good(str(opened.path()), before)


def newest_lost() -> int | None:
    """Return the number of the newest snapshot if its manifest was lost, or None."""
    lost, newest = store().lost(), store().latest()
    return lost[-1] if lost and lost[-1] > (newest or 0) else None


def definitions_differ() -> str | None:
    """Say in Chinese why the definitions on disk are not those of the newest snapshot, or None.

    Reading them takes as long as a page: whoever comes while the server starts is told with the
    next click.
    """
    newest = store().latest()
    if newest is None or _STARTING.is_set():
        return None
    path = opened.path()
    return _definitions_differ(str(path), newest, _stamp(path))


def _seen(number: int) -> Scope:
    """Return what the visitor may see of a snapshot: part of every cache key, like its number."""
    return access.scope().at(number, store().latest())


def _place(of: Manifest) -> tuple[str, str, int]:
    """Return what the caches below know a snapshot by."""
    return of.sha256, str(opened.path()), of.number


@lru_cache(maxsize=20)
def _newest(snapshot: tuple[str, str, int]) -> Period | None:
    _, path, number = snapshot
    if newest := usual.newest_period(_store(path).manifest(number)):
        return newest
    return max((last for _, last in _spans(snapshot)), default=None)


# -- caches -----------------------------------------------------------------------------------


# Asked for hundreds of times in a run: plain caches, not Streamlit's, which takes a millisecond
# to see what it is asked for.
@cache
def _store(path: str) -> Store:
    return Store(Path(path))


@lru_cache(maxsize=20)
def _spans(snapshot: tuple[str, str, int]) -> tuple[tuple[Period, Period], ...]:
    """Return the first and last period filed, per report table and province.

    Before the first report it is the weeks for which one is owed, to the one of the snapshot.
    """
    _, path, number = snapshot
    manifest = _store(path).manifest(number)
    if not manifest.domain:
        owed = _store(path).catalogue(number).obligations["valid_from"].drop_nulls()
        if owed.is_empty():
            return ()
        this = containing("weekly", date.fromisoformat(manifest.time[:10]))
        first = containing("weekly", cast(date, owed.min()))
        return ((first, max(first, this)),)
    return tuple(
        (Period.parse(first), Period.parse(last))
        for places in manifest.domain.values()
        for first, last in places.values()
    )


@lru_cache(maxsize=80)
def _periods_of(snapshot: tuple[str, str, int], frequency: str) -> list[Period]:
    spans = _spans(snapshot)
    own = [span for span in spans if span[0].frequency == frequency]
    reach = own or spans
    if not reach:
        return []
    first = containing(frequency, min(span[0].start for span in reach))
    last = latest_ending_by(frequency, max(span[1].end for span in reach))
    return [Period(frequency, ordinal) for ordinal in range(last.ordinal, first.ordinal - 1, -1)]


@cache
def _engine(path: str) -> Engine:
    return Engine(_store(path))


# The one frame for everybody: nobody changes a frame, and no copy is made for each reader. A page
# asks some ten questions, and a wide answer takes a third of a megabyte.
_answers: Kept[pl.DataFrame] = Kept(1_000)


@lru_cache(maxsize=1)
def _forget_older(_path: str, _newest: int) -> None:
    """Let go, once for each new snapshot, of what was made of those before: nearly all that is
    kept is of the newest, and some hundred megabytes of nobody's answers would stay.
    """
    _answers.clear()
    once.forget()
    memory.give_back()


def _answer(
    path: str, number: int, sha: str, scope: Scope, name: str, params: tuple
) -> pl.DataFrame:
    def answer() -> pl.DataFrame:
        return engine().run(name, dict(params), number, scope=scope)

    # By its text, so that a question is asked again when somebody has just edited it.
    return _answers.get_or_make((path, number, sha, scope, engine().sql(name), params), answer)


def _places_now() -> dict[str, int]:
    return _places(str(opened.path()), snapshot(), manifest().sha256, scope())


@lru_cache(maxsize=20)
def _places(path: str, number: int, sha: str, scope: Scope) -> dict[str, int]:
    """Return where each area stands in the answer of areas_with_data."""
    listed = _answer(path, number, sha, scope, "areas_with_data", ())
    return {code: place for place, code in enumerate(listed["area_code"])}


@st.cache_data(max_entries=20, show_spinner=False)
def _last_good(path: str, before: int) -> int | None:
    kept = _store(path)
    earlier = [number for number in reversed(kept.numbers()) if number < before]
    return next((number for number in earlier if not kept.verify(number)), None)


@lru_cache(maxsize=4)
def _definitions_differ(path: str, newest: int, files: tuple) -> str | None:
    try:
        on_disk = catalogues.stamp(Path(path))
    except CatalogueError as error:
        return f"磁盘上的定义文件有误，页面仍按快照里的定义显示：{error}"
    try:
        published = _store(path).catalogue(newest)
    except StoreError:
        return None  # a damaged snapshot is said in its own words
    if on_disk == published.sha:
        return None
    return (
        "定义已改，尚未重算：页面仍按快照里的定义显示。"
        "请管理员在「报送与质量」的「区划」里重算，或运行 python -m data rebuild;"
        "重算后成为新的快照。"
    )


def _key(params: Mapping[str, str | int | date | None]) -> tuple:
    return tuple(sorted(params.items()))


def _stamp(path: Path) -> tuple:
    """Return names, sizes and times of the definition files: when they change, look again.

    Many files, and people click faster than they edit: they are looked at every few seconds.
    """
    return _stamp_at(path, int(time.monotonic()) // _LOOK_AGAIN)


@lru_cache(maxsize=4)
def _stamp_at(path: Path, _moment: int) -> tuple:
    folders = (catalogues.PRODUCT, path / catalogues.OVERLAY)
    return tuple(
        (str(file), file.stat().st_size, file.stat().st_mtime_ns)
        for folder in folders
        for pattern in ("*.yaml", "*.csv", "tables/*.yaml")
        for file in sorted(folder.glob(pattern))
    )
