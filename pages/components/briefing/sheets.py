"""The briefing on the page: its sheets below each other, as they print, and their sources."""

import streamlit as st

from pages.charts.once import made_once
from pages.components import collected
from pages.components.source_note import source_note
from pages.exports.briefing.model import Briefing
from pages.exports.briefing.writers import sheets
from pages.shell import runtime
from pages.theme import sheet_style


def briefing_sheets(briefing: Briefing) -> None:
    """Draw every sheet, one A4 page each on paper, then the questions behind them."""
    st.html(f"<style>{sheet_style.CSS}</style>")
    st.html(f'<div class="page-sheets">{_sheets(briefing)}</div>')
    with st.container(key="briefing_sources"):
        st.header("来源", anchor=False)
        for source in briefing.sources():
            shown_for = briefing.indicators if source.query == "briefing_areas" else ()
            collected.add(
                source.query,
                _QUESTIONS.get(source.query, source.query),
                source.query,
                source.params,
                runtime.query(source.query, **source.params),
                indicators=shown_for,
            )
            source_note(
                source.query,
                dict(source.params),
                indicators=shown_for,
                note=_QUESTIONS.get(source.query, ""),
                key=f"briefing_{source.query}",
            )


@made_once
def _sheets(briefing: Briefing) -> str:
    return "".join(sheets.sheet(page, briefing) for page in briefing.pages)


_QUESTIONS = {
    "briefing_areas": "总体进展、各地情况、附件1",
    "briefing_clinics": "村卫生室标准化",
    "briefing_issues": "督导整改",
    "data_doubts": "数据比对疑点",
    "unreported": "未报情况",
    "briefing_past": "历史数据变动",
}
