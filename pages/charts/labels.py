"""Words in a chart: names on axes, short enough for a phone and never cut; figures in bars."""

from collections.abc import Mapping
from typing import Any

from pages.theme import tokens


def wrapped(name: str, most: int = 7) -> str:
    """Break a name longer than `most` characters into two lines of about equal length."""
    if len(name) <= most:
        return name
    middle = -(-len(name) // 2)
    return f"{name[:middle]}<br>{name[middle:]}"


def filling(colour: str, hatch: str = "") -> dict[str, Any]:
    """A bar with a white edge, hatched where grey print could not tell it apart, for Plotly."""
    look = {"shape": hatch, "size": 6, "fgcolor": tokens.WHITE, "bgcolor": colour, "solidity": 0.25}
    return {"line": {"color": tokens.WHITE, "width": 1}} | ({"pattern": look} if hatch else {})


def inside(colour: str, hatch: str = "") -> Mapping[str, Any]:
    """Such a bar with words in it."""
    return {
        "marker": filling(colour, hatch),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": tokens.SIZE_CHART - 1, "color": tokens.ink_on(colour)},
    }
