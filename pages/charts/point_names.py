"""Where the names of points stand: beside their point, on no other name, point or line."""

from collections.abc import Sequence

# The plot on a phone, in px: what is free there is free on every larger screen.
_WIDTH, _HEIGHT = 230.0, 240.0
_LETTER, _LINE, _POINT = 13.0, 17.0, 11.0
_SIDES = {
    "top center": (0.0, 1.0),
    "bottom center": (0.0, -1.0),
    "middle right": (1.0, 0.0),
    "middle left": (-1.0, 0.0),
}

Box = tuple[float, float, float, float]


def point_names(
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    *,
    across: Sequence[float],
    upward: Sequence[float],
    lines: tuple[float | None, float | None] = (None, None),
    words_at_right: bool = False,
) -> list[tuple[str, str]]:
    """Return (name, side of its point) of every point; no name where none is free.

    across, upward  The ranges of both axes.
    lines           Where an upright and a level line stand, which no name may cross; the words of
                    the level one stand above its left half, or the right one.
    """
    x_scale, y_scale = _WIDTH / (across[1] - across[0]), _HEIGHT / (upward[1] - upward[0])
    places = [((x - across[0]) * x_scale, (y - upward[0]) * y_scale) for x, y in points]
    upright, level = lines
    taken: list[Box] = [(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in places]
    if upright is not None:
        at = (upright - across[0]) * x_scale
        taken.append((at, 0, at, _HEIGHT))
    if level is not None:
        at = (level - upward[0]) * y_scale
        begun = _WIDTH / 2 if words_at_right else 0
        taken += [(0, at, _WIDTH, at), (begun, at, begun + _WIDTH / 2, at + _LINE)]
    said = []
    for number, ((x, y), name) in enumerate(zip(places, names, strict=True)):
        others = [box for i, box in enumerate(taken) if i != number]
        words = name.split("<br>")
        half, tall = max(map(len, words)) * _LETTER / 2, len(words) * _LINE / 2
        for side, (right, up) in _SIDES.items():
            middle = (x + right * (_POINT + half), y + up * (_POINT + tall))
            box = (middle[0] - half, middle[1] - tall, middle[0] + half, middle[1] + tall)
            inside = box[0] >= 0 and box[2] <= _WIDTH
            if inside and not any(_touch(box, other) for other in others):
                taken.append(box)
                said.append((name, side))
                break
        else:
            said.append(("", "top center"))
    return said


def _touch(first: Box, second: Box) -> bool:
    return all(first[i] <= second[i + 2] and second[i] <= first[i + 2] for i in (0, 1))
