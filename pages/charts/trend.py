"""Trend of one indicator: this value, the same period last year, and the target."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from data.periods import Period
from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.mch_year import mark_mch_years
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.charts.time_axis import time_axis
from pages.charts.trend_marks import Event, add_corrections, add_events, add_filed_otherwise
from pages.charts.trend_words import NEEDED, filed_otherwise, named, value
from pages.theme import formats, tokens

_LABEL_ROOM = 0.1  # of the chart's height, for one line of words
_END_LABEL_ROOM = 92  # px right of the plot for the newest value


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
) -> Figure:
    """Draw one indicator of one area over its own periods.

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
    returns  Value (deep blue), last year (thin grey), target (dashed ink), each with its name or
             figure at the line itself; a legend only where there is something else.
    raises   ChartDataError when a column is missing.
    source   indicator_trend.sql
    """
    need(table, NEEDED, "trend")
    figure = new_figure(height=height)
    rows = _every_period(table)
    if not rows:
        return figure
    ordinals = [row["ordinal"] for row in rows]
    if other is None:
        _add_last_year(figure, rows, ordinals)
    else:
        _add_other(figure, other, ordinals, subject, names[1])
    _add_target(figure, rows, ordinals, subject)
    _add_line(figure, rows, ordinals, subject, names[0] or _kind(table))
    add_filed_otherwise(figure, rows)
    add_corrections(figure, rows, corrected or {})
    add_events(figure, rows, events)
    if mch_year:
        mark_mch_years(figure, table["period"])
    figure.update_xaxes(
        **time_axis([row["period"] for row in rows], ordinals),
        range=[ordinals[0] - 0.5, ordinals[-1] + 0.5],
    )
    figure.update_yaxes(title_text=f"{subject.name}({subject.unit})")
    return figure.update_layout(
        showlegend=other is not None or bool(corrected),
        hovermode="closest",
        margin={"t": 36, "r": _END_LABEL_ROOM},
        legend={"traceorder": "reversed"},
    )


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


def _add_other(
    figure: Figure, other: pl.DataFrame, ordinals: list[int], subject: Subject, name: str
) -> None:
    rows = [row for row in _every_period(other) if ordinals[0] <= row["ordinal"] <= ordinals[-1]]
    figure.add_scatter(
        x=[row["ordinal"] for row in rows],
        y=[_number(row["printed"]) for row in rows],
        name=name,
        mode="lines+markers",
        connectgaps=False,
        line={"color": tokens.OTHER, "width": 2, "dash": "dot"},
        marker={"size": 5, "color": tokens.OTHER, "symbol": "square"},
        hovertext=[f"{name}<br>{_hover(row, subject)}" for row in rows],
        hoverinfo="text",
    )


def _add_line(
    figure: Figure,
    rows: list[dict[str, Any]],
    ordinals: list[int],
    subject: Subject,
    name: str,
) -> None:
    values = [_number(row["printed"]) for row in rows]
    final = max((i for i, value in enumerate(values) if value is not None), default=None)
    figure.add_scatter(
        x=ordinals,
        y=values,
        name=name,
        mode="lines+markers+text",
        connectgaps=False,
        line={"color": tokens.BLUE, "width": 2.5},
        marker={
            "size": [8 if row["provisional"] or i == final else 5 for i, row in enumerate(rows)],
            "color": [tokens.WHITE if row["provisional"] else tokens.BLUE for row in rows],
            "line": {"color": tokens.BLUE, "width": 2},
        },
        text=[_end_label(row, subject) if i == final else "" for i, row in enumerate(rows)],
        textposition="middle right",
        textfont={"color": tokens.BLUE, "size": tokens.SIZE_BODY},
        cliponaxis=False,
        hovertext=[_hover(row, subject) for row in rows],
        hoverinfo="text",
        customdata=[row["period"] for row in rows],
    )


def _add_last_year(figure: Figure, rows: list[dict[str, Any]], ordinals: list[int]) -> None:
    values = [_number(row["yoy_value"]) for row in rows]
    if any(value is not None for value in values):
        last = max(i for i, value in enumerate(values) if value is not None)
        side = _beside_the_value(rows, values[last])
        # An empty line between the words and the point keeps them clear of the newest value.
        name = {"top right": " 上年同期<br> ", "bottom right": " <br> 上年同期"}.get(
            side, " 上年同期"
        )
        figure.add_scatter(
            x=ordinals,
            y=values,
            name="上年同期",
            mode="lines+text",
            connectgaps=False,
            line={"color": tokens.LAST_YEAR, "width": 1.5},
            text=[name if i == last else "" for i in range(len(rows))],
            textposition=side,
            textfont={"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
            cliponaxis=False,
            hoverinfo="skip",
        )


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


def _add_target(
    figure: Figure, rows: list[dict[str, Any]], ordinals: list[int], subject: Subject
) -> None:
    values = [_number(row["target"]) for row in rows]
    known = [i for i, value in enumerate(values) if value is not None]
    if not known:
        return
    word = "目标" if rows[known[0]]["target_status"] == "采用" else "参考目标"
    figure.add_scatter(
        x=ordinals,
        y=values,
        name=word,
        mode="lines",
        connectgaps=False,
        line={"color": tokens.TARGET, "width": 1.5, "dash": "dash", "shape": "hv"},
        hoverinfo="skip",
    )
    at_right, upright = _clear_of_the_lines([rows[i] for i in known])
    end = known[-1] if at_right else known[0]
    label = formats.value_text(rows[end]["target"], subject.unit, subject.decimals)
    figure.add_annotation(
        x=ordinals[end],
        y=values[end],
        text=f"{word} {label}",
        showarrow=False,
        xanchor="right" if at_right else "left",
        yanchor=upright,
        font={"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
    )


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
