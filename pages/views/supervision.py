"""整改与督导: which issues stand where, whose they are, what data matching found, who files."""

import streamlit as st

from pages.components.answer import ask, ask_all
from pages.components.choice import choose_part
from pages.components.desk.issues import issue_list, owners_table, status_chart
from pages.components.desk.matching import doubts_table, filing_table
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.components.scope import scope

PARTS = {"issues": "问题整改", "matching": "数据比对疑点", "filing": "按时报送"}

filters = filter_bar()
page_header("整改与督导", filters)
part = choose_part("看哪一部分", PARTS, key="part")

here = {"area": filters.area, "period": filters.period}
beside = scope(filters, grain="township")
there = beside.params | {"period": filters.period}

if part == "issues":
    status, owners, issues = ask_all(
        ("issue_status", there), ("issue_owners", here), ("issues", here)
    )
    left, right = st.columns(2, gap="large")
    with left:
        status_chart(status)
    with right:
        owners_table(owners)
    issue_list(issues, place=filters.area_name)

if part == "matching":
    doubts_table(ask("data_doubts", **here))

if part == "filing":
    filing_table(ask("reporting_by_area", **there), level_name=beside.level_name)
