"""What a figure shows, as plain rows: enough to draw it again where there is no Plotly."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from data.errors import UsageError
from pages.theme import formats, tokens

_BREAK = re.compile(r"<br\s*/?>")
_TAG = re.compile(r"<[^>]+>")
_RANK = re.compile(r"\s{2,}\d+( [↑↓]\d+)?$")  # the ranking writes it behind the name
_UNIT = re.compile(r"\(([^()]+)\)$")
_FIGURE = re.compile(r"-?\d+(\.\d+)?")
_MOST_WITH_TARGET = 20  # upright bars beyond that have no room for their names
BASE = "起点"


@dataclass(frozen=True)
class Shown:
    """One line or row of bars. values has one entry per name; None is a gap."""

    name: str
    values: tuple[float | None, ...]
    colour: str = ""
    line: bool = False
    dashed: bool = False


@dataclass(frozen=True)
class Native:
    """A figure as names and series. Scatter: the first series is across, the second upward.

    heat  No chart of a spreadsheet: a field of cells, a series per column, deeper with the figure.
    """

    kind: Literal["bar", "column", "line", "scatter", "heat"]
    names: tuple[str, ...]
    series: tuple[Shown, ...]
    unit: str = ""
    stacked: bool = False


def native(figure: Any) -> Native | None:
    """Read a figure of pages/charts; None for what a spreadsheet cannot show (map, tiles, flow)."""
    figure = go.Figure(
        figure.data, figure.layout
    )  # read once; a figure of pages/charts is made anew at every look
    if [trace.type for trace in figure.data] == ["heatmap"]:
        return _heat(figure, figure.data[0])
    traces = [trace for trace in figure.data if trace.type in ("bar", "scatter", "scattergl")]
    if len(traces) < len(figure.data):
        return None
    bars = [trace for trace in traces if trace.type == "bar" and not _is_ground(trace)]
    marks = [trace for trace in traces if trace.type != "bar"]
    lines = [trace for trace in marks if "lines" in str(trace.mode or "")]
    if bars:
        return _bars(figure, bars, lines)
    if lines:
        return _lines(figure, lines)
    points = [trace for trace in marks if "markers" in str(trace.mode or "")]
    if points and _list(figure.layout.yaxis.ticktext):
        return _dots(figure, points)
    return _points(figure, points) if points else None


def _bars(figure: Any, bars: list[Any], lines: list[Any]) -> Native:
    lying = bars[0].orientation == "h"
    places, axis, other = ("y", figure.layout.yaxis, figure.layout.xaxis)
    if not lying:
        places, axis, other = ("x", figure.layout.xaxis, figure.layout.yaxis)
    order = list(dict.fromkeys(each for bar in bars for each in _list(bar[places])))
    words = _words(axis, bars, places)
    title = _plain(other.title.text)
    unit = _unit(title)
    series = []
    hanging = [bar for bar in bars if any(_list(bar.base))]
    for bar in bars:
        values = _by_place(bar, places, "x" if lying else "y", order)
        if hanging == [bar]:
            # Bars that do not begin at zero stand on one that cannot be seen. Where several do,
            # they stand on each other.
            series.append(Shown(BASE, _by_place(bar, places, "base", order)))
        series.append(Shown(_name(bar, title), values, _colour(bar)))
    stacked = figure.layout.barmode in ("stack", "relative") or bool(hanging)
    kind: Literal["bar", "column"] = "bar" if lying else "column"
    target = _target(figure) if lying else None
    if target is not None and len(order) <= _MOST_WITH_TARGET and not stacked:
        kind = "column"
        series.append(Shown("目标", (target,) * len(order), tokens.TARGET, line=True, dashed=True))
    if not lying:
        for line in lines:
            values = _by_place(line, "x", "y", order)
            series.append(Shown(_name(line, title), values, _colour(line), True, _is_dashed(line)))
    return Native(
        kind, tuple(words.get(each, str(each)) for each in order), tuple(series), unit, stacked
    )


def _lines(figure: Any, lines: list[Any]) -> Native:
    order = sorted({each for line in lines for each in _list(line.x) if each is not None})
    words = _words(figure.layout.xaxis, lines, "x")
    title = _plain(figure.layout.yaxis.title.text)
    series = tuple(
        Shown(
            _name(line, title),
            _by_place(line, "x", "y", order),
            _colour(line),
            line=True,
            dashed=_is_dashed(line),
        )
        for line in lines
    )
    return Native("line", tuple(words.get(each, str(each)) for each in order), series, _unit(title))


def _dots(figure: Any, points: list[Any]) -> Native:
    """Dots on a line per name: bars beside each other, as a spreadsheet has no such chart."""
    order = list(dict.fromkeys(each for trace in points for each in _list(trace.y)))
    words = _words(figure.layout.yaxis, points, "y")
    title = _plain(figure.layout.xaxis.title.text)
    series = tuple(
        Shown(_name(each, title), _by_place(each, "y", "x", order), _marker(each) or "")
        for each in points
    )
    return Native("bar", tuple(words.get(each, str(each)) for each in order), series, _unit(title))


def _points(figure: Any, points: list[Any]) -> Native | None:
    names: list[str] = []
    across: list[float | None] = []
    upward: list[float | None] = []
    for trace in points:
        texts = _list(trace.hovertext) or _list(trace.text) or [""] * len(_list(trace.x))
        names += [_plain(_BREAK.split(str(text))[0]) for text in texts]
        across += [_number(each) for each in _list(trace.x)]
        upward += [_number(each) for each in _list(trace.y)]
    if not len(names) == len(across) == len(upward) or not any(e is not None for e in upward):
        return None
    titles = [_plain(axis.title.text) for axis in (figure.layout.xaxis, figure.layout.yaxis)]
    return Native(
        "scatter",
        tuple(names),
        (Shown(titles[0] or "横轴", tuple(across)), Shown(titles[1] or "纵轴", tuple(upward))),
        _unit(titles[1]),
    )


def _heat(figure: Any, trace: Any) -> Native | None:
    """The figures as printed in the cells; what is printed in words (—, *) is empty."""
    names, heads = (_list(axis.ticktext) for axis in (figure.layout.yaxis, figure.layout.xaxis))
    lines = [_list(line) for line in _list(trace.text)]
    if not names or len(lines) != len(names) or any(len(line) != len(heads) for line in lines):
        return None
    return Native(
        "heat",
        tuple(_plain(name) for name in names),
        tuple(
            Shown(_plain(head), tuple(_printed(line[at]) for line in lines))
            for at, head in enumerate(heads)
        ),
    )


def _printed(text: str) -> float | None:
    bare = text.replace(",", "")
    return float(bare) if _FIGURE.fullmatch(bare) else None


def _words(axis: Any, traces: list[Any], places: str) -> dict[Any, str]:
    """Positions on the axis in words: what the axis prints, else what the points carry."""
    found: dict[Any, str] = {}
    for trace in traces:
        carried = _list(trace.customdata)
        if len(carried) == len(_list(trace[places])):
            for place, text in zip(_list(trace[places]), carried, strict=True):
                if isinstance(text, str) and (period := _period(text)):
                    found.setdefault(place, period)
    printed = zip(_list(axis.tickvals), _list(axis.ticktext), strict=False)
    named = {place: _RANK.sub("", _plain(text)) for place, text in printed}
    # An axis prints only some of its periods, and their years once: the points know better.
    if found:
        return named | found
    suffixes = {
        words.removeprefix(_digits(place))
        for place, words in named.items()
        if _digits(place) and words.startswith(_digits(place))
    }
    if len(suffixes) == 1:  # 3月, 6月, 9月 are printed: the months between are called alike
        (suffix,) = suffixes
        places_all = [place for trace in traces for place in _list(trace[places])]
        named = {p: f"{_digits(p)}{suffix}" for p in places_all if _digits(p)} | named
    return named


def _digits(place: Any) -> str:
    """A whole number as it is written; empty for any other position."""
    whole = isinstance(place, int) or (isinstance(place, float) and place.is_integer())
    return str(int(place)) if whole else ""


def _period(text: str) -> str:
    """2020-W51 as 2020年第51周; empty for what is no period."""
    try:
        return "" if text.isdigit() else formats.period_short(text)
    except UsageError:
        return ""


def _by_place(trace: Any, places: str, values: str, order: list[Any]) -> tuple[float | None, ...]:
    known = dict(zip(_list(trace[places]), _list(trace[values]), strict=False))
    return tuple(_number(known.get(each)) for each in order)


def _is_dashed(trace: Any) -> bool:
    return (trace.line.dash or "solid") != "solid"


def _is_ground(trace: Any) -> bool:
    """Whether bars are only the pale ground behind others."""
    return _marker(trace) == tokens.BLUE_PALE


def _target(figure: Any) -> float | None:
    """The place of the one upright line across a chart of lying bars."""
    shapes = [s for s in figure.layout.shapes or () if s.type == "line" and s.x0 == s.x1]
    return _number(shapes[0].x0) if len(shapes) == 1 else None


def _colour(trace: Any) -> str:
    line = trace.line.color if trace.type != "bar" else None
    colour = line or _marker(trace)
    return colour if isinstance(colour, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) else ""


def _marker(trace: Any) -> Any:
    colour = trace.marker.color if trace.marker is not None else None
    return None if isinstance(colour, (list, tuple)) else colour


def _name(trace: Any, title: str) -> str:
    return _plain(trace.name) or _UNIT.sub("", title) or "数值"


def _unit(title: str) -> str:
    found = _UNIT.search(title)
    return found[1] if found else ""


def _plain(text: Any) -> str:
    return _TAG.sub("", _BREAK.sub("", str(text or ""))).strip()


def _list(values: Iterable[Any] | None) -> list[Any]:
    return [] if values is None or isinstance(values, str) else list(values)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
