"""The store that a session shows: the one that was open when it began, until its page is reloaded.

Somebody may open another store meanwhile. A page that showed one store's snapshot with the other's
figures would be worse than any error, so a session never changes over: it is told to begin anew.
"""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.settings import default_path

_STORE = "opened.store"


def path() -> Path:
    """Return the folder of this session's store; outside of sessions, of the one that is open."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return default_path()
    if _STORE not in st.session_state:
        st.session_state[_STORE] = default_path()
    return st.session_state[_STORE]


def has_moved() -> bool:
    """Say whether another store was opened since this session began."""
    return path() != default_path()
