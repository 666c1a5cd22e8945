"""总览: how do we stand, what got worse, who is last, who has not reported."""

from dataclasses import replace

import streamlit as st

from pages.components.answer import Answer, ask, ask_all
from pages.components.begin.first_reports import begin_offer, first_reports
from pages.components.choice import choose_part
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.components.light import light_legend
from pages.components.own_part import own_part
from pages.components.readings.indicator_matrix import area_matrix, indicator_matrix
from pages.components.readings.kpi_card import kpi_cards
from pages.components.readings.news import news
from pages.components.readings.points import attention_points, unreported_points
from pages.components.readings.verdict import verdict
from pages.components.scope import headline, present, scope
from pages.components.table_frame import table_frame
from pages.shell import runtime

ROWS = {"headline": "重点指标", "every": "全部指标"}

filters = filter_bar()
page_header("总览", filters)
if runtime.is_empty():
    first_reports()
    st.stop()

here = {"area": filters.area, "period": filters.period}
beside = scope(filters)
there = beside.params | {"period": filters.period}

standing, absent, sparks, paces, attention, unreported, matrix = ask_all(
    ("indicator_overview", here),
    ("indicators_absent", {"area": filters.area}),
    ("sparkline", here),
    ("pace", here),
    ("attention", there),
    ("unreported", {"parent": filters.area, "period": filters.period}),
    ("indicator_matrix", there | {"headline_only": 1}),
)

verdict(
    present(headline(standing.table), absent.table),
    place=filters.area_name,
    matrix=matrix.table,
    unreported=unreported.table,
    scope=beside,
)
kpi_cards(headline(standing.table), sparks.table, paces.table, absent=absent.table)
light_legend()
news(filters)


@own_part
def look_up(headline_matrix: Answer, absent: Answer, level_name: str) -> None:
    """The indicators by area: the headline ones, or all of them, but not what nobody there has."""
    headline_only = choose_part("看哪些指标", ROWS, key="rows") == "headline"
    asked = ask(
        "indicator_matrix", **headline_matrix.params | {"headline_only": int(headline_only)}
    )
    there = replace(asked, table=present(asked.table, absent.table))
    with table_frame(f"各{level_name}指标一览", there, key="matrix"):
        if headline_only:
            area_matrix(there.table, level_name=level_name)
        else:
            indicator_matrix(there.table)


look_up(matrix, absent, beside.level_name)

left, right = st.columns(2, gap="large")
with left, table_frame("需要关注", attention, key="attention"):
    attention_points(attention.table)
with right, table_frame("未报情况", unreported, key="unreported"):
    unreported_points(unreported.table)
begin_offer()
