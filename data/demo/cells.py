"""The figures of one column, and how they become a typed column of a frame."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

MONEY_SCALE = 10_000


@dataclass(frozen=True)
class Cells:
    """The figures of one column.

    values: period x unit, or one per unit where they never change. kind: int, bool, date (days
    since 1970), money (ten-thousandths), text (positions in `words`). valid: False where the cell
    is empty.
    """

    values: np.ndarray
    kind: str = "int"
    words: tuple[str | None, ...] = ()
    valid: np.ndarray | None = None


def series(cells: Cells, flat: np.ndarray, unit: np.ndarray, shape: tuple[int, ...]) -> pl.Series:
    """The chosen cells of one column, in the store's type.

    flat, unit: positions of the rows in the matrix and among the units.
    """

    def chosen(values: np.ndarray) -> np.ndarray:
        return values[unit] if values.ndim == 1 else values.reshape(shape).ravel()[flat]

    values = chosen(cells.values)
    if cells.kind == "money":
        column = decimals(values)
    elif cells.kind == "date":
        column = dates(values)
    elif cells.kind == "bool":
        column = pl.Series(values.astype(bool))
    elif cells.kind == "text":
        column = pl.Series(cells.words, dtype=pl.String).gather(values)
    else:
        column = pl.Series(values.astype(np.int64, copy=False))
    if cells.valid is None:
        return column
    filled = pl.Series(chosen(cells.valid))
    return pl.select(pl.when(filled).then(column)).to_series()


def decimals(scaled: np.ndarray) -> pl.Series:
    """Decimal(18, 4) from whole numbers of ten-thousandths, without passing through floats."""
    wide = np.empty((len(scaled), 2), dtype=np.int64)
    wide[:, 0] = scaled
    wide[:, 1] = scaled >> 63
    array = pa.Array.from_buffers(pa.decimal128(18, 4), len(scaled), [None, pa.py_buffer(wide)])
    return pl.Series(pl.from_arrow(array))


def money(amount: np.ndarray) -> np.ndarray:
    """Amounts in 万元 as whole ten-thousandths, at two decimals as the offices print them."""
    return np.floor(amount * 100).astype(np.int64) * (MONEY_SCALE // 100)


def coded(values: np.ndarray, words: tuple[str | None, ...]) -> Cells:
    """A text column from positions in a list of words."""
    return Cells(values.astype(np.int64), "text", words)


def texts(values: object) -> Cells:
    """A text column that never changes: one word per unit."""
    words = tuple(values)  # type: ignore[arg-type]
    return Cells(np.arange(len(words)), "text", words)


def flags(values: np.ndarray, valid: np.ndarray | None = None) -> Cells:
    """A yes/no column."""
    return Cells(values, "bool", valid=valid)


def pick(words: np.ndarray, rows: np.ndarray) -> pl.Series:
    """A text column: one of the words per row."""
    return pl.Series(words.tolist(), dtype=pl.String).gather(rows)


def dates(values: np.ndarray) -> pl.Series:
    """A date column from days since 1970-01-01."""
    return pl.Series(values.astype(np.int32)).cast(pl.Date)
