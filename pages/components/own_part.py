"""A part of a page with a choice of its own: another choice draws this part again, not the page."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.errors import ProductError
from pages.shell import address

_Given = ParamSpec("_Given")


def own_part(draw: Callable[_Given, None]) -> Callable[_Given, None]:
    """Let a part be drawn again by itself when one of its own controls is used.

    draw  Asks and draws; what it shows depends on its arguments and on its own controls.
    Where something else happened in it, the whole page runs: a click that chose another area, or
    a fault, which the page's frame knows how to say.
    """

    @st.fragment
    def again(chosen: Mapping[str, str], *args: _Given.args, **kwargs: _Given.kwargs) -> None:
        if address.choices() != chosen:
            st.rerun()
        try:
            draw(*args, **kwargs)
        except ProductError:
            if not _alone():
                raise
            st.rerun()

    @wraps(draw)
    def part(*args: _Given.args, **kwargs: _Given.kwargs) -> None:
        again(address.choices(), *args, **kwargs)

    return part


def _alone() -> bool:
    """Say whether only this part is drawn again."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)
