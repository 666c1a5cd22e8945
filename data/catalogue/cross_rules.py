"""Rules over several tables and periods as they are written: what each kind has to say.

What they do is in data/intake/check/cross_rules.py, one function for each kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.catalogue.files import Entry, plain
from data.catalogue.formulas import ROW_TYPES, Types, condition
from data.catalogue.model import LEVELS, Table
from data.catalogue.word_lists import refuse_no_era
from data.findings import SEVERITIES

_ALWAYS = ("id", "kind", "table", "title", "expected", "action")
FAR_OF = ("money", "count")
AREA_KINDS = ("village", "neighbourhood", "other")
# Kind -> what a rule of it has to say beside that, and what it may.
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "compare_sum": (("column", "other", "tolerance", "within", "beyond"), ()),
    "exists": (("column", "other", "severity"), ("or_other", "when")),
    "clinic_rule": (("column", "severity"), ()),
    "register_count": (("column", "level", "area_kind", "severity"), ()),
    "register_kind": (("column", "level", "area_kind", "severity"), ()),
    "count_flagged": (("column", "other", "severity"), ()),
    "carried": (("column", "when", "must", "severity"), ()),
    "jump": (("columns", "periods", "at_least", "share", "floor", "spread", "severity"), ()),
    "filed_reports": (("column", "on_time", "severity"), ()),
    "far": (("of", "times", "periods", "floor", "severity"), ("sum_floor",)),
}
# Kinds whose rules hold for every table, and name none.
_OF_ALL = frozenset(("far",))


def read(entry: Entry, tables: Mapping[str, Table]) -> dict[str, Any]:
    """One rule, looked through, in plain values.

    raises CatalogueError naming file, line and what to do.
    """
    if entry.place.checked:
        return plain(entry)
    kind = entry.one_of("kind", tuple(KINDS))
    needed, allowed = KINDS[kind]
    always = [key for key in _ALWAYS if key != "table" or kind not in _OF_ALL]
    entry.only((*always, *needed, *allowed))
    table = None if kind in _OF_ALL else _table(entry, tables)
    rule = _Rule(entry, kind, table, tables)
    for key in entry.values.keys() & _LOOKS.keys():
        _LOOKS[key](rule, key)
    entry.text("title")
    for key in ("expected", "action"):
        entry.text(key, "")
    for key in needed:
        entry.need(key)
    return plain(entry)


@dataclass(frozen=True)
class _Rule:
    """A rule while it is looked through, with the table that it is about (None: all)."""

    entry: Entry
    kind: str
    table: Table | None
    tables: Mapping[str, Table]


def _table(entry: Entry, tables: Mapping[str, Table]) -> Table:
    name = entry.text("table")
    if name not in tables:
        raise entry.at("table").fail(f"没有报表「{name}」。")
    return tables[name]


def _types(table: Table | None) -> Types:
    own = {column.name: column.dtype for column in table.stored_columns} if table else {}
    return {**ROW_TYPES, "division_code": pl.String, **own}


def _known(entry: Entry, key: str, named: str, table: Table | None) -> None:
    if table is not None and named not in _types(table):
        raise entry.at(key).fail(f"{table.id} 没有列「{named}」。")


def _column(rule: _Rule, key: str) -> None:
    _known(rule.entry, key, rule.entry.text(key), rule.table)


def _columns(rule: _Rule, key: str) -> None:
    for named in rule.entry.texts(key):
        _known(rule.entry, key, named, rule.table)


def _severity(rule: _Rule, key: str) -> None:
    rule.entry.one_of(key, SEVERITIES)


def _number(rule: _Rule, key: str) -> None:
    rule.entry.number(key)


def _count(rule: _Rule, key: str) -> None:
    rule.entry.need(key)
    rule.entry.whole(key, 0, least=1)


def _level(rule: _Rule, key: str) -> None:
    rule.entry.one_of(key, LEVELS)


def _of(rule: _Rule, key: str) -> None:
    rule.entry.one_of(key, FAR_OF)


def _area_kind(rule: _Rule, key: str) -> None:
    rule.entry.one_of(key, AREA_KINDS)


def _condition(rule: _Rule, key: str) -> None:
    condition(rule.entry, key, _types(rule.table))


def _must(rule: _Rule, key: str) -> None:
    types = _types(rule.table)
    last = {f"last_{name}": kind for name, kind in types.items()}
    condition(rule.entry, key, {**types, **last})


def _other(rule: _Rule, key: str) -> None:
    """The side that is held against the rule's own: another table, and what of it."""
    side = rule.entry.entry(key)
    needed, allowed = _SIDES[rule.kind]
    side.only(("table", *needed, *allowed))
    table = _table(side, rule.tables)
    for name in needed:
        side.need(name)
    for name in side.values.keys() & {"column", "key", "flag"}:
        _known(side, name, side.text(name), table)
    by_era = side.entry("expression")
    refuse_no_era(by_era)
    for era in by_era.values:
        _known(by_era, era, by_era.text(era), table)
    match = side.entry("match")
    for theirs in match.values:
        _known(match, theirs, theirs, table)
        _known(match, theirs, match.text(theirs), rule.table)
    if side.values.get("where"):
        condition(side, "where", _types(table))


_SIDES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "compare_sum": (("expression",), ()),
    "exists": (("column",), ("match", "where")),
    "count_flagged": (("key", "column", "flag"), ()),
}
_LOOKS: dict[str, Callable[[_Rule, str], None]] = {
    "column": _column,
    "columns": _columns,
    "on_time": _column,
    "severity": _severity,
    "within": _severity,
    "beyond": _severity,
    "tolerance": _number,
    "share": _number,
    "floor": _number,
    "spread": _number,
    "times": _number,
    "sum_floor": _number,
    "of": _of,
    "periods": _count,
    "at_least": _count,
    "level": _level,
    "area_kind": _area_kind,
    "when": _condition,
    "must": _must,
    "other": _other,
    "or_other": _other,
}
