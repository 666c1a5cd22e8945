"""The pages as Streamlit wants them, made once: it looks for the script of each on the disk."""

from copy import copy
from functools import cache

import streamlit as st

from pages.shell import navigation


def pages() -> dict[str, list[st.Page]]:
    """Return the pages by drop-down, for one run of the frame: running a page marks it as run."""
    return {
        section: [copy(page) for page in listed]
        for section, listed in _made(navigation.ENTRIES).items()
    }


@cache
def _made(entries: tuple[navigation.MenuEntry, ...]) -> dict[str, list[st.Page]]:
    made: dict[str, list[st.Page]] = {}
    for number, entry in enumerate(entries):
        made.setdefault(entry.section, []).append(
            st.Page(entry.script, title=entry.title, url_path=entry.stem, default=not number)
        )
    return {section: made[section] for section in navigation.SECTIONS if section in made}
