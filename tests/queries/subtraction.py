"""All that a person may see of a county's report, and what it tells of the figures that he may not.

What is seen is read through the product's own views: the rows as filed and the figures of
indicators, of townships, of the county and of its parts. What the definitions say of every report
is known too: no count is below 0, a part is no greater than its whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.catalogue.expressions import Expression
from data.catalogue.model import Catalogue, Measure, Table
from queries.engine import Engine
from queries.scope import ALL, Scope
from tests.queries.linear import Known

_NOT_ABOVE = re.compile(r"([\w +-]+) <= ([\w +-]+)")
_NUMBERS = ("int", "decimal")


@dataclass(frozen=True)
class Told:
    """A figure that is not shown, and between what it must lie."""

    what: str
    truth: float
    low: float
    high: float
    step: float  # between two numbers that it can be: 1 of people, a hundredth of money

    @property
    def is_derived(self) -> bool:
        """Whether all that is shown leaves it one number."""
        return self.high - self.low < self.step - 1e-6

    @property
    def is_nobody(self) -> bool:
        """Whether it is derived to be 0: a 0 or 100 % shown of the county says so of each part."""
        return self.high < 1e-6


def told(
    engine: Engine,
    filed: pl.DataFrame,
    table: Table,
    county: str,
    period: str,
    scope: Scope = ALL,
    wholes: dict[str, tuple[str, ...]] | None = None,
    before: dict[int, pl.DataFrame] | None = None,
) -> list[Told]:
    """What a person learns of every hidden number of a county's report of one period.

    filed   The rows as they are in the store.
    wholes  Columns taken to be the sum of others, where they are.
    before  The rows of older snapshots that he may look at too: he can tell which rows are the
            same in them.
    """
    known, wanted = Known(), []
    newest = {_key(table, row): row for row in filed.to_dicts()}
    for number, rows in {**(before or {}), None: filed}.items():
        seen, figures = _seen(engine, number, table, county, period, scope)
        world = _World(table, rows, seen, known, newest, number)
        wanted += world.learn(engine.catalogue(), figures, county, wholes or {})
    ranges = known.ranges([terms for _, terms, _ in wanted])
    return [
        Told(what, truth, low, high, _step(table, terms))
        for (what, terms, truth), (low, high) in zip(wanted, ranges, strict=True)
    ]


def _seen(
    engine: Engine, number: int | None, table: Table, county: str, period: str, scope: Scope
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows and the figures of a snapshot that are shown."""
    name = table.id.lower()
    with engine.reading([name, "derived_values", "periods"], number, scope, area=county) as cursor:
        where = "county_code = $county and period = $period and length(area_code) > 6"
        asked = {"county": county, "period": period}
        seen = pl.DataFrame(
            cursor.execute(f"select * from {name} where {where}", asked).to_arrow_table()
        )
        # A quarter's running total is that of its last month.
        figures = pl.DataFrame(
            cursor.execute(
                "select * from derived_values where period_end = (select period_end from periods "
                "where period = $period) "
                "and (area_code = $county or level = 'township' "
                "and starts_with(area_code, $county))",
                asked,
            ).to_arrow_table()
        )
    return seen, figures


