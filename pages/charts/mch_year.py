"""The year of mothers and children runs from October to September: where it begins on a trend."""

from collections.abc import Iterable

from data.periods import Period
from pages.charts.figure import Figure
from pages.theme import tokens


def mark_mch_years(figure: Figure, periods: Iterable[str]) -> Figure:
    """Draw a thin labelled line before every first period of such a year, and return the figure.

    figure   A trend whose horizontal places are the ordinals of the periods.
    periods  Of one frequency, months or quarters; others have no such beginning and get no line.
    """
    for text in periods:
        period = Period.parse(text)
        october = {"monthly": 10, "quarterly": 4}.get(period.frequency)
        if period.number == october:
            figure.add_vline(
                x=period.ordinal - 0.5,
                line={"color": tokens.AXIS, "width": 1, "dash": "dot"},
                annotation={
                    "text": f"{period.year + 1}妇幼年度起",
                    "font": {"color": tokens.INK_QUIET, "size": tokens.SIZE_CHART},
                    "yanchor": "bottom",
                    "y": 0,
                    "xanchor": "left",
                },
            )
    return figure
