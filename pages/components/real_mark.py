"""The mark that tells public figures from those of the store."""

import streamlit as st


def real_mark(words: str) -> None:
    """Draw 「真实资料」 and, beside it, what the figures below are and where they come from."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge("真实资料", icon=":material/verified:", color="blue")
        st.caption(words, width="content")
