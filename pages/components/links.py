"""Links inside tables and cards: a click goes there within the session, without loading anew.

They are plain links to a full address, so that they open in a new tab, can be copied, and work
even before the script of the page has arrived.
"""

from functools import lru_cache
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st
from streamlit.components.v2 import component

from pages.shell import address, navigation, runtime

# One listener for the whole page: a click on a marked link is told to the server; a click on a
# heading with `data-sort` puts the rows of its table in order, there and then.
_SCRIPT = """
export default function ({ setTriggerValue }) {
  const number = (cell) => parseFloat(cell?.dataset.value ?? 'NaN');
  const arrange = (button) => {
    const head = button.closest('th');
    const body = head.closest('table').tBodies[0];
    const place = [...head.parentNode.children].indexOf(head);
    const down = head.getAttribute('aria-sort') !== 'descending';
    [...head.parentNode.children].forEach((each) => each.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const rank = (row) => number(row.children[place]);
    const rows = [...body.rows];
    const order = (first, second) => {
      const [a, b] = [rank(first), rank(second)];
      if (isNaN(a) || isNaN(b)) return isNaN(a) - isNaN(b);
      return down ? b - a : a - b;
    };
    rows.sort(order).forEach((row) => body.appendChild(row));
  };
  const follow = (event) => {
    if (event.defaultPrevented || event.button) return;
    const button = event.target.closest?.('button[data-sort]');
    if (button) return arrange(button);
    const link = event.target.closest?.('a[data-go]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue('go', link.getAttribute('href'));
  };
  if (window.followPageLinks) document.removeEventListener('click', window.followPageLinks);
  window.followPageLinks = follow;
  document.addEventListener('click', follow);
}
"""
_listener = component("page_links", js=_SCRIPT)


Here = tuple[str, tuple[tuple[str, str], ...]]


def here() -> Here:
    """Return all that a link on this page depends on besides its own words: page and filters."""
    return address.page(), tuple(sorted(address.choices().items()))


def href(page: str, **values: str | None) -> str:
    """Return the address of a page with the present filters, and these instead or besides.

    page    The stem of the page's script; empty for the home page.
    values  What differs; None leaves a value out.
    """
    choices = address.choices()
    kept = {key: choices.get(key) for key in address.KEYS} | values
    return _address(page or ".", tuple((key, value) for key, value in kept.items() if value))


@lru_cache(maxsize=10_000)
def _address(page: str, values: tuple[tuple[str, str], ...]) -> str:
    """A matrix has hundreds of links, and is drawn anew at every click."""
    return f"{page}?{urlencode(values)}" if values else page


def link(text: str, target: str, *, title: str = "") -> str:
    """Return a link as HTML. text: plain words. target: from `href`."""
    hint = f' title="{escape(title)}"' if title else ""
    return f'<a data-go="1" href="{escape(target)}" target="_self"{hint}>{escape(text)}</a>'


def area_link(code: str, name: str) -> str:
    """Return an area's name as the link that goes down to it; plain where there is no way.

    A township and above become the area of the page; a village is shown by 指标分析 only.
    """
    if runtime.has_values(code):
        return link(name, href(address.page(), area=code, village=None), title=f"下钻到{name}")
    if code in runtime.catalogue().area_names:
        return link(name, href("analysis", village=code), title=f"看{name}")
    return escape(name)


def listen(page: str) -> None:
    """Follow the link that was clicked in the last run, if any.

    page  The stem of the page that is running.
    """
    clicked = _listener(key="page_links", on_go_change=lambda: None).go
    if clicked:
        _go(str(clicked), page)


def _go(target: str, page: str) -> None:
    parts = urlsplit(target)
    stem = parts.path.strip("./")
    values = dict(parse_qsl(parts.query))
    entry = next((each for each in navigation.ENTRIES if each.stem == stem), navigation.ENTRIES[0])
    if entry.stem != page:
        for key in address.KEYS:
            address.choose(key, values.get(key))
        st.switch_page(entry.script, query_params=values)
    for key in address.KEYS:
        address.choose(key, values.get(key))
    for key, value in values.items():
        if key not in address.KEYS:
            st.query_params[key] = value
            st.session_state.pop(f"{key}_choice", None)  # the control reads the address again
    st.rerun()
