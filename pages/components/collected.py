"""What stands on the page, collected as it is drawn: the page's workbook is made of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.description import Chart
from pages.charts.screen import Picture
from pages.exports.page_book import Piece

_KEY = "collected"


def begin() -> None:
    """Forget the page before; the head of every page calls it.

    A fragment that draws itself again does not come through here: its pieces take the places
    of those they had before.
    """
    st.session_state[_KEY] = {}


def add(
    key: str,
    title: str,
    query: str,
    params: Mapping[str, Any],
    table: pl.DataFrame,
    *,
    chart: Chart | Picture | None = None,
    indicators: Sequence[str] = (),
    note: str = "",
) -> None:
    """Take a piece in, in the order of the page. key: unique among the pieces of a page."""
    pieces: dict[str, Piece] = st.session_state.setdefault(_KEY, {})
    pieces[key] = Piece(title, query, dict(params), table, chart, tuple(indicators), note)


def pieces() -> dict[str, Piece]:
    """Return the pieces of the page by key: the very ones that fragments still change."""
    return st.session_state.setdefault(_KEY, {})
