"""Ranking of areas by one indicator, as horizontal bars."""

from typing import Any

import polars as pl

from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.theme import formats, tokens

NEEDED = (
    "area_code",
    "area_name",
    "printed",
    "numerator",
    "denominator",
    "rank",
    "target",
    "light",
    "light_reason",
    "small_base",
    "state",
)

_LABEL_ROOM = 148  # px right of the plot for value, shape and word


@made_once
def ranking_bar(table: pl.DataFrame, subject: Subject) -> Figure:
    """Draw one bar per area in rank order, then those without a rank, then those without a figure.

    table    One row per area in any order; may be empty. printed: the rounded value, null = none
             (state says why). rank int, null = unranked. target: valid for the area, null = none.
             light 达标/预警/滞后 or another word, light_reason why it is lower than its gap.
             small_base: too few people for a rank. numerator, denominator: shown on hover.
    returns  Bars from zero; each is labelled with its value, the light's shape and its word.
             One common target is a labelled dashed line, differing ones a mark on each bar.
             `customdata` holds the area code, for selection by click.
    raises   ChartDataError when a column is missing.
    source   indicator_ranking.sql
    """
    need(table, NEEDED, "ranking_bar")
    rows = _ordered(table, subject)
    figure = new_figure(height=tokens.bar_height(len(rows)))
    if not rows:
        return figure
    values = [_number(row["printed"]) for row in rows]
    # Ticks by position: two areas may share a name.
    positions = list(range(len(rows)))
    figure.add_bar(
        x=[value or 0 for value in values],
        y=positions,
        orientation="h",
        marker={"color": tokens.BLUE_MIDDLE},
        hovertext=[_hover(row, subject) for row in rows],
        hoverinfo="text",
        customdata=[row["area_code"] for row in rows],
        showlegend=False,
    )
    targets = [_number(row["target"]) for row in rows]
    largest = max([*(v for v in values if v is not None), *(t for t in targets if t), 0.0])
    # One column right of bars and target line, so that a label is never crossed by either.
    figure.add_scatter(
        x=[largest * 1.02 or 0.02] * len(rows),
        y=positions,
        mode="text",
        text=[_label(row, subject) for row in rows],
        textposition="middle right",
        textfont={
            "color": [tokens.light(row["light"]).text for row in rows],
            "size": tokens.SIZE_CHART,
        },
        hoverinfo="skip",
        cliponaxis=False,
        showlegend=False,
    )
    _add_target(figure, targets, rows, subject)
    figure.update_xaxes(
        range=[0, largest * 1.05 or 1],
        tickvals=_ticks(largest),
        title_text=f"{subject.name}({subject.unit})",
        tickangle=0,
    )
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[_axis_name(row) for row in rows],
        range=[len(rows) - 0.4, -0.7],
        tickfont={"color": tokens.INK, "size": tokens.SIZE_CHART},
        showgrid=False,
    )
    return figure.update_layout(margin={"t": 28, "r": _LABEL_ROOM})


@made_once
def finding(table: pl.DataFrame, subject: Subject, level_name: str) -> str:
    """What the ranking says, as a title: 县域内就诊率：6个县(市、区、旗)3个达标，末位灌云县."""
    need(table, NEEDED, "ranking_bar")
    lights = [light for light in table["light"] if light in tokens.LIGHTS]
    said = [f"{len(lights)}个{level_name}中{lights.count(tokens.MET.word)}个达标"] if lights else []
    ends = _ends(table, subject)
    said += [f"末位{ends['末位']}"] if ends["末位"] else []
    return f"{subject.name}：{'，'.join(said)}" if said else f"各{level_name}{subject.name}"


@made_once
def describe(table: pl.DataFrame, subject: Subject) -> str:
    """The ranking in one sentence, for those who cannot see it."""
    need(table, NEEDED, "ranking_bar")
    shown = table["printed"].count()
    if not shown:
        return f"{subject.name}排名图：没有可比的区划。"
    said = [f"{word}{names}" for word, names in _ends(table, subject).items() if names]
    small = table["small_base"].sum()
    said += [f"{small}个基数小、不排名"] if small else []
    silent = table.filter(pl.col("printed").is_null() & (pl.col("state") != "不适用")).height
    said += [f"{silent}个无数"] if silent else []
    return f"{subject.name}排名图：{'，'.join([f'共{shown}个区划', *said])}。"


