"""The figure that every chart draws on: plain dictionaries, in the order they were added.

Plotly's own figure checks and copies every property as it is set: thirty milliseconds a chart,
most of the time of a page. This one is handed to the browser as it was written. Whoever looks
into it (a test, a workbook) gets Plotly's own figure of it, which checks every property then.
"""

from collections.abc import Mapping
from typing import Any, Self

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure

from pages.theme import tokens
from pages.theme.plotly_template import TEMPLATE


class Figure(BaseFigure):
    """Traces and a layout. A property that is None is not set, as in Plotly."""

    # Streamlit asks a figure for `to_dict` alone; nothing else of the base class is set up.
    def __init__(self, **layout: Any) -> None:
        self._traces: list[dict[str, Any]] = []
        self._settings: dict[str, Any] = {"template": TEMPLATE} | layout

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as it is sent; not a copy, and not to be changed."""
        return {"data": self._traces, "layout": self._settings}

    @property
    def data(self) -> Any:
        """The traces as Plotly reads them; raises ValueError for a property it does not know."""
        return go.Figure(data=self._traces).data

    @property
    def layout(self) -> Any:
        """The layout as Plotly reads it; raises ValueError for a property it does not know."""
        return go.Figure(layout=self._settings).layout

    # -- traces -----------------------------------------------------------------------------

    def add_bar(self, **trace: Any) -> Self:
        """Add bars."""
        return self._trace("bar", trace)

    def add_scatter(self, **trace: Any) -> Self:
        """Add a line, points or words."""
        return self._trace("scatter", trace)

    def add_heatmap(self, **trace: Any) -> Self:
        """Add coloured cells."""
        return self._trace("heatmap", trace)

    def add_sankey(self, **trace: Any) -> Self:
        """Add a flow."""
        return self._trace("sankey", trace)

    def add_choropleth(self, **trace: Any) -> Self:
        """Add filled outlines."""
        return self._trace("choropleth", trace)

    def add_scattergeo(self, **trace: Any) -> Self:
        """Add points or words on a map."""
        return self._trace("scattergeo", trace)

    # -- lines across and notes ---------------------------------------------------------------

    def add_vline(
        self, *, x: float, line: dict[str, Any], annotation: dict[str, Any] | None = None
    ) -> Self:
        """Add an upright line over the whole height; its note stands at the top right."""
        across, upward = {"x0": x, "x1": x, "xref": "x"}, {"y0": 0, "y1": 1, "yref": "y domain"}
        return self._line(
            across | upward | {"line": line},
            {"x": x, "y": 1, "xanchor": "left", "yanchor": "top"},
            annotation,
        )

    def add_hline(
        self, *, y: float, line: dict[str, Any], annotation: dict[str, Any] | None = None
    ) -> Self:
        """Add a level line over the whole width; its note stands above it at the right."""
        across, upward = {"x0": 0, "x1": 1, "xref": "x domain"}, {"y0": y, "y1": y, "yref": "y"}
        return self._line(
            across | upward | {"line": line},
            {"x": 1, "y": y, "xanchor": "right", "yanchor": "bottom"},
            annotation,
        )

    def add_annotation(self, **note: Any) -> Self:
        """Add words at a place of the plot."""
        self._settings.setdefault("annotations", []).append(_set(note))
        return self

    # -- layout -----------------------------------------------------------------------------

    def update_xaxes(self, **axis: Any) -> Self:
        """Change the axis across; `title_text` and `title_standoff` reach into its title."""
        return self.update_layout(xaxis=_titled(axis))

    def update_yaxes(self, **axis: Any) -> Self:
        """Change the upward axis; `title_text` and `title_standoff` reach into its title."""
        return self.update_layout(yaxis=_titled(axis))

    def update_geos(self, **geo: Any) -> Self:
        """Change the map."""
        return self.update_layout(geo=geo)

    def update_layout(self, **changed: Any) -> Self:
        """Change the layout; what is said of a part leaves the rest of that part as it is."""
        merge(self._settings, _set(changed))
        return self

    # -- inside -----------------------------------------------------------------------------

    def _trace(self, kind: str, trace: dict[str, Any]) -> Self:
        self._traces.append(_set(trace) | {"type": kind})
        return self

    def _line(
        self, shape: dict[str, Any], place: dict[str, Any], note: dict[str, Any] | None
    ) -> Self:
        self._settings.setdefault("shapes", []).append({"type": "line"} | shape)
        if note is None:
            return self
        refs = {"xref": shape["xref"], "yref": shape["yref"]}
        return self.add_annotation(**({"showarrow": False} | place | note | refs))


def new_figure(*, height: int = tokens.CHART_HEIGHT) -> Figure:
    """An empty figure in the product's template; height in px."""
    return Figure(height=height)


def _set(given: dict[str, Any]) -> dict[str, Any]:
    """What is given without what is None, however deep."""
    return {
        name: _set(value) if isinstance(value, dict) else value
        for name, value in given.items()
        if value is not None
    }


def _titled(axis: dict[str, Any]) -> dict[str, Any]:
    title = {
        name.removeprefix("title_"): axis.pop(name)
        for name in ("title_text", "title_standoff")
        if name in axis
    }
    return axis | {"title": title} if title else axis


def merge(into: dict[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Change what is said of a part and leave the rest of that part; returns `into`."""
    for name, value in changed.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            into[name] = merge(dict(into[name]), value)
        else:
            into[name] = value
    return into
