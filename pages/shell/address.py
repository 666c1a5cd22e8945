"""What the visitor has chosen, and how it stands in the page's address.

`?area=411403&period=2020-W51&snapshot=41`: codes, not labels, so that a link can be typed,
mailed and read by a program. A choice equal to its default stays out of the address, so that
the plain link always shows the newest period; `full()` writes every choice, for 「复制链接」.

Streamlit's own `bind="query-params"` is not used here: it would write the labels of a selectbox
into the address and drop an unknown value in silence.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shell import navigation

KEYS = ("area", "village", "period", "population", "indicator", "snapshot")
# What chat programs and campaigns write behind an address: nobody's condition.
_ADDED = ("from", "isappinstalled")
_ADDED_PREFIX = "utm_"
_CHOSEN = "address.chosen"
_PAGE = "address.page"
_OWN = "address.own"


def take_over(page: str) -> None:
    """Let the address decide where it may: on arrival, on a page link, on back and forward.

    On every other run the visitor has just used a control, and the browser may still send the
    address of a moment ago; then the remembered choices stand.
    """
    arrived = st.session_state.get(_PAGE) != page
    st.session_state[_OWN] = {}
    st.session_state[_PAGE] = page
    went_back = _went_back_or_forward()
    if not arrived and not went_back:
        return
    kept = {} if went_back else _choices()
    given = {key: st.query_params[key] for key in KEYS if st.query_params.get(key)}
    st.session_state[_CHOSEN] = kept | given


def page() -> str:
    """The address of the page that is running, empty for the home page."""
    return st.session_state.get(_PAGE, "")


def chosen(key: str) -> str | None:
    """The visitor's choice, not yet validated; None when the default holds."""
    return _choices().get(key)


def choices() -> dict[str, str]:
    """All the visitor's choices at once, not yet validated; not to be changed."""
    return _choices()


def choose(key: str, value: str | None, *, default: str | None = None) -> None:
    """Remember a choice; the default itself, or None, is remembered as no choice."""
    # A village is a step below the chosen township: another area leaves it behind.
    dropped = {key, "village"} if key == "area" else {key}
    choices = {name: text for name, text in _choices().items() if name not in dropped}
    if value is not None and value != default:
        choices[key] = value
    st.session_state[_CHOSEN] = choices


def forget_all() -> None:
    """Go back to the defaults of everything, the newest snapshot included."""
    st.session_state[_CHOSEN] = {}


def write() -> None:
    """Put the choices into the browser's address, if they are not there already."""
    choices = _choices()
    changed = {key: text for key, text in choices.items() if st.query_params.get(key) != text}
    if changed:  # one message: every change of the address is one step of the back button
        st.query_params.update(changed)
    for key in KEYS:
        if key not in choices and key in st.query_params:
            del st.query_params[key]


def full(values: Mapping[str, str]) -> Callable[[], str]:
    """Return what gives an address that names every value and all the page lets one choose.

    It may be asked later and on another thread: a part of the page that is drawn again by itself
    may have changed a choice meanwhile.
    """
    url = (st.context.url or "").partition("?")[0]
    own_keys = navigation.choices_of(page())
    given = {key: st.query_params.get_all(key) for key in own_keys if key in st.query_params}
    named = {key: value for key, value in values.items() if value}
    own: dict[str, str] = st.session_state.setdefault(_OWN, {})

    def address() -> str:
        others = {key: value for key, value in given.items() if key not in own}
        chosen = {key: value for key, value in own.items() if value}
        return f"{url}?{urlencode(named | others | chosen, doseq=True)}"

    return address


def unknown() -> list[str]:
    """Return the conditions of the address that this page does not know."""
    known = (*KEYS, *_ADDED, *navigation.choices_of(page()))
    return [
        key for key in st.query_params if key not in known and not key.startswith(_ADDED_PREFIX)
    ]


def repeated() -> dict[str, list[str]]:
    """Return the conditions that the address gives several different values, with all of them.

    The last one holds.
    """
    given = {key: st.query_params.get_all(key) for key in st.query_params}
    return {key: values for key, values in given.items() if len(set(values)) > 1}


def note(key: str, value: str) -> None:
    """Remember what holds for one of the page's own choices, defaults too, for `full`."""
    st.session_state.setdefault(_OWN, {})[key] = value


def _choices() -> dict[str, str]:
    return st.session_state.get(_CHOSEN, {})


def _went_back_or_forward() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
