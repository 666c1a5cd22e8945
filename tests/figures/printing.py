"""How figures are printed, and how a value stands against its target (rules 4 and 5)."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

Parts = tuple[Decimal, Decimal | None]


def half_up(value: Fraction, decimals: int) -> Fraction:
    """Rounded in whole numbers; a half goes away from 0."""
    steps = 10**decimals
    size = Fraction(floor(abs(value) * steps + Fraction(1, 2)), steps)
    return size if value >= 0 else -size


def exact(parts: Parts | None, multiplier: int) -> Fraction | None:
    """The value itself; nothing is divided by 0."""
    if parts is None:
        return None
    n, d = parts
    if d is None:
        return Fraction(n)
    return Fraction(n) * multiplier / Fraction(d) if d > 0 else None


def printed(parts: Parts | None, indicator: dict[str, Any]) -> Fraction | None:
    """The printed value: half up, and never 100.00 for what is below 100 % (rule 5)."""
    value = exact(parts, indicator["multiplier"])
    if value is None or parts is None:
        return None
    shown = half_up(value, indicator["decimals"])
    is_share = parts[1] is not None and indicator["multiplier"] == 100
    if is_share and value < 100 <= shown:
        return 100 - Fraction(1, 10 ** indicator["decimals"])
    return shown


def change(now: Parts | None, then: Parts | None, indicator: dict[str, Any]) -> Fraction | None:
    """A printed change: of rates the difference of the two prints, of counts in per cent."""
    if now is None or then is None:
        return None
    if now[1] is None:
        return half_up((Fraction(now[0]) / Fraction(then[0]) - 1) * 100, 2) if then[0] > 0 else None
    a, b = printed(now, indicator), printed(then, indicator)
    return None if a is None or b is None else a - b


def worse(moved: Fraction | None, direction: str) -> bool:
    """Whether a movement is for the worse."""
    if moved is None or direction == "info":
        return False
    return moved > 0 if direction == "lower_better" else moved < 0


def meets(value: Fraction, target: Fraction, comparator: str, direction: str) -> bool:
    """Whether a value meets a target; a printed = follows the direction (rule 4.3)."""
    if comparator in ("<", ">"):
        return value < target if comparator == "<" else value > target
    return value <= target if direction == "lower_better" else value >= target


def amber(target: Fraction, indicator: dict[str, Any], settings: dict[str, Any]) -> Fraction:
    """How far from the target is still 预警 (rule 4.4)."""
    width = indicator.get("amber")
    if width in (None, "none"):
        fitting = (
            line["amber"]
            for line in settings["light_amber"]
            if line.get("unit", indicator["unit"]) == indicator["unit"]
            and line.get("direction", indicator["direction"]) == indicator["direction"]
        )
        width = next(fitting, {"absolute": 0})
    ((kind, amount),) = width.items()
    size = Fraction(str(amount))
    return target * size / 100 if kind == "percent_of_target" else size


def pace(way: Fraction, left: int, decimals: int) -> Fraction:
    """What each period must bring, rounded away from 0 at the printed decimals (rule 4.7)."""
    steps = 10**decimals
    size = Fraction(ceil(abs(way) / left * steps), steps)
    return size if way >= 0 else -size
