"""The objects of the catalogue: what the definition files say, typed and checked."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from data.catalogue.expressions import Expression
from data.catalogue.known_areas import Areas

LEVELS = ("province", "city", "county", "township", "village")
NATIONAL = "000000"
# Kinds of columns that add up over time: within their year (or project) they never fall.
CUMULATIVE = ("ytd", "ytd_mch", "itd")

AREA_SCHEMA: dict[str, Any] = {
    "area_code": pl.String,
    "name": pl.String,
    "level": pl.String,
    "parent_code": pl.String,
    "kind": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "successors": pl.String,
    "full_name": pl.String,
    "order_no": pl.Int64,
    "province_code": pl.String,
    "city_code": pl.String,
    "county_code": pl.String,
    "township_code": pl.String,
}
POLARS_TYPES: dict[str, Any] = {
    "int": pl.Int64,
    "decimal": pl.Decimal(18, 4),
    "bool": pl.Boolean,
    "date": pl.Date,
    "enum": pl.String,
    "code": pl.String,
    "text": pl.String,
    "period": pl.String,
}


@dataclass(frozen=True)
class Check:
    """A rule that every row must meet; null passes."""

    id: str
    must: Expression
    severity: str


@dataclass(frozen=True)
class Column:
    """A column of a report table. `kind` says how it rolls up over time (rules.md 3).

    part_of  The column whose total holds a sensitive one, with others of which one at least is
             sensitive too: the total less the parts shown tells nothing.
    """

    name: str
    header: str
    aliases: tuple[str, ...]
    header_by_era: dict[str, str]
    type: str
    unit: str
    kind: str
    required: bool
    sensitive: str | None
    part_of: str | None
    stored: bool
    filed_at: str | None
    since: str
    note: str
    values: tuple[str, ...]
    checks: tuple[Check, ...]

    def header_in(self, year: int) -> str:
        """The header as printed in reports of that year."""
        return for_year(self.header_by_era, year) or self.header

    @property
    def accepted_headers(self) -> tuple[str, ...]:
        """Every header under which the column is accepted, in any year."""
        return tuple(dict.fromkeys((self.header, *self.aliases, *self.header_by_era.values())))

    @property
    def dtype(self) -> Any:
        """The polars type of its values."""
        return POLARS_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """A report table. `key` is its natural key beside the period.

    rounds          The column of the key that numbers the rounds of one exercise
                    (data/filed/rounds.py).
    sensitive_rows  Which rows are not listed below the county: that there is one tells of somebody.
    """

    id: str
    title: str
    name: str
    grain: str
    frequency: str
    register: bool
    area_column: str
    unit_level: str
    store_by: str
    key: tuple[str, ...]
    rounds: str | None
    sensitive_rows: str | None
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    def column(self, name: str) -> Column:
        """The column of that name."""
        return self.by_name[name]

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """The columns whose values are kept."""
        return tuple(column for column in self.columns if column.stored)


@dataclass(frozen=True)
class Measure:
    """What is counted: rows of a table or view, a predicate, a sum, or a count of values."""

    source: str
    where: Expression | None
    sum: Expression
    distinct: Expression | None

    def as_dict(self) -> dict[str, Any]:
        """As written in the catalogue."""
        out: dict[str, Any] = {"from": self.source, "sum": self.sum.text}
        if self.where:
            out["where"] = self.where.text
        if self.distinct:
            out["distinct"] = self.distinct.text
        return out


@dataclass(frozen=True)
class Population:
    """Over whom an indicator is counted; no denominator means it is a count.

    cumulative              "" | "ytd" | "ytd_mch" | "itd": how the numerator adds up over time.
    denominator_cumulative  The same of the denominator; "" without one.
    """

    id: str
    numerator: Measure
    denominator: Measure | None
    sensitive: bool
    cumulative: str
    denominator_cumulative: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables or views it reads, without repetition."""
        names = [self.numerator.source]
        if self.denominator:
            names.append(self.denominator.source)
        return tuple(dict.fromkeys(names))

    def columns_of(self, source: str) -> frozenset[str]:
        """The columns of one of its sources that it reads."""
        return frozenset(
            name
            for measure in (self.numerator, self.denominator)
            if measure is not None and measure.source == source
            for expression in (measure.sum, measure.where, measure.distinct)
            if expression is not None
            for name in expression.columns
        )


