"""指标分析: one indicator, how far, where, why, how sure, against whom, and where from."""

import streamlit as st

from pages.components import scope
from pages.components.analysis import indicator_choice
from pages.components.analysis.breakdown import breakdown
from pages.components.analysis.charts import spread_chart
from pages.components.analysis.comparison import comparison
from pages.components.analysis.inequality import inequality
from pages.components.analysis.origin import origin
from pages.components.analysis.parts import causes, course
from pages.components.analysis.reading_panel import reading_panel
from pages.components.answer import ask, ask_all
from pages.components.choice import choose_part
from pages.components.header.filter_bar import chosen_indicator, filter_bar
from pages.components.header.page_header import page_header
from pages.components.light import light_legend
from pages.components.readings.area_map import area_map
from pages.components.readings.indicator_charts import ranking_chart
from pages.components.readings.ranking_table import ranking_table
from pages.components.table_frame import table_frame
from pages.shell import runtime

PARTS = {
    "line": "走势和排名",
    "why": "变化分解",
    "spread": "差异比较",
    "compare": "对比",
    "origin": "数据来源",
}

offered = indicator_choice.listed()
RATE = chosen_indicator(offered)
chosen = filter_bar(indicators=offered, populations=scope.population_choices(RATE))
page_header("指标分析", chosen)
filters = scope.seat(chosen, grain=indicator_choice.grain(RATE))
if said := scope.seated(runtime.indicator(RATE).name, chosen, filters):
    st.info(said)

subject = indicator_choice.subject(filters, offered)
place = indicator_choice.place(filters, RATE)
at, period = {"area": place.code}, {"period": filters.period}
beside = scope.scope(filters, grain=indicator_choice.grain(RATE))
there = beside.params | period

reading, ranking = ask_all(
    ("indicator_value", subject | at | period | {"parent": filters.area}),
    ("indicator_ranking", subject | there),
)
reading_panel(reading.table, ranking.table, beside)
light_legend()
part = choose_part("看什么", PARTS, key="look")

if part == "line":
    left, right = st.columns(2, gap="large")
    with left:
        course(ask("indicator_trend", **subject, **at, **scope.year_back(filters)), place.name)
        breakdown(subject | at | period)
        area_map(ranking, beside)
    with right:
        ranking_chart(ranking, beside)
        inequality(subject | there, beside)
    named = f"各{beside.level_name}排名"
    with table_frame(named, ranking, key="ranking_table", indicators=[RATE], dated=True):
        ranking_table(ranking.table, level_name=beside.level_name)

if part == "why":
    causes(subject | at | period, subject | there, beside, reading.table["lead"][0])

if part == "spread":
    spread_chart(ask("indicator_funnel", **subject, **there), beside)

if part == "compare":
    comparison(filters, subject, beside)

if part == "origin":
    origin(reading.table)
