"""总览: how do we stand, what needs attention, who has not reported."""

import streamlit as st

from pages.components.answer import ask_all
from pages.components.filter_bar import filter_bar
from pages.components.indicator_matrix import indicator_matrix
from pages.components.kpi_card import kpi_cards
from pages.components.light import light_legend
from pages.components.page_header import page_header
from pages.components.points import attention_points, unreported_points
from pages.components.scope import headline, scope
from pages.components.table_frame import table_frame
from pages.components.verdict import verdict

filters = filter_bar()
page_header("总览", filters)

here = {"area": filters.area, "period": filters.period}
beside = scope(filters)
there = beside.params | {"period": filters.period}
every = bool(st.session_state.get("overview_every"))

standing, sparks, attention, unreported, matrix = ask_all(
    ("indicator_overview", here),
    ("sparkline", here),
    ("attention", there),
    ("unreported", {"parent": filters.area, "period": filters.period}),
    ("indicator_matrix", there | {"headline_only": int(not every)}),
)

verdict(headline(standing.table), place=filters.area_name)
kpi_cards(headline(standing.table), sparks.table)
light_legend()

left, right = st.columns(2, gap="large")
with left, table_frame("需要关注", attention, key="attention"):
    attention_points(attention.table)
with right, table_frame("未报情况", unreported, key="unreported"):
    unreported_points(unreported.table)

with table_frame(f"各{beside.level_name}指标一览", matrix, key="matrix"):
    st.toggle("显示全部指标", key="overview_every", help="默认只列重点指标。")
    indicator_matrix(matrix.table)
