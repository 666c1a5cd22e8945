"""The parts of 指标分析 that have a choice of their own."""

import streamlit as st

from pages.components.analysis.charts import (
    ALONE,
    children_chart,
    line_chart,
    split_chart,
    split_sentence,
)
from pages.components.answer import Answer, ask_all
from pages.components.choice import choose_part
from pages.components.own_part import own_part
from pages.components.scope import AreasBelow

BASES = {"previous": "与上一期比", "year": "与上年同期比"}


@own_part
def course(line: Answer, name: str) -> None:
    """Draw the trend; of a cumulative figure also each period by itself.

    line  Of indicator_trend.
    name  The area in words.
    """
    cumulative = next(iter(line.table["cumulative_word"].drop_nulls()), "")
    readings = {"whole": cumulative, "alone": ALONE}
    alone = bool(cumulative) and choose_part("读法", readings, key="reading") == "alone"
    line_chart(line, place=name, alone=alone)


@own_part
def causes(own: dict[str, str], below: dict[str, str], scope: AreasBelow, lead: str | None) -> None:
    """Draw what moved the figure, against the base that is chosen.

    own    Indicator, population, area and period, as the questions take them.
    below  The same with the areas below it.
    lead   The comparison that leads for this figure stands first: a key of BASES.
    """
    bases = dict(sorted(BASES.items(), key=lambda base: base[0] != lead))
    base = {"against": choose_part("与什么比", bases, key="base")}
    split, children = ask_all(
        ("indicator_split", own | base), ("indicator_children_change", below | base)
    )
    split_sentence(split)
    left, right = st.columns(2, gap="large")
    with left:
        split_chart(split)
    with right:
        children_chart(children, scope)
