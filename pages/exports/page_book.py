"""The sheets of a page: one per chart, with a native chart beside its data, one per table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue
from pages.charts.description import Chart
from pages.charts.screen import Picture
from pages.exports.sheets import BookSheet, FileColumn, columns_of, in_words
from pages.exports.xlsx import native_chart
from queries.headers import Header
from queries.headings import headings

_INDICATOR = "指标"


@dataclass(frozen=True)
class Piece:
    """One chart or table of a page.

    query, params  The question it answers.     table  The answer.
    chart          As it is described; None for a table.
    """

    title: str
    query: str
    params: Mapping[str, Any]
    table: pl.DataFrame
    chart: Chart | Picture | None = None
    indicators: tuple[str, ...] = ()
    note: str = ""


def sheets(
    pieces: Sequence[Piece], header: Callable[[str], Header], catalogue: Catalogue, *, where: str
) -> list[BookSheet]:
    """Return the sheets of a page, in its order.

    header  Gives the header of a question.
    where   Area, period and snapshot in words: stands under every title.
    An answer that is drawn but not listed gets a sheet of its own, so that every figure on the
    page is in the workbook; one that several pieces share is listed once.
    """
    listed = {_asked(piece) for piece in pieces if piece.chart is None}
    made: list[BookSheet] = []
    for piece in pieces:
        about = header(piece.query)
        name = _name(piece, about, catalogue)
        if piece.chart is not None:
            if isinstance(piece.chart, Chart) and piece.chart.names:
                made.append(
                    native_chart.sheet(
                        piece.chart, name=f"{name}图", title=piece.title, lines=(where,)
                    )
                )
            if _asked(piece) in listed:
                continue
            listed.add(_asked(piece))
        made.append(_table_sheet(piece, about, catalogue, name, where))
    return [sheet for sheet in made if sheet.columns]


def _asked(piece: Piece) -> tuple[str, str]:
    return piece.query, repr(sorted(piece.params.items()))


def _name(piece: Piece, header: Header, catalogue: Catalogue) -> str:
    indicator = catalogue.indicators.get(str(piece.params.get("indicator")))
    return f"{header.title}_{indicator.name}" if indicator else header.title


def _table_sheet(
    piece: Piece, header: Header, catalogue: Catalogue, name: str, where: str
) -> BookSheet:
    columns = columns_of(piece.table, headings(header, catalogue))
    unit = [column.unit_column for column in columns if column.unit_column]
    kept = [*(column.name for column in columns), *unit]
    table = _named(in_words(piece.table.select(list(dict.fromkeys(kept)))), catalogue)
    columns = tuple(
        replace(column, heading=_INDICATOR) if column.name == "indicator" else column
        for column in columns
        if column.name != "indicator" or "indicator_name" not in table.columns
    )
    filled = tuple(column for column in columns if table.height == 0 or _says(column, table))
    return BookSheet(name, piece.title, filled, table, (where,))


def _says(column: FileColumn, table: pl.DataFrame) -> bool:
    """Whether a column tells anything: it has a value, and a mere mark stands in some row."""
    values = table[column.name]
    return bool(values.any()) if column.is_mark else not values.is_null().all()


def _named(table: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Indicators and the parts of a breakdown by their names."""
    kinds = (catalogue.words.get("dimensions") or {}).values()
    names = {
        "indicator": {each.id: each.name for each in catalogue.indicators.values()},
        "dimension": {
            code: name for kind in kinds for code, name in kind.get("values", {}).items()
        },
    }
    return table.with_columns(
        pl.col(column).replace(words) for column, words in names.items() if column in table.columns
    )
