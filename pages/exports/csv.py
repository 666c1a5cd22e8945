"""A table as a CSV file that Excel opens with its Chinese intact and nothing in it runs."""

from collections.abc import Mapping

import polars as pl

MIME = "text/csv"
# A cell that begins with one of these is a formula to Excel and WPS; full-width ones count too.
_RISKY = r"^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]"
_NUMBER = r"^[+-]?\d+(\.\d+)?$"


def csv_bytes(table: pl.DataFrame, headers: Mapping[str, str]) -> bytes:
    """Return the named columns as CSV: UTF-8 with a byte order mark, one heading, no comment.

    table    Any frame; null becomes an empty cell, true and false become 是 and 否.
    headers  Column name to Chinese heading, in the order of the file.
    Text that a spreadsheet would read as a formula gets a leading apostrophe; figures never do.
    raises   polars.exceptions.ColumnNotFoundError for a column the table lacks.
    """
    return (
        table.select(_cell(table, name).alias(heading) for name, heading in headers.items())
        .write_csv(include_bom=True, line_terminator="\r\n")
        .encode("utf-8")
    )


def _cell(table: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name)
    kind = table.schema.get(name)
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
    if kind != pl.String:
        return column
    harmless = column.str.contains(_NUMBER) | ~column.str.contains(_RISKY)
    return pl.when(harmless).then(column).otherwise("'" + column)
