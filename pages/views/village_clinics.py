"""村卫生室标准化: the state of every clinic, what fails where, what is to be fixed."""

import streamlit as st

from pages.components import scope
from pages.components.answer import Answer, ask_all
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.components.light import light_legend
from pages.components.own_part import own_part
from pages.components.readings.area_map import area_map
from pages.components.readings.indicator_charts import ranking_chart
from pages.components.readings.kpi_card import kpi_cards
from pages.components.subjects.clinic_list import blank_spots, clinics_to_fix
from pages.components.subjects.clinics import criteria_chart, progress_chart, status_chart, units
from pages.components.table_frame import table_frame

RATE = "village_clinic_standard_rate"
BLANKS = "blank_spots"
WANTED = (RATE, "village_clinic_presence_rate", "village_doctor_coverage_rate", BLANKS)

filters = filter_bar(populations=scope.population_choices(RATE))
page_header("村卫生室标准化", filters)

here = {"area": filters.area, "period": filters.period}
beside = scope.scope(filters)
there = beside.params | {"period": filters.period}
rate = {"indicator": RATE} | scope.population_of(filters, RATE)

readings, absent, sparks, status, criteria, progress, ranking, fix, blanks = ask_all(
    ("indicator_overview", here),
    ("indicators_absent", {"area": filters.area}),
    ("sparkline", here),
    ("clinic_status", there),
    ("clinic_criteria", there),
    ("clinic_progress", {"area": filters.area} | scope.year_back(filters)),
    ("indicator_ranking", rate | there),
    ("clinic_fix_list", here),
    ("clinic_blank_spots", here),
)

cards = scope.pick(readings.table, *WANTED, population=filters.population)
kpi_cards(cards, sparks.table, absent=absent.table)
light_legend()


@own_part
def counted(status: Answer, progress: Answer, level_name: str, place: str) -> None:
    """Where each area stands and how it went, counted in clinics or in villages."""
    offered = units(status)
    unit = st.segmented_control(
        "按什么计数", offered, default=offered[0], key="clinic_unit", required=True
    )
    left, right = st.columns(2, gap="large")
    with left:
        status_chart(status, unit=unit, level_name=level_name)
    with right:
        progress_chart(progress, unit=unit, place=place)


counted(status, progress, beside.level_name, filters.area_name)
criteria_chart(criteria)

left, right = st.columns(2, gap="large")
with left:
    ranking_chart(ranking, beside)
with right:
    area_map(ranking, beside)

with table_frame("需要整改的卫生室", fix, key="fix", indicators=[RATE], dated=True):
    clinics_to_fix(fix.table)
with table_frame("空白点", blanks, key="blanks", indicators=[BLANKS], dated=True):
    blank_spots(blanks.table)
