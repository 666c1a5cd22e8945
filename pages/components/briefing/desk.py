"""The desk at which a page makes its briefing: this request's snapshot, and the one before."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from data.catalogue import sentences
from data.catalogue.sentences import Sentences
from data.periods import Period
from pages.charts.once import made_once
from pages.components.answer import ask_all
from pages.components.briefing.state import Wish
from pages.exports.briefing.content import build
from pages.exports.briefing.details import area_details
from pages.exports.briefing.edits import Edits
from pages.exports.briefing.facts import Ask, Choice, Desk
from pages.exports.briefing.model import Briefing, PaperTable
from pages.exports.briefing.revisions import previous_snapshot
from pages.shell import opened, runtime
from queries import trace


def briefing_of(wish: Wish) -> Briefing:
    """Make what the presenter wished for, of the snapshot of this request.

    raises BriefingError for an area, period or indicator without data; EditsError for an edit
    that changes a figure.
    """
    earlier = previous_snapshot(runtime.store(), runtime.snapshot(), Period.parse(wish.period))
    seen, choice = runtime.scope(), (wish.area, wish.period, wish.indicators)
    words = _sentences(str(opened.path()))
    of = (str(opened.path()), runtime.manifest().sha256, earlier, seen)
    return _built(choice, wish.edits, words, of)


@made_once
def _built(choice: tuple, edits: Edits, words: Sentences, _of: tuple) -> Briefing:
    """Build a briefing; _of: store, snapshots and scope, which the desk takes from the request."""
    return build(Choice(*choice), desk(choice[1]), edits)


def details_of(briefing: Briefing) -> dict[str, list[PaperTable]]:
    """What a click on an area opens."""
    return area_details(briefing, _ask, runtime.catalogue())


def desk(period: str) -> Desk:
    """Return the desk for a briefing of that period."""
    number = runtime.snapshot()
    earlier = previous_snapshot(runtime.store(), number, Period.parse(period))
    return Desk(
        ask=_ask_all,
        code=_code,
        manifest=runtime.manifest(),
        catalogue=runtime.catalogue(),
        sentences=_sentences(str(opened.path())),
        before=_asker(earlier) if earlier is not None else None,
        before_number=earlier,
    )


def _ask(name: str, params: Mapping[str, Any]) -> pl.DataFrame:
    return runtime.query(name, **params)


def _ask_all(questions: Mapping[str, Mapping[str, Any]]) -> Mapping[str, pl.DataFrame]:
    return {each.query: each.table for each in ask_all(*questions.items())}


def _asker(number: int) -> Ask:
    def ask(name: str, params: Mapping[str, Any]) -> pl.DataFrame:
        return runtime.query_at(number, name, **params)

    return ask


def _code(name: str, params: Mapping[str, Any]) -> str:
    """The code as it would be issued; it is recorded when a fold is opened or a file is made."""
    seen = runtime.scope()
    return trace.unrecorded(runtime.engine(), name, params, runtime.snapshot(), seen).code


@st.cache_resource(ttl=60, show_spinner=False)  # one for all: nobody changes it
def _sentences(path: str) -> Sentences:
    return sentences.load(opened.path())
