"""Two rates against each other: where signing is not followed by service."""

from operator import itemgetter
from typing import Any

import polars as pl

from pages.charts.description import Axis, Chart, LineAcross, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.charts.point_names import point_names
from pages.charts.subject import Subject
from pages.theme import formats, tokens

NEEDED = (
    "area_code",
    "area_name",
    "signing_printed",
    "fulfilment_printed",
    "signed_pop",
    "small_base",
)


@made_once
def scatter(
    table: pl.DataFrame,
    across: Subject,
    upward: Subject,
    *,
    across_target: float | None = None,
    upward_target: float | None = None,
    height: int = tokens.CHART_HEIGHT + 40,
) -> Chart:
    """Describe one point per area: signing across, fulfilment upward, size by people signed.

    table    One row per area; a row with either rate null is left out (`describe` counts them).
    targets  Drawn as labelled dashed lines when given; they cut the field into four.
    returns  The areas named as far as the names have room, the weakest first.
    raises   ChartDataError when a column is missing.
    source   signing_service_scatter.sql
    """
    need(table, NEEDED, "scatter")
    rows = _weakest_first(table)
    xs, ys = ([row[name] for row in rows] for name in ("signing_printed", "fulfilment_printed"))
    ranges = (_span(xs, across_target), _span(ys, upward_target))
    at_right = _words_at_right(xs, ys, ranges, upward_target)
    said = point_names(
        list(zip(xs, ys, strict=True)),
        [wrapped(row["area_name"]) for row in rows],
        across=ranges[0],
        upward=ranges[1],
        lines=(across_target, upward_target),
        words_at_right=at_right,
    )
    areas = Series(
        name=upward.name,
        form="point",
        across=xs,
        values=ys,
        texts=[name for name, _ in said],
        hovers=[_hover(row, across, upward) for row in rows],
        on_screen=_look(rows) | {"textposition": [side for _, side in said]},
    )
    return Chart(
        kind="points",
        alt=describe(table, across, upward),
        names=[row["area_name"] for row in rows],
        codes=[row["area_code"] for row in rows],
        series=[areas],
        measure=upward.name,
        unit=upward.unit,
        decimals=upward.decimals,
        across=across.name,
        across_unit=across.unit,
        lines=_targets((across, across_target), (upward, upward_target), at_right=at_right),
        height=height,
        on_screen={
            "xaxis": {"range": ranges[0]},
            "yaxis": {"range": ranges[1]},
            "margin": {"t": 36},
        },
    )


def _look(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Circles whose area, not width, follows the number of people."""
    largest = max((row["signed_pop"] or 0 for row in rows), default=0) or 1
    return {
        "mode": "markers+text",
        "marker": {
            "opacity": 0.85,
            "size": [10 + 18 * ((row["signed_pop"] or 0) / largest) ** 0.5 for row in rows],
            "line": {"color": tokens.WHITE, "width": 1},
        },
        "textfont": {"size": tokens.SIZE_CHART - 1, "color": tokens.INK},
        "cliponaxis": False,
    }


def _words_at_right(
    xs: list[float], ys: list[float], ranges: tuple[list[float], list[float]], target: float | None
) -> bool:
    """Whether the words of the level target stand over the right half: the one of fewer points."""
    middle, row_height = sum(ranges[0]) / 2, 0.1 * (ranges[1][1] - ranges[1][0])
    near = [x for x, y in zip(xs, ys, strict=True) if 0 <= y - (target or 0) <= row_height]
    return sum(x < middle for x in near) > sum(x >= middle for x in near)


def _targets(
    across: tuple[Subject, float | None], upward: tuple[Subject, float | None], *, at_right: bool
) -> list[LineAcross]:
    side = {"xanchor": "right", "x": 1} if at_right else {"xanchor": "left", "x": 0}
    level = side | {"xshift": -8 if at_right else 8, "yanchor": "bottom"}
    upright = {"yanchor": "bottom", "xanchor": "right"}
    axes: tuple[tuple[Subject, float | None, Axis, dict[str, Any]], ...] = (
        (*across, "across", upright),
        (*upward, "values", level),
    )
    return [
        LineAcross(
            name=f"{subject.name}目标",
            value=target,
            words=f"{subject.name}目标 "
            f"{formats.value_text(target, subject.unit, subject.decimals)}",
            axis=axis,
            on_screen=place,
        )
        for subject, target, axis, place in axes
        if target is not None
    ]


@made_once
def finding(table: pl.DataFrame, upward: Subject) -> str:
    """Where the upward rate is lowest: 履约率最低的是睢县（89.41%）; empty below two areas."""
    need(table, NEEDED, "scatter")
    shown = _weakest_first(table)
    least = _lowest(shown, upward) if len(shown) > 1 else ""
    return f"{upward.name}最低的是{least}" if least else ""


@made_once
def describe(table: pl.DataFrame, across: Subject, upward: Subject) -> str:
    """The weakest follow-up in one sentence, for those who cannot see the points."""
    need(table, NEEDED, "scatter")
    shown = _weakest_first(table)
    if not shown:
        return f"{across.name}与{upward.name}对照图：没有数据。"
    least, silent = _lowest(shown, upward), table.height - len(shown)
    return (
        f"{across.name}与{upward.name}对照图，共{len(shown)}个区划"
        + (f"；{upward.name}最低的是{least}" if least else "")
        + (f"；{silent}个无数。" if silent else "。")
    )


def _lowest(shown: list[dict[str, Any]], upward: Subject) -> str:
    """Who stands lowest, of those with people enough for a place."""
    return at_end(
        (
            row["area_name"],
            row["fulfilment_printed"],
            formats.value_text(row["fulfilment_printed"], upward.unit, upward.decimals),
        )
        for row in shown
        if not row["small_base"]
    )


def _weakest_first(table: pl.DataFrame) -> list[dict[str, Any]]:
    """The areas with both rates, the lowest upward one first."""
    both = (
        row
        for row in table.iter_rows(named=True)
        if row["signing_printed"] is not None and row["fulfilment_printed"] is not None
    )
    return sorted(both, key=itemgetter("fulfilment_printed"))


def _hover(row: dict, across: Subject, upward: Subject) -> str:
    return (
        f"<b>{row['area_name']}</b>"
        f"<br>{across.name} "
        f"{formats.value_text(row['signing_printed'], across.unit, across.decimals)}"
        f"<br>{upward.name} "
        f"{formats.value_text(row['fulfilment_printed'], upward.unit, upward.decimals)}"
        f"<br>已签约 {formats.value_text(row['signed_pop'], '人')}"
    )


def _span(values: list[float], target: float | None) -> list[float]:
    """The range of an axis: all points and the target, with a tenth of air on both sides."""
    shown = values if target is None else [*values, target]
    if not shown:
        return [0, 1]
    air = max(0.12 * (max(shown) - min(shown)), 1.0)
    return [min(shown) - air, max(shown) + air]
