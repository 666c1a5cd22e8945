"""县域内就诊: the rate and its parts, where patients go, who pays."""

import streamlit as st

from pages.components import scope
from pages.components.answer import ask_all
from pages.components.area_map import area_map
from pages.components.columns import VISIT_PARTS
from pages.components.figures_table import figures_table
from pages.components.filter_bar import filter_bar
from pages.components.indicator_charts import ranking_chart, trend_chart
from pages.components.kpi_card import kpi_cards
from pages.components.light import light_legend
from pages.components.page_header import page_header
from pages.components.ranking_table import ranking_table
from pages.components.table_frame import table_frame
from pages.components.visit_charts import flow_chart, payers_chart

TITLE = "县域内就诊"
RATE = "county_visit_rate"
WANTED = (RATE, "county_inpatient_share", "primary_visit_share", "inpatient_actual_reimb_rate")

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
