"""Lights as words and shapes, and the rule behind them."""

from html import escape

import streamlit as st

from pages.components.readings import reading_words as words
from pages.theme import tokens

_CLASSES = {"达标": "met", "预警": "warning", "滞后": "behind"}


def light_class(word: str | None) -> str:
    """Return met, warning, behind or none: the last part of the style classes."""
    return _CLASSES.get(word or "", "none")


def light_html(word: str | None, *, title: str = "") -> str:
    """Return the light as HTML: shape, word, colour; `title` is read on hover."""
    if not word:
        return ""
    light = tokens.light(word)
    shape = f"{light.shape} " if word in tokens.LIGHTS else ""
    hint = f' title="{escape(title)}"' if title else ""
    return f'<span class="light light-{light_class(word)}"{hint}>{shape}{escape(word)}</span>'


def reading_light(reading: words.Reading) -> str:
    """Return how a reading stands as HTML, the rule that decided it on hover."""
    return light_html(words.standing(reading), title=reading["light_rule"] or "")


def light_legend() -> None:
    """Draw the three lights with the rule that decides them."""
    met, warning, behind = (light_html(word) for word in tokens.LIGHTS)
    st.html(
        f'<p class="rule">{met} 达到目标 · {warning} 未达目标，差距在指标规定的幅度以内'
        f"（默认5个百分点） · {behind} 差距超过幅度，或预警后连续两期变差。"
        "灯号由规则判定，以数据所属期末日有效的采用目标为准；参考目标不亮灯。</p>"
    )
