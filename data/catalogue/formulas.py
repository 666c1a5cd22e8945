"""Row expressions as definition files hold them: a mistake in one is told with its line.

Those that come with the product are read when they are used: a test goes through all of them
(tests/data/test_definition_kinds.py), and to read them again takes longer than all else of a load.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.catalogue import expressions
from data.catalogue.expressions import Expression
from data.catalogue.files import Entry
from data.errors import CatalogueError

# The columns that an expression may name, with the polars type of each; None where it is not told.
Types = Mapping[str, Any]

# What stands in every row beside the columns of its table.
ROW_TYPES: Types = {
    "period": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "import_date": pl.Date,
    "area_code": pl.String,
}


def condition(entry: Entry, key: str, types: Types) -> Expression:
    """An expression that holds or does not, as `must` and `where` are. raises CatalogueError."""
    read = _expression(entry, key, types)
    if _kind(read, entry, key, types) not in (None, pl.Boolean):
        raise entry.at(key).fail(f"「{key}」应是一个条件，如 a >= 0；「{read.text}」不是。")
    return read


def amount(entry: Entry, key: str, types: Types) -> Expression:
    """An expression that gives a number. raises CatalogueError."""
    read = _expression(entry, key, types)
    kind = _kind(read, entry, key, types)
    if kind is not None and not kind.is_numeric():
        raise entry.at(key).fail(f"「{key}」应算出一个数，「{read.text}」不是。")
    return read


def value(entry: Entry, key: str, types: Types) -> Expression:
    """An expression that gives anything. raises CatalogueError."""
    read = _expression(entry, key, types)
    _kind(read, entry, key, types)
    return read


def _expression(entry: Entry, key: str, types: Types) -> Expression:
    text, place = entry.text(key), entry.at(key)
    if place.checked or place.shipped:
        return Expression(text)
    try:
        return expressions.parse(text, frozenset(types))
    except CatalogueError as error:
        raise place.fail(f"{error} 请对照该表的列名改正。") from error


def _kind(read: Expression, entry: Entry, key: str, types: Types) -> Any:
    """The type of what an expression gives; None where it need not or cannot be told."""
    place = entry.at(key)
    if place.checked or place.shipped:
        return None
    named = {name: types[name] for name in read.columns}
    if None in named.values():
        return None
    dates = frozenset(name for name, kind in named.items() if kind == pl.Date)
    try:
        empty = pl.DataFrame(schema={**named, "": pl.Boolean})
        return empty.select(read.polars(dates)).dtypes[0]
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise entry.at(key).fail(
            f"式子「{read.text}」里把不同种类的列放在一起比或算（文字、数、日期、是否）。请对照该表的列改正。"
        ) from error
