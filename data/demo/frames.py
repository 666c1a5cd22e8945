"""From matrices (period x unit) to the raw rows of a report table, and who filed when."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from data.demo.world import CLOSING_DAY, Calendar, World, days

# Days after the period's end by which a report is due, as in catalogue/obligations.csv.
DUE_DAYS = {"weekly": 1, "monthly": 5, "quarterly": 10}
# The typical unit forgets this share of its reports altogether, and is late with this share.
FORGOTTEN, LATE = 0.004, 0.05
MONEY_SCALE = 10_000


@dataclass(frozen=True)
class Filing:
    """Who handed in, and when: period x unit; days count from 1970-01-01."""

    reported_on: np.ndarray
    imported_on: np.ndarray
    kept: np.ndarray


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


@dataclass(frozen=True)
class Units:
    """What the rows of a table are about, and which unit files each of them.

    areas: effective area; divisions: the filed 行政区划代码; filers: row in the filing's matrix.
    """

    areas: np.ndarray
    divisions: np.ndarray
    filers: np.ndarray
    filer_names: np.ndarray
    counties: np.ndarray


def township_units(world: World) -> Units:
    """One row per township, filed by itself."""
    own = np.arange(len(world.townships))
    codes, parent = world.townships.codes, world.townships.parent
    return Units(codes, codes, own, township_names(world), parent)


def county_units(world: World) -> Units:
    """One row per county, filed by itself."""
    own = np.arange(len(world.counties))
    codes = world.counties.codes
    return Units(codes, codes, own, county_names(world), own)


def per_township(world: World, kinds: int) -> Units:
    """Several rows per township (one per kind of disease), kinds side by side."""
    base = township_units(world)
    return Units(
        np.tile(base.areas, kinds),
        np.tile(base.divisions, kinds),
        np.tile(base.filers, kinds),
        base.filer_names,
        np.tile(base.counties, kinds),
    )


def township_names(world: World) -> np.ndarray:
    """Printed names of the filing townships."""
    return world.counties.names[world.townships.parent] + world.townships.names


def county_names(world: World) -> np.ndarray:
    """Printed names of the filing counties."""
    return world.counties.names + "卫生健康委员会"


def filing(world: World, table: str, when: Calendar, level: str) -> Filing:
    """Draw the day each unit of the level reported each period, and what was left out.

    A unit that is behind in general is also late more often. What would arrive after the closing
    day is not kept: so the newest period is never complete.
    """
    rng = world.rng(f"filing {table}")
    score = world.score("punctuality", level, local=0.5)
    shape = (len(when), len(score))
    day = when.ends[:, None]
    due = DUE_DAYS[when.frequency]
    reported = day + rng.integers(-1 if due == 1 else 1, max(due - 1, 1), shape)
    imported = np.minimum(np.maximum(reported + rng.integers(0, 3, shape), day + 1), day + due)
    is_late = rng.random(shape) < LATE * np.exp(-0.7 * score)
    delay = rng.integers(2, 6 if due == 1 else 17, shape) + due
    reported = np.where(is_late, day + delay - 1, reported)
    imported = np.where(is_late, day + delay, imported)
    forgotten = rng.random(shape) < FORGOTTEN * np.exp(-0.6 * score)
    forgotten[0] = False
    kept = ~forgotten & (imported <= days(CLOSING_DAY))
    return Filing(reported.astype(np.int32), imported.astype(np.int32), kept)


def table_frame(
    world: World,
    table: str,
    when: Calendar,
    units: Units,
    filed: Filing,
    columns: dict[str, Cells],
    *,
    only: np.ndarray | None = None,
    remark: Cells | None = None,
) -> pl.DataFrame:
    """The raw rows of a table, ordered by period and unit.

    only: period x unit, False where there is no row (a register without a change, a disease
    nobody has); a place whose county does not file the table has none either.
    """
    keep = filed.kept[:, units.filers] & world.files(table)[units.counties]
    if only is not None:
        keep &= only
    row, unit = np.nonzero(keep)
    count = keep.sum(axis=1)
    starts = np.cumsum(count) - count
    filer = units.filers[unit]
    frame: dict[str, pl.Series] = {
        "area_code": _pick(units.areas, unit),
        "period": _pick(np.array(when.texts), row),
        "period_start": _dates(when.starts[row]),
        "period_end": _dates(when.ends[row]),
        "division_code": _pick(units.divisions, unit),
    }
    flat = row * keep.shape[1] + unit
    for name, cells in columns.items():
        frame[name] = series(cells, flat, unit, keep.shape)
    note = Cells(np.zeros(len(units.areas), dtype=np.int64), "text", (None,))
    frame["reporting_unit"] = _pick(units.filer_names, filer)
    frame["reported_on"] = _dates(filed.reported_on[row, filer])
    frame["remark"] = series(remark or note, flat, unit, keep.shape)
    frame["first_imported"] = _dates(filed.imported_on[row, filer])
    tombstone = pl.repeat(False, len(row), dtype=pl.Boolean, eager=True)
    # T05 has a column of its own under this name.
    frame.setdefault("removed", tombstone)
    frame["source_id"] = pl.repeat("demo", len(row), dtype=pl.String, eager=True)
    frame["source_sheet"] = pl.repeat(table, len(row), dtype=pl.String, eager=True)
    frame["source_row"] = pl.Series(np.arange(len(row)) - starts[row] + 1, dtype=pl.Int64)
    return pl.DataFrame([values.alias(name) for name, values in frame.items()])


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
        column = _dates(values)
    elif cells.kind == "bool":
        column = pl.Series(values.astype(bool))
    elif cells.kind == "text":
        column = pl.Series(cells.words, dtype=pl.String).gather(values)
    else:
        column = pl.Series(values.astype(np.int64, copy=False))
    if cells.valid is None:
        return column
    filled = pl.Series(chosen(np.broadcast_to(cells.valid, cells.values.shape)))
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


def _pick(words: np.ndarray, rows: np.ndarray) -> pl.Series:
    return pl.Series(words.tolist(), dtype=pl.String).gather(rows)


def _dates(values: np.ndarray) -> pl.Series:
    return pl.Series(values.astype(np.int32)).cast(pl.Date)
