"""The walk from an empty folder to a store: each step with its state, and a way back."""

import streamlit as st

from data.beginning.answers import STEPS
from pages.components import states
from pages.components.begin.answering import ASKED
from pages.components.choice import choose_part
from pages.shell import begin_desk

_LAST = "last"
_GO, _MADE = "begin.go", "begin.made"


def walk() -> None:
    """Draw the step that is chosen, or who else is at it."""
    st.header("新建一个", anchor=False)
    if who := begin_desk.held_by():
        st.warning(f"{who}。两个人同时填会互相改掉；就是您自己的，请接着填。")
        st.button("由我接着填", key="begin_take_over", on_click=begin_desk.take_over)
        return
    found = begin_desk.draft()
    if going := st.session_state.pop(_GO, None):
        st.session_state["step_choice"] = going
    elif "step_choice" not in st.session_state and "step" not in st.query_params:
        st.session_state["step_choice"] = found.next or _LAST
    titles = {
        step: f"{number} {title}" + (" ✓" if step in found.confirmed else "")
        for number, (step, title) in enumerate(STEPS.items(), 1)
    }
    step = choose_part("第几步", titles | {_LAST: f"{len(titles) + 1} 建立"}, key="step")
    if step == _LAST:
        _finish(found.next)
        return
    if not found.answers.area and step != next(iter(STEPS)):
        states.empty("还不知道是哪个单位", "请先填第 1 步")
        return
    with states.refusals():
        if answered := ASKED[step](found.answers):
            begin_desk.keep(answered.answers, step, is_done=answered.is_done)
            if answered.is_done:
                steps = [*STEPS, _LAST]
                st.session_state[_GO] = steps[steps.index(step) + 1]
            st.rerun()


def _finish(missing: str | None) -> None:
    if missing is not None:
        st.info(f"还差「{STEPS[missing]}」这一步。没有建立以前，什么都不会变。")
        return
    st.write("各步都填好了。区划、报送任务、目标、用语写进新数据仓的 catalogue 文件夹，可以手改。")
    with states.refusals():
        if st.button("建立数据仓", type="primary", key="begin_set_up"):
            with states.loading("正在建立"):
                st.session_state[_MADE] = begin_desk.set_up_store()
            st.rerun()
