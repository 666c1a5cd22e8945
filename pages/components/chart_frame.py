"""A chart in its place: title, figure, text for those who cannot see it, and its source."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.charts import screen
from pages.charts.description import Chart
from pages.charts.screen import Picture
from pages.components import collected, states
from pages.components.answer import Answer
from pages.components.scope import whose
from pages.components.source_note import source_note
from pages.shell import address, runtime
from pages.theme.plotly_template import CONFIG


def chart_frame(
    title: str,
    chart: Chart | Picture,
    answer: Answer,
    *,
    key: str,
    indicators: Sequence[str] = (),
    note: str = "",
    drill: bool = False,
) -> None:
    """Draw one chart with its title above, its note and 溯源 fold below; no rows, no chart.

    title   What the chart shows, or what it finds; of another area than the page's, whose it is.
    chart   From pages/charts.
    answer  The question the chart was made of.
    indicators  Whose report tables and definitions stand beside the fold.
    note    A line below the chart: unit, rule, what is left out.
    drill   A click on an area makes it the chosen area of the page.
    """
    title = f"{whose(answer.params)}{title}"
    collected.add(
        key,
        title,
        answer.query,
        answer.params,
        answer.table,
        chart=chart,
        indicators=indicators,
        note=note,
    )
    st.header(title, anchor=False)
    widget = f"{key}_{answer.params.get('area') or answer.params.get('parent')}"
    if answer.table.is_empty():
        states.empty("没有数据", "所选区划到这一期末为止没有报送", "请换一个报告期或区划")
    elif drill:
        st.plotly_chart(
            screen.figure(chart),
            theme=None,
            config=CONFIG,
            key=widget,
            alt=chart.alt,
            on_select=lambda: _go_to(widget),
            selection_mode="points",
        )
    else:
        st.plotly_chart(screen.figure(chart), theme=None, config=CONFIG, key=widget, alt=chart.alt)
    if note and not answer.table.is_empty():
        st.caption(note)
    source_note(answer.query, answer.params, indicators=indicators, key=key)


def titled(subject: str, finding: str) -> str:
    """What a chart shows, and what it finds where the data decide it: 就诊流向：县域外3万人次."""
    return f"{subject}：{finding}" if finding else subject


def _go_to(widget: str) -> None:
    """Make the clicked area the chosen one, if a page can be shown for it."""
    points = st.session_state[widget]["selection"]["points"]
    code = next((_area_of(point) for point in points), None)
    if code is None:
        return
    if code in set(runtime.areas()["area_code"]):
        address.choose("area", code, default=runtime.default_area())
    elif address.page() == "analysis":  # the one page that can show a village
        address.choose("village", code)


def _area_of(point: dict[str, Any]) -> str | None:
    data = point.get("customdata")
    return data[0] if isinstance(data, list) else data or point.get("location")
