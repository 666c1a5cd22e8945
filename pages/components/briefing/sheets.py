"""The briefing on the page: its sheets below each other, as they print, and their sources."""

import hashlib
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from data.errors import ProductError
from pages.charts.once import made_once
from pages.components import collected
from pages.components.briefing import state
from pages.components.source_note import source_note
from pages.exports.briefing.model import Briefing
from pages.exports.briefing.writers import sheets
from pages.shell import access, runtime
from pages.theme import formats, sheet_style

_KEY = "briefing_sheets"
# In the page itself, not in a shadow root: it prints with the page.
_mount = component(
    _KEY,
    html='<div class="page-sheets"></div>',
    css=sheet_style.CSS,
    js=(Path(__file__).parent / "sheets.js").read_text("utf-8"),
    isolate_styles=False,
)


def briefing_sheets(briefing: Briefing) -> None:
    """Draw every sheet, one A4 page each on paper, then the questions behind them."""
    shown = _sheets(briefing)
    _mount(
        data={
            "sheets": shown,
            "made": hashlib.sha256(shown.encode("utf-8")).hexdigest(),
            "writable": access.may("brief"),
        },
        key=_KEY,
        on_written_change=partial(_written, briefing),
    )
    with st.container(key="briefing_sources"):
        st.header("来源", anchor=False)
        for source in briefing.sources():
            shown_for = briefing.indicators if source.query in _OF_INDICATORS else ()
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


def _written(briefing: Briefing) -> None:
    """Keep what somebody wrote on a slide, or say why it cannot be."""
    written = st.session_state[_KEY].written
    sentence = next((each for each in briefing.sentences() if each.key == written["key"]), None)
    if sentence is None or not access.may("brief"):
        return
    try:
        state.change(briefing, sentence, str(written["text"]))
    except ProductError as error:
        st.toast(formats.as_written(str(error)), icon=":material/error:", duration="long")


@made_once
def _sheets(briefing: Briefing) -> str:
    return "".join(sheets.sheet(page, briefing) for page in briefing.pages)


_OF_INDICATORS = ("briefing_areas", "briefing_trend")
_QUESTIONS = {
    "briefing_areas": "总体进展、各地情况、附件1",
    "briefing_trend": "近一年走势",
    "briefing_streaks": "连续末位名单",
    "briefing_clinics": "村卫生室标准化",
    "briefing_issues": "督导整改",
    "data_doubts": "数据比对疑点",
    "unreported": "报表报送",
    "briefing_past": "历史数据变动",
}
