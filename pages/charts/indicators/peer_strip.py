"""Where an area stands among its like: one dot each on a line of a few centimetres."""

from collections.abc import Sequence

from pages.charts import inline
from pages.theme import tokens

_WIDTH, _HEIGHT, _AIR = 220, 22, 8


def peer_strip(
    peers: Sequence[float],
    *,
    own: float | None,
    beside: float | None = None,
    target: float | None = None,
    lower_is_better: bool = False,
    label: str,
) -> str:
    """An image element: the better a figure the further right it lies.

    peers   printed values of the areas it is seen among.
    own     the area's own, a large dot; null draws none.
    beside  of the area set beside it, a hollow square.
    target  a dashed line across.
    lower_is_better  What is smaller lies further right.
    label   what it shows, read aloud by a screen reader.
    returns HTML, empty when fewer than two figures are known. The line reaches from the smallest to
            the largest of all that is drawn: only the order and the distances mean something.
    """
    figures = [value for value in (*peers, own, beside) if value is not None]
    if len(figures) < 2:
        return ""
    drawn = [*figures, target] if target is not None else figures
    low, high = min(drawn), max(drawn)

    def place(value: float) -> float:
        along = (value - low) / (high - low) if high > low else 0.5
        along = 1 - along if lower_is_better else along
        return round(_AIR + along * (_WIDTH - 2 * _AIR), 1)

    middle = _HEIGHT / 2
    parts = [
        f'<line x1="{_AIR}" x2="{_WIDTH - _AIR}" y1="{middle}" y2="{middle}" '
        f'stroke="{tokens.LINE}"/>'
    ]
    if target is not None:
        x = place(target)
        parts.append(
            f'<line x1="{x}" x2="{x}" y1="1" y2="{_HEIGHT - 1}" stroke="{tokens.TARGET}" '
            'stroke-width="1.5" stroke-dasharray="3 2"/>'
        )
    parts += [
        f'<circle cx="{place(value)}" cy="{middle}" r="3.5" fill="{tokens.AXIS}" '
        'fill-opacity=".55"/>'
        for value in peers
    ]
    if beside is not None:
        parts.append(
            f'<rect x="{place(beside) - 4.5}" y="{middle - 4.5}" width="9" height="9" '
            f'fill="{tokens.WHITE}" fill-opacity=".6" stroke="{tokens.OTHER}" stroke-width="2"/>'
        )
    if own is not None:
        parts.append(f'<circle cx="{place(own)}" cy="{middle}" r="5.5" fill="{tokens.BLUE}"/>')
    return inline.image("".join(parts), _WIDTH, _HEIGHT, label=label, style="strip")
