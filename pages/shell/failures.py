"""Errors in words: one plain Chinese message for the reader, the whole story for the log."""

import logging
import secrets

import streamlit as st

from data.errors import ProductError
from pages.theme import formats

_log = logging.getLogger("health_poverty_dashboard")


def wrong(*problems: str, icon: str | None = ":material/error:") -> None:
    """Say what is wrong; the names, notes and files that it tells of mean nothing as markup."""
    st.error("\n\n".join(formats.as_written(each) for each in problems), icon=icon)


def show(error: BaseException) -> bool:
    """Show an error that a page did not handle; returns True: Streamlit need not show it again.

    A ProductError says itself what was found and what to do. Anything else is a fault of the
    program: the reader gets a number under which the administrator finds it in the log.
    """
    if isinstance(error, ProductError):
        wrong(str(error))
        return True
    number = secrets.token_hex(3).upper()
    _log.error("故障 %s", number, exc_info=error)
    st.error(
        f"这一页没能显示出来，故障编号 {number}。请刷新页面再试；"
        "仍然如此时，请把编号告诉管理员（服务器日志里有详情）。",
        icon=":material/error:",
    )
    return True
