"""Indicators as the charts see them."""

from dataclasses import dataclass


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
