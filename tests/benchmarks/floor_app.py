"""The floor: the same elements as our pages, from figures computed beforehand.

Plays what `tape.record` took down from the product: element for element, block for block, through
Streamlit's own functions, with the charts as ready figures. No query, no catalogue, no formula.
"""

import contextlib
import gc
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Markdown_pb2 import Markdown

sys.path.append(str(Path(__file__).parents[2]))  # Streamlit puts this folder in its place

from pages.shell.navigation import ENTRIES
from tests.benchmarks.servers import STEMS

TITLES = {stem: entry.title for stem, entry in zip(STEMS, ENTRIES, strict=True)}
ALERTS = {1: "error", 2: "warning", 3: "info", 4: "success"}


@st.cache_resource(show_spinner=False)
def tapes() -> dict[tuple[str, str], dict]:
    """Page and area -> the elements as a tree, charts ready to be shown."""
    recorded = pickle.loads(Path(os.environ["HPA_TAPES"]).read_bytes())
    trees = {
        place: _tree([(path, Delta.FromString(raw)) for path, raw in deltas])
        for place, deltas in recorded.items()
    }
    gc.collect()
    gc.freeze()  # as the product does: the tapes are not walked through after every run
    return trees


def _tree(deltas: list[tuple[tuple[int, ...], Delta]]) -> dict:
    """Blocks and elements by position; the last delta of a position counts."""
    root: dict[str, Any] = {"inside": {}}
    for path, delta in sorted(dict(deltas).items(), key=lambda item: len(item[0])):
        if path[0] != 0:
            continue
        node = root
        for step in path[1:-1]:
            node = node["inside"].setdefault(step, {"inside": {}})
        made = node["inside"].setdefault(path[-1], {"inside": {}})
        if delta.WhichOneof("type") == "add_block":
            made["block"] = delta.add_block
        else:
            kind = delta.new_element.WhichOneof("type") or "empty"
            made["kind"], made["element"] = kind, getattr(delta.new_element, kind)
            if kind == "plotly_chart":
                made["figure"] = go.Figure(json.loads(made["element"].spec))
            if kind == "dataframe":
                made["table"] = pl.read_ipc_stream(made["element"].arrow_data.data)
    return root


def play(node: dict, key: str) -> None:
    """Show what stands inside a block, in order."""
    places = sorted(node["inside"].items())
    if any(inner.get("block", _NONE).WhichOneof("type") == "column" for _, inner in places):
        weights = [inner["block"].column.weight for _, inner in places]
        for (place, inner), column in zip(places, st.columns(weights, gap="large"), strict=True):
            with column:
                play(inner, f"{key}-{place}")
        return
    for place, inner in places:
        name = f"{key}-{place}"
        if "kind" in inner:
            show(inner, name)
            continue
        with block(inner):
            play(inner, name)


class _None:
    def WhichOneof(self, _: str) -> None:  # noqa: N802
        return None


_NONE = _None()


def block(node: dict) -> contextlib.AbstractContextManager:
    """The container that a block stands for."""
    shape = node.get("block", _NONE).WhichOneof("type")
    if shape == "expandable":
        return st.expander(node["block"].expandable.label)
    if shape == "popover":
        return st.popover(node["block"].popover.label or " ")
    if shape == "form":
        return st.form(node["block"].form.form_id)
    if shape == "flex_container":
        across = node["block"].flex_container.direction == 2
        columns = any("column" in str(i.get("block", "")) for i in node["inside"].values())
        if columns:
            return contextlib.nullcontext()
        return st.container(horizontal=across)
    return contextlib.nullcontext()


def show(node: dict, key: str) -> None:
    """One element through the function of Streamlit that makes it."""
    kind, element = node["kind"], node["element"]
    if kind == "html":
        st.html(element.body)
    elif kind == "markdown":
        caption = element.element_type == Markdown.Type.CAPTION
        (st.caption if caption else st.markdown)(element.body)
    elif kind == "heading":
        {"h1": st.title, "h2": st.header}.get(element.tag, st.subheader)(element.body, anchor=False)
    elif kind == "plotly_chart":
        st.plotly_chart(
            node["figure"], theme=None, config=json.loads(element.config), key=f"{key}-{area}"
        )
    elif kind == "alert":
        getattr(st, ALERTS.get(element.format, "info"))(element.body)
    elif kind == "selectbox" and element.label != "区划":
        st.selectbox(element.label, list(element.options), key=f"{key}-{element.label}")
    elif kind == "selectbox":
        st.selectbox("区划", list(element.options), key="area")
    elif kind == "button_group":
        st.segmented_control("按", [each.content for each in element.options], key=key)
    elif kind == "text_input":
        st.text_input(element.label, placeholder=element.placeholder, key=key)
    elif kind == "text_area":
        st.text_area(element.label, element.default, key=key)
    elif kind == "multiselect":
        st.multiselect(element.label, list(element.options), key=key)
    elif kind == "button":
        if not element.is_form_submitter:
            st.button(element.label, key=key)
    elif kind == "download_button":
        st.download_button(element.label, b"", key=key)
    elif kind == "file_uploader":
        st.file_uploader(element.label, key=key)
    elif kind == "dataframe":
        st.dataframe(node["table"], key=key)
    elif kind == "checkbox":
        st.toggle(element.label, key=key)
    elif kind == "code":
        st.code(element.code_text)
    elif kind not in ("empty", "skeleton", "bidi_component", "progress"):
        raise ValueError(f"the floor app cannot show {kind}")


def option_of(node: dict, code: str) -> str:
    """The words of the area's selectbox that stand for a code."""
    if node.get("kind") == "selectbox" and node["element"].label == "区划":
        return next(option for option in node["element"].options if f"({code})" in option)
    return next(
        (found for inner in node["inside"].values() if (found := option_of(inner, code))), ""
    )


menu = [
    st.Page(lambda: None, title=title, url_path=name or "overview", default=not name)
    for name, title in TITLES.items()
]
chosen = st.navigation(menu, position="top")
st.set_page_config(page_title=chosen.title, layout="wide")
stem = chosen.url_path
known = [code for name, code in tapes() if name == stem]
address = st.query_params.get("area")
if address and st.session_state.get("address") != address:
    st.session_state["address"] = address
    st.session_state.pop("area", None)
area = st.session_state.get("area", f"({address or known[0]})").rpartition("(")[2].rstrip(")")
area = area if area in known else known[0]
if "area" not in st.session_state:
    st.session_state["area"] = option_of(tapes()[stem, area], area)
play(tapes()[stem, area], stem)
