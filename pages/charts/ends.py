"""Who stands at one end of a comparison: all that share it, never one of several."""

from collections.abc import Iterable

from pages.theme import formats


def at_end(known: Iterable[tuple[str, float | None, str]], *, most: bool = False) -> str:
    """宁陵县、睢县（89.41%）: everybody with the lowest printed figure; empty where all are equal.

    known  Name, figure (null: not known, left out) and the figure as printed, which decides who
           shares the place.
    most   The highest instead.
    """
    found = [(name, figure, text) for name, figure, text in known if figure is not None]
    texts = {text for _, _, text in found}
    if not found or (len(texts) == 1 and len(found) > 1):
        return ""
    _, _, end = (max if most else min)(found, key=lambda each: each[1])
    return f"{formats.names([name for name, _, text in found if text == end])}（{end}）"
