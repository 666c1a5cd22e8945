"""A table in its place: title above, source below."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from pages.components.answer import Answer
from pages.components.source_note import source_note


@contextmanager
def table_frame(
    title: str, answer: Answer, *, key: str, indicators: Sequence[str] = (), note: str = ""
) -> Iterator[None]:
    """Place what is drawn inside between a title and the 溯源 fold of its answer."""
    st.subheader(title, anchor=False)
    yield
    if note:
        st.caption(note)
    source_note(answer.query, answer.params, indicators=indicators, key=key)
