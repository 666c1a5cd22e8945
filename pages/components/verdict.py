"""How it stands, in one sentence, before any chart."""

from html import escape

import polars as pl
import streamlit as st

from pages.components.light import light_html
from pages.theme import tokens


def verdict(readings: pl.DataFrame, *, place: str) -> None:
    """Draw 「重点指标8项:达标5项,预警2项,滞后1项(…)」 and name what is behind.

    readings  One row per headline indicator: light, indicator_name.
    place     The area in words.
    """
    counts = {
        word: readings.filter(pl.col("light") == word)["indicator_name"].to_list()
        for word in tokens.LIGHTS
    }
    said = ",".join(f"{light_html(word)} {len(names)}项" for word, names in counts.items())
    behind = counts[tokens.BEHIND.word]
    names = f";滞后的是{'、'.join(behind)}" if behind else ""
    dark = readings.height - sum(len(names) for names in counts.values())
    rest = f",无灯 {dark}项" if dark else ""
    st.html(
        f'<div class="verdict" role="status">{escape(place)}重点指标 {readings.height} 项:'
        f"{said}{rest}{escape(names)}。</div>"
    )
