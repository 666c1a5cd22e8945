"""What can only be drawn when the whole page is known: done at the end of the run.

The head of a page stands above its choices, but the link to it names them all.
"""

from collections.abc import Callable

import streamlit as st

_WAITING = "afterwards.waiting"


def begin() -> None:
    """Forget what an earlier run left behind, because it was stopped half way."""
    st.session_state[_WAITING] = []


def do(work: Callable[[], None]) -> None:
    """Do this when the page has run to its end; it draws into a container made earlier."""
    st.session_state.setdefault(_WAITING, []).append(work)


def run() -> None:
    """Do all that waits, in its order."""
    waiting, st.session_state[_WAITING] = st.session_state.get(_WAITING, []), []
    for work in waiting:
        work()
