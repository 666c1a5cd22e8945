"""区划对比: one area on all indicators, beside another one and among its like."""

import streamlit as st

from pages.components import scope
from pages.components.answer import ask_all
from pages.components.choice import choose_one
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.components.profile.among import among, choose_beside
from pages.components.profile.profile_table import profile_table
from pages.components.table_frame import table_frame
from pages.shell import runtime

EVERY, HEADLINE = {"every": "全部指标"}, {"headline": "重点指标"}

filters = filter_bar()
page_header("区划对比", filters)
domains = runtime.catalogue().words["domains"]

with st.container(horizontal=True):
    beside = choose_beside(filters)
    field = choose_one("领域", EVERY | HEADLINE | domains, key="field", default="every")
peers = among(filters, beside)

here = {"area": filters.area, "period": filters.period}
wanted = "" if field == "headline" else ",".join(domains) if field == "every" else field
profile, sparks, absent = ask_all(
    (
        "area_profile",
        here
        | peers.params
        | {"beside": beside, "domains": wanted}
        | {"headline_only": int(field == "headline")},
    ),
    ("sparkline", here | {"domains": wanted, "parent": peers.parent}),
    ("indicators_absent", {"area": filters.area}),
)
with table_frame(f"{filters.area_name}各项指标", profile, key="profile"):
    profile_table(
        scope.present(profile.table, absent.table), sparks.table, level_name=peers.level_name
    )
