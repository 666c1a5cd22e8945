"""Setting figures out as a pivot: a reshaping only, every subtotal comes from SQL."""

import polars as pl

from pages.exports.sheets import FileColumn, Kind
from pages.theme import formats
from queries.headings import named

# What can stand in the columns: the key in the answer, the words shown above a column.
ACROSS = {"period": "period", "indicator": "indicator_name", "population": "population_name"}
_DIMENSIONS = ("indicator", "population", "period")
_NUMBER = "_number_of_"


def pivot(
    table: pl.DataFrame, *, across: str, measure: str
) -> tuple[pl.DataFrame, tuple[FileColumn, ...]]:
    """Return the pivot and its columns.

    table    Rows of indicator_pivot.sql.
    across   A key of ACROSS: one column per value of it; the other dimensions stand in the rows
             as far as they have more than one value.
    measure  printed, numerator, denominator or units_reported.
    returns  One row per area, subtotal and total (for each of the other dimensions); a figure
             that is not there is null.
    """
    in_time = table.sort("period_end", "period", maintain_order=True)
    ordered = table.with_columns(
        _place(in_time if name == "period" else table, name) for name in _DIMENSIONS
    )
    others = [name for name in _DIMENSIONS if name != across]
    shown = [name for name in others if table[name].n_unique() > 1]
    by_row_unit = measure == "printed" and across != "indicator" and table["unit"].n_unique() > 1
    words = [ACROSS[name] for name in shown]
    index = [
        *(f"{_NUMBER}{name}" for name in others),
        "row_order",
        *dict.fromkeys(words),
        *(["unit"] if by_row_unit else []),
        "area_code",
        "area_name",
        "row_kind",
    ]
    keys = (
        ordered.select(f"{_NUMBER}{across}", ACROSS[across], "unit")
        .unique()
        .sort(f"{_NUMBER}{across}")
    )
    wide = (
        ordered.pivot(
            on=f"{_NUMBER}{across}", index=index, values=measure, aggregate_function="first"
        )
        .sort([f"{_NUMBER}{name}" for name in others] + ["row_order"])
        .drop([f"{_NUMBER}{name}" for name in others] + ["row_order"])
    )
    columns = [
        FileColumn(name, named(name) or "") for name in wide.columns[: len(index) - len(others) - 1]
    ]
    for number, word, unit in (
        keys.unique(f"{_NUMBER}{across}", keep="first").sort(f"{_NUMBER}{across}").iter_rows()
    ):
        columns.append(_figure(str(number), word, unit, measure, across, by_row_unit))
    return wide, tuple(columns)


def _place(table: pl.DataFrame, name: str) -> pl.Expr:
    """Number the values of a column as they first appear."""
    found = table[name].unique(maintain_order=True).to_list()
    numbers = {value: number for number, value in enumerate(found)}
    return pl.col(name).replace_strict(numbers, return_dtype=pl.UInt32).alias(f"{_NUMBER}{name}")


def _figure(
    name: str, word: str, unit: str, measure: str, across: str, by_row_unit: bool
) -> FileColumn:
    word = formats.period_short(word) if across == "period" else word
    if measure != "printed" or by_row_unit:
        return FileColumn(name, word, "number", "unit" if by_row_unit else "")
    kind: Kind = "percent" if unit == "%" else "number"
    return FileColumn(
        name, f"{word}（{unit}）" if across == "indicator" or unit != "%" else word, kind
    )
