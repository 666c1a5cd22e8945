"""Answers for a county of three townships and ten villages, as a steward gives them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from data import catalogue as catalogues
from data.beginning.answers import Aim, Answers, Duty, Person
from data.beginning.proposed import proposed

COUNTY = "542521"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ADOPTED = Aim("signing_rate", "target", "=", "100", "荥经县计划", "一", "S001A-008")
OWN = Aim("county_visit_rate", "target", ">=", "90.5", "普卫发〔2026〕3号", "二（一）")
STEWARD = Person("张三", "管理")


def answers(**changes) -> Answers:
    """Return answers in which nothing is wrong, but for the changes."""
    given = Answers(
        unit="普兰县卫生健康委员会",
        area=COUNTY,
        since=date(2026, 11, 23),
        duties={"T04": Duty("township", 1), "T09": Duty("county", 5)},
        targets=(ADOPTED, OWN),
        people=(STEWARD,),
    )
    return replace(proposed(given, catalogues.load()), **changes)
