"""From a total cost through each payer down to what the patient pays."""

import plotly.graph_objects as go
import polars as pl

from pages.charts.errors import need
from pages.theme import formats, tokens
from pages.theme.plotly_template import new_figure

NEEDED = ("step_order", "step", "amount", "kind")


def waterfall(table: pl.DataFrame, *, unit: str, height: int = tokens.CHART_HEIGHT) -> go.Figure:
    """Draw the steps in their order, each labelled with its amount.

    table    One row per step: step_order int, step str, amount in `unit` (null = not reported: no
             bar, and 未报 as its label), kind total (from zero), payer (taken off what is left)
             or rest (what remains, from zero).
    raises   ChartDataError when a column is missing.
    source   reimbursement.sql
    """
    need(table, NEEDED, "waterfall")
    figure = new_figure(height=height)
    rows = table.sort("step_order").to_dicts()
    if not rows:
        return figure
    colours = {"total": tokens.BLUE, "payer": tokens.BLUE_MIDDLE, "rest": tokens.INK_QUIET}
    bases, left = [], 0.0
    for row in rows:
        amount = row["amount"] or 0
        if row["kind"] == "payer":
            left -= amount
            bases.append(left)
        else:
            bases.append(0)
            left = amount
    total = max((row["amount"] or 0 for row in rows if row["kind"] == "total"), default=0)
    figure.add_bar(
        x=[row["step"] for row in rows],
        y=[row["amount"] or 0 for row in rows],
        base=bases,
        marker_color=[colours[row["kind"]] for row in rows],
        text=[_label(row, total, unit) for row in rows],
        textposition="outside",
        textfont={"size": tokens.SIZE_CHART},
        constraintext="none",
        cliponaxis=False,
        hovertext=[f"<b>{row['step']}</b><br>{_label(row, total, unit)}" for row in rows],
        hoverinfo="text",
        showlegend=False,
    )
    figure.update_yaxes(
        title_text=f"金额({unit})",
        rangemode="tozero",
        range=[0, (total or 1) * 1.2],
    )
    figure.update_xaxes(showgrid=False, tickfont={"color": tokens.INK})
    return figure


def describe(table: pl.DataFrame, *, unit: str) -> str:
    """The steps in words, for those who cannot see them."""
    need(table, NEEDED, "waterfall")
    said = "、".join(
        f"{row['step']}{formats.value_text(row['amount'], unit)}"
        for row in table.sort("step_order").iter_rows(named=True)
    )
    return f"费用构成图:{said}。" if said else "费用构成图:没有数据。"


def _label(row: dict, total: float, unit: str) -> str:
    if row["amount"] is None:
        return "未报"
    # All bars share one unit, so the total is not turned into 亿元.
    text = f"{formats.plain(row['amount'])}{unit}"
    if row["kind"] == "total" or not total:
        return text
    return f"{text}<br>{formats.share_text(row['amount'], total)}"
