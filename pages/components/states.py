"""The states beside the normal one: nothing to show, something wrong, still at work."""

from contextlib import AbstractContextManager

import streamlit as st


def empty(what: str, why: str, then: str = "") -> None:
    """Say that there is nothing to show, why, and what to do.

    what  The thing that is missing, 「睢阳区没有村卫生室台账」.
    why   The reason, 「2020年第51周及以前没有报送」.
    then  What the reader can do; may be empty.
    """
    st.info("。".join(part.rstrip("。") for part in (f"**{what}**", why, then) if part) + "。")


def wrong(message: str) -> None:
    """Show one error that leaves the rest of the page standing."""
    st.error(message, icon=":material/error:")


def loading(what: str) -> AbstractContextManager[None]:
    """Show that something longer than a moment is at work, 「正在生成表格…」."""
    return st.spinner(f"{what}…", show_time=True)
