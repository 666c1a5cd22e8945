"""A line of a few centimetres: where a figure came from, without axes."""

from collections.abc import Sequence

from pages.charts import inline
from pages.theme import tokens

_WIDTH, _HEIGHT, _AIR = 260, tokens.SPARKLINE_HEIGHT, 5


def sparkline(
    values: Sequence[float | None], *, label: str, last_year: Sequence[float | None] = ()
) -> str:
    """An image element with the values, oldest first, spread over the width.

    values   printed values; null = not reported: the line breaks there.
    last_year  The same periods a year before, thin and grey behind; as many as values, or none.
    label    what it shows, read aloud by a screen reader.
    returns  HTML, empty when fewer than two values are known.
    """
    if sum(value is not None for value in values) < 2:
        return ""
    known = [value for value in (*values, *last_year) if value is not None]
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    across = (_WIDTH - 2 * _AIR) / (len(values) - 1)

    def placed(line: Sequence[float | None]) -> list[tuple[float, float] | None]:
        return [
            None
            if value is None
            else (
                round(_AIR + i * across, 1),
                round(_HEIGHT - _AIR - (value - low) / spread * (_HEIGHT - 2 * _AIR), 1),
            )
            for i, value in enumerate(line)
        ]

    points = placed(values)
    lines = _drawn(placed(last_year), tokens.LAST_YEAR, 1.2) + _drawn(points, tokens.BLUE, 2)
    x, y = next(point for point in reversed(points) if point is not None)
    mark = f'<circle cx="{x}" cy="{y}" r="3.5" fill="{tokens.BLUE}"/>'
    return inline.image(f"{lines}{mark}", _WIDTH, _HEIGHT, label=label, style="spark")


def _drawn(points: Sequence[tuple[float, float] | None], colour: str, width: float) -> str:
    return "".join(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in run)}" fill="none" '
        f'stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'
        for run in _runs(points)
    )


def _runs(
    points: Sequence[tuple[float, float] | None],
) -> list[list[tuple[float, float]]]:
    """The stretches without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]
