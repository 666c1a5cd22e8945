"""The scale of a line chart: round figures closely around what is drawn, alike in every file."""

from math import ceil, floor, log10

from pages.charts.description import Chart

_STEPS = (1, 2, 2.5, 5, 10)
_LINES = 5  # at most so many steps


def fitted(chart: Chart) -> tuple[float, float, float]:
    """Return (bottom, top, step), in the chart's unit; a percentage does not go over 100."""
    known = [value for each in chart.series for value in each.values if value is not None]
    low, high = min(known), max(known)
    rough = max(high - low, 10.0**-chart.decimals * _LINES) / (_LINES - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in _STEPS if each * power >= rough * 0.999)
    bottom, top = floor(low / step) * step, ceil(high / step) * step
    if top <= high and not (chart.unit == "%" and high >= 100):
        top += step
    return round(bottom, 6), round(top, 6), round(step, 6)


def places_of(step: float) -> int:
    """Decimals that the figures at the steps need."""
    return next(places for places in range(7) if round(step, places) == step)
