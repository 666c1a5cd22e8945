"""Ranking of areas by one indicator, as horizontal bars."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pages.charts.description import Chart, Label, LineAcross, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
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
def ranking_bar(table: pl.DataFrame, subject: Subject) -> Chart:
    """Describe one bar per area in rank order, then those unranked, then those without a figure.

    table    One row per area in any order; may be empty. printed: the rounded value, null = none
             (state says why). rank int, null = unranked. target: valid for the area, null = none.
             light 达标/预警/滞后 or another word, light_reason why it is lower than its gap.
             small_base: too few people for a rank. numerator, denominator: shown on hover.
    returns  Bars from zero; each is labelled with its value, the light's shape and its word.
             One common target is a labelled dashed line, differing ones a mark on each bar.
             `codes` are the areas', for selection by click.
    raises   ChartDataError when a column is missing.
    source   indicator_ranking.sql
    """
    need(table, NEEDED, "ranking_bar")
    rows = _ordered(table, subject)
    values = [_number(row["printed"]) for row in rows]
    targets = [_number(row["target"]) for row in rows]
    largest = max([*(v for v in values if v is not None), *(t for t in targets if t), 0.0])
    bars = Series(name=subject.name, values=values, hovers=[_hover(row, subject) for row in rows])
    common, marks = _targets(targets, subject)
    return Chart(
        kind="bars",
        alt=describe(table, subject),
        names=[row["area_name"] for row in rows],
        shown=[_axis_name(row) for row in rows],
        codes=[row["area_code"] for row in rows],
        series=[bars, *marks],
        measure=subject.name,
        unit=subject.unit,
        full=largest or 1,
        labels=[
            Label(words=_label(row, subject), colour=tokens.light(row["light"]).text)
            for row in rows
        ],
        lines=common,
        legend=bool(marks),
        height=tokens.bar_height(len(rows)),
        on_screen={
            "xaxis": {"tickvals": _ticks(largest)},
            "margin": {"t": 28, "r": _LABEL_ROOM},
        },
    )


@made_once
def finding(table: pl.DataFrame, subject: Subject, level_name: str) -> str:
    """What the ranking says, as a title: 县域内就诊率：6个县（市、区）3个达标，末位灌云县."""
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


def _targets(
    targets: Sequence[float | None], subject: Subject
) -> tuple[Sequence[LineAcross], Sequence[Series]]:
    """The one target of all areas as a line, or each area's own as a mark on its bar."""
    different = {target for target in targets if target is not None}
    if not different:
        return [], []
    if len(different) == 1:
        (target,) = different
        words = f"目标 {formats.value_text(target, subject.unit, subject.decimals)}"
        place = {"yanchor": "bottom", "y": 1, "x": target, "xanchor": "center"}
        return [LineAcross(name="目标", value=target, words=words, on_screen=place)], []
    mark = {"symbol": "line-ns", "size": 18, "line": {"color": tokens.TARGET, "width": 2}}
    return [], [Series(name="目标", values=targets, form="point", on_screen={"marker": mark})]


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
