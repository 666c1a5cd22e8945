"""The choices that belong to one page; they stand in its address beside area and period.

The control itself holds the choice; the address is read on arrival and on the browser's back and
forward only, since on any other run it may still be the address of a moment ago.
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shell import address
from pages.theme.formats import quoted

ALL = "全部"


def choose_part(label: str, parts: Mapping[str, str], *, key: str) -> str:
    """Draw the parts of a page side by side and return the chosen one's key; the first at first."""
    first = next(iter(parts))
    widget = _arrive(key, list(parts), first, label)
    st.segmented_control(
        label,
        list(parts),
        format_func=lambda each: parts.get(each) or str(each),
        key=widget,
        required=True,
        label_visibility="collapsed",
    )
    return _keep(key, widget, default=first)


def choose_one(
    label: str, options: Mapping[str, str], *, key: str, default: str = "", width: int = 220
) -> str | None:
    """Draw one searchable choice and return its key; None when all are wanted.

    default  The key that holds without a choice; empty offers 全部 as the first option.
    """
    offered = dict(options) if default else {"": ALL, **options}
    widget = _arrive(key, list(offered), default, label)
    st.selectbox(
        label,
        list(offered),
        format_func=lambda each: offered.get(each) or str(each),
        key=widget,
        width=width,
    )
    return _keep(key, widget, default=default) or None


def choose_many(
    label: str, options: Mapping[str, str], *, key: str, default: str, width: int = 520
) -> list[str]:
    """Draw a searchable choice of several and return their keys, the default alone without one.

    default  A key; the address leaves it out.
    """
    widget = f"{key}_choice"
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    if widget not in st.session_state or went_back:
        asked = [each for each in (st.query_params.get(key) or default).split(",") if each]
        if unknown := [each for each in asked if each not in options]:
            st.warning(f"链接中的{label} {quoted('、'.join(unknown))} 不存在，已略去。")
        st.session_state[widget] = [each for each in asked if each in options]
    st.multiselect(
        label,
        list(options),
        format_func=lambda each: options.get(each) or str(each),
        key=widget,
        placeholder=f"请选择{label}",
        width=width,
    )
    chosen = list(st.session_state[widget]) or [default]
    text = ",".join(chosen)
    address.note(key, text)
    if text == default:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get(key) != text:
        st.query_params[key] = text
    return chosen


def search_words(label: str, *, key: str, placeholder: str, width: int = 260) -> str | None:
    """Draw a search field and return what was typed, without blanks around it; None if nothing."""
    widget = _arrive(key, None, "", label)
    st.text_input(label, key=widget, placeholder=placeholder, max_chars=40, width=width)
    return _keep(key, widget, default="") or None


def _arrive(key: str, known: list[str] | None, default: str, label: str) -> str:
    """Give the control what the address says, where the address decides; return its key."""
    widget = f"{key}_choice"
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    if widget not in st.session_state or went_back:
        asked = st.query_params.get(key) or default
        if known is not None and asked not in known:
            st.warning(f"链接中的{label} {quoted(asked)} 不存在，按默认显示。")
            asked = default
        st.session_state[widget] = asked
    elif known is not None and st.session_state[widget] not in known:
        st.session_state[widget] = default
    return widget


def _keep(key: str, widget: str, *, default: str) -> str:
    """Return what is chosen, and write it into the address unless it is the default."""
    value = str(st.session_state[widget] or "").strip()
    address.note(key, value)
    if value == default:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get(key) != value:
        st.query_params[key] = value
    return value
