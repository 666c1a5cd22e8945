"""Several figures of one unit per area, as dots on one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pages.charts.description import Chart, LineAcross, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("area_code", "area_name")

_LINE = 20  # px, one line of words
# Shape first, colour second: in grey print the kinds are still told apart.
_MARKS = (
    ("circle", tokens.BLUE),
    ("square", tokens.BLUE_MIDDLE),
    ("diamond", tokens.INK_QUIET),
    ("triangle-up", tokens.BLUE_LIGHT),
)


@dataclass(frozen=True)
class DotKind:
    """One kind of dot: its column, its name, the columns of its two parts (may be empty), target.

    target  In the chart's unit, drawn as a labelled line; null draws none.
    """

    column: str
    name: str
    numerator: str = ""
    denominator: str = ""
    target: float | None = None


@made_once
def dots(
    table: pl.DataFrame, kinds: Sequence[DotKind], *, unit: str, from_zero: bool = False
) -> Chart:
    """Describe one row per area with one dot per kind, the areas sorted by the first kind.

    table      One row per area; a null figure draws no dot (the hover says 未报).
    kinds      At most four.
    unit       Of all of them.
    from_zero  Start the axis at 0: for figures that are no shares near the whole.
    returns    Dots; `codes` are the areas', for selection by click.
    raises     ChartDataError when a column is missing.
    source     workforce.sql, indicator_matrix.sql
    """
    need(table, (*NEEDED, *(each.column for each in kinds)), "dots")
    rows = table.sort(kinds[0].column, descending=True, nulls_last=True).to_dicts()
    known = [row[each.column] for row in rows for each in kinds if row[each.column] is not None]
    middle = (max(known) + (0 if from_zero else min(known))) / 2 if known else 0
    targets = [(each.name, each.target) for each in kinds if each.target is not None and rows]
    return Chart(
        kind="bars",
        alt=describe(table, kinds, unit=unit),
        names=[row["area_name"] for row in rows],
        shown=[wrapped(row["area_name"]) for row in rows],
        codes=[row["area_code"] for row in rows],
        series=[
            _of(each, rows, unit, symbol, colour)
            for each, (symbol, colour) in zip(kinds, _MARKS, strict=False)
        ],
        measure="" if from_zero else "比例",
        unit=unit,
        lines=[
            LineAcross(
                name=f"{name}目标",
                value=target,
                words=f"{name}目标 {formats.value_text(target, unit)}",
                on_screen={
                    "yanchor": "top",
                    "y": 0,
                    "yshift": -_LINE * number,  # one below the other
                    "xanchor": "left" if target < middle else "right",
                },
            )
            for number, (name, target) in enumerate(targets)
        ],
        legend=len(kinds) > 1,
        height=tokens.bar_height(len(rows)) + 28,
        # The names of the kinds stand above the axis, which stands above the dots.
        on_screen={
            "xaxis": {
                "rangemode": "tozero" if from_zero else "normal",
                "side": "top",
                "title": {"standoff": 4},
            },
            "yaxis": {"showgrid": True, "griddash": "dot"},
            "margin": {"t": 76, "b": 8 + _LINE * max(len(targets), 1)},
            "legend": {"y": 1, "yref": "container", "yanchor": "top"},
        },
    )


def _of(kind: DotKind, rows: list[dict[str, Any]], unit: str, symbol: str, colour: str) -> Series:
    edge = {"color": tokens.WHITE, "width": 1}
    return Series(
        name=kind.name,
        form="point",
        values=[row[kind.column] for row in rows],
        colour=colour,
        hovers=[_hover(row, kind, unit) for row in rows],
        on_screen={"marker": {"symbol": symbol, "size": 12, "line": edge}},
    )


@made_once
def finding(table: pl.DataFrame, first: DotKind, *, unit: str) -> str:
    """The lowest of one kind, 每万人全科医生最低的是宁陵县（3.35名/万人）; empty without."""
    need(table, (*NEEDED, first.column), "dots")
    if table[first.column].count() < 2:
        return ""
    least = at_end(_figures(table, first, unit))
    return f"{first.name}最低的是{least}" if least else ""


@made_once
def describe(table: pl.DataFrame, kinds: Sequence[DotKind], *, unit: str) -> str:
    """First and last of every kind, for those who cannot see the dots."""
    need(table, (*NEEDED, *(each.column for each in kinds)), "dots")
    said = []
    for each in kinds:
        figures = _figures(table, each, unit)
        if highest := at_end(figures, most=True):
            said.append(f"{each.name}最高{highest}，最低{at_end(figures)}")
        elif figures:
            said.append(f"{each.name}各地均为{figures[0][2]}")
    return f"各地对照图：{'；'.join(said)}。" if said else "各地对照图：没有数据。"


def _figures(table: pl.DataFrame, each: DotKind, unit: str) -> list[tuple[str, float, str]]:
    known = table.select("area_name", each.column).drop_nulls().rows()
    return [(name, figure, formats.value_text(figure, unit)) for name, figure in known]


def _hover(row: dict[str, Any], each: DotKind, unit: str) -> str:
    text = f"<b>{row['area_name']}</b><br>{each.name} "
    if row[each.column] is None:
        return f"{text}未报"
    parts = (
        f"<br>{formats.share_note(row[each.numerator], row[each.denominator])}"
        if each.numerator
        else ""
    )
    return f"{text}{formats.value_text(row[each.column], unit)}{parts}"
