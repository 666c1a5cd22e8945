"""What the presenter has chosen on the briefing page, and where it is remembered.

Indicators and 汇报模式 stand in the address (`show`, `present`), so that a link opens the same
pages; changed texts live in the session and in a file that can be passed on.
"""

from dataclasses import dataclass, replace

import streamlit as st

from pages.exports.briefing import edits as edit_files
from pages.exports.briefing.edits import Edits
from pages.exports.briefing.model import Sentence
from pages.shell import address, runtime
from pages.shell.runtime import Filters

_EDITS = "briefing.edits"
_SHOW, _PRESENT = "show", "present"


@dataclass(frozen=True)
class Wish:
    """What to make: area, period, indicators in their order, changed texts."""

    area: str
    period: str
    indicators: tuple[str, ...]
    edits: Edits


def wish(filters: Filters) -> Wish:
    """Return what the presenter has chosen so far."""
    return Wish(filters.area, filters.period, chosen_indicators(), edits())


def chosen_indicators() -> tuple[str, ...]:
    """Return the indicators of the address in their order; empty for the headline ones."""
    given = st.query_params.get(_SHOW, "")
    return tuple(each for each in given.split(",") if each)


def choose_indicators(indicators: list[str], usual: list[str]) -> None:
    """Remember the indicators; the usual ones in the usual order stay out of the address."""
    if indicators and indicators != usual:
        st.query_params[_SHOW] = ",".join(indicators)
    elif _SHOW in st.query_params:
        del st.query_params[_SHOW]


def presenting() -> bool:
    """Say whether the address asks for 汇报模式."""
    return st.query_params.get(_PRESENT) == "1"


def present() -> None:
    """Go into 汇报模式, with the snapshot written into the address: these figures stay."""
    address.choose("snapshot", str(runtime.snapshot()))
    st.query_params[_PRESENT] = "1"


def leave() -> None:
    """Go back to the page."""
    if _PRESENT in st.query_params:
        del st.query_params[_PRESENT]


def edits() -> Edits:
    """Return the changed texts of this session."""
    return st.session_state.get(_EDITS, edit_files.NONE)


def remember_author(name: str) -> None:
    """Remember who makes the briefing."""
    st.session_state[_EDITS] = replace(edits(), made_by=name.strip()[:40])


def change(sentence: Sentence, text: str) -> None:
    """Change one text. raises EditsError when it holds a figure that the rules did not write."""
    st.session_state[_EDITS] = edits().changed(sentence, text)


def take_over(content: bytes) -> None:
    """Use a file of edits. raises EditsError."""
    loaded = edit_files.read(content)
    st.session_state[_EDITS] = loaded
    if loaded.indicators:
        st.query_params[_SHOW] = ",".join(loaded.indicators)


def forget() -> None:
    """Go back to the sentences as the rules write them."""
    st.session_state[_EDITS] = edit_files.NONE
