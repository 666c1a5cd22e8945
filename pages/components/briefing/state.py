"""What the presenter has chosen on the briefing page, and where it is remembered.

Indicators and 汇报模式 stand in the address (`show`, `present`), so that a link opens the same
pages; changed texts are kept in the store, per area and period, for everybody who looks at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from data.briefings import Written
from pages.exports.briefing import edits as edit_files
from pages.exports.briefing.edits import Edit, Edits
from pages.exports.briefing.model import Briefing, Sentence
from pages.shell import address, runtime, written
from pages.shell.runtime import Filters

_AUTHOR = "briefing.author"
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
    edits = _edits(written.standing(filters.area, filters.period))
    return Wish(filters.area, filters.period, chosen_indicators(), edits)


def chosen_indicators() -> tuple[str, ...]:
    """Return the indicators of the address in their order; empty for the headline ones."""
    given = st.query_params.get(_SHOW, "")
    return tuple(each for each in given.split(",") if each)


def choose_indicators(indicators: Sequence[str], usual: Sequence[str]) -> None:
    """Remember the indicators; the usual ones in the usual order stay out of the address."""
    if indicators and list(indicators) != list(usual):
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


def author() -> str:
    """Return who makes the briefing, as this session says."""
    return st.session_state.get(_AUTHOR, "")


def remember_author(name: str) -> None:
    """Remember who makes the briefing."""
    st.session_state[_AUTHOR] = name.strip()[:40]


def change(briefing: Briefing, sentence: Sentence, text: str) -> None:
    """Keep a changed text; the original again takes the change back.

    raises EditsError when it holds a figure that the rules did not write; as `written.keep`.
    """
    original = sentence.original or sentence.text
    found = edit_files.NONE.changed(sentence, text).texts.get(sentence.key)
    kept = found.text if found else original
    if kept == sentence.text:
        return
    written.keep(
        briefing.area,
        briefing.period,
        key=sentence.key,
        original=original,
        text=kept,
        author=author(),
    )


def undo(briefing: Briefing) -> None:
    """Take the newest change back. raises as `written.undo`."""
    written.undo(briefing.area, briefing.period, author=author())


def offers(briefing: Briefing) -> list[tuple[Sentence, str, Written]]:
    """Return the wordings of the period before that fit a sentence nobody has changed yet."""
    sentences = {each.key: each for each in briefing.sentences() if not each.edited}
    latest = {each.key: each for each in written.earlier(briefing.area, briefing.period)}
    found = []
    for key, each in latest.items():
        if key in sentences and each.text != each.original:
            text = edit_files.offered(Edit(each.original, each.text), sentences[key])
            if text:
                found.append((sentences[key], text, each))
    return found


def take_over(briefing: Briefing, content: bytes) -> None:
    """Use a file of edits: what fits is kept as if written here. raises as `change`."""
    loaded = edit_files.read(content)
    sentences = {each.key: each for each in briefing.sentences()}
    for key, edit in loaded.texts.items():
        sentence = sentences.get(key)
        if sentence and edit.original == (sentence.original or sentence.text):
            change(briefing, sentence, edit.text)
    remember_author(loaded.made_by)
    if loaded.indicators:
        st.query_params[_SHOW] = ",".join(loaded.indicators)


def own_edits(briefing: Briefing) -> Edits:
    """Return what a file carries to another machine: author, indicators, changed texts."""
    texts = _edits(written.standing(briefing.area, briefing.period)).texts
    return Edits(author(), briefing.indicators, texts)


def _edits(changes: Sequence[Written]) -> Edits:
    latest = {each.key: each for each in changes}
    texts = {
        key: Edit(each.original, each.text)
        for key, each in latest.items()
        if each.text != each.original
    }
    return Edits(author(), (), texts)
