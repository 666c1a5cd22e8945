"""From a total cost through each payer down to what the patient pays."""

import polars as pl

from pages.charts.description import Chart, Label, Series
from pages.charts.errors import need
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("step_order", "step", "amount", "kind")
_COLOURS = {"total": tokens.BLUE, "payer": tokens.BLUE_MIDDLE, "rest": tokens.INK_QUIET}
_LABEL_ROOM = 176  # px right of the plot for amount and share


@made_once
def waterfall(table: pl.DataFrame, *, unit: str) -> Chart:
    """Describe the steps from top to bottom, each labelled with its amount and its share.

    table    One row per step: step_order int, step str, amount in `unit` (null = not reported: no
             bar, and 未报 as its label), kind total (from zero), payer (taken off what is left)
             or rest (what remains, from zero).
    raises   ChartDataError when a column is missing.
    source   reimbursement.sql
    """
    need(table, NEEDED, "waterfall")
    rows = table.sort("step_order").to_dicts()
    total = max((row["amount"] or 0 for row in rows if row["kind"] == "total"), default=0)
    labels = [_label(row, total, unit) for row in rows]
    bars = Series(
        name="金额",
        values=[row["amount"] for row in rows],
        starts=_starts(rows),
        colour=[_COLOURS[row["kind"]] for row in rows],
        hovers=[
            f"<b>{row['step']}</b><br>{words}" for row, words in zip(rows, labels, strict=True)
        ],
    )
    return Chart(
        kind="bars",
        alt=describe(table, unit=unit),
        names=[row["step"] for row in rows],
        series=[bars],
        measure=bars.name,
        unit=unit,
        full=total or 1,
        labels=[Label(words=words) for words in labels],
        height=tokens.bar_height(len(rows)),
        on_screen={"xaxis": {"nticks": 2}, "margin": {"r": _LABEL_ROOM}},
    )


@made_once
def finding(table: pl.DataFrame) -> str:
    """What is left to the patient: 个人负担占27.19%; empty without both figures."""
    need(table, NEEDED, "waterfall")
    amounts = {row["kind"]: row for row in table.iter_rows(named=True) if row["kind"] != "payer"}
    if {"total", "rest"} - amounts.keys() or not amounts["total"]["amount"]:
        return ""
    rest = amounts["rest"]
    if rest["amount"] is None:
        return ""
    return f"{rest['step']}占{formats.ratio_text(rest['amount'], amounts['total']['amount'])}"


@made_once
def describe(table: pl.DataFrame, *, unit: str) -> str:
    """The steps in words, for those who cannot see them."""
    need(table, NEEDED, "waterfall")
    said = "、".join(
        f"{row['step']}{formats.value_text(row['amount'], unit)}"
        for row in table.sort("step_order").iter_rows(named=True)
    )
    return f"费用构成图：{said}。" if said else "费用构成图：没有数据。"


def _label(row: dict, total: float, unit: str) -> str:
    if row["amount"] is None:
        return "未报"
    # All bars share one unit, so the total is not turned into 亿元.
    text = f"{formats.plain(row['amount'])}{unit}"
    if row["kind"] == "total" or not total:
        return text
    return f"{text}  {formats.ratio_text(row['amount'], total)}"


def _starts(rows: list[dict]) -> list[float]:
    """Where each bar begins: a payer's where what is left after it ends, the others at zero."""
    starts, left = [], 0.0
    for row in rows:
        amount = row["amount"] or 0
        left = left - amount if row["kind"] == "payer" else amount
        starts.append(left if row["kind"] == "payer" else 0)
    return starts
