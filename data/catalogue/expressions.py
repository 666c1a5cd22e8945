"""One small language for checks and measures: a row expression in SQL, read once, used thrice.

The text a person edits is parsed into a tree of allowed nodes only. From it come the SQL that
DuckDB runs for a measure, the polars expression that runs a check, and the Chinese words that
tell a person what a check demands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

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


@dataclass(frozen=True)
class Expression:
    """A parsed row expression. `columns` are the names it reads, in order of appearance."""

    text: str
    columns: tuple[str, ...]
    tree: exp.Expr

    def sql(self) -> str:
        """The expression as DuckDB SQL."""
        return self.tree.sql(dialect="duckdb", comments=False)

    def polars(self, dates: frozenset[str] = frozenset()) -> pl.Expr:
        """The expression over a frame that has its columns; null where SQL would give null.

        dates  Names of columns that hold dates: their differences are whole days, as in SQL.
        """
        return _polars(self.tree, dates)

    def words(self, headers: Mapping[str, str]) -> str:
        """What it says, in Chinese, with column headers in place of names."""
        return _words(self.tree, headers)


def parse(text: str, columns: frozenset[str]) -> Expression:
    """Read an expression that may name only the given columns.

    raises CatalogueError (without a file address: the loader adds it) when it does not parse,
    names a column that does not exist, or uses anything outside the language.
    """
    tree = _tree(text)
    names: dict[str, None] = {}
    for node in tree.walk():
        if isinstance(node, exp.Column):
            if node.table:
                raise CatalogueError(f"式子「{text}」里的「{node.sql()}」不是列名。")
            names[node.name] = None
        elif not isinstance(node, _ALLOWED):
            raise CatalogueError(
                f"式子「{text}」用了不允许的写法「{node.sql(dialect='duckdb')}」。"
            )
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise CatalogueError(f"式子「{text}」里的列「{'、'.join(unknown)}」在报表中不存在。")
    return Expression(text, tuple(names), tree)


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


_KNOWN_NAMES = {
    "period_start": "报告期首日",
    "period_end": "报告期末日",
    "import_date": "入库日",
}


def column_words(name: str, headers: Mapping[str, str]) -> str:
    """The header of a column; 上期 before it for prev_x; a word for the names rows bring along."""
    if name in headers:
        return headers[name]
    if name.startswith("prev_"):
        return f"上期{headers.get(name[5:], name[5:])}"
    return _KNOWN_NAMES.get(name, name)


def as_literal(value: Any) -> str:
    """A Python value as a DuckDB literal: text, whole number, date, truth value or null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
