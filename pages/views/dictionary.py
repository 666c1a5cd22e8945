"""指标词典: definition, formula, targets and query of every indicator; how figures come about."""

import streamlit as st

from pages.components.analysis import indicator_choice
from pages.components.answer import Answer, ask
from pages.components.choice import choose_one, choose_part, search_words
from pages.components.documents import dictionary
from pages.components.documents.methodology import methodology
from pages.components.header.filter_bar import chosen_indicator, filter_bar
from pages.components.header.page_header import page_header
from pages.components.own_part import own_part
from pages.components.table_frame import table_frame
from pages.shell import runtime

PARTS = {"indicators": "指标", "methods": "口径说明"}

filters = filter_bar()
page_header("指标词典", filters)
part = choose_part("看什么", PARTS, key="book")


@own_part
def every_indicator(chosen: str) -> None:
    """The list to choose from, narrowed by field of work and words."""
    domain = choose_one("领域", runtime.catalogue().words["domains"], key="domain")
    words = search_words("查找", key="word", placeholder="名称、定义或报表栏目")
    every = ask("indicator_list")
    found = dictionary.matching(every.table, domain=domain, words=words)
    with table_frame("全部指标", Answer(every.query, every.params, found), key="list"):
        dictionary.indicator_table(found, chosen)


if part == "indicators":
    chosen = chosen_indicator(indicator_choice.listed())
    left, right = st.columns([2, 3], gap="large")
    with left:
        every_indicator(chosen)
    with right:
        dictionary.entry(runtime.indicator(chosen))
        targets = ask("indicator_targets", indicator=chosen)
        with table_frame("目标", targets, key="targets", indicators=[chosen]):
            dictionary.target_table(targets.table)

if part == "methods":
    methodology()
