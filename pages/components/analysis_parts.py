"""The parts of 指标分析 that have a choice of their own."""

import streamlit as st

from pages.components import indicator_choice
from pages.components.analysis_charts import (
    children_chart,
    line_chart,
    split_chart,
    split_sentence,
)
from pages.components.answer import Answer, ask_all
from pages.components.choice import choose_part
from pages.components.own_part import own_part
from pages.components.scope import Scope

READINGS = {"whole": "本年累计", "alone": "本期"}
BASES = {"previous": "与上一期比", "year": "与上年同期比"}


@own_part
def course(line: Answer, name: str) -> None:
    """Draw the trend; of a year-to-date figure also each period by itself.

    line  Of indicator_trend.
    name  The area in words.
    """
    cumulative = indicator_choice.is_cumulative(str(line.params["indicator"]))
    alone = cumulative and choose_part("读法", READINGS, key="reading") == "alone"
    line_chart(line, place=name, alone=alone)


@own_part
def causes(own: dict[str, str], below: dict[str, str], scope: Scope) -> None:
    """Draw what moved the figure, against the base that is chosen.

    own    Indicator, population, area and period, as the questions take them.
    below  The same with the areas below it.
    """
    bases = indicator_choice.bases(own["indicator"], BASES)
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
