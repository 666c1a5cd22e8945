"""Readings kept ready: whole blocks of them, computed once and then only looked up.

A question that reads `readings` costs 100 to 300 ms, nearly all of it planning a hundred
operators. A page asks several about the same area and period, and the next click asks about its
neighbour. So the readings of a few areas and one period are computed together, by the same SQL
(`readings_each`), into a table; a schema of its own holds that table and macros `readings` and
`as_of` that look things up in it. Put before the snapshot's schema in the search path, they take
the place of those that read the files; no question knows.

A block holds, for each of its judges, the judge itself and the areas one level below it, all
indicators. What no block holds is read from the files.
"""

import contextlib
import itertools
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import duckdb
import polars as pl

from data.catalogue.model import LEVELS, Catalogue
from queries import parameters
from queries.calls import Wanted
from queries.views import Place

# Compressed a row takes some 60 bytes; a city with its counties and townships has 20,000.
ROWS_KEPT = 600_000
_DATABASE = "boards"
_AS_OF = """
create {macro}as_of(wanted_indicator, wanted_population, judge, chosen, cuts) as table
    select * exclude (judged_at)
    from ({choices}) as kept
    where
        kept.judged_at = judge
        and kept.requested_period = chosen
        and (wanted_indicator is null or kept.indicator = wanted_indicator)
        and (wanted_population is null or kept.population = wanted_population)
        and cuts is not null;
"""
_AS_OF_EACH = """
create macro {schema}.as_of_each(
    wanted_indicator, wanted_population, judges, places, first_code, last_code, chosen, cuts
) as table
    select * from {schema}.choices_kept;
"""
_READINGS = """
create {macro}readings(
    wanted_indicator, wanted_population, judge, chosen, within, at_level, with_whole, cuts
) as table
    select * exclude (judged_at)
    from ({readings}) as kept
    where
        kept.judged_at = judge
        and kept.requested_period = chosen
        and (wanted_indicator is null or kept.indicator = wanted_indicator)
        and (wanted_population is null or kept.population = wanted_population)
        and case
            when at_level is null then kept.area_code = within
            when with_whole then true
            else kept.area_code <> within
        end
        and cuts is not null;
"""


class Plan(NamedTuple):
    """What a block is to hold: whose readings, at which period, with villages or without."""

    place: Place
    period: str
    judges: tuple[str, ...]
    villages: bool


@dataclass
class Block:
    """A block that is there, and how many calls read it just now."""

    schema: str
    plan: Plan
    shown: dict[str, str]  # the level shown below each judge, "" for none
    rows: int
    readers: int = 0

    def answers(self, home: str, wanted: Sequence[Wanted]) -> bool:
        """Whether it holds all that is wanted of a snapshot, by the name of its schema."""
        return home == self.plan.place.home and all(
            each.period == self.plan.period
            and each.judge in self.shown
            and each.level in (None, "", self.shown[each.judge])
            for each in wanted
        )


