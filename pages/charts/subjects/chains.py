"""Chains of steps: how far each one goes, bar under bar, from the first step to the last."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pages.charts.description import Chart, Label, Series
from pages.charts.errors import need
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("chain", "step_order", "step", "count", "unit", "base_step", "share")

_LABEL_ROOM = 136  # px right of the plot for the count and what it is a share of
_HEAD = 0.85  # room for a chain's name above its first bar, in bars


@made_once
def chains(table: pl.DataFrame) -> Chart:
    """Describe every chain with its name above it, each bar as long as its count.

    table    One row per step, chains one after another, steps in step_order. count in `unit`, null
             = not reported (— and no bar). share: per cent of base_step's count as the question
             worked it out, null = none. Chains count different things, so each has its own
             measure: its largest step fills the width.
    returns  Bars from zero: the first step of a chain pale, the others blue; each is labelled with
             its count and its share.
    raises   ChartDataError when a column is missing.
    source   chronic_cascade.sql, monitoring_funnel.sql
    """
    need(table, NEEDED, "chains")
    rows, heads = _placed(table)
    labels = [_label(row) for row in rows]
    bars = Series(
        name="与本链条最大一项之比",
        values=[row["length"] for row in rows],
        colour=[tokens.BLUE_LIGHT if row["first"] else tokens.BLUE for row in rows],
        hovers=[
            f"<b>{row['chain']}</b><br>{row['step']} {label.replace('<br>', '，')}"
            for row, label in zip(rows, labels, strict=True)
        ],
        on_screen={"width": 0.66},
    )
    top = {"range": [rows[-1]["place"] + 0.6, heads[0][1] - 0.5], "zeroline": False} if rows else {}
    return Chart(
        kind="bars",
        alt=describe(table),
        names=[f"{row['chain']}：{row['step']}" for row in rows],
        shown=[row["step"] for row in rows],
        places=[row["place"] for row in rows],
        series=[bars],
        measure=bars.name,
        unit="%",
        full=100,
        labels=[Label(words=label) for label in labels],
        height=tokens.bar_height(len(rows) + len(heads)) + 2 * len(rows) - 40,
        notes=[_head(name, place) for name, place in heads],
        on_screen={
            "xaxis": {"visible": False},
            "yaxis": top,
            "margin": {"t": 4, "b": 4, "r": _LABEL_ROOM},
        },
    )


@made_once
def at_step(table: pl.DataFrame, step: str) -> pl.DataFrame:
    """Each chain at one of its steps, the least share first."""
    return table.filter(pl.col("step") == step).drop_nulls("share").sort("share")


def _head(name: str, place: float) -> Mapping[str, Any]:
    """A chain's name above its first bar."""
    font = {"size": tokens.SIZE_CHART, "color": tokens.BLUE}
    words = {"text": f"<b>{name}</b>", "showarrow": False, "xanchor": "left", "font": font}
    return {"x": 0, "y": place} | words


@made_once
def describe(table: pl.DataFrame) -> str:
    """Every chain in words, for those who cannot see it."""
    need(table, NEEDED, "chains")
    rows, heads = _placed(table)
    said = [
        f"{name}："
        + "、".join(
            f"{row['step']}{_label(row).replace('<br>', '，')}"
            for row in rows
            if row["chain"] == name
        )
        for name, _ in heads
    ]
    return f"链条图。{'；'.join(said)}。" if said else "链条图：没有数据。"


def _placed(table: pl.DataFrame) -> tuple[list[dict[str, Any]], list[tuple[str, float]]]:
    """The rows with place and length, and the names of the chains with theirs."""
    rows: list[dict[str, Any]] = []
    heads: list[tuple[str, float]] = []
    place = 0.0
    for name in table["chain"].unique(maintain_order=True):
        steps = table.filter(pl.col("chain") == name).sort("step_order").to_dicts()
        longest = max((step["count"] or 0 for step in steps), default=0)
        heads.append((name, place))
        place += _HEAD
        for number, step in enumerate(steps):
            length = 100 * step["count"] / longest if step["count"] and longest else 0
            rows.append(step | {"place": place, "length": length, "first": number == 0})
            place += 1
    return rows, heads


def _label(row: dict[str, Any]) -> str:
    if row["count"] is None:
        return formats.ABSENT
    count = f"{formats.amount(row['count'])}{row['unit']}"
    if row["share"] is None:
        return count
    return f"{count}<br>占{row['base_step']}{formats.value_text(row['share'], '%')}"
