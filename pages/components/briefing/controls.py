"""The presenter's controls: indicators and their order, who made it, texts, 汇报模式."""

import streamlit as st

from data.errors import ProductError
from pages.components.briefing import state
from pages.exports.briefing.edits import Edits
from pages.exports.briefing.model import Briefing, Sentence
from pages.shell import failures, runtime
from pages.theme import formats


def briefing_controls() -> None:
    """Draw the choice of indicators, the author and the button into 汇报模式."""
    listed = runtime.query("indicator_list").unique("indicator", maintain_order=True)
    names = dict(listed.select("indicator", "name").iter_rows())
    usual = list(listed.drop_nulls("headline").sort("headline").select("indicator").to_series())
    given = [each for each in state.chosen_indicators() if each in names] or usual
    with st.container(horizontal=True, vertical_alignment="bottom", key="briefing_controls"):
        picked = st.multiselect(
            "指标和次序",
            list(names),
            default=given,
            format_func=names.__getitem__,
            placeholder="请选择指标",
            key=f"briefing_indicators_{','.join(given)}",
            help="按选入的先后排列；全部去掉就恢复为重点指标。",
            width=620,
        )
        author = st.text_input(
            "编制人",
            value=state.edits().made_by,
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
            help="一页一屏，用方向键或翻页笔翻页；进入后链接固定在当前快照。",
        )
    if author.strip() != state.edits().made_by:
        state.remember_author(author)
    if picked != given:
        state.choose_indicators(picked, usual)
        st.rerun()


def text_controls(briefing: Briefing) -> None:
    """Draw the changing of texts, and the file of changes to take away or to load."""
    changed = sum(each.edited for each in briefing.sentences())
    title = f"修改文字（已改{changed}处）" if changed else "修改文字"
    with st.expander(title, key="briefing_texts", icon=":material/edit:"):
        _one_text(briefing)
        _file(briefing)
    for note in briefing.edited:
        st.warning(formats.as_written(note))


def _one_text(briefing: Briefing) -> None:
    sentences = {each.key: each for each in briefing.sentences()}
    places = {each.key: page.section for page in briefing.pages for each in page.sentences}

    def said(key: str) -> str:
        mark = "（编辑过）" if sentences[key].edited else ""
        text = sentences[key].text
        return f"{places[key]}:{text[:36]}{'…' if len(text) > 36 else ''}{mark}"

    key = st.selectbox(
        "句子", list(sentences), format_func=said, key="briefing_sentence", placeholder="请选择"
    )
    if key is None:
        return
    sentence = sentences[key]
    # The widget forgets its text when the sentence becomes another one.
    text = st.text_area(
        "文字",
        value=sentence.text,
        key=f"briefing_text_{key}_{hash(sentence.text)}",
        help="可以改说法，不能改数字；下一步工作的内容可以随意改。改过的句子会注明「编辑过」。",
    )
    with st.container(horizontal=True):
        if st.button("采用", key="briefing_apply", type="primary"):
            _apply(sentence, text)
        if sentence.edited and st.button("恢复原句", key="briefing_restore"):
            _apply(sentence, sentence.original)


def _apply(sentence: Sentence, text: str) -> None:
    try:
        state.change(sentence, text)
    except ProductError as error:
        failures.wrong(str(error))
        return
    st.rerun()


def _file(briefing: Briefing) -> None:
    own = state.edits()
    whole = Edits(own.made_by, briefing.indicators, own.texts)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "下载修改",
            data=whole.to_json(),
            file_name=f"{briefing.place}简报修改_{formats.period_short(briefing.period)}.json",
            mime="application/json",
            key="briefing_edits_file",
            on_click="ignore",
            icon=":material/download:",
            help="文字、指标次序和编制人，存成一个小文件；别人载入后看到同样的简报。",
        )
        if own.texts:
            st.button("全部恢复原句", key="briefing_forget", on_click=state.forget)
    loaded = st.file_uploader("载入修改", type="json", key="briefing_edits_load", max_upload_size=1)
    if loaded is not None and st.button("采用这个文件", key="briefing_edits_use"):
        try:
            state.take_over(loaded.getvalue())
        except ProductError as error:
            failures.wrong(str(error))
            return
        st.rerun()
