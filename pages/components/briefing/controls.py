"""The presenter's controls: indicators and their order, who made it, changes, 汇报模式."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from data.errors import ProductError
from pages.components.briefing import state
from pages.exports.briefing.model import Briefing, Sentence
from pages.shell import access, runtime, written
from pages.theme import formats

_RULE = (
    "全市的简报最多12页，县（市、区）的最多10页：封面、重点指标、存在问题、报表报送、下一步工作以外，"
    "按下面的次序一项指标一页，放不下的列入附件。"
)


def briefing_controls() -> None:
    """Draw the choice of indicators, the author and the button into 汇报模式."""
    listed = runtime.query("indicator_list").unique("indicator", maintain_order=True)
    names = dict(listed.select("indicator", "name").iter_rows())
    usual = list(listed.drop_nulls("headline").sort("headline").select("indicator").to_series())
    shown = [each for each in state.chosen_indicators() if each in names] or usual
    with st.container(horizontal=True, vertical_alignment="bottom", key="briefing_controls"):
        with st.popover(f"指标和次序（{len(shown)}项）", key="briefing_order"):
            _order(shown, usual, names)
        author = st.text_input(
            "编制人",
            value=state.author(),
            max_chars=40,
            placeholder="单位或姓名",
            key="briefing_author",
            width=200,
        )
        st.button(
            "汇报模式",
            key="briefing_present",
            type="primary",
            icon=":material/slideshow:",
            on_click=state.present,
            help="一页一屏，用方向键或翻页笔翻页，Esc退出；进入后链接固定在当前快照。",
        )
    if author.strip() != state.author():
        state.remember_author(author)


def _order(shown: list[str], usual: list[str], names: dict[str, str]) -> None:
    """One line for each indicator, moved up and down or taken out; more are added below."""
    st.caption(_RULE)
    for at, each in enumerate(shown):
        with st.container(horizontal=True, vertical_alignment="center", key=f"order_{each}"):
            st.markdown(f"{at + 1}. {names[each]}", width="stretch")
            moves = (
                ("上移", ":material/arrow_upward:", at > 0, _moved(shown, at, -1)),
                ("下移", ":material/arrow_downward:", at < len(shown) - 1, _moved(shown, at, 1)),
                ("去掉", ":material/close:", len(shown) > 1, [x for x in shown if x != each]),
            )
            for words, icon, possible, result in moves:
                st.button(
                    "",
                    icon=icon,
                    help=f"{words}：{names[each]}",
                    disabled=not possible,
                    key=f"briefing_{words}_{each}",
                    on_click=partial(state.choose_indicators, result, usual),
                )
    added = st.selectbox(
        "添加指标",
        [each for each in names if each not in shown],
        index=None,
        format_func=names.__getitem__,
        placeholder="请选择指标",
        key=f"briefing_add_{len(shown)}",
    )
    if added:
        state.choose_indicators([*shown, added], usual)
        st.rerun()
    if shown != usual:
        st.button(
            "恢复重点指标",
            key="briefing_usual",
            on_click=partial(state.choose_indicators, usual, usual),
        )


def _moved(shown: list[str], at: int, by: int) -> list[str]:
    """The list with one entry a place further up or down; as it is where there is no place."""
    moved = list(shown)
    if 0 <= at + by < len(moved):
        moved[at], moved[at + by] = moved[at + by], moved[at]
    return moved


def text_controls(briefing: Briefing) -> None:
    """Draw what was changed, by whom and when; what the period before offers; the file."""
    changes = written.standing(briefing.area, briefing.period)
    offers = state.offers(briefing)
    changed = sum(each.edited for each in briefing.sentences())
    said = f"改过{changed}处" if changed else "点句子就能改"
    more = f"，上期有{len(offers)}处改法可用" if offers else ""
    with st.expander(f"修改文字（{said}{more}）", key="briefing_texts", icon=":material/edit:"):
        st.caption(
            "点页面上的句子，改完点保存；数字由数据得出，不能改。改动存在数据仓里，换人、换机都在。"
        )
        for each in changes[-1:]:
            with st.container(horizontal=True, vertical_alignment="center"):
                when = each.time[:16].replace("T", " ")
                st.markdown(f"最近一次：{formats.quoted(each.who)}，{when}", width="content")
                st.button(
                    "撤销这一处",
                    key="briefing_undo",
                    icon=":material/undo:",
                    on_click=partial(_tried, partial(state.undo, briefing)),
                    disabled=not access.may("brief"),
                )
        for sentence, text, before in offers:
            _offer(briefing, sentence, text, before.who)
        _file(briefing)
    for note in briefing.edited:
        st.warning(formats.as_written(note))


def _offer(briefing: Briefing, sentence: Sentence, text: str, who: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"上期{formats.quoted(who)}的改法：{formats.quoted(text, 200)}", width="stretch"
        )
        st.button(
            "采用",
            key=f"briefing_offer_{sentence.key}",
            on_click=partial(_tried, partial(state.change, briefing, sentence, text)),
            disabled=not access.may("brief"),
        )


def _tried(act: Callable[[], None]) -> None:
    """Do it, and say why where it cannot be done."""
    try:
        act()
    except ProductError as error:
        st.toast(formats.as_written(str(error)), icon=":material/error:", duration="long")


def _file(briefing: Briefing) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "下载修改",
            data=state.own_edits(briefing).to_json(),
            file_name=f"{briefing.place}简报修改_{formats.period_short(briefing.period)}.json",
            mime="application/json",
            key="briefing_edits_file",
            on_click="ignore",
            icon=":material/download:",
            help="文字、指标次序和编制人，存成一个小文件，带到另一台机器上载入。",
        )
    loaded = st.file_uploader("载入修改", type="json", key="briefing_edits_load", max_upload_size=1)
    if loaded is not None and access.may("brief"):
        st.button(
            "采用这个文件",
            key="briefing_edits_use",
            on_click=partial(_tried, partial(state.take_over, briefing, loaded.getvalue())),
        )
