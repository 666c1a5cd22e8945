"""The charts of the page 县域内就诊."""

from pages.charts.subjects import (
    sankey,
    waterfall,
)
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame, titled
from pages.components.scope import period_note
from pages.theme import formats


def flow_chart(answer: Answer) -> None:
    """Draw where patients went. answer: visit_flow."""
    chart_frame(
        titled("就诊流向", sankey.finding(answer.table, unit="人次")),
        sankey.sankey(answer.table, unit="人次"),
        answer,
        key="flow",
        indicators=["county_visit_rate"],
        note=f"{period_note(answer.table)}本年累计，单位：人次。灰色为县域外。",
    )


def payers_chart(answer: Answer) -> None:
    """Draw who paid the inpatient costs. answer: reimbursement."""
    chart_frame(
        titled("住院费用由谁支付", waterfall.finding(answer.table)),
        waterfall.waterfall(answer.table, unit="万元"),
        answer,
        key="payers",
        indicators=["inpatient_actual_reimb_rate"],
        note=f"{period_note(answer.table)}帮扶对象本年累计，单位：万元；百分数为占住院总费用。"
        f"{formats.ROUNDING_NOTE}",
    )
