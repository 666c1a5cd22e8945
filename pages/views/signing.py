"""签约服务: from those due to those signed to those served, and where service does not follow."""

import streamlit as st

from pages.components import scope
from pages.components.answer import ask_all
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.components.light import light_legend
from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.readings.indicator_charts import ranking_chart, trend_chart
from pages.components.readings.kpi_card import kpi_cards
from pages.components.readings.ranking_table import ranking_table
from pages.components.subjects.signing import service_chart, steps_chart
from pages.components.table_frame import table_frame

RATE = "signing_rate"
WANTED = (RATE, "should_sign_rate", "signing_fulfilment_rate")
SIGNING_TEAMS = (
    FigureColumn("teams", "签约团队", "个"),
    FigureColumn("sign_target_pop", "帮扶对象", "人"),
    FigureColumn("signed_pop", "已签约", "人"),
    FigureColumn("refused_pop", "拒签", "人"),
    FigureColumn("away_pop", "常年外出", "人"),
    FigureColumn("expired_pop", "协议到期", "人"),
    FigureColumn("followups_week", "本周随访", "人次"),
    FigureColumn("people_per_team", "每团队签约", "人", 2),
    FigureColumn("followups_per_team", "每团队本周随访", "人次", 2),
)

filters = filter_bar(populations=scope.population_choices(RATE))
page_header("签约服务", filters)

here = {"area": filters.area, "period": filters.period}
beside = scope.scope(filters)
there = beside.params | {"period": filters.period}
rate = {"indicator": RATE} | scope.population_of(filters, RATE)

readings, absent, sparks, funnel, trend, ranking, service, teams = ask_all(
    ("indicator_overview", here),
    ("indicators_absent", {"area": filters.area}),
    ("sparkline", here),
    ("signing_funnel", here),
    ("indicator_trend", rate | {"area": filters.area} | scope.year_back(filters)),
    ("indicator_ranking", rate | there),
    ("signing_service_scatter", there),
    ("signing_teams", there),
)

cards = scope.pick(readings.table, *WANTED, population=filters.population)
kpi_cards(cards, sparks.table, absent=absent.table)
light_legend()

left, right = st.columns(2, gap="large")
with left:
    steps_chart(funnel)
with right:
    trend_chart(trend, place=filters.area_name)

left, right = st.columns(2, gap="large")
with left:
    ranking_chart(ranking, beside)
with right:
    service_chart(service, readings.table)

named = f"各{beside.level_name}排名"
with table_frame(named, ranking, key="ranking_table", indicators=[RATE], dated=True):
    ranking_table(ranking.table, level_name=beside.level_name)
with table_frame("签约团队与负担", teams, key="teams", indicators=[RATE], dated=True):
    figures_table(teams.table, SIGNING_TEAMS, first=beside.level_name)
