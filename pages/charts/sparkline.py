"""A line of a few centimetres: where a figure came from, without axes."""

from collections.abc import Sequence

from pages.theme import tokens

_WIDTH, _HEIGHT, _AIR = 160, tokens.SPARKLINE_HEIGHT, 5


def sparkline(values: Sequence[float | None], *, label: str) -> str:
    """An inline SVG of the values, oldest first, spread over the width.

    values   printed values; null = not reported: the line breaks there.
    label    what it shows, read aloud by a screen reader.
    returns  SVG text, empty when fewer than two values are known. No script, no outside request;
             eight of them cost less than one plotly figure.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    across = (_WIDTH - 2 * _AIR) / (len(values) - 1)
    points = [
        None
        if value is None
        else (
            round(_AIR + i * across, 1),
            round(_HEIGHT - _AIR - (value - low) / spread * (_HEIGHT - 2 * _AIR), 1),
        )
        for i, value in enumerate(values)
    ]
    lines = "".join(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in run)}" fill="none" '
        f'stroke="{tokens.BLUE}" stroke-width="2" stroke-linejoin="round"/>'
        for run in _runs(points)
    )
    x, y = next(point for point in reversed(points) if point is not None)
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'preserveAspectRatio="none" width="100%" height="{_HEIGHT}">{lines}'
        f'<circle cx="{x}" cy="{y}" r="3.5" fill="{tokens.BLUE}"/></svg>'
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
