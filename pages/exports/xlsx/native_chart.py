"""A described chart in a workbook: its rows as a small table, and Excel's own chart beside them."""

from collections.abc import Sequence
from math import floor, log10
from typing import Any

import polars as pl

from pages.charts.description import Chart, Series, titled
from pages.exports.sheets import BookSheet, FileColumn
from pages.exports.xlsx import look
from pages.theme import tokens

NAMES = "名称"
START = "起点"
_UNSEEN = tokens.WHITE
_MOST_WITH_TARGET = 20  # upright bars beyond that have no room for their names
_HEIGHT, _WIDTH = 400, 640
_PX_PER_ROW = 26  # of a lying bar: long lists get long charts
_MOST_LABELS = 40
_NEARLY_ALL = 80  # from here on an axis of percent ends at 100


def sheet(chart: Chart, *, name: str, title: str, lines: tuple[str, ...]) -> BookSheet:
    """Return the rows that a chart shows and nothing else, with the chart that they make.

    Cells need no chart: they are a field of figures, the deeper the larger.
    """
    parts = _parts(chart)
    keys = [f"s{number}" for number in range(len(parts))]
    units = [chart.across_unit, chart.unit] if chart.kind == "points" else [chart.unit] * len(parts)
    table = pl.DataFrame(
        {NAMES: list(chart.names)}
        | {key: list(part.values) for key, part in zip(keys, parts, strict=True)},
        schema={NAMES: pl.String} | dict.fromkeys(keys, pl.Float64),
        strict=False,
    )
    columns = [
        FileColumn(key, titled(part.name, unit), "percent" if unit == "%" else "number")
        for key, part, unit in zip(keys, parts, units, strict=True)
    ]
    is_field = chart.kind == "cells"
    return BookSheet(
        name,
        title,
        (FileColumn(NAMES, NAMES), *columns),
        table,
        lines,
        chart=None if is_field else chart,
        shaded=tuple(keys) if is_field else (),
    )


def add_chart(made: Any, page: Any, sheet: BookSheet, chart: Chart, top: int) -> None:
    """Draw the chart right of its rows.

    made, page  The workbook and its sheet, of xlsxwriter.
    top         The row of the headings.
    """
    first, last = top + 1, top + sheet.table.height

    def cells(at: int) -> list[Any]:
        return [sheet.name, first, at, last, at]

    kind = _kind(chart)
    stacked = {"subtype": "stacked"} if chart.stacked or _hangs(chart) else {}
    across = 1 if kind == "scatter" else 0
    bars, over = made.add_chart({"type": kind} | stacked), made.add_chart({"type": "line"})
    for at, series in enumerate(_parts(chart), start=1):
        if at == across:
            continue
        # A line over bars is a second chart upon the first.
        is_over = series.form == "line" and kind != "line"
        (over if is_over else bars).add_series(
            {
                "name": [sheet.name, top, at],
                "categories": cells(across),
                "values": cells(at),
                **_painted("line" if is_over else kind, series),
                **(_point_names(sheet) if kind == "scatter" else {}),
            }
        )
    if over.series:
        bars.combine(over)
    _dress(bars, sheet, kind)
    height = max(_HEIGHT, _PX_PER_ROW * sheet.table.height) if kind == "bar" else _HEIGHT
    bars.set_size({"width": _WIDTH, "height": height})
    page.insert_chart(top, len(sheet.columns) + 1, bars, {"description": chart.alt})


def _parts(chart: Chart) -> list[Series]:
    """The series as columns: what only the screen shows left out, lines and starts put in."""
    shown = [each for each in chart.series if not each.aside]
    if chart.kind == "points":
        across = Series(name=chart.across, values=_first_known(chart, "across", shown))
        upward = _first_known(chart, "values", shown)
        return [across, Series(name=chart.measure, values=upward, form="point")]
    if chart.kind == "lines":
        return shown
    if _hangs(chart):
        starts = [Series(name=START, values=each.starts, colour=_UNSEEN) for each in shown]
        return [part for pair in zip(starts, shown, strict=True) for part in pair]
    bars = [each for each in shown if each.form == "bar"]
    if not (bars and _has_target(chart)):
        return bars or shown
    (line,) = chart.lines
    across = [line.value] * len(chart.names)
    target = Series(
        name=line.name, values=across, form="line", colour=tokens.TARGET, dashed=line.dashed
    )
    return [*bars, target]


