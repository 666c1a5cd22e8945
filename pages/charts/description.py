"""A chart as it is described: once, for the screen, a workbook and a slide.

A description holds what the chart says: names, figures, units, lines across, words. `screen.py`
draws it with Plotly, `exports/xlsx/native_chart.py` for Excel and the briefing's `slide_parts.py`
for PowerPoint. What only the screen can show stands in `on_screen`, in Plotly's own words, and no
other renderer reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pages.theme import tokens

Form = Literal["bar", "line", "point"]
Axis = Literal["values", "across"]
# bars lie, a name on each; columns and lines stand on periods; points have a figure on both axes;
# cells are a field of figures, a series to each of its columns.
Kind = Literal["bars", "columns", "lines", "points", "cells"]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One row of bars, one line or one set of points: an entry of the legend.

    values  One for each name, in the chart's unit; None is a gap, never zero.
    across  Of `points`: where each stands on the level axis.
    colour  #RRGGBB of all, or one for each value.
    starts  Where each bar begins; empty: at zero.
    texts   What is written in a bar or cell, or at a point.
    hovers  What is read on pointing at each; empty: nothing.
    aside   Only the screen shows it: a pale ground, a frame around some points.
    """

    name: str
    values: Sequence[float | None]
    across: Sequence[float | None] = ()
    form: Form = "bar"
    colour: str | Sequence[str] = tokens.BLUE_MIDDLE
    dashed: bool = False
    starts: Sequence[float] = ()
    texts: Sequence[str] = ()
    hovers: Sequence[str] = ()
    aside: bool = False
    on_screen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LineAcross:
    """A straight line through the whole chart: a target, the value of the whole.

    name   What a legend calls it.
    words  What stands at the line.
    axis   The figures it lies on: the chart's own, or those across.
    quiet  A thin dotted mark instead of a target's line.
    """

    name: str
    value: float
    words: str
    axis: Axis = "values"
    dashed: bool = True
    quiet: bool = False
    on_screen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Label:
    """Words right of a bar. at: in the chart's unit; None: right of the longest one."""

    words: str
    colour: str = tokens.INK
    at: float | None = None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart.

    alt      A sentence for those who cannot see it.
    title    Stands above it where the page has no heading for it.
    names    What each value is of: areas, steps, periods in words.
    shown    The names as the axis prints them, where that differs: broken, with a rank.
    places   Where each name stands on its axis, where they do not follow each other.
    measure  What the figures are; with the unit the title of their axis.
    across   What the figures of the level axis of `points` are, and in which unit.
    full     The longest that a bar can be; 0: the axis ends where the figures do.
    codes    Of the areas, for a click on one.
    stacked  The bars stand on each other.
    notes    Words at places of the plot, in Plotly's words; only the screen shows them.
    """

    kind: Kind
    alt: str
    names: Sequence[str]
    series: Sequence[Series]
    title: str = ""
    measure: str = ""
    unit: str = ""
    decimals: int = 2
    across: str = ""
    across_unit: str = ""
    shown: Sequence[str] = ()
    places: Sequence[float] = ()
    full: float = 0
    labels: Sequence[Label] = ()
    lines: Sequence[LineAcross] = ()
    codes: Sequence[str] = ()
    stacked: bool = False
    legend: bool = False
    height: int = tokens.CHART_HEIGHT
    notes: Sequence[Mapping[str, Any]] = ()
    on_screen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def axis(self) -> str:
        """The title of the axis of figures: 签约率(%)."""
        return titled(self.measure, self.unit)


def titled(name: str, unit: str) -> str:
    """A name with its unit in brackets; a unit that has brackets of its own stands beside it."""
    if not (name and unit):
        return name or unit
    return f"{name} {unit}" if "（" in unit else f"{name}（{unit}）"