class Boards:
    """The blocks of all schemas of one DuckDB.

    asked_before  How often an area and period must have been asked about, one indicator at a
                  time, before a block is made for them; for all indicators it is made at once.
    raises        duckdb.Error where a statement fails; what was half made is taken away again.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, *, asked_before: int) -> None:
        self._asked_before = asked_before
        # A database of its own, since only a database as a whole is kept compressed.
        con.execute(f"attach ':memory:' as {_DATABASE} (compress true)")
        self._con = con
        self._blocks: OrderedDict[str, Block] = OrderedDict()  # least recently used first
        self._numbers = itertools.count(1)
        self._asked: Counter[tuple[str, str, str]] = Counter()
        self._lock = Lock()  # guards the lists; held for moments
        self._making = Lock()  # held while a block is made
        self._waiting: list[Plan] = []  # what somebody waits for, the block under way included
        self._background: duckdb.DuckDBPyConnection | None = None
        self._hurry = 0

    # -- reading ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def serving(
        self,
        cursor: duckdb.DuckDBPyConnection,
        place: Place,
        wanted: Sequence[Wanted],
        catalogue: Catalogue,
    ) -> Iterator[str | None]:
        """The schema in which the blocks answer all that is wanted, held while they are read.

        Makes them on the cursor if it is worth it. None: the files must be read.
        """
        blocks: list[Block] = []
        periods = {each.period for each in wanted}
        try:
            for period in periods:
                of_period = [each for each in wanted if each.period == period]
                if not (block := self._found_or_made(cursor, place, of_period, catalogue)):
                    break
                blocks.append(block)
            if len(blocks) < len(periods) or not blocks:
                yield None
            elif len(blocks) == 1:
                yield blocks[0].schema
            else:
                yield _beside(cursor, blocks)
        finally:
            with self._lock:
                for block in blocks:
                    block.readers -= 1

    def _found_or_made(
        self,
        cursor: duckdb.DuckDBPyConnection,
        place: Place,
        wanted: Sequence[Wanted],
        catalogue: Catalogue,
    ) -> Block | None:
        block = self._find(place.home, wanted)
        if block is None and (plan := self._worth_making(place, wanted, catalogue)):
            with contextlib.suppress(duckdb.OutOfMemoryException):
                self.make(cursor, plan, catalogue)
            block = self._find(place.home, wanted)
        return block

    def lacks(self, plan: Plan) -> bool:
        """Whether no block holds all that the plan names."""
        with self._lock:
            return not any(_same(each, plan) for each in self._listed())

    def _find(self, home: str, wanted: Sequence[Wanted]) -> Block | None:
        with self._lock:
            for block in reversed(self._blocks.values()):
                if block.answers(home, wanted):
                    block.readers += 1
                    self._blocks.move_to_end(block.schema)
                    return block
        return None

    def _listed(self) -> Iterable[Block]:
        return self._blocks.values()

    def _worth_making(
        self, place: Place, wanted: Sequence[Wanted], catalogue: Catalogue
    ) -> Plan | None:
        judges = {each.judge for each in wanted}
        if len(judges) != 1:
            return None
        judge, period = judges.pop(), wanted[0].period
        level = level_of(judge, catalogue)
        if level is None or level == "village":
            return None
        villages = any(each.level == "village" for each in wanted)
        plan = Plan(place, period, (judge,), villages)
        below = LEVELS[LEVELS.index(level) + 1]
        if any(each.level not in (None, "", below) for each in wanted):
            return None
        with self._lock:
            self._asked[place.home, judge, period] += 1
            often = self._asked[place.home, judge, period] > self._asked_before
            if len(self._asked) > 10_000:
                self._asked.clear()
        return plan if often or any(each.every for each in wanted) else None

    # -- making -----------------------------------------------------------------------------

    def make(self, cursor: duckdb.DuckDBPyConnection, plan: Plan, catalogue: Catalogue) -> None:
        """Compute a block now; a block that is being made in the background gives way.

        Whoever comes while another is being made waits, and what all of them wait for is made
        together: most of the time goes into planning, whatever the number of areas.
        """
        with self._lock:
            self._waiting.append(plan)
        try:
            with self._first(), self._making:
                if self.lacks(plan):
                    self._make(cursor, self._together(plan), catalogue)
        finally:
            with self._lock:
                self._waiting.remove(plan)

    def _together(self, plan: Plan) -> Plan:
        """The plan with the judges of all that wait for the like and do not have theirs yet."""
        alike = plan._replace(judges=())
        with self._lock:
            waiting = [each for each in self._waiting if each._replace(judges=()) == alike]
        judges = dict.fromkeys(plan.judges)
        for each in waiting:
            if self.lacks(each):
                judges |= dict.fromkeys(each.judges)
        return plan._replace(judges=tuple(judges))

    @contextlib.contextmanager
    def _first(self) -> Iterator[None]:
        """Come before what is done in the background."""
        with self._lock:
            self._hurry += 1
        self.give_way()
        try:
            yield
        finally:
            with self._lock:
                self._hurry -= 1

    def give_way(self) -> None:
        """Stop what is being made in the background."""
        with self._lock:
            if self._background is not None:
                self._background.interrupt()

    def make_quietly(self, plan: Plan, catalogue: Catalogue) -> bool:
        """Compute a block that nobody waits for; False when somebody came and it gave way."""
        with self._making, contextlib.closing(self._con.cursor()) as cursor:
            with self._lock:
                if self._hurry:
                    return False
                self._background = cursor
            try:
                if self.lacks(plan):
                    self._make(cursor, plan, catalogue)
            except duckdb.InterruptException:
                return False
            finally:
                with self._lock:
                    self._background = None
        return True

    def _make(self, cursor: duckdb.DuckDBPyConnection, plan: Plan, catalogue: Catalogue) -> None:
        name = f"{_DATABASE}.block_{next(self._numbers)}"
        places, first, last = _reach(plan, catalogue)
        given = {
            "judges": list(plan.judges),
            "chosen": plan.period,
            "places": places,
            "first": first,
            "last": last,
            "cuts": parameters.cuts(plan.period),
        }
        files = ",".join(plan.place.path(villages=plan.villages))
        try:
            cursor.execute(f"create schema {name}")
            cursor.execute(f"set search_path = '{files}'")
            cursor.execute(
                f"create table {name}.choices_kept as select * from as_of_each("
                "null, null, $judges, $places, $first, $last, $chosen, $cuts)",
                given,
            )
            cursor.execute(_AS_OF_EACH.format(schema=name))
            # Its `as_of_each` stands before that of the files: the choices are not made again.
            cursor.execute(f"set search_path = '{name},{files}'")
            cursor.execute(
                f"create table {name}.readings_kept as select * from readings_each("
                "null, null, $judges, $chosen, null, null, true, $places, $first, $last, $cuts)",
                given,
            )
            _macros(cursor, f"macro {name}.", [name])
            found = cursor.execute(f"select count(*) from {name}.readings_kept").fetchone()
            cursor.execute(f"checkpoint {_DATABASE}")
        except duckdb.Error:
            self._drop(name)
            raise
        block = Block(name, plan, _shown(plan, catalogue), found[0] if found else 0)
        with self._lock:
            self._blocks[name] = block
        self._make_room()

    def _make_room(self) -> None:
        with self._lock:
            rows = sum(block.rows for block in self._listed())
            leaving = []
            for block in list(self._listed())[:-1]:
                if rows <= ROWS_KEPT:
                    break
                if not block.readers:
                    rows -= block.rows
                    leaving.append(self._blocks.pop(block.schema))
        for block in leaving:
            self._drop(block.schema)

    def forget(self, home: str) -> None:
        """Drop the blocks of a snapshot's schema that is itself being dropped."""
        with self._lock:
            mine = [name for name, block in self._blocks.items() if block.plan.place.home == home]
            for name in mine:
                del self._blocks[name]
        for name in mine:
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._con.cursor().execute(f"drop schema if exists {name} cascade")


