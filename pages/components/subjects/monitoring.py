"""监测帮扶: from the alert to clearance, and week by week."""

from pages.charts.subjects import (
    alert_weeks,
    chains,
)
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.scope import period_note
from pages.theme import formats


def funnel_chart(answer: Answer) -> None:
    """Draw the chains from alert to clearance. answer: monitoring_funnel."""
    table = answer.table
    helped = chains.at_step(table, "已落实帮扶")
    title = "从预警到风险消除"
    if helped.height:
        title += f"：风险户已帮扶{formats.value_text(helped['share'].item(), '%')}"
    chart_frame(
        title,
        chains.chains(table),
        answer,
        key="funnel",
        indicators=["alert_check_rate", "relapse_help_rate", "risk_cleared_rate"],
        note=f"{period_note(table)}待核查预警为上期未核查加本周新增。两条链的单位不同，不能相比。",
    )


def weeks_chart(answer: Answer, *, place: str) -> None:
    """Draw the alerts week by week. answer: monitoring_weeks."""
    chart_frame(
        f"逐周预警核查：{alert_weeks.finding(answer.table)}",
        alert_weeks.alert_weeks(answer.table),
        answer,
        key="weeks",
        indicators=["alert_check_rate"],
        note=f"{place}，单位：人次。报表只记超时未核查的人次，不记每件用了几天；"
        "各周报送的单位数不同，见悬停。",
    )
