"""The states beside the normal one: nothing to show, something wrong, still at work."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import streamlit as st

from data.errors import ProductError
from pages.shell import failures
from pages.theme.formats import as_written


def empty(what: str, why: str, then: str = "") -> None:
    """Say that there is nothing to show, why, and what to do.

    what  The thing that is missing, 「睢阳区没有村卫生室台账」.
    why   The reason, 「2020年第51周及以前没有报送」.
    then  What the reader can do; may be empty.
    """
    said = [as_written(part.rstrip("。")) for part in (what, why, then) if part]
    st.info("。".join([f"**{said[0]}**", *said[1:]]) + "。")


@contextmanager
def refusals() -> Iterator[None]:
    """Show an error where it was made, and leave the rest of the page standing."""
    try:
        yield
    except ProductError as error:
        failures.wrong(str(error))


def loading(what: str) -> AbstractContextManager[None]:
    """Show that something longer than a moment is at work, 「正在生成表格…」."""
    return st.spinner(f"{what}…", show_time=True)
