"""The one plotly template, and the display settings every chart is shown with."""

from pages.theme import tokens

# plotly fetches a world outline from its CDN for every choropleth, even one that shows none.
# An empty topology as a data URL answers that; the trailing # turns the file name that plotly
# appends into a fragment.
EMPTY_TOPOLOGY = 'data:application/json,{"type":"Topology","objects":{},"arcs":[]}#'

# Shown with every chart: no English tool bar, no double-click zoom that nobody finds the way
# back from, and never a request off the machine.
CONFIG = {
    "displayModeBar": False,
    "doubleClick": False,
    "scrollZoom": False,
    "showTips": False,
    "locale": "zh-CN",
    "topojsonURL": EMPTY_TOPOLOGY,
}

_FONT = {"family": tokens.FONT_FAMILY, "size": tokens.SIZE_CHART, "color": tokens.INK}
_AXIS = {
    "gridcolor": tokens.LINE,
    "linecolor": tokens.AXIS,
    "zerolinecolor": tokens.AXIS,
    "tickfont": {"size": tokens.SIZE_CHART, "color": tokens.INK_QUIET},
    "title": {"font": {"size": tokens.SIZE_CHART, "color": tokens.INK_QUIET}, "standoff": 8},
    "automargin": True,
    "fixedrange": True,
    "ticks": "",
    "exponentformat": "none",
    "separatethousands": False,
}

TEMPLATE = {
    "layout": {
        "font": _FONT,
        "paper_bgcolor": tokens.WHITE,
        "plot_bgcolor": tokens.WHITE,
        "colorway": [tokens.BLUE, tokens.LAST_YEAR, tokens.BLUE_MIDDLE, tokens.INK_QUIET],
        "colorscale": {
            "sequential": [
                [step / (len(tokens.SEQUENTIAL) - 1), colour]
                for step, colour in enumerate(tokens.SEQUENTIAL)
            ]
        },
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "margin": {"l": 8, "r": 16, "t": 16, "b": 8},
        "hoverlabel": {
            "bgcolor": tokens.WHITE,
            "bordercolor": tokens.AXIS,
            "font": {"family": tokens.FONT_FAMILY, "size": tokens.SIZE_CHART, "color": tokens.INK},
            "align": "left",
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": tokens.SIZE_CHART},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "separators": ".",  # no thousands mark, as in official papers
        "dragmode": False,
        "bargap": 0.35,
    }
}
