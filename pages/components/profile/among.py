"""Beside which other area an area is set, and among which of its like it is seen."""

from collections.abc import Mapping

from pages.components.choice import choose_one
from pages.components.header import area_choice
from pages.components.scope import LEVELS, AreasBelow
from pages.shell import runtime
from pages.shell.runtime import Filters

_ALONE = "none"


def choose_beside(filters: Filters) -> str | None:
    """Draw the choice of the area set beside the chosen one; the area above at first, if seen.

    Offered are areas of its own level, and above.
    """
    offered = {_ALONE: "不对照", **_offered(filters)}
    above = _above(filters.area)
    chosen = choose_one(
        "对照区划", offered, key="beside", default=above if above in offered else _ALONE, width=340
    )
    return None if chosen == _ALONE else chosen


def among(filters: Filters, beside: str | None) -> AreasBelow:
    """Return the areas whose figures are the dots: its like below the nearest area above both.

    Of an area above which nobody may look, or nobody has figures, the areas below it.
    """
    above = area_choice.common(filters.area, beside) if beside else None
    above = above or _above(filters.area)
    if above and above != filters.area:
        return AreasBelow(above, filters.area_level)
    below = min(LEVELS.index(filters.area_level) + 1, LEVELS.index("township"))
    return AreasBelow(filters.area, LEVELS[below])


def _above(area: str) -> str | None:
    """The area just above that has figures of its own, as whoever asks may see it."""
    path = [code for code, _ in area_choice.path(area)]
    return path[-2] if len(path) > 1 else None


def _offered(filters: Filters) -> Mapping[str, str]:
    near = area_choice.labels(area_choice.around(runtime.areas(), filters.area))
    lowest = LEVELS.index(filters.area_level)
    return {
        code: name
        for code, name in near.items()
        if code != filters.area
        and LEVELS.index((runtime.area_row(code) or {}).get("level", "village")) <= lowest
    }
