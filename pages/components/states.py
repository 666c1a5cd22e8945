"""The states beside the normal one: nothing to show, something wrong, still at work."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import streamlit as st

from data.errors import ProductError


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


@contextmanager
def refusals() -> Iterator[None]:
    """Show an error where it was made, and leave the rest of the page standing."""
    try:
        yield
    except ProductError as error:
        wrong(str(error))


def loading(what: str) -> AbstractContextManager[None]:
    """Show that something longer than a moment is at work, 「正在生成表格…」."""
    return st.spinner(f"{what}…", show_time=True)
