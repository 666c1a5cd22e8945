"""The stores that the machine knows: which is open, how another is opened, its first pack."""

from pathlib import Path

import streamlit as st

from data.beginning.answers import Answers
from pages.components import states
from pages.components.html_table import Cell, Row, html_table
from pages.shell import begin_desk, opened


def stores_known() -> None:
    """Draw the list of stores; nothing while there is only one."""
    every = begin_desk.every_store()
    if len(every) == 1:
        st.write(
            f"现在看的是{begin_desk.name(opened.path())}。下面一步一步建立本单位自己的数据仓："
            "填到一半可以停，"
            "下次接着填；没有走到最后一步，什么都不会变。约需二十分钟。"
        )
        return
    st.header("这台电脑的数据仓", anchor=False)
    for store in every:
        is_open = store == opened.path()
        with st.expander(
            begin_desk.name(store) + ("（现在打开的）" if is_open else ""),
            expanded=not is_open and store == every[-1],
            icon=":material/database:",
        ):
            _store(store, is_open)


def _store(store: Path, is_open: bool) -> None:
    answers = begin_desk.answers_of(store)
    told = begin_desk.without_account(answers) if answers else {}
    if answers:
        _pack(store, answers)
    if told:
        _passwords(told)
    if is_open and not told:
        return
    words = "打开这个数据仓" if not told else "已抄下密码，启用账号并打开"
    with states.refusals():
        if st.button(words, key=f"begin_open_{store.name}", type="primary"):
            begin_desk.open_store(store, told)
            st.rerun()
    st.caption(
        "换的是所有人看到的数据仓：别人打开着的页面会提示刷新。两个数据仓的数字从不混在一起。"
    )


def _pack(store: Path, answers: Answers) -> None:
    st.markdown("**第一批空白表**：每个单位一个文件夹，里面是空白表和填报说明。")
    st.download_button(
        "下载首包",
        data=begin_desk.pack_maker(store, answers),
        file_name=f"{answers.unit}空白报表.zip",
        key=f"begin_pack_{store.name}",
        on_click="ignore",
        icon=":material/folder_zip:",
    )
    st.markdown("**发到群里的话**")
    with states.refusals():
        st.code(begin_desk.message(store, answers), language=None, wrap_lines=True)


def _passwords(told: dict) -> None:
    html_table(
        [Cell("姓名"), Cell("角色"), Cell("区划"), Cell("一次性密码")],
        [
            Row([Cell(each.name), Cell(each.role), Cell(each.area or "全部"), Cell(once)])
            for each, once in told.items()
        ],
        caption="只在这里显示，请抄下来当面交给本人。启用以后所有人都要登录，在这台电脑上也要。",
    )
