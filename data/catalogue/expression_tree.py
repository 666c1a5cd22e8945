"""The language of row expressions: its tree of allowed nodes, and what is made of it.

Loaded with the first expression that is read: a page that shows figures needs none.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from data.catalogue.column_words import column_words
from data.errors import CatalogueError

_COMPARE: dict[type[exp.Expr], tuple[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    exp.LTE: ("≤", lambda a, b: a <= b),
    exp.LT: ("<", lambda a, b: a < b),
    exp.GTE: ("≥", lambda a, b: a >= b),
    exp.GT: (">", lambda a, b: a > b),
    exp.EQ: ("=", lambda a, b: a == b),
    exp.NEQ: ("≠", lambda a, b: a != b),
}
_ARITHMETIC: dict[type[exp.Expr], tuple[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    exp.Add: ("+", lambda a, b: a + b),
    exp.Sub: ("-", lambda a, b: a - b),
    exp.Mul: ("×", lambda a, b: a * b),
}
_LOGIC: dict[type[exp.Expr], tuple[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    exp.And: ("且", lambda a, b: a & b),
    exp.Or: ("或", lambda a, b: a | b),
}


def columns(text: str) -> tuple[str, ...]:
    """The names that an expression reads, in order of appearance.

    raises CatalogueError when it does not parse or uses anything outside the language.
    """
    names: dict[str, None] = {}
    for node in _tree(text).walk():
        if isinstance(node, exp.Column):
            if node.table:
                raise CatalogueError(f"式子「{text}」里的「{node.sql()}」不是列名。")
            names[node.name] = None
        elif not isinstance(node, _ALLOWED):
            raise CatalogueError(
                f"式子「{text}」用了不允许的写法「{node.sql(dialect='duckdb')}」。"
            )
    return tuple(names)


def sql(text: str) -> str:
    """The expression as DuckDB SQL."""
    return _tree(text).sql(dialect="duckdb", comments=False)


def polars(text: str, dates: frozenset[str]) -> pl.Expr:
    """The expression over a frame that has its columns; see `Expression.polars`."""
    return _polars(_tree(text), dates)


def words(text: str, headers: Mapping[str, str]) -> str:
    """What it says, in Chinese, with column headers in place of names."""
    return _words(_tree(text), headers)


@lru_cache(maxsize=4096)
def _tree(text: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(text, read="duckdb")
    except SqlglotError as error:
        raise CatalogueError(f"式子「{text}」读不懂,请检查括号和引号。") from error


_ALLOWED = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Paren,
    exp.Neg,
    exp.Not,
    exp.In,
    exp.Between,
    exp.Is,
    exp.Coalesce,
    exp.Abs,
    exp.Length,
    exp.Trim,
    exp.Substring,
    exp.RegexpLike,
    *_COMPARE,
    *_ARITHMETIC,
    *_LOGIC,
)


def _polars(node: exp.Expr, dates: frozenset[str]) -> pl.Expr:
    build = lambda child: _polars(child, dates)  # noqa: E731
    if isinstance(node, exp.Column):
        return pl.col(node.name)
    if isinstance(node, exp.Literal):
        return pl.lit(_literal(node))
    if isinstance(node, exp.Boolean):
        return pl.lit(bool(node.this))
    if isinstance(node, exp.Paren):
        return build(node.this)
    if isinstance(node, exp.Neg):
        return -build(node.this)
    if isinstance(node, exp.Not):
        return ~build(node.this)
    if isinstance(node, exp.Sub) and _is_date(node.left, dates) and _is_date(node.right, dates):
        return (build(node.left) - build(node.right)).dt.total_days()
    for table in (_COMPARE, _ARITHMETIC, _LOGIC):
        if type(node) in table and isinstance(node, exp.Binary):
            return table[type(node)][1](build(node.left), build(node.right))
    if isinstance(node, exp.In):
        return build(node.this).is_in([_literal(item) for item in node.expressions])
    if isinstance(node, exp.Between):
        value = build(node.this)
        return (value >= build(node.args["low"])) & (value <= build(node.args["high"]))
    if isinstance(node, exp.Is):
        return build(node.this).is_null()
    if isinstance(node, exp.Coalesce):
        return pl.coalesce([build(item) for item in (node.this, *node.expressions)])
    if isinstance(node, exp.Abs):
        return build(node.this).abs()
    if isinstance(node, exp.Length):
        return build(node.this).str.len_chars().cast(pl.Int64)
    if isinstance(node, exp.Trim):
        return build(node.this).str.strip_chars()
    if isinstance(node, exp.Substring):
        start, length = (int(node.args[key].this) for key in ("start", "length"))
        return build(node.this).str.slice(start - 1, length)
    if isinstance(node, exp.RegexpLike):
        return build(node.this).str.contains(str(node.expression.this))
    raise CatalogueError(f"式子里的「{node.sql(dialect='duckdb')}」不能用于核对。")


def _is_date(node: exp.Expr, dates: frozenset[str]) -> bool:
    return isinstance(node, exp.Column) and node.name in dates


def _literal(node: exp.Expr) -> str | int | float:
    if node.is_string:
        return str(node.this)
    text = str(node.this)
    return float(text) if "." in text else int(text)


def _words(node: exp.Expr, headers: Mapping[str, str]) -> str:
    say = lambda child: _words(child, headers)  # noqa: E731
    if isinstance(node, exp.Column):
        return column_words(node.name, headers)
    if isinstance(node, exp.Literal):
        return str(node.this)
    if isinstance(node, exp.Boolean):
        return "是" if node.this else "否"
    if isinstance(node, exp.Null):
        return "空"
    if isinstance(node, exp.Paren):
        return f"({say(node.this)})"
    if isinstance(node, exp.Neg):
        return f"-{say(node.this)}"
    if isinstance(node, exp.Not):
        return _negated(node.this, headers)
    for table in (_COMPARE, _ARITHMETIC, _LOGIC):
        if type(node) in table and isinstance(node, exp.Binary):
            return f"{say(node.left)}{table[type(node)][0]}{say(node.right)}"
    if isinstance(node, exp.In):
        return f"{say(node.this)}为{'/'.join(str(item.this) for item in node.expressions)}"
    if isinstance(node, exp.Between):
        low, high = say(node.args["low"]), say(node.args["high"])
        return f"{say(node.this)}在{low}至{high}之间"
    if isinstance(node, exp.Is):
        return f"{say(node.this)}为空"
    if isinstance(node, exp.Coalesce):
        return say(node.this)
    if isinstance(node, exp.Abs):
        return f"|{say(node.this)}|"
    if isinstance(node, exp.Length):
        return f"{say(node.this)}的字数"
    if isinstance(node, exp.Trim | exp.Substring):
        return say(node.this)
    if isinstance(node, exp.RegexpLike):
        return f"{say(node.this)}符合规定写法"
    return node.sql(dialect="duckdb")


def _negated(node: exp.Expr, headers: Mapping[str, str]) -> str:
    if isinstance(node, exp.Is):
        return f"{_words(node.this, headers)}已填"
    if isinstance(node, exp.In):
        values = "/".join(str(item.this) for item in node.expressions)
        return f"{_words(node.this, headers)}不为{values}"
    return f"不是({_words(node, headers)})"
