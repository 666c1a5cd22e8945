"""Figures by area as a table whose headers carry the units."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pages.charts.errors import need
from pages.charts.once import made_once
from pages.components.html_table import Cell, Row, draw, number, table_html
from pages.theme import formats


@dataclass(frozen=True)
class FigureColumn:
    """One column: its name in the query, its words, its unit, how many decimals (0 for counts)."""

    column: str
    header: str
    unit: str = ""
    decimals: int = 0

    def heading(self) -> str:
        """Return the header with its unit in brackets: 签约人数(人)."""
        return f"{self.header}({self.unit})" if self.unit else self.header


def figures_table(
    table: pl.DataFrame, figures: Sequence[FigureColumn], *, first: str, caption: str = ""
) -> None:
    """Draw one row per area with the named figures; null prints —.

    first  Heading of the column of area names.
    """
    need(table, ["area_name", *(figure.column for figure in figures)], "figures_table")
    draw(_html(table, figures, first, caption))


@made_once
def _html(table: pl.DataFrame, figures: Sequence[FigureColumn], first: str, caption: str) -> str:
    rows = [
        Row(
            [
                Cell(row["area_name"]),
                *(number(formats.plain(row[each.column], each.decimals)) for each in figures),
            ]
        )
        for row in table.iter_rows(named=True)
    ]
    headers = [Cell(first), *(Cell(each.heading(), style="number") for each in figures)]
    return table_html(headers, rows, caption=caption)