@dataclass(frozen=True)
class Parts:
    """The two parts of a share in words: what it counts, and the rest of its whole."""

    inside: str
    outside: str


@dataclass(frozen=True)
class Indicator:
    """An indicator of the catalogue.

    grain                 The lowest level at which it is shown.
    rank_min_denominator  Below this base an area shows its figure and light, but has no rank.
    parts                 What a share is made of; None: a change is split into numerator and
                          denominator.
    """

    id: str
    name: str
    name_en: str
    definition: str
    caveat: str
    domain: str
    unit: str
    multiplier: int
    decimals: int
    direction: str
    frequency: str
    grain: str
    headline: int | None
    dimension: str | None
    sensitive: bool
    may_exceed_100: bool
    parts: Parts | None
    light: bool
    amber_kind: str | None
    amber: Decimal | None
    min_coverage: int
    provisional_periods: int
    rank_min_denominator: int
    evidence: tuple[str, ...]
    facts: tuple[str, ...]
    computed: bool
    populations: dict[str, Population]


@dataclass(frozen=True)
class Target:
    """A number to reach. Only 采用 targets give a light; scope "" is unknown."""

    indicator_id: str
    population: str
    scope_code: str
    condition: str
    valid_from: date | None
    valid_to: date | None
    comparator: str
    value: Decimal
    unit: str
    status: str
    document: str
    document_rank: int
    section: str
    fact_id: str
    checked: str
    note: str


@dataclass(frozen=True)
class Catalogue:
    """All definitions, resolved: the product's files under the store's overlay.

    text  Everything but the areas as one JSON text, the same bytes for the same definitions.
    """

    tables: dict[str, Table]
    common: tuple[Column, ...]
    indicators: dict[str, Indicator]
    targets: tuple[Target, ...]
    register: Areas
    aliases: pl.DataFrame
    obligations: pl.DataFrame
    words: dict[str, Any]
    settings: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    peer_groups: tuple[dict[str, Any], ...]
    cross_checks: tuple[dict[str, Any], ...]
    text: str

    @cached_property
    def sha(self) -> str:
        """The sha256 of `text`: what a snapshot names."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def units(self) -> frozenset[str]:
        """What the columns of the tables are counted in."""
        return frozenset(column.unit for table in self.tables.values() for column in table.columns)

    @cached_property
    def every_table(self) -> str:
        """The codes of the report tables, as a sentence names them all."""
        return f"{min(self.tables)} 至 {max(self.tables)}"

    @property
    def areas(self) -> pl.DataFrame:
        """The whole register, villages and all, which stays in memory from then on.

        Who looks at figures asks the register instead.
        """
        return self.register.every

    @property
    def areas_sha(self) -> str:
        """A sha256 of the area register's content."""
        return self.register.sha

    def area_name(self, code: str) -> str | None:
        """The full name of an area, or None."""
        return self.area_names.get(code)

    @property
    def area_names(self) -> Mapping[str, str]:
        """Full names by code."""
        return self.register.names

    def counted_in(self, measure: Measure | None) -> str:
        """What a measure counts its people, visits or things in; empty where columns differ."""
        if measure is None:
            return ""
        if measure.sum.is_constant:
            return _ROWS_ARE.get(measure.source, "个")
        table = self.tables.get(measure.source)
        named = table.by_name if table else {}
        units = {named[each].unit if each in named else "" for each in measure.sum.columns}
        # 对 × 2 are no longer 对.
        return units.pop() if len(units) == 1 and "*" not in measure.sum.text else ""

    def table_columns(self, table: Table) -> tuple[Column, ...]:
        """The table's own columns and the common ones that a file carries."""
        return (*self.common, *table.columns)


# What a row is where a measure counts rows; clinics, villages and institutions are 个.
_ROWS_ARE = {"T16": "件", "filings": "份"}


def level_name(words: Mapping[str, Any], level: str, area: str) -> str:
    """What areas of a level are called where `area` lies: 乡镇（街道）, 旗县（市、区）.

    words  words.yaml as read.
    """
    own = words.get("county_words", {}).get(area[:2]) if level == "county" else None
    return own or words["levels"][level]["name"]


def for_year(by_era: dict[str, str], year: int) -> str | None:
    """The entry whose era (`..2020`, `2021..2025`, `2026..`) holds the year, or None."""
    for era, words in by_era.items():
        first, _, last = era.partition("..")
        if (not first or int(first) <= year) and (not last or year <= int(last)):
            return words
    return None