def _ends(table: pl.DataFrame, subject: Subject) -> dict[str, str]:
    """Who is first and who is last of those with a rank; empty where all are equal."""
    ranked = table.drop_nulls("rank").select("area_name", "printed").rows()
    known = [
        (name, printed, formats.value_text(printed, subject.unit, subject.decimals))
        for name, printed in ranked
    ]
    less = subject.direction == "lower_better"
    ends = {"首位": not less, "末位": less}
    return {word: at_end(known, most=most) if len(known) > 1 else "" for word, most in ends.items()}


def _ordered(table: pl.DataFrame, subject: Subject) -> list[dict[str, Any]]:
    more = subject.direction != "lower_better"
    by, down = ["rank", "printed", "area_code"], [False, more, False]
    return table.sort(by, descending=down, nulls_last=True).to_dicts()


def _add_target(
    figure: Figure, targets: list[float | None], rows: list[dict[str, Any]], subject: Subject
) -> None:
    different = {target for target in targets if target is not None}
    if len(different) == 1:
        (target,) = different
        printed = next(row["target"] for row in rows if row["target"] is not None)
        figure.add_vline(
            x=target,
            line={"color": tokens.TARGET, "width": 1.5, "dash": "dash"},
            annotation={
                "text": f"目标 {formats.value_text(printed, subject.unit, subject.decimals)}",
                "font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
                "yanchor": "bottom",
                "y": 1,
                "x": target,
                "xanchor": "center",
            },
        )
    elif different:
        figure.add_scatter(
            x=targets,
            y=list(range(len(rows))),
            mode="markers",
            name="目标",
            marker={
                "symbol": "line-ns",
                "size": 18,
                "line": {"color": tokens.TARGET, "width": 2},
            },
            hoverinfo="skip",
            showlegend=True,
        )


def _label(row: dict[str, Any], subject: Subject) -> str:
    if row["printed"] is None:
        return f" {row['state'] or '未报'}"
    light = tokens.light(row["light"])
    value = formats.value_text(row["printed"], subject.unit, subject.decimals)
    if row["light"] in tokens.LIGHTS:
        return f" {value} {light.shape} {light.word}"
    return f" {value}" if row["state"] == "正常" else f" {value} {row['state']}"


def _axis_name(row: dict[str, Any]) -> str:
    name = wrapped(row["area_name"])
    return name if row["rank"] is None else f"{name}  {row['rank']}{_moved(row)}"


def _moved(row: dict[str, Any]) -> str:
    """↑2 for two places gained since the period before, ↓2 for two lost, else nothing."""
    change = row.get("rank_change")
    if not change:
        return ""
    return f" ↑{change}" if change > 0 else f" ↓{-change}"


def _hover(row: dict[str, Any], subject: Subject) -> str:
    title = f"<b>{row['area_name']}</b>"
    if row["printed"] is None:
        return f"{title}<br>{row['state'] or '未报'}"
    lines = [
        title,
        f"{subject.name} {formats.value_text(row['printed'], subject.unit, subject.decimals)}",
    ]
    if row["rank"] is not None:
        lines.append(f"第{row['rank']}名{_moved(row)}")
    if row["small_base"]:
        lines.append("基数小，不排名")
    if row["denominator"] is not None:
        lines.append(formats.share_note(row["numerator"], row["denominator"]))
    if row["target"] is not None:
        lines.append(f"目标 {formats.value_text(row['target'], subject.unit, subject.decimals)}")
    lines.append("，".join(filter(None, (tokens.light(row["light"]).word, row["light_reason"]))))
    return "<br>".join(lines)


def _ticks(largest: float) -> list[float]:
    """Three to six round steps from zero to the largest value, none under the labels beyond it."""
    if largest <= 0:
        return [0]
    step = 10.0 ** len(str(int(largest))) / 10
    while largest / step < 3:
        step /= 2
    while largest / step > 6:
        step *= 2
    return [i * step for i in range(int(largest / step) + 1)]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
