"""监测帮扶: from the alert to the check, from the risk to help to clearance, week by week."""

import streamlit as st

from pages.components import scope
from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.subjects import subject
from pages.components.subjects.monitoring import funnel_chart, weeks_chart
from pages.components.table_frame import table_frame

DOMAINS = ("supervision",)
INDICATORS = ("alert_check_rate", "relapse_help_rate", "risk_cleared_rate")
MONITORING = (
    FigureColumn("alerts_open_prev", "上期未核查", "人次"),
    FigureColumn("alerts_new", "本周新增预警", "人次"),
    FigureColumn("alerts_checked", "已核查", "人次"),
    FigureColumn("alerts_overdue", "超时未核查", "人次"),
    FigureColumn("monitored_households", "监测户", "户"),
    FigureColumn("illness_risk_households", "因病风险户", "户"),
    FigureColumn("helped_households", "已落实帮扶", "户"),
    FigureColumn("cleared_households", "风险消除", "户"),
)

# 整改 has a page of its own.
page = subject.begin("监测帮扶", INDICATORS, domains=DOMAINS, leave_out=["rectification_rate"])
answers, (chain, weeks, areas) = subject.ask(
    page,
    ("monitoring_funnel", page.here),
    ("monitoring_weeks", {"area": page.filters.area} | scope.year_back(page.filters)),
    ("monitoring_by_area", page.below()),
)

subject.cards(page, answers)
left, right = st.columns(2, gap="large")
with left:
    funnel_chart(chain)
with right:
    weeks_chart(weeks, place=page.filters.area_name)
subject.course(page, answers)
with table_frame("预警与风险户", areas, key="monitoring", indicators=INDICATORS, dated=True):
    figures_table(areas.table, MONITORING, first=page.beside().level_name)
subject.look_up(page, answers)
