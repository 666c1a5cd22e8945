"""县域内就诊: the rate and its parts, where patients go, who pays."""

import streamlit as st

from pages.components import scope
from pages.components.answer import ask_all
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.components.light import light_legend
from pages.components.readings.area_map import area_map
from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.readings.indicator_charts import ranking_chart, trend_chart
from pages.components.readings.kpi_card import kpi_cards
from pages.components.readings.ranking_table import ranking_table
from pages.components.subjects.visits import flow_chart, payers_chart
from pages.components.table_frame import table_frame

TITLE = "县域内就诊"
RATE = "county_visit_rate"
WANTED = (RATE, "county_inpatient_share", "primary_visit_share", "inpatient_actual_reimb_rate")
VISIT_PARTS = (
    FigureColumn("rate", "县域内就诊率", "%", 2),
    FigureColumn("outpatient_rate", "门急诊县域内占比", "%", 2),
    FigureColumn("inpatient_rate", "住院县域内占比", "%", 2),
    FigureColumn("primary_share", "基层就诊率", "%", 2),
    FigureColumn("op_in_county", "县域内门急诊", "人次"),
    FigureColumn("op_out_county", "县域外门急诊", "人次"),
    FigureColumn("op_primary", "其中基层门急诊", "人次"),
    FigureColumn("ip_in_county", "县域内住院", "人次"),
    FigureColumn("ip_out_county", "县域外住院", "人次"),
    FigureColumn("referral_out", "规范转诊到县外", "人次"),
)

chosen = filter_bar(populations=scope.population_choices(RATE))
page_header(TITLE, chosen)
filters = scope.seat(chosen, grain="county")
if said := scope.seated(TITLE, chosen, filters):
    st.info(said)

here = {"area": filters.area, "period": filters.period}
beside = scope.scope(filters, grain="county")
there = beside.params | {"period": filters.period}
rate = {"indicator": RATE} | scope.population_of(filters, RATE)

readings, absent, sparks, flow, payers, trend, ranking, parts = ask_all(
    ("indicator_overview", here),
    ("indicators_absent", {"area": filters.area}),
    ("sparkline", here),
    ("visit_flow", here),
    ("reimbursement", here),
    ("indicator_trend", rate | {"area": filters.area} | scope.year_back(filters)),
    ("indicator_ranking", rate | there),
    ("visit_parts", there),
)

cards = scope.pick(readings.table, *WANTED, population=filters.population)
kpi_cards(cards, sparks.table, absent=absent.table)
light_legend()

left, right = st.columns(2, gap="large")
with left:
    trend_chart(trend, place=filters.area_name)
with right:
    flow_chart(flow)

left, right = st.columns(2, gap="large")
with left:
    ranking_chart(ranking, beside)
with right:
    area_map(ranking, beside)

payers_chart(payers)
with table_frame("就诊率的组成", parts, key="parts", note="本年累计。", dated=True):
    figures_table(parts.table, VISIT_PARTS, first=beside.level_name)
named = f"各{beside.level_name}排名"
with table_frame(named, ranking, key="ranking_table", indicators=[RATE], dated=True):
    ranking_table(ranking.table, level_name=beside.level_name)
