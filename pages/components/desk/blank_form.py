"""下载空白报表: a form for a unit, a table and a period, made when the button is pressed."""

from collections.abc import Callable, Mapping

import streamlit as st

from data.catalogue.model import Catalogue
from data.forms import templates
from pages.charts.once import made_once
from pages.components.choice import choose_one
from pages.shell import access, area_desk, runtime
from pages.shell.runtime import Filters

_LAST_FEW = 4


def blank_form(filters: Filters) -> None:
    """Offer the blank form of one table for the chosen area or a unit below it."""
    with st.expander("下载空白报表", icon=":material/description:"):
        st.caption("表里已填好本单位的区划，带下拉选项和填写说明；填好后可直接在上面上报。")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            below = area_desk.form_units(filters.area, filters.period_end)
            units = {filters.area: filters.area_name} | below
            unit = choose_one("填报单位", units, key="blank_unit", default=filters.area)
            titles = _titles(area_desk.forms_by(), unit or filters.area)
            first = next(iter(titles))
            table = choose_one("报表", titles, key="blank_table", default=first, width=320)
            periods = _periods(table or "")
            period = choose_one("报告期", periods, key="blank_period", default=next(iter(periods)))
            st.download_button(
                "下载空白报表",
                data=_maker(table or "", unit or filters.area, period or ""),
                file_name=_file_name(table or "", unit or filters.area, period or ""),
                key="blank_download",
                on_click="ignore",
                icon=":material/download:",
            )


@made_once
def _titles(catalogue: Catalogue, unit: str) -> Mapping[str, str]:
    """The tables that are filed by a unit or inside it."""
    tables = templates.tables_of(catalogue, unit)
    return {each: f"{each} {catalogue.tables[each].title}" for each in tables}


def _periods(table: str) -> dict[str, str]:
    """The period after the newest one filed, and the last few."""
    listed = runtime.periods(runtime.catalogue().tables[table].frequency)[:_LAST_FEW]
    coming = [listed[0].next()] if listed else []
    return {period.text: period.label_zh() for period in [*coming, *listed]}


def _maker(table: str, unit: str, period: str) -> Callable[[], bytes]:
    """The download: made on a thread of its own, so it takes along whom it serves."""
    asking, store = access.visitor(), runtime.store()

    def make() -> bytes:
        blank = templates.make(store, table, unit, period)
        access.record_export(f"空白报表 {blank.name}", asking=asking)
        return blank.data

    return make


def _file_name(table: str, unit: str, period: str) -> str:
    catalogue = area_desk.forms_by()
    return f"{catalogue.area_names.get(unit, unit)}{catalogue.tables[table].title}{period}.xlsx"
