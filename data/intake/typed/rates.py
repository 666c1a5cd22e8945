"""Columns of rates that counts of the same row give: compared with them, never stored."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from data.findings import HINT
from data.intake.locate.located import Rate
from data.intake.typed.form import Form
from data.intake.typed.value import shown

# So many decimals of a rate are compared: a cell keeps all that a division gives.
_MOST_DECIMALS = 2
_NOISE = 1e-9


def compare_rates(form: Form) -> None:
    """Tell every rate that is another than its counts give."""
    for rate in form.located.rates:
        cells = form.located.take(form.sheet.columns[rate.column])
        quotients = _quotients(form.columns[rate.numerator], form.columns[rate.denominator])
        for row in (~fitting(cells, quotients, rate.per)).fill_null(False).arg_true():
            _report(form, rate, row, cells[row], quotients[row])


def fitting(cells: Sequence[Any], quotients: pl.Series, per: int) -> pl.Series:
    """Whether each cell shows its quotient; null where it shows no number, or there is none.

    cells      as the sheet has them.
    quotients  numerator by denominator, null where there is none; likewise.
    """
    frame = pl.DataFrame({"cell": [str(cell) for cell in cells], "quotient": quotients})
    return frame.select(fits=shows(pl.col("cell"), pl.col("quotient"), per))["fits"]


def shows(cell: pl.Expr, quotient: pl.Expr, per: int) -> pl.Expr:
    """Whether a text shows a quotient, up to one in the last place it is written with.

    A percentage is 95.2, 95.2% or 0.952, as the cell is formatted; a whole number reads 95.0.
    """
    written = cell.str.normalize("NFKC").str.replace_all(r"[\s,%‰]|\.0$", "")
    places = written.str.extract(r"\.(\d+)$").str.len_chars().fill_null(0).cast(pl.Int64)
    value = written.cast(pl.Float64, strict=False)
    as_parts, as_share = (
        (value - quotient * scale).abs() <= pl.lit(10.0).pow(-places.clip(0, most)) + _NOISE
        for scale, most in ((per, _MOST_DECIMALS), (1, _MOST_DECIMALS + len(str(per)) - 1))
    )
    # 1 is a share written as one, not one percent of the last place.
    as_share &= (places > 0) | (value == quotient)
    return pl.when(value.is_finite() & quotient.is_not_null()).then(as_parts | as_share)


def _quotients(part: pl.Series, whole: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"part": part, "whole": whole}).cast(pl.Float64)
    return frame.select(
        quotient=pl.when(pl.col("whole") != 0).then(pl.col("part") / pl.col("whole"))
    )["quotient"]


def _report(form: Form, rate: Rate, row: int, cell: Any, quotient: float) -> None:
    names = [form.column(name).header for name in (rate.numerator, rate.denominator)]
    form.notes.add(
        "rate.differs",
        HINT,
        f"「{rate.label}」填 {shown(cell)}",
        f"「{names[0]}」除以「{names[1]}」得 {quotient * rate.per:.2f}" + "%" * (rate.per == 100),
        "率不入库，由系统计算；请核对这一行的数，或这一列的对法。",
        cell=form.cell(row, rate.column),
        column=names[0],
        area=form.area_name(row),
    )
