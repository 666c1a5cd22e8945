"""A described chart as Plotly's figure, for the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pages.charts.description import Chart, LineAcross, Series, titled
from pages.charts.figure import Figure, merge, new_figure
from pages.charts.once import made_once
from pages.theme import tokens

_FEW = 6  # columns of cells that have room for the full size
_AIR = 0.6  # rows above the first and below the last bar
# Words beside bars begin a little right of the longest, and the axis ends there: no grid line
# runs through them. In shares of the longest bar.
_WORDS_AT, _END = 1.01, 1.02
# White for nothing, then only as deep as ink on it stays readable.
_STEPS = (tokens.WHITE, *tokens.SEQUENTIAL_GROUND)
_SCALE = [[step / (len(_STEPS) - 1), colour] for step, colour in enumerate(_STEPS)]
_INK = {"color": tokens.INK, "size": tokens.SIZE_CHART}
_QUIET = {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART}


@dataclass(frozen=True)
class Picture:
    """What only the screen can draw: a map, tiles, a flow. alt: for those who cannot see it."""

    drawn: Figure
    alt: str


@made_once
def figure(chart: Chart | Picture) -> Figure:
    """Draw a chart; one without a name is empty."""
    if isinstance(chart, Picture):
        return chart.drawn
    drawn = new_figure(height=chart.height)
    if not chart.names:
        return drawn
    if chart.kind == "cells":
        _add_cells(drawn, chart)
    else:
        for series in chart.series:
            _add_series(drawn, chart, series)
    if chart.labels:
        _add_labels(drawn, chart)
    for line in chart.lines:
        _add_line(drawn, chart, line)
    for note in chart.notes:
        drawn.add_annotation(**note)
    across, upward = _axes(chart)
    drawn.update_xaxes(**across).update_yaxes(**upward)
    ground = {"plot_bgcolor": tokens.NOT_REPORTED} if chart.kind == "cells" else {}
    return drawn.update_layout(**ground, **chart.on_screen)


def _add_series(drawn: Figure, chart: Chart, series: Series) -> None:
    across: Sequence[Any] = series.across if chart.kind == "points" else _places(chart)
    lying = chart.kind == "bars"
    trace: dict[str, Any] = {
        "x": series.values if lying else across,
        "y": across if lying else series.values,
        "name": series.name,
        "text": series.texts or None,
        "hovertext": series.hovers or None,
        "hoverinfo": "text" if series.hovers else "skip",
        "customdata": chart.codes or None,
        "showlegend": chart.legend,
    }
    if series.form == "bar":
        trace |= {"orientation": "h" if lying else "v", "base": series.starts or None}
        drawn.add_bar(**merge(trace | {"marker": {"color": series.colour}}, series.on_screen))
    elif series.form == "line":
        line = {"color": series.colour, "dash": "dash" if series.dashed else None}
        trace |= {"mode": "lines", "connectgaps": False, "line": line}
        drawn.add_scatter(**merge(trace, series.on_screen))
    else:
        trace |= {"mode": "markers", "marker": {"color": series.colour}}
        drawn.add_scatter(**merge(trace, series.on_screen))


def _add_cells(drawn: Figure, chart: Chart) -> None:
    """A field of cells: a column for each series, the deeper the cell the larger its figure.

    `depth` of a series, in Plotly's place: what decides the colour where it is not the figure.
    """
    depths = [series.on_screen.get("depth", series.values) for series in chart.series]
    deepest = max((each for column in depths for each in column if each is not None), default=0)
    drawn.add_heatmap(
        z=_turned(depths),
        x=list(range(len(chart.series))),
        y=_places(chart),
        zmin=0,
        zmax=deepest or 1,
        colorscale=_SCALE,
        showscale=False,
        xgap=2,
        ygap=2,
        text=_turned([series.texts for series in chart.series]),
        texttemplate="%{text}",
        textfont=_INK | {"size": tokens.SIZE_CHART - (len(chart.series) > _FEW)},
        hovertext=_turned([series.hovers for series in chart.series]),
        hoverinfo="text",
    )


def _turned(columns: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Columns as rows."""
    return [list(row) for row in zip(*columns, strict=True)]


def _add_labels(drawn: Figure, chart: Chart) -> None:
    """The words of the bars in one column, so that neither a bar nor a line crosses them."""
    two_lines = any("<br>" in each.words for each in chart.labels)
    drawn.add_scatter(
        x=[chart.full * _WORDS_AT if each.at is None else each.at for each in chart.labels],
        y=_places(chart),
        mode="text",
        text=[each.words for each in chart.labels],
        textposition="middle right",
        textfont={
            "color": [each.colour for each in chart.labels],
            "size": tokens.SIZE_CHART - two_lines,
        },
        hoverinfo="skip",
        cliponaxis=False,
        showlegend=False,
    )


def _add_line(drawn: Figure, chart: Chart, line: LineAcross) -> None:
    look: dict[str, Any] = {"color": tokens.TARGET, "width": 1.5}
    if line.quiet:
        look = {"color": tokens.AXIS, "width": 1, "dash": "dot"}
    elif line.dashed:
        look |= {"dash": "dash"}
    words = {"text": line.words, "font": _QUIET} | dict(line.on_screen)
    if line.axis == "across" or chart.kind == "bars":
        drawn.add_vline(x=line.value, line=look, annotation=words)
    else:
        drawn.add_hline(y=line.value, line=look, annotation=words)


def _axes(chart: Chart) -> tuple[dict[str, Any], dict[str, Any]]:
    """The level and the upright axis, before a chart's own settings."""
    figures: dict[str, Any] = {"title_text": chart.axis}
    if chart.kind in ("columns", "lines", "points"):
        return {"title_text": titled(chart.across, chart.across_unit)}, figures
    places = _places(chart)
    names = {
        "tickvals": places,
        "ticktext": chart.shown or chart.names,
        "range": [places[-1] + _AIR, places[0] - _AIR],
        "tickfont": _INK,
        "showgrid": False,
    }
    if chart.kind == "bars":
        end = {"range": [0, chart.full * _END]} if chart.full else {}
        return figures | {"tickangle": 0} | end, names
    plain = {"showgrid": False, "zeroline": False, "tickfont": _INK}
    columns = {"tickvals": list(range(len(chart.series))), "side": "top", "tickangle": 0}
    return plain | columns, names | plain


def _places(chart: Chart) -> Sequence[float]:
    return chart.places or list(range(len(chart.names)))
