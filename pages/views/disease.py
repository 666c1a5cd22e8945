"""大病与慢病: which disease is not treated where, and how far chronic care goes."""

import streamlit as st

from pages.components.subjects import subject
from pages.components.subjects.disease import cascade_chart, disease_chart

DOMAINS = ("major_disease", "chronic")
INDICATORS = (
    "major_disease_treat_rate",
    "major_disease_oop_share",
    "should_sign_rate",
    "htn_std_mgmt_rate",
    "dm2_std_mgmt_rate",
    "tb_systematic_mgmt_rate",
    "smi_std_mgmt_rate",
)

page = subject.begin("大病与慢病", INDICATORS, domains=DOMAINS)
# Figures by disease are kept for counties and above only.
answers, (diseases, cascade) = subject.ask(
    page,
    ("dimension_matrix", page.below("county") | {"indicator": INDICATORS[0]}),
    ("chronic_cascade", page.here),
)

subject.cards(page, answers)
left, right = st.columns(2, gap="large")
with left:
    disease_chart(diseases)
with right:
    cascade_chart(cascade)
subject.course(page, answers)
subject.look_up(page, answers)
