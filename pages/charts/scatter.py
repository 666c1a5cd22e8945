"""Two rates against each other: where signing is not followed by service."""

from operator import itemgetter
from typing import Any

import polars as pl

from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
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
) -> Figure:
    """Draw one point per area: signing across, fulfilment upward, size by people signed.

    table    One row per area; a row with either rate null is left out (`describe` counts them).
    targets  Drawn as labelled dashed lines when given; they cut the field into four.
    returns  Figure with the areas named as far as the names have room, the weakest first.
    raises   ChartDataError when a column is missing.
    source   signing_service_scatter.sql
    """
    need(table, NEEDED, "scatter")
    rows = _weakest_first(table)
    figure = new_figure(height=height)
    if not rows:
        return figure
    largest = max(row["signed_pop"] or 0 for row in rows) or 1
    xs, ys = ([row[name] for row in rows] for name in ("signing_printed", "fulfilment_printed"))
    x_range, y_range = _span(xs, across_target), _span(ys, upward_target)
    # The words of the level target stand over the half of it that has fewer points.
    middle, row_height = sum(x_range) / 2, 0.1 * (y_range[1] - y_range[0])
    near = [x for x, y in zip(xs, ys, strict=True) if 0 <= y - (upward_target or 0) <= row_height]
    at_right = sum(x < middle for x in near) > sum(x >= middle for x in near)
    said = point_names(
        list(zip(xs, ys, strict=True)),
        [wrapped(row["area_name"]) for row in rows],
        across=x_range,
        upward=y_range,
        lines=(across_target, upward_target),
        words_at_right=at_right,
    )
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="markers+text",
        marker={
            "color": tokens.BLUE_MIDDLE,
            "opacity": 0.85,
            # Area, not width, follows the number of people.
            "size": [10 + 18 * ((row["signed_pop"] or 0) / largest) ** 0.5 for row in rows],
            "line": {"color": tokens.WHITE, "width": 1},
        },
        text=[name for name, _ in said],
        textposition=[side for _, side in said],
        textfont={"size": tokens.SIZE_CHART - 1, "color": tokens.INK},
        cliponaxis=False,
        hovertext=[_hover(row, across, upward) for row in rows],
        hoverinfo="text",
        customdata=[row["area_code"] for row in rows],
        showlegend=False,
    )
    note = {"font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART}}
    line = {"color": tokens.TARGET, "width": 1.5, "dash": "dash"}
    if across_target is not None:
        label = formats.value_text(across_target, across.unit, across.decimals)
        text = f"{across.name}目标 {label}"
        place = {"text": text, "yanchor": "bottom", "xanchor": "right"}
        figure.add_vline(x=across_target, line=line, annotation=note | place)
    if upward_target is not None:
        label = formats.value_text(upward_target, upward.unit, upward.decimals)
        text = f"{upward.name}目标 {label}"
        side = {"xanchor": "right", "x": 1} if at_right else {"xanchor": "left", "x": 0}
        place = {"text": text, "xshift": -8 if at_right else 8, "yanchor": "bottom"} | side
        figure.add_hline(y=upward_target, line=line, annotation=note | place)
    figure.update_xaxes(
        title_text=f"{across.name}({across.unit})",
        range=x_range,
    )
    figure.update_yaxes(
        title_text=f"{upward.name}({upward.unit})",
        range=y_range,
    )
    return figure.update_layout(margin={"t": 36})


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
    air = max(0.12 * (max(shown) - min(shown)), 1.0)
    return [min(shown) - air, max(shown) + air]
