"""One small language for checks and measures: a row expression in SQL, read once, used thrice.

What a person writes may hold allowed nodes only. DuckDB runs it for a measure and polars for a
check, both as SQL; its tree says in Chinese what a check demands.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from data.errors import CatalogueError

# What is no column: the name of a function, the words of the language, texts in quotes.
_COLUMN = re.compile(
    r"'(?:[^']|'')*'|\b(?!(?:and|or|not|in|between|is|null|true|false)\b)([A-Za-z_]\w*)\b(?!\s*\()",
    re.IGNORECASE,
)
# What polars spells in another way than DuckDB: matches of a pattern, days between two dates.
_OTHERWISE = re.compile(
    r"'(?:[^']|'')*'|\bregexp_matches\b|\b([A-Za-z_]\w*)\s*-\s*([A-Za-z_]\w*)\b"
)
_COMMENTS = ("--", "/*", ";", "\n")
_KNOWN_NAMES = {
    "period_start": "报告期首日",
    "period_end": "报告期末日",
    "import_date": "入库日",
}


@dataclass(frozen=True)
class Expression:
    """A row expression as it is written; its parts are read from it when they are asked for."""

    text: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names it reads, in order of appearance."""
        return tuple(dict.fromkeys(name for name in _COLUMN.findall(self.sql()) if name))

    def names(self, known: Collection[str]) -> frozenset[str]:
        """Which of the known names it reads."""
        return frozenset(self.columns).intersection(known)

    @property
    def is_constant(self) -> bool:
        """Whether it reads no column: it is a number or a truth value."""
        return not self.columns

    def sql(self) -> str:
        """The expression as DuckDB SQL, which it is written in; without comments."""
        if any(mark in self.text for mark in _COMMENTS):
            return _language().sql(self.text)
        return self.text

    def polars(self, dates: frozenset[str] = frozenset()) -> pl.Expr:
        """The expression over a frame that has its columns; null where SQL would give null.

        dates  Names of columns that hold dates: their differences are whole days, as in SQL.
        """

        def spelt(found: re.Match[str]) -> str:
            if found[0] == "regexp_matches":
                return "regexp_like"
            if found[1] in dates and found[2] in dates:
                return f"(cast({found[1]} as int) - cast({found[2]} as int))"
            return found[0]

        return pl.sql_expr(_OTHERWISE.sub(spelt, self.sql()))

    def words(self, headers: Mapping[str, str]) -> str:
        """What it says, in Chinese, with column headers in place of names."""
        return _language().words(self.text, headers)


def parse(text: str, columns: frozenset[str]) -> Expression:
    """Read an expression that may name only the given columns.

    raises CatalogueError (without a file address: the loader adds it) when it does not parse,
    names a column that does not exist, or uses anything outside the language.
    """
    _language().refuse_foreign(text)
    read = Expression(text)
    unknown = [name for name in read.columns if name not in columns]
    if unknown:
        raise CatalogueError(f"式子「{text}」里的列「{'、'.join(unknown)}」在报表中不存在。")
    return read


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


def _language():
    from data.catalogue import expression_tree  # a third of a second that most never wait for

    return expression_tree


def column_words(name: str, headers: Mapping[str, str]) -> str:
    """The header of a column; 上期 before it for prev_x; a word for the names rows bring along."""
    if name in headers:
        return headers[name]
    if name.startswith("prev_"):
        return f"上期{headers.get(name[5:], name[5:])}"
    return _KNOWN_NAMES.get(name, name)
