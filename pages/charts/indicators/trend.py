"""Trend of one indicator: this value, the same period last year, and the target."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from data.periods import Period
from pages.charts.axes import time_axis
from pages.charts.description import Chart, Series
from pages.charts.errors import need
from pages.charts.indicators.trend_marks import (
    Event,
    correction_marks,
    event_lines,
    filed_otherwise_marks,
    mch_year_lines,
    turning_lines,
)
from pages.charts.indicators.trend_words import (
    NEEDED,
    describe,
    filed_otherwise,
    named,
    turns,
    value,
)
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.theme import formats, tokens

_LABEL_ROOM = 0.1  # of the chart's height, for one line of words
_END_LABEL_ROOM = 92  # px right of the plot for the newest value
_LAYOUT: dict[str, Any] = {
    "hovermode": "closest",
    "margin": {"t": 36, "r": _END_LABEL_ROOM},
    "legend": {"traceorder": "reversed"},
}


@made_once
def trend(
    table: pl.DataFrame,
    subject: Subject,
    *,
    height: int = tokens.CHART_HEIGHT,
    events: Sequence[Event] = (),
    corrected: Mapping[str, str] | None = None,
    other: pl.DataFrame | None = None,
    names: tuple[str, str] = ("", ""),
    mch_year: bool = False,
) -> Chart:
    """Describe one indicator of one area over its own periods.

    table    One row per period, ascending; may be empty, may skip periods.
             period str (2020-W51, 2020-11 …). printed: the rounded value in the indicator's unit,
             null = not reported: the line breaks there. numerator, denominator: shown on hover.
             provisional bool: a hollow point. target: valid in that period, null = none;
             target_status 采用 or 参考. yoy_value: the same period a year before, null = none.
             state: the word for a period without a value. units_differ: others filed than for the
             period before: a triangle at the point. cumulative_word: 本年累计 …, null for a
             figure of the period alone, which is called 本期.
    events   Drawn as numbered thin lines, in the order given, which a list below explains.
    corrected  Period to what was changed, in words: a ring around the point, read on hover.
    other    The same of another area, a second line; last year's is then left out.
    names    What the line is called if not by its kind, and what the other's.
    mch_year Mark where the year of mothers and children begins.
    returns  The series: value (deep blue), last year (thin grey), target (dashed ink), each with
             its name or figure at the line itself; a legend only where there is something else.
    raises   ChartDataError when a column is missing.
    source   indicator_trend.sql
    """
    need(table, NEEDED, "trend")
    rows = _every_period(table)
    ordinals = [row["ordinal"] for row in rows]
    behind = _last_year(rows) if other is None else [_other(other, ordinals, subject, names[1])]
    target = _target(rows)
    with_legend = other is not None or bool(corrected)
    return Chart(
        kind="lines",
        alt=describe(table, subject) + (f"对比{names[1]}。" if other is not None else ""),
        names=[formats.period_short(row["period"]) for row in rows],
        places=ordinals,
        series=[
            *behind,
            *target,
            _line(rows, subject, names[0] or _kind(table)),
            *filed_otherwise_marks(rows),
            *correction_marks(rows, corrected or {}),
        ],
        measure=subject.name,
        unit=subject.unit,
        decimals=subject.decimals,
        lines=[
            *event_lines(rows, events),
            *mch_year_lines(table["period"] if mch_year else ()),
            *turning_lines(table["period"], _turning_words(table)),
        ],
        legend=with_legend,
        height=height,
        notes=[_target_words(rows, target[0].name, subject)] if target else [],
        on_screen=_LAYOUT | {"showlegend": with_legend, "xaxis": _periods(rows)},
    )


def _turning_words(table: pl.DataFrame) -> dict[str, str]:
    """What stands at the lines where the target or the population is another one."""
    return {
        period: "目标改" if row["population_before"] is None else "人群改"
        for period, row in turns(table).items()
    }


def _periods(rows: list[dict[str, Any]]) -> dict[str, Any]:
    if not rows:
        return {}
    ordinals = [row["ordinal"] for row in rows]
    ends = {"range": [ordinals[0] - 0.5, ordinals[-1] + 0.5]}
    return time_axis([row["period"] for row in rows], ordinals) | ends


def _kind(table: pl.DataFrame) -> str:
    """What the line shows: 本年累计 or another sum up to the period, else 本期."""
    return next(iter(table["cumulative_word"].drop_nulls()), "本期")


def _every_period(table: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows with their ordinal, and an empty row for each period the table skips."""
    rows = {Period.parse(row["period"]).ordinal: row for row in table.iter_rows(named=True)}
    if not rows:
        return []
    frequency = Period.parse(table["period"][0]).frequency
    empty = dict.fromkeys(table.columns)
    return [
        (rows.get(ordinal) or empty | {"period": Period(frequency, ordinal).text})
        | {"ordinal": ordinal}
        for ordinal in range(min(rows), max(rows) + 1)
    ]


def _other(other: pl.DataFrame, ordinals: list[int], subject: Subject, name: str) -> Series:
    rows = {row["ordinal"]: row for row in _every_period(other)}
    shown = [rows.get(ordinal) for ordinal in ordinals]
    return Series(
        name=name,
        form="line",
        values=[_number(row["printed"]) if row else None for row in shown],
        colour=tokens.OTHER,
        dashed=True,
        hovers=[f"{name}<br>{_hover(row, subject)}" if row else "" for row in shown],
        on_screen={
            "mode": "lines+markers",
            "line": {"width": 2, "dash": "dot"},
            "marker": {"size": 5, "color": tokens.OTHER, "symbol": "square"},
        },
    )


