"""A table in its place: title above, source below."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from pages.components import collected
from pages.components.answer import Answer
from pages.components.scope import period_note, whose
from pages.components.source_note import source_note


@contextmanager
def table_frame(
    title: str,
    answer: Answer,
    *,
    key: str,
    indicators: Sequence[str] = (),
    note: str = "",
    dated: bool = False,
) -> Iterator[None]:
    """Place what is drawn inside between a title and the 溯源 fold of its answer.

    title  Of another area than the page's it says whose.
    note   A line below the table.
    dated  All rows are of one period, which the line names first.
    """
    title = f"{whose(answer.params)}{title}"
    words = f"{period_note(answer.table)}{note}" if dated else note
    collected.add(
        key,
        title,
        answer.query,
        answer.params,
        answer.table,
        indicators=indicators,
        note=words,
    )
    st.header(title, anchor=False)
    yield
    if words:
        st.caption(words)
    source_note(answer.query, answer.params, indicators=indicators, key=key)
