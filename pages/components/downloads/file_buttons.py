"""XLSX, CSV and Parquet of one table: each file made only when its button is pressed."""

from collections.abc import Callable

import streamlit as st

from pages.exports import content as contents
from pages.exports import jobs
from pages.exports.content import ENDINGS, Content
from pages.exports.sheets import file_name
from pages.shell import access, runtime, work

# Up to so many rows a file is there in a moment; beyond, a bar shows how far it is.
AT_ONCE = 30_000
_WORDS = {"xlsx": "Excel(WPS)", "csv": "CSV", "parquet": "Parquet"}


def file_buttons(
    ask: Callable[[str], Content], *, key: str, rows: int, name: tuple[str, ...], what: str
) -> None:
    """Draw the buttons of a table.

    ask   Gives the content; runs on another thread, with a token for Engine.interrupt.
    rows  As many as the file will have; said on the page beside the buttons.
    name  Parts of the file's name.
    what  For the log: table, area, periods and other filters, no content of rows.
    """
    if not access.may("export"):
        st.info(access.refusal("export"), icon=":material/lock:")
        return
    record = _recorder(what, rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        for ending in ENDINGS:
            if rows <= AT_ONCE:
                _now(ask, ending, key, name, rows, record)
            else:
                _later(ask, ending, key, record)
    if rows > AT_ONCE:
        _under_way(key)


def _now(
    ask: Callable[[str], Content],
    ending: str,
    key: str,
    name: tuple[str, ...],
    rows: int,
    record: Callable[[], None],
) -> None:
    engine = runtime.engine()

    def made() -> bytes:
        file = jobs.make(ask, ending, lambda share, words: None, engine.interrupt)
        record()
        return file.path.read_bytes()

    st.download_button(
        _WORDS[ending],
        data=made,
        file_name=file_name(*name, ending=ending, demo=runtime.manifest().demo),
        mime=contents.MIMES[ending],
        key=f"{key}_{ending}",
        on_click="ignore",
        icon=":material/download:",
        disabled=rows == 0,
    )


def _later(
    ask: Callable[[str], Content], ending: str, key: str, record: Callable[[], None]
) -> None:
    engine = runtime.engine()

    def job(progress: work.Progress) -> jobs.Made:
        made = jobs.make(ask, ending, progress, engine.interrupt)
        record()
        return made

    if st.button(
        f"生成 {_WORDS[ending]}", key=f"{key}_make_{ending}", icon=":material/hourglass_empty:"
    ):
        work.forget(key)
        work.begin(key, f"生成 {_WORDS[ending]} 文件", job)


def _under_way(key: str) -> None:
    """Draw the bar of the file in the making, or the file that is ready."""
    current = work.current(key)
    if current is None:
        return
    work.show(current, key=key)
    made = current.result
    if isinstance(made, jobs.Made):
        st.download_button(
            f"保存 {made.name}（{made.rows}行，{made.path.stat().st_size / 1e6:.1f}MB）",
            data=made.path.read_bytes,
            file_name=made.name,
            mime=contents.MIMES[made.name.rpartition(".")[2]],
            key=f"{key}_ready",
            on_click="ignore",
            type="primary",
            icon=":material/download:",
        )


def _recorder(what: str, rows: int) -> Callable[[], None]:
    """Who asks and which snapshot are known here; the file is made on another thread."""
    asking, snapshot = access.visitor(), runtime.snapshot()

    def record() -> None:
        access.record_export(f"{what} {rows}行", snapshot=snapshot, asking=asking)

    return record
