"""What is left to do, by kind and area: the kinds with most of it on top."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pages.charts.description import Chart, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("area_code", "area_name", "dimension", "numerator", "denominator", "printed", "masked")

_ROW = 26  # px; thirty of them still fit on two screens
_MOST_NUMBERS = 24  # more columns than this leave no room for figures in the cells
_UPRIGHT = 6  # from here on names of areas stand upright, sign under sign


@made_once
def dimension_heat(table: pl.DataFrame, names: Mapping[str, str], *, unit: str) -> Chart:
    """Describe one cell per kind and area: how many are not yet done, the deeper the more.

    table    One row per (area, dimension), areas in reading order. numerator done, denominator
             due, both null = not reported; denominator 0 = nobody. masked: drawn as *.
    names    Chinese name of each dimension value; one without a name shows its code.
    unit     Of numerator and denominator.
    returns  Kinds downwards by what is left over all areas, areas across; empty cells are pale.
    raises   ChartDataError when a column is missing.
    source   dimension_matrix.sql
    """
    need(table, NEEDED, "dimension_heat")
    areas = dict(table.select("area_code", "area_name").unique(maintain_order=True).rows())
    kinds = {kind: names.get(kind, kind) for kind in _ordered(table)}
    cells = {(row["dimension"], row["area_code"]): row for row in table.iter_rows(named=True)}
    columns = {code: [cells.get((kind, code)) for kind in kinds] for code in areas}
    many = len(areas) > _MOST_NUMBERS
    return Chart(
        kind="cells",
        alt=describe(table, names, unit=unit),
        names=list(kinds.values()),
        shown=[wrapped(name, 9) for name in kinds.values()],
        series=[
            Series(
                name=areas[code],
                # By how many, as printed: of a handful of patients a share says nothing.
                values=[_undone(cell) for cell in column],
                texts=["" if many else _text(cell) for cell in column],
                hovers=[
                    _hover(cell, kind, areas[code], unit)
                    for cell, kind in zip(column, kinds.values(), strict=True)
                ],
            )
            for code, column in columns.items()
        ],
        height=120 + _ROW * len(kinds) if areas else tokens.CHART_HEIGHT,
        on_screen={
            "xaxis": {"ticktext": [_column_name(name, len(areas)) for name in areas.values()]}
        },
    )


@made_once
def finding(table: pl.DataFrame, names: Mapping[str, str], *, unit: str) -> str:
    """The kinds with most left to do over all areas, 脑卒中（15人）; empty when all is done."""
    need(table, NEEDED, "dimension_heat")
    known = [
        (names.get(kind, kind), left, formats.value_text(left, unit))
        for kind, left in _left(table).rows()
        if left
    ]
    return at_end(known, most=True)


@made_once
def describe(table: pl.DataFrame, names: Mapping[str, str], *, unit: str) -> str:
    """The kinds with something left to do, most first, for those who cannot see the cells."""
    need(table, NEEDED, "dimension_heat")
    said = formats.names(
        [
            f"{names.get(kind, kind)}{formats.amount(left)}{unit}"
            for kind, left in _left(table).rows()
            if left
        ],
        count="种",
    )
    if not said:
        return "分组与区划对照图：都已完成。"
    return f"分组与区划对照图，尚未完成的从多到少：{said}。"


def _left(table: pl.DataFrame) -> pl.DataFrame:
    """What is left of every kind over all areas, most first; masked cells are not in it."""
    return (
        table.group_by("dimension")
        .agg(left=(pl.col("denominator") - pl.col("numerator")).sum())
        .sort("left", "dimension", descending=[True, False])
    )


def _ordered(table: pl.DataFrame) -> list[str]:
    return _left(table)["dimension"].to_list()


def _undone(cell: dict[str, Any] | None) -> float | None:
    if cell is None or cell["numerator"] is None or not cell["denominator"]:
        return None
    return cell["denominator"] - cell["numerator"]


def _text(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    if cell["masked"]:
        return formats.MASKED
    if cell["numerator"] is None:
        return formats.ABSENT
    if not cell["denominator"]:
        return ""
    return formats.amount(_undone(cell))


def _hover(cell: dict[str, Any] | None, kind: str, area: str, unit: str) -> str:
    head = f"<b>{area}</b><br>{kind}"
    if cell is None or (cell["numerator"] is None and not cell["masked"]):
        return f"{head}<br>未报"
    if cell["masked"]:
        return f"{head}<br>已遮蔽（小于10的敏感数）"
    if not cell["denominator"]:
        return f"{head}<br>没有患者"
    return (
        f"{head}<br>{formats.value_text(cell['printed'], '%')}"
        f"<br>{formats.share_note(cell['numerator'], cell['denominator'], unit)}"
    )


def _column_name(name: str, columns: int) -> str:
    return "<br>".join(name) if columns > _UPRIGHT else wrapped(name, 5)
