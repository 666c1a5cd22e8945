"""The language of row expressions: its tree of allowed nodes, and how it is said in Chinese.

Loaded for what a store defines itself and for what is told of a broken check.
"""

from collections.abc import Mapping
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from data.catalogue.expressions import column_words
from data.errors import CatalogueError

# Far more than any rule needs; what is nested deeper the readers of SQL cannot follow.
LONGEST = 2_000

_SIGNS: dict[type[exp.Expr], str] = {
    exp.LTE: "≤",
    exp.LT: "<",
    exp.GTE: "≥",
    exp.GT: ">",
    exp.EQ: "=",
    exp.NEQ: "≠",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "×",
    exp.And: "且",
    exp.Or: "或",
}


def refuse_foreign(text: str) -> None:
    """Refuse an expression that does not parse or uses anything outside the language.

    raises CatalogueError.
    """
    if len(text) > LONGEST:
        raise CatalogueError(f"式子「{text[:40]}…」太长，最多 {LONGEST} 个字。请分成几条。")
    for node in _tree(text).walk():
        if isinstance(node, exp.Column):
            if node.table:
                raise CatalogueError(f"式子「{text}」里的「{node.sql()}」不是列名。")
        elif not isinstance(node, _ALLOWED):
            raise CatalogueError(
                f"式子「{text}」用了不允许的写法「{node.sql(dialect='duckdb')}」。"
            )


def sql(text: str) -> str:
    """The expression as DuckDB SQL."""
    return _tree(text).sql(dialect="duckdb", comments=False)


def words(text: str, headers: Mapping[str, str]) -> str:
    """What it says, in Chinese, with column headers in place of names."""
    return _words(_tree(text), headers)


@lru_cache(maxsize=4096)
def _tree(text: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(text, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise CatalogueError(f"式子「{text[:200]}」读不懂，请检查括号和引号。") from error


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
    *_SIGNS,
)


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
    if isinstance(node, exp.Binary) and type(node) in _SIGNS:
        return f"{say(node.left)}{_SIGNS[type(node)]}{say(node.right)}"
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
    return f"不是（{_words(node, headers)}）"
