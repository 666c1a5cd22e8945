"""One small language for checks and measures: a row expression in SQL, read once, used thrice.

The text a person edits is parsed into a tree of allowed nodes only. From it come the SQL that
DuckDB runs for a measure, the polars expression that runs a check, and the Chinese words that
tell a person what a check demands.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from data.errors import CatalogueError

_WORD = re.compile(r"[A-Za-z_]\w*")
_CONSTANT = re.compile(r"\b(?:null|true|false)\b", re.IGNORECASE)
_COMMENTS = ("--", "/*", ";", "\n")
_QUOTED = re.compile(r"'(?:[^']|'')*'")


@dataclass(frozen=True)
class Expression:
    """A row expression as it is written; its parts are read from it when they are asked for."""

    text: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names it reads, in order of appearance."""
        return _language().columns(self.text)

    def names(self, known: Collection[str]) -> frozenset[str]:
        """Which of the known names it reads: by its words alone, without reading the tree."""
        return frozenset(_WORD.findall(_QUOTED.sub(" ", self.text))).intersection(known)

    @property
    def is_constant(self) -> bool:
        """Whether it reads no column: it is a number or a truth value."""
        return not _WORD.search(_CONSTANT.sub(" ", self.text))

    def sql(self) -> str:
        """The expression as DuckDB SQL, which it is written in; without comments."""
        if any(mark in self.text for mark in _COMMENTS):
            return _language().sql(self.text)
        return self.text

    def polars(self, dates: frozenset[str] = frozenset()) -> pl.Expr:
        """The expression over a frame that has its columns; null where SQL would give null.

        dates  Names of columns that hold dates: their differences are whole days, as in SQL.
        """
        return _language().polars(self.text, dates)

    def words(self, headers: Mapping[str, str]) -> str:
        """What it says, in Chinese, with column headers in place of names."""
        return _language().words(self.text, headers)


def parse(text: str, columns: frozenset[str]) -> Expression:
    """Read an expression that may name only the given columns.

    raises CatalogueError (without a file address: the loader adds it) when it does not parse,
    names a column that does not exist, or uses anything outside the language.
    """
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
    from data.catalogue import expression_tree  # a tenth of a second that no page waits for

    return expression_tree
