"""A question asked of the snapshot, kept together with its answer for the 溯源 fold."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from pages.shell import runtime

Value = str | int | date | None


@dataclass(frozen=True)
class Answer:
    """What was asked, with which values, and the table that came back."""

    query: str
    params: dict[str, Value]
    table: pl.DataFrame


def ask(query: str, /, **params: Value) -> Answer:
    """Ask a question of queries/sql; raises QueryError for a wrong name or parameter."""
    return Answer(query, params, runtime.query(query, **params))
