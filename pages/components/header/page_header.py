"""The head of a page: its title, what is shown up to when, which snapshot, and the link to it."""

from collections.abc import Callable
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data import settings
from pages.components import collected, links
from pages.components.header import area_choice
from pages.components.header.take_away import take_away_button
from pages.shell import access, address, afterwards, begin_desk, runtime
from pages.shell.runtime import Filters
from pages.theme.formats import date_zh, period_label


def page_header(
    title: str, filters: Filters, *, unit: str = "", demo_word: str = "演示数据"
) -> None:
    """Draw the head of a page; on a wide screen it stays in sight while the page is scrolled.

    title    What the page is called.
    filters  What is shown; named in words, so that a screenshot speaks for itself.
    unit     The unit of the figures where the whole page has one.
    demo_word  What is marked as demo data, where not the whole page is.
    """
    collected.begin()
    manifest = runtime.manifest()
    words = [
        period_label(filters.period),
        f"数据截至 {date_zh(filters.period_end)}",
        f"快照 {manifest.number} 号（{manifest.time[:16].replace('T', ' ')}）",
    ]
    if of := begin_desk.seen_name():
        words.insert(0, of)
    if unit:
        words.append(f"单位：{unit}")
    with st.container(horizontal=True, vertical_alignment="center", key="page_header"):
        st.title(title, anchor=False, width="content")
        if manifest.demo:
            st.badge(demo_word, color="orange")
        said = escape(" · ".join(words))
        st.html(f'<p class="state">{_crumbs(filters)} · {said}{_person()}</p>', width="content")
        file = st.container(width="content")
        link = st.container(width="content")
    # The page's own choices, and what stands on it, are known only when it has run.
    afterwards.do(lambda: _fill(file, link, title, filters))


def _crumbs(filters: Filters) -> str:
    """The way down to the area; every step but the last is the way back up."""
    path = area_choice.path(filters.area)
    if address.page() == "analysis" and (village := area_choice.village_below(filters.area)):
        path.append(village[:2])
    *above, (_, name) = path
    steps = [
        links.link(each, links.href(address.page(), area=code), title=f"回到{each}")
        for code, each in above
    ]
    return " › ".join([*steps, f"<b>{escape(name)}</b>"])


def _person() -> str:
    """Whoever is signed in here, and his way to his password and out."""
    name = access.visitor().name
    if not name or settings.current().has_gateway:
        return ""
    return f' · <a href="/sign-in/account" target="_self">{escape(name)}（退出）</a>'


def _fill(
    file: DeltaGenerator,
    link: DeltaGenerator,
    title: str,
    filters: Filters,
) -> None:
    """Write the address that names every filter and the snapshot; offer the page's workbook."""
    whole = address.full(
        {
            "area": filters.area,
            "period": filters.period,
            "population": filters.population,
            "indicator": address.chosen("indicator") or "",
            "snapshot": str(runtime.snapshot()),
        }
    )
    with file:
        take_away_button(title, filters, link=whole)
    with link:
        _link(whole)


@st.fragment
def _link(address: Callable[[], str]) -> None:
    """Write the address when somebody wants it: parts of the page may have changed it."""
    fold = st.popover("复制链接", icon=":material/link:", key="copy_link", on_change="rerun")
    if fold.open:
        with fold:
            st.write("这个链接写明了全部条件和快照号，以后打开数字不变：")
            st.code(address(), language=None, wrap_lines=True)