def _first_known(chart: Chart, what: str, shown: Sequence[Series]) -> list[float | None]:
    """Of each name the figure of the one series that has a point for it."""
    points = [
        next((series for series in shown if series.values[at] is not None), None)
        for at in range(len(chart.names))
    ]
    return [getattr(each, what)[at] if each else None for at, each in enumerate(points)]


def _hangs(chart: Chart) -> bool:
    """Whether bars begin elsewhere than at zero: they then stand on ones that cannot be seen."""
    return any(each.starts for each in chart.series)


def _has_target(chart: Chart) -> bool:
    return len(chart.lines) == 1 and len(chart.names) <= _MOST_WITH_TARGET and not chart.stacked


def _kind(chart: Chart) -> str:
    """Excel's word for it. A level line can only be drawn across upright bars."""
    if chart.kind == "bars":
        upright = _has_target(chart) and any(each.form == "bar" for each in chart.series)
        return "column" if upright and not _hangs(chart) else "bar"
    return {"columns": "column", "lines": "line", "points": "scatter"}[chart.kind]


def _painted(kind: str, series: Series) -> dict[str, Any]:
    colour = series.colour if isinstance(series.colour, str) else tokens.BLUE
    if kind == "scatter":
        mark = {"type": "circle", "size": 7, "fill": {"color": colour}}
        return {"marker": mark | {"border": {"color": colour}}}
    if kind == "line":
        line: dict[str, Any] = {"color": colour, "width": 2.25}
        line |= {"dash_type": "dash"} if series.dashed else {}
        if series.form == "point":
            line = {"none": True}
        mark: dict[str, Any] = {"type": "none"}
        if not series.dashed:
            mark = {"type": "circle", "size": 5, "fill": {"color": colour}}
            mark |= {"border": {"color": colour}}
        return {"line": line, "marker": mark}
    return {"fill": {"color": colour}, "gap": 60}


def _point_names(sheet: BookSheet) -> dict[str, Any]:
    """The names of the first column beside the points."""
    if sheet.table.height > _MOST_LABELS:
        return {}
    custom = [{"value": name} for name in sheet.table[NAMES].to_list()]
    font = {"name": look.FONT, "size": 9, "color": tokens.INK_QUIET}
    return {"data_labels": {"custom": custom, "value": True, "position": "right", "font": font}}


def _dress(drawn: Any, sheet: BookSheet, kind: str) -> None:
    font = {"name": look.FONT, "size": 10, "color": tokens.INK}
    drawn.set_title({"name": sheet.title, "name_font": font | {"size": 13}})
    figures = sheet.columns[2:] if kind == "scatter" else sheet.columns[1:]
    values = _axis(sheet, figures, font, from_zero=kind in ("bar", "column")) | {
        "major_gridlines": {"visible": True, "line": {"color": tokens.LINE}},
    }
    names: dict[str, Any] = {"num_font": font}
    if kind == "scatter":
        level, upright = sheet.columns[1:3]
        names = _axis(sheet, [level], font) | {"name": level.heading, "name_font": font}
        values |= {"name": upright.heading, "name_font": font}
    if kind == "bar":
        # Lying: the names stand upright, the first row of the table on top, as it is read.
        drawn.set_y_axis(names | {"reverse": True})
        drawn.set_x_axis(values | {"label_position": "low"})
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(values)
    drawn.show_blanks_as("gap")
    is_legend = len(figures) > 1
    drawn.set_legend({"position": "top", "font": font} if is_legend else {"none": True})


def _axis(
    sheet: BookSheet,
    columns: Sequence[FileColumn],
    font: dict[str, Any],
    *,
    from_zero: bool = False,
) -> dict[str, Any]:
    """An axis of figures that begins a little below the smallest of them, or at zero."""
    percent = all(column.kind == "percent" for column in columns)
    drawn = sheet.table.select(column.name for column in columns)
    found = [value for row in drawn.iter_rows() for value in row if value is not None]
    axis: dict[str, Any] = {"num_font": font}
    if percent:
        axis["num_format"] = "0%"
    if from_zero and found and min(found) >= 0:
        axis["min"] = 0
    elif found and min(found) > 0:
        step = 10.0 ** floor(log10(max(found) - min(found) or max(found)))
        lowest = max(floor(min(found) / step - 0.5) * step, 0)
        axis["min"] = lowest / 100 if percent else lowest
    if percent and found and _NEARLY_ALL <= max(found) <= 100:
        axis["max"] = 1
    return axis