class _World:
    """One snapshot: what is seen of it, added to what is known.

    newest  The rows of the newest snapshot: what is the same there is one number.
    number  Of an older snapshot; None for the newest.
    """

    def __init__(
        self,
        table: Table,
        filed: pl.DataFrame,
        seen: pl.DataFrame,
        known: Known,
        newest: dict[tuple, dict[str, Any]],
        number: int | None,
    ) -> None:
        self.table = table
        self.known = known
        self.newest, self.number = newest, number
        self.truth = {_key(table, row): row for row in filed.to_dicts()}
        rows = {_key(table, row): row for row in seen.to_dicts()}
        self.hidden_rows = self._hidden_rows(filed) - rows.keys()
        for key in self.hidden_rows:
            rows[key] = dict(zip(table.key, key, strict=True))
        self.rows = rows
        self.sensitive = [
            each.name
            for each in table.stored_columns
            if each.sensitive and each.type in _NUMBERS and each.filed_at != "county"
        ]

    def _hidden_rows(self, filed: pl.DataFrame) -> set[tuple]:
        """The rows that there may be: nobody knows of which townships there are."""
        rule = self.table.sensitive_rows
        if not rule:
            return set()
        kind = next(each for each in self.table.columns if each.name in Expression(rule).columns)
        kinds = pl.DataFrame({kind.name: kind.values}).filter(Expression(rule).polars())
        places = filed["area_code"].unique().to_list()
        return {(place, value) for place in places for value in kinds.to_series()}

    def _name(self, key: tuple, column: str) -> tuple:
        """What a number is called: the same in two snapshots where nobody filed it anew."""
        own, now = (rows.get(key, {}).get(column) for rows in (self.truth, self.newest))
        return (key, column) if own == now else (key, column, self.number)

    def _kinds(self) -> set[str]:
        return {key[-1] for key in self.hidden_rows}

    def _is_sensitive(self, key: tuple, dimensions: dict[str, Any]) -> bool:
        """Whether a row is not listed for what it tells, not to hide another one."""
        return any(
            key[place] in dimensions[name].get("sensitive", ())
            for place, name in enumerate(self.table.key)
            if name in dimensions
        )

    def value(self, key: tuple, column: str) -> float | None:
        """A number that is seen; None where it is hidden."""
        value = self.rows[key].get(column)
        if value is None and column in self.sensitive:
            return None
        return float(value or 0)

    def learn(
        self,
        catalogue: Catalogue,
        figures: pl.DataFrame,
        county: str,
        wholes: dict[str, tuple[str, ...]],
    ) -> list[tuple[str, dict, float]]:
        """Add what is shown; the numbers that are not: what they are, their terms, the truth."""
        wanted: list[tuple[str, dict, float]] = []
        stated: set[tuple] = set()
        used: set[str] = set()
        for indicator, population in self._fed(catalogue):
            parts = [population.numerator, population.denominator]
            measures = [each for each in parts if each]
            used |= {name for each in measures for name in each.sum.columns}
            own = figures.filter(
                pl.col("indicator") == indicator.id, pl.col("population") == population.id
            )
            for row in own.to_dicts():
                dimension = row["dimension"] and (indicator.dimension, row["dimension"])
                sums = [self._sum(each, row["area_code"], county, dimension) for each in measures]
                if row["numerator"] is not None:
                    for (terms, shown), part in zip(
                        sums, ("numerator", "denominator"), strict=True
                    ):
                        self.known.equal(terms, float(row[part]) - shown)
                        # A township's row is its figure: shown there, it is no secret here.
                        if row["level"] == "township" and len(terms) == 1 and not shown:
                            stated |= terms.keys()
                elif row["masked"] and row["level"] == "township":
                    wanted += self._asked(
                        f"{indicator.id}/{population.id} {row['area_code']}", sums
                    )
            for kind in self._kinds() - set(own["dimension"]) if self.number is None else ():
                # The county has nobody of a kind that none of its figures is of. Of the past no
                # sensitive kind is told.
                for measure in measures:
                    terms, _ = self._sum(measure, county, county, (indicator.dimension, kind))
                    self.known.equal(terms, 0)
        self._bounds(used)
        self._wholes(wholes)
        dimensions = catalogue.words["dimensions"]
        for key in self.rows.keys() & self.truth.keys():
            if key in self.hidden_rows and not self._is_sensitive(key, dimensions):
                continue
            for column in used & set(self.sensitive):
                if self._name(key, column) in stated:
                    continue
                if self.value(key, column) is None and self.truth[key][column] is not None:
                    terms = {self._name(key, column): 1.0}
                    wanted.append((f"{column} {key}", terms, self._true(terms)))
        # Of an older snapshot what is the same now is asked of the newest one.
        return [each for each in wanted if self.number is None or self._is_older(each[1])]

    def _is_older(self, terms: dict) -> bool:
        return any(name[2:] == (self.number,) for name in terms)

    def _fed(self, catalogue: Catalogue) -> Iterator[tuple[Any, Any]]:
        for indicator in catalogue.indicators.values():
            for population in indicator.populations.values():
                if indicator.computed and population.sources == (self.table.id,):
                    yield indicator, population

    def _asked(
        self, name: str, sums: list[tuple[dict, float]]
    ) -> Iterator[tuple[str, dict, float]]:
        """A masked figure's numerator and the rest of its denominator."""
        (top, _), *below = sums
        yield f"{name} numerator", top, self._true(top)
        for whole, _ in below:
            rest = {
                each: whole.get(each, 0) - top.get(each, 0) for each in whole.keys() | top.keys()
            }
            yield f"{name} rest", rest, self._true(rest)

    def _true(self, terms: dict) -> float:
        return sum(
            factor * float(self.truth[key][column] or 0)
            for (key, column, *_), factor in terms.items()
            if key in self.truth
        )

    def _sum(
        self, measure: Measure, area: str, county: str, dimension: Any
    ) -> tuple[dict[tuple, float], float]:
        """What a figure adds up: the hidden numbers, and the sum of those that are seen."""
        terms: dict[tuple, float] = {}
        shown = 0.0
        factors = _factors(measure.sum)
        meant = self._meant(measure.where) if measure.where else self.rows.keys()
        for key, row in self.rows.items():
            if area != county and not row["area_code"].startswith(area):
                continue
            if dimension and row[dimension[0]] != dimension[1]:
                continue
            if key not in meant:
                continue
            for column, factor in factors.items():
                value = self.value(key, column)
                if value is None:
                    name = self._name(key, column)
                    terms[name] = terms.get(name, 0) + factor
                else:
                    shown += factor * value
        return terms, shown

    def _meant(self, where: Expression) -> set[tuple]:
        """The rows for which a condition on the key holds."""
        keys = pl.DataFrame(list(self.rows), schema=list(self.table.key), orient="row")
        return set(keys.filter(where.polars()).rows())

    def _bounds(self, used: set[str]) -> None:
        """The checks without which no report is taken in, as far as they are sums."""
        for column in self.table.columns:
            for check in column.checks:
                found = _NOT_ABOVE.fullmatch(check.must.text)
                if not found or check.severity != "错误":
                    continue
                less, more = (Expression(each) for each in found.groups())
                names = {*less.columns, *more.columns}
                if not names & used & set(self.sensitive) or not names <= self.table.by_name.keys():
                    continue
                factors = _factors(less)
                for name, factor in _factors(more).items():
                    factors[name] = factors.get(name, 0) - factor
                for key in self.rows:
                    terms = {
                        self._name(key, n): f
                        for n, f in factors.items()
                        if self.value(key, n) is None
                    }
                    rest = sum(f * (self.value(key, n) or 0) for n, f in factors.items())
                    if terms:
                        self.known.at_most(terms, -rest)

    def _wholes(self, wholes: dict[str, tuple[str, ...]]) -> None:
        for whole, parts in wholes.items():
            for key in self.rows:
                true = self.truth[key]
                if true[whole] != sum(true[part] for part in parts):
                    continue
                hidden = [part for part in parts if self.value(key, part) is None]
                terms = {self._name(key, part): 1.0 for part in hidden}
                rest = sum(self.value(key, part) or 0 for part in parts)
                if terms:
                    self.known.equal(terms, (self.value(key, whole) or 0) - rest)


def _step(table: Table, terms: dict) -> float:
    is_money = any(table.by_name[column].type == "decimal" for _, column, *_ in terms)
    return 0.01 if is_money else 1


def _key(table: Table, row: dict[str, Any]) -> tuple:
    return tuple(row[name] for name in table.key)


def _factors(expression: Expression) -> dict[str, float]:
    """By what each column counts in a sum of columns."""
    names = expression.columns
    ones = {name: [float(name == other) for other in names] for name in names}
    return dict(zip(names, pl.DataFrame(ones).select(expression.polars()).to_series(), strict=True))
