"""A table as a CSV file that Excel opens with its Chinese intact and nothing in it runs."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import polars as pl

from data.formulas import GUARD, NUMBER, RISKY, is_risky

MIME = "text/csv"
# Nearly every text begins with a Chinese character or a figure: those need no second look.
_PLAIN_START = r"^[\p{Han}0-9A-Za-z(《“]"
_HOLDS_PERIODS = re.compile(r"(^|_)(period|since)$")
_MONTH = r"^(\d{4})-0?(\d{1,2})$"


def csv_bytes(table: pl.DataFrame, headers: Mapping[str, str]) -> bytes:
    """Return the named columns as CSV (see `write`)."""
    buffer = BytesIO()
    write(buffer, table, headers)
    return buffer.getvalue()


def write(
    target: Path | BinaryIO,
    table: pl.DataFrame,
    headers: Mapping[str, str],
    *,
    for_programs: bool = False,
) -> None:
    """Write the named columns as CSV: UTF-8 with a byte order mark, one heading, no comment.

    table    Any frame; null becomes an empty cell, true and false become 是 and 否.
    headers  Column name to Chinese heading, in the order of the file.
    Text that a spreadsheet would read as a formula, headings too, gets a leading apostrophe, which
    the import takes off again; figures never do. Months are written 2020年12月: of 2020-12 a
    spreadsheet makes a day and saves Dec-20. for_programs keeps them as they are asked for.
    raises   polars.exceptions.ColumnNotFoundError for a column the table lacks.
    """
    doubtful = _doubtful(table.select(list(headers)))
    # As a stream: the guarded columns are not made a second time in memory.
    table.lazy().select(
        _cell(
            name, table.schema[name], doubtful=name in doubtful, for_people=not for_programs
        ).alias(GUARD + heading if is_risky(heading) else heading)
        for name, heading in headers.items()
    ).sink_csv(target, include_bom=True, line_terminator="\r\n")


def _cell(name: str, kind: pl.DataType, *, doubtful: bool, for_people: bool) -> pl.Expr:
    column = pl.col(name)
    if for_people and kind == pl.String and _HOLDS_PERIODS.search(name):
        return column.str.replace(_MONTH, "${1}年${2}月")
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
    if not doubtful:
        return column
    runs = column.str.contains(RISKY) & ~column.str.contains(NUMBER)
    return pl.when(runs).then(GUARD + column).otherwise(column)


def _doubtful(table: pl.DataFrame) -> set[str]:
    """Return the columns with a text that begins unlike a plain word; the others stay as is."""
    texts = pl.col(pl.String)
    found = table.select((~texts.str.contains(_PLAIN_START) & (texts != "")).any())
    return {name for name in found.columns if found[name].item()}
