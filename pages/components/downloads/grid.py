"""What the parts of 数据导出 share: the choice of two periods, and the preview of a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from pages.components.choice import choose_one
from pages.exports.sheets import FileColumn

_WIDTH = 290
_ROW, _MOST = 36, 400  # px


def choose_span(listed: Mapping[str, str], default: str) -> tuple[str, str]:
    """Draw 从 and 到 and return the two periods; both are the default at first.

    listed  Periods of one frequency in words, newest first.
    """
    left, right = st.container(width=_WIDTH), st.container(width=_WIDTH)
    with right:
        last = str(choose_one("到", listed, key="to", default=default, width=_WIDTH))
    # Codes of one frequency sort as the periods follow.
    earlier = {text: words for text, words in listed.items() if text <= last}
    with left:
        first = str(choose_one("从", earlier, key="from", default=last, width=_WIDTH))
    return first, last


def grid(table: pl.DataFrame, columns: Sequence[FileColumn], *, key: str) -> None:
    """Draw the first rows of a table under the headings of its file."""
    st.dataframe(
        table.select(each.name for each in columns).to_arrow(),  # else it goes through pandas
        hide_index=True,
        placeholder="—",
        height=min(_MOST, _ROW * (table.height + 1) + 3),
        key=key,
        column_config={each.name: _config(each) for each in columns},
    )


def _config(column: FileColumn) -> Any:
    if column.kind == "percent":
        return st.column_config.NumberColumn(column.heading, format="%.2f%%")
    if column.kind == "date":
        return st.column_config.DateColumn(column.heading, format="YYYY-MM-DD")
    return st.column_config.Column(column.heading)
