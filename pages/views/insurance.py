"""参保与待遇: who is not insured, do benefits reach people, does the fund last the year."""

import streamlit as st

from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.subjects import subject
from pages.components.subjects.due_chart import Due, due_chart
from pages.components.subjects.insurance import fund_chart, fund_table, gap_chart
from pages.components.table_frame import table_frame

DOMAINS = ("insurance",)
INDICATORS = (
    "insurance_enrolment_rate",
    "critical_illness_coverage_rate",
    "medical_assistance_rate",
    "one_stop_settlement_rate",
    "treat_first_coverage_rate",
    "inpatient_inpolicy_reimb_rate",
    "inpatient_actual_reimb_rate",
    "selfpay_drug_share",
)
BENEFITS = (
    Due("critical_illness_coverage_rate", "大病保险", "居民医保参保", "大病保险覆盖", "人"),
    Due("medical_assistance_rate", "医疗救助", "应救助", "已救助", "人次"),
    Due("one_stop_settlement_rate", "一站式结算", "应结算", "已结算", "人次"),
    Due("treat_first_coverage_rate", "先诊疗后付费", "应实行", "已实行", "人次"),
)
ENROLMENT = (
    FigureColumn("should_insure", "应参保", "人"),
    FigureColumn("insured_resident", "居民医保", "人"),
    FigureColumn("insured_employee", "职工医保", "人"),
    FigureColumn("insured_elsewhere", "异地参保", "人"),
    FigureColumn("not_insured", "未参保", "人"),
    FigureColumn("exempt_insure", "免参保", "人"),
    FigureColumn("subsidy_due", "参保资助应享", "人"),
    FigureColumn("subsidy_paid", "参保资助实享", "人"),
    FigureColumn("subsidy_share", "资助落实比例", "%", 2),
)

page = subject.begin("参保与待遇", INDICATORS, domains=DOMAINS)
answers, (gap, fund, due, areas) = subject.ask(
    page,
    ("enrolment_gap", page.here),
    ("fund_balance", page.at_county),
    ("due_and_done", page.here | {"domains": ",".join(DOMAINS)}),
    ("enrolment_by_area", page.below()),
)

subject.cards(page, answers)
left, right = st.columns(2, gap="large")
with left:
    gap_chart(gap)
with right:
    fund_chart(fund, place=page.county.area_name)
due_chart(due, BENEFITS, title="待遇落实", key="benefits", note="救助为本年累计，结算为本周数。")
subject.course(page, answers)

level_name = page.beside().level_name
with table_frame("参保与资助人数", areas, key="enrolment", indicators=INDICATORS[:1], dated=True):
    figures_table(areas.table, ENROLMENT, first=level_name)
with table_frame("医保基金结余：各统筹区", fund, key="funds"):
    fund_table(fund.table)
subject.look_up(page, answers)
