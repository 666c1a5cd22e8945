"""The head of a page: its title, up to when the data go, which snapshot, and the link to it."""

import streamlit as st

from pages.shell import address, runtime
from pages.shell.runtime import Filters
from pages.theme.formats import date_zh, period_label


def page_header(
    title: str, filters: Filters, *, unit: str = "", demo_word: str = "演示数据"
) -> None:
    """Draw the head of a page.

    title    What the page is called.
    filters  What is shown; named in words, so that a screenshot speaks for itself.
    unit     The unit of the figures where the whole page has one.
    demo_word  What is marked as demo data, where not the whole page is.
    """
    manifest = runtime.manifest()
    words = [
        filters.area_name,
        period_label(filters.period),
        f"数据截至 {date_zh(filters.period_end)}",
        f"快照 {manifest.number} 号({manifest.time[:16].replace('T', ' ')})",
    ]
    if unit:
        words.append(f"单位:{unit}")
    with st.container(horizontal=True, vertical_alignment="center", key="page_header"):
        st.title(title, anchor=False, width="content")
        if manifest.demo:
            st.badge(demo_word, icon=":material/science:", color="orange")
        _copy_link(filters)
    st.caption(" · ".join(words))


def _copy_link(filters: Filters) -> None:
    """Offer the address that names every filter and the snapshot."""
    link = address.full(
        {
            "area": filters.area,
            "period": filters.period,
            "population": filters.population,
            "indicator": address.chosen("indicator") or "",
            "snapshot": str(runtime.snapshot()),
        }
    )
    with st.popover("复制链接", icon=":material/link:"):
        st.write("这个链接写明了全部条件和快照号,以后打开数字不变:")
        st.code(address.absolute(link), language=None, wrap_lines=True)
