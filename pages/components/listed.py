"""A list as a table: words, figures and days in the columns that a page names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.once import made_once
from pages.components.html_table import Cell, Row, draw, number, table_html
from pages.theme import formats

_TALL = 14  # rows from which the list scrolls in a window of its own


@dataclass(frozen=True)
class Listed:
    """One column: its name in the query, its words with the unit, decimals (0 for counts).

    words  What its values are called instead; a value without an entry stands as it is.
    """

    column: str
    header: str
    decimals: int = 0
    words: Mapping[str, str] | None = None


def listed(table: pl.DataFrame, columns: Sequence[Listed], *, caption: str = "") -> None:
    """Draw one row per row of the table; null prints —, a day as 2020-12-20."""
    need(table, [each.column for each in columns], "listed")
    draw(_html(table, columns, caption))


@made_once
def _html(table: pl.DataFrame, columns: Sequence[Listed], caption: str) -> str:
    figures = {name for name, kind in table.schema.items() if kind.is_numeric()}
    headers = [
        Cell(each.header, style="number" if each.column in figures else "") for each in columns
    ]
    rows = [
        Row([_cell(row[each.column], each, each.column in figures) for each in columns])
        for row in table.iter_rows(named=True)
    ]
    return table_html(headers, rows, caption=caption, tall=len(rows) > _TALL)


def _cell(value: Any, column: Listed, is_figure: bool) -> Cell:
    if value is None:
        return Cell(formats.ABSENT, style="number" if is_figure else "")
    if isinstance(value, date):
        return Cell(value.isoformat())
    if isinstance(value, str):
        return Cell((column.words or {}).get(value, value))
    return number(formats.plain(value, column.decimals))