def _line(rows: list[dict[str, Any]], subject: Subject, name: str) -> Series:
    values = [_number(row["printed"]) for row in rows]
    final = max((i for i, value in enumerate(values) if value is not None), default=None)
    return Series(
        name=name,
        form="line",
        values=values,
        colour=tokens.BLUE,
        texts=[_end_label(row, subject) if i == final else "" for i, row in enumerate(rows)],
        hovers=[_hover(row, subject) for row in rows],
        on_screen={
            "mode": "lines+markers+text",
            "line": {"width": 2.5},
            "marker": {
                "size": [
                    8 if row["provisional"] or i == final else 5 for i, row in enumerate(rows)
                ],
                "color": [tokens.WHITE if row["provisional"] else tokens.BLUE for row in rows],
                "line": {"color": tokens.BLUE, "width": 2},
            },
            "textposition": "middle right",
            "textfont": {"color": tokens.BLUE, "size": tokens.SIZE_BODY},
            "cliponaxis": False,
        },
    )


def _last_year(rows: list[dict[str, Any]]) -> Sequence[Series]:
    values = [_number(row["yoy_value"]) for row in rows]
    if all(value is None for value in values):
        return []
    last = max(i for i, value in enumerate(values) if value is not None)
    side = _beside_the_value(rows, values[last])
    # An empty line between the words and the point keeps them clear of the newest value.
    name = {"top right": " 上年同期<br> ", "bottom right": " <br> 上年同期"}.get(side, " 上年同期")
    return [
        Series(
            name="上年同期",
            form="line",
            values=values,
            colour=tokens.LAST_YEAR,
            texts=[name if i == last else "" for i in range(len(rows))],
            on_screen={
                "mode": "lines+text",
                "line": {"width": 1.5},
                "textposition": side,
                "textfont": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
                "cliponaxis": False,
            },
        )
    ]


def _beside_the_value(rows: list[dict[str, Any]], last_year: float | None) -> str:
    """Where the name of last year's line stands: at its end, out of the way of the newest value."""
    known = [value for row in rows if (value := _number(row["printed"])) is not None]
    if not known or last_year is None:
        return "middle right"
    apart = last_year - known[-1]
    if abs(apart) > _LABEL_ROOM * _spread(rows):
        return "middle right"
    return "top right" if apart > 0 else "bottom right"


def _spread(rows: list[dict[str, Any]]) -> float:
    """How far apart the highest and the lowest point of the chart are."""
    drawn = [
        float(row[name])
        for row in rows
        for name in ("printed", "yoy_value", "target")
        if row[name] is not None
    ]
    return max(drawn) - min(drawn) if drawn else 0.0


def _target(rows: list[dict[str, Any]]) -> Sequence[Series]:
    known = [row for row in rows if row["target"] is not None]
    if not known:
        return []
    return [
        Series(
            name="目标" if known[0]["target_status"] == "采用" else "参考目标",
            form="line",
            values=[_number(row["target"]) for row in rows],
            colour=tokens.TARGET,
            dashed=True,
            on_screen={"line": {"width": 1.5, "shape": "hv"}},
        )
    ]


def _target_words(rows: list[dict[str, Any]], word: str, subject: Subject) -> dict[str, Any]:
    """The target's figure at the end of its line that is clear of the others."""
    known = [row for row in rows if row["target"] is not None]
    at_right, upright = _clear_of_the_lines(known)
    end = known[-1 if at_right else 0]
    return {
        "x": end["ordinal"],
        "y": _number(end["target"]),
        "text": f"{word} {formats.value_text(end['target'], subject.unit, subject.decimals)}",
        "showarrow": False,
        "xanchor": "right" if at_right else "left",
        "yanchor": upright,
        "font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
    }


def _clear_of_the_lines(rows: list[dict[str, Any]]) -> tuple[bool, str]:
    """At which end of the target line, and on which side of it, no other line runs through a label.

    returns  (at the right end?, "bottom" above the line or "top" below it).
    """
    third, room = max(2, -(-len(rows) // 3)), _LABEL_ROOM * _spread(rows)
    for at_right, part in ((False, rows[:third]), (True, rows[-third:])):
        above = [
            float(row[name]) - float(row["target"])
            for row in part
            for name in ("printed", "yoy_value")
            if row[name] is not None
        ]
        for anchor, side in (("bottom", 1), ("top", -1)):
            if all(side * each < 0 for each in above) or all(side * each > room for each in above):
                return at_right, anchor
    return False, "bottom"


def _end_label(row: dict[str, Any], subject: Subject) -> str:
    mark = "暂" if row["provisional"] else ""
    return f" {value(row, subject)}{mark}"


def _hover(row: dict[str, Any], subject: Subject) -> str:
    title = f"<b>{formats.period_label(row['period'])}</b>"
    if row["printed"] is None:
        return f"{title}<br>{row['state'] or '未报'}"
    lines = [
        title,
        f"{named(row, subject)} {value(row, subject)}" + ("（暂）" if row["provisional"] else ""),
    ]
    lines += filed_otherwise(row)
    if row["denominator"] is not None:
        lines.append(formats.share_note(row["numerator"], row["denominator"]))
    if row["yoy_value"] is not None:
        last_year = formats.value_text(row["yoy_value"], subject.unit, subject.decimals)
        lines.append(f"上年同期 {last_year}")
    if row["target"] is not None:
        lines.append(f"目标 {formats.value_text(row['target'], subject.unit, subject.decimals)}")
    return "<br>".join(lines)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
