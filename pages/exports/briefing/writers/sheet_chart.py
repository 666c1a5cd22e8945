"""A chart of lines as SVG, in units of the sheet: 1366 across, 16 to the smallest letter."""

from collections.abc import Sequence
from html import escape

from pages.charts.description import Chart, Series
from pages.exports.briefing.paging import width
from pages.exports.briefing.writers.line_scale import fitted, places_of
from pages.theme import formats, tokens

_TALL = 400.0  # units of the sheet
_TYPE = 16
_TOP, _BELOW, _LEFT, _RIGHT = 34.0, 62.0, 56.0, 22.0
_PERIODS = 4  # so many are named below the lines


def lines_svg(chart: Chart, wide: float) -> str:
    """Value, last year and target over the periods; a null breaks the line.

    wide  Units of the sheet that it has across: drawn in them, its letters keep their size.

    The first series carries its newest figure; the names of all stand below.
    """
    low, high, step = fitted(chart)
    last = max(len(chart.names) - 1, 1)

    def x(at: float) -> float:
        return _LEFT + (wide - _LEFT - _RIGHT) * at / last

    def y(value: float) -> float:
        return _TALL - _BELOW - (_TALL - _BELOW - _TOP) * (value - low) / (high - low)

    parts = [_words(0, 18, chart.title, weight=600)]
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        parts.append(_rule(_LEFT, wide - _RIGHT, y(value)))
        parts.append(_words(_LEFT - 6, y(value) + 5, formats.plain(value, places_of(step)), "end"))
    for at in _named(len(chart.names)):
        anchor = "start" if not at else "end" if at == last else "middle"
        parts.append(_words(x(at), _TALL - _BELOW + 22, chart.names[at], anchor))
    for series in chart.series[::-1]:
        parts.append(_line(series, [x(at) for at in range(len(chart.names))], y))
    parts.append(_newest(chart, x, y, wide))
    parts.append(_key(chart.series))
    return (
        f'<svg class="sheet-line" viewBox="0 0 {wide:.0f} {_TALL:.0f}" role="img" '
        f'aria-label="{escape(chart.alt)}">{"".join(parts)}</svg>'
    )


def _named(count: int) -> list[int]:
    """Which periods are named: first and last, and some between at equal distance."""
    last = count - 1
    return sorted({round(last * each / (_PERIODS - 1)) for each in range(_PERIODS)})


def _line(series: Series, across: Sequence[float], y) -> str:
    pieces: list[list[str]] = [[]]
    for at, value in zip(across, series.values, strict=True):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{at:.1f},{y(value):.1f}")
    points = " M".join(" L".join(piece) for piece in pieces if piece)
    return f'<path d="M{points}" {_stroke(series)} fill="none"/>' if points else ""


def _stroke(series: Series) -> str:
    dash = ' stroke-dasharray="6 4"' if series.dashed else ""
    return f'stroke="{series.colour}" stroke-width="{2 if series.dashed else 3}"{dash}'


def _newest(chart: Chart, x, y, wide: float) -> str:
    series = chart.series[0]
    known = [(at, value) for at, value in enumerate(series.values) if value is not None]
    at, value = known[-1]
    above = y(value) - 12 if y(value) - 60 > _TOP else y(value) + 26
    text = formats.plain(value, chart.decimals)
    return f'<circle cx="{x(at):.1f}" cy="{y(value):.1f}" r="5" fill="{series.colour}"/>' + _words(
        min(x(at) + 18, wide), above, text, "end", weight=700, colour=tokens.BLUE
    )


def _key(series: Sequence[Series]) -> str:
    parts, left = [], _LEFT
    for each in series:
        parts.append(
            f'<path d="M{left:.0f},{_TALL - 13:.0f} h26" {_stroke(each)}/>'
            + _words(left + 32, _TALL - 8, each.name)
        )
        left += 32 + _TYPE * width(each.name) + 12
    return "".join(parts)


def _rule(left: float, right: float, at: float) -> str:
    return f'<path d="M{left:.1f},{at:.1f} H{right:.1f}" stroke="{tokens.LINE}"/>'


def _words(
    left: float,
    at: float,
    text: str,
    anchor: str = "start",
    *,
    weight: int = 400,
    colour: str = tokens.INK,
) -> str:
    return (
        f'<text x="{left:.1f}" y="{at:.1f}" text-anchor="{anchor}" font-size="{_TYPE}" '
        f'font-weight="{weight}" fill="{colour}">{escape(text)}</text>'
    )
