"""Indicators as the charts see them, and a chart as the screen shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pages.charts import screen


@dataclass(frozen=True)
class FakeIndicator:
    name: str = "家庭医生签约率"
    unit: str = "%"
    decimals: int = 2
    direction: str = "higher_better"
    frequency: str = "weekly"


SIGNING = FakeIndicator()
VISITS = FakeIndicator(name="县域内就诊率", frequency="monthly")
COUNT = FakeIndicator(name="空白点数", unit="个", direction="lower_better", frequency="monthly")


def known(trace: Any) -> dict[Any, Any]:
    """Where a line or its points stand, and how high; gaps left out."""
    points = zip(trace.x, trace.y, strict=True)
    return {place: figure for place, figure in points if figure is not None}


def drawn(describe: Callable[..., Any]) -> Callable[..., Any]:
    """What the screen makes of a chart; plotly types its figures as no test wants to spell out."""
    return lambda *args, **kwargs: screen.figure(describe(*args, **kwargs))
