"""The county map of a page, and the units it cannot show."""

import streamlit as st

from data import boundaries
from pages.charts import county_map
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.scope import Scope, period_note
from pages.shell import runtime


def area_map(answer: Answer, scope: Scope) -> None:
    """Draw the map of a ranking; areas without an outline are listed under it with their value.

    answer  Of indicator_ranking. Townships and villages have no outlines: then one line says so.
    """
    identifier = str(answer.params["indicator"])
    indicator = runtime.indicator(identifier)
    shapes = boundaries.county_shapes(answer.table["area_code"].to_list())
    if not shapes["features"]:
        st.caption(f"{scope.level_name}没有可用的边界数据,不画地图。")
        return
    hidden = county_map.without_outline(answer.table, indicator, shapes)
    note = f"未上图的单元(无边界):{'、'.join(hidden)}。" if hidden else ""
    chart_frame(
        f"各{scope.level_name}{indicator.name}地图",
        county_map.county_map(answer.table, indicator, shapes),
        answer,
        key=f"map_{identifier}",
        alt=county_map.describe(answer.table, indicator),
        indicators=[identifier],
        note=f"{period_note(answer.table)}{note}{boundaries.SOURCE},仅作示意。点击区划可下钻。",
        drill=True,
    )