def _macros(cursor: duckdb.DuckDBPyConnection, macro: str, blocks: Sequence[str]) -> None:
    """Make `as_of` and `readings` over the blocks of some schemas."""
    for text, table in ((_AS_OF, "choices"), (_READINGS, "readings")):
        kept = " union all ".join(f"select * from {block}.{table}_kept" for block in blocks)
        cursor.execute(text.format(macro=macro, **{table: kept}))


def _beside(cursor: duckdb.DuckDBPyConnection, blocks: Sequence[Block]) -> str:
    """A schema in which blocks of several periods are read together; it ends with the cursor."""
    _macros(cursor, "temp macro ", [block.schema for block in blocks])
    return "temp.main"


def province_of(areas: Iterable[str], catalogue: Catalogue) -> str:
    """The two digits of the province that all of some areas lie in; empty when they lie in none."""
    rows = [catalogue.register.row(area) or {} for area in areas]
    provinces = {row["province_code"] for row in rows if row.get("province_code")}
    return provinces.pop()[:2] if len(provinces) == 1 else ""


def level_of(area: str, catalogue: Catalogue) -> str | None:
    """The level of an area; None when the register does not know it."""
    row = catalogue.register.row(area)
    return row["level"] if row else None


def city_plan(place: Place, area: str, period: str, catalogue: Catalogue) -> Plan | None:
    """The block of an area's city: the city and each of its counties as judges.

    None when the area lies in no city.
    """
    city = (catalogue.register.row(area) or {}).get("city_code")
    if city is None:
        return None
    in_city = pl.col("city_code") == city, pl.col("level") == "county"
    counties = catalogue.register.upper.filter(*in_city)
    return Plan(place, period, (city, *counties["area_code"]), villages=False)


def _same(block: Block, plan: Plan) -> bool:
    have = block.plan
    return (
        (have.place.home, have.period) == (plan.place.home, plan.period)
        and set(plan.judges) <= set(have.judges)
        and have.villages >= plan.villages
    )


def _shown(plan: Plan, catalogue: Catalogue) -> dict[str, str]:
    """The level that a block shows below each of its judges."""
    judges = catalogue.register.rows(plan.judges)
    below: dict[str, str] = dict(itertools.pairwise(LEVELS))
    if not plan.villages:
        below["township"] = ""
    return {code: below[level] for code, level in judges.select("area_code", "level").rows()}


def _reach(plan: Plan, catalogue: Catalogue) -> tuple[list[str], str, str]:
    """Where the values of a block are kept, and the first and last code among its areas."""
    judges = catalogue.register.rows(plan.judges)
    below = catalogue.register.below(plan.judges, villages=plan.villages)
    both = pl.concat([judges, below])
    places = {"village": "village", "township": "township"}
    kept = {places.get(level, "area") for level in both["level"].unique()}
    codes = both["area_code"]
    return sorted(kept), str(codes.min()), str(codes.max())
