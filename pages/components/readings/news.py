"""新情况 on the overview: one line that says how much is news, and unfolds to what."""

from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit as st

from data.snapshots.store import Store
from pages.exports.news import compare, words
from pages.exports.news.compare import Moment, News
from pages.shell import runtime
from pages.shell.runtime import Filters

_SHOWN = 20  # of one kind


def news(filters: Filters) -> None:
    """Draw what turned, fell silent or was corrected since the briefing before."""
    now = Moment(runtime.snapshot(), filters.period)
    before = _earlier(str(runtime.store().path), now)
    area = runtime.area_row(filters.area) or {}
    found = compare.compare(
        {"area_code": filters.area, "level": area["level"]},
        now,
        before,
        lambda name, params, number: runtime.query_at(number, name, **params),
        runtime.catalogue().settings,
    )
    st.html(_html(found))


def _html(found: News) -> str:
    lines = words.lines(found, most=_SHOWN)
    said = "、".join(kind for kind, _ in lines) or "没有新情况"
    head = f"<b>新情况</b> {escape(words.since(found))}：{escape(said)}"
    if not lines:
        return f'<p class="rule">{head}。</p>'
    items = "".join(f"<li><b>{escape(kind)}</b> {escape(which)}</li>" for kind, which in lines)
    return (
        f'<details class="news"><summary>{head}</summary><ul class="points">{items}</ul></details>'
    )


@lru_cache(maxsize=50)
def _earlier(path: str, now: Moment) -> Moment:
    return compare.earlier(Store(Path(path)), now)
