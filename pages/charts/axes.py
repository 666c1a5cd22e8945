"""Axes in Plotly's words: of periods, so few named that they stand apart on a phone; of shares."""

from collections.abc import Sequence
from typing import Any

from data.periods import Period
from pages.theme import formats

# Of one whole; not to be changed.
SHARES: dict[str, Any] = {"tickvals": [0, 50, 100], "ticktext": ["0", "50%", "100%"]}
_MOST = 5


def time_axis(periods: Sequence[str], places: Sequence[int]) -> dict[str, Any]:
    """Return the settings of an axis of periods: which are named, and how.

    periods  Ascending, as they are stored (2020-W51, 2020-11).
    places   Where each stands on the axis.
    returns  The newest period, at which everybody looks, always has its name;
             the year stands below the first name and wherever it changes.
    """
    step = -(-len(periods) // _MOST) or 1
    shown = list(zip(periods, places, strict=True))[::-1][::step][::-1]
    years = [Period.parse(period).year for period, _ in shown]
    texts = [
        _name(period, with_year=year != before)
        for (period, _), year, before in zip(shown, years, [0, *years], strict=False)
    ]
    return {
        "tickvals": [place for _, place in shown],
        "ticktext": texts,
        "tickangle": 0,
        "showgrid": False,
    }


def _name(period: str, *, with_year: bool) -> str:
    read = Period.parse(period)
    if read.frequency == "yearly":
        return f"{read.year}年"
    year = f"<br>{read.year}年" if with_year else ""
    return f"{formats.period_short(period, chosen=period)}{year}"
