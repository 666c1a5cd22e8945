"""The buttons that make slides, document and workbook of the briefing on the page."""

from collections.abc import Callable
from io import BytesIO

import streamlit as st

from pages.exports.briefing import files
from pages.exports.briefing.model import Briefing
from pages.shell import access, runtime


def briefing_files(briefing: Briefing) -> None:
    """Draw one button for each kind of file; a file is made when its button is pressed."""
    allowed = access.may("export")
    with st.container(horizontal=True, key="briefing_files"):
        for kind in files.KINDS.values():
            st.download_button(
                kind.button,
                data=_maker(kind, briefing),
                file_name=files.file_name(briefing, kind),
                mime=kind.mime,
                key=f"briefing_{kind.name}",
                on_click="ignore",
                icon=":material/download:",
                disabled=not allowed,
                help=kind.help if allowed else access.refusal("export"),
            )


def _maker(kind: files.FileKind, briefing: Briefing) -> Callable[[], bytes]:
    """What makes the file: on another thread, so all it needs is taken here."""
    engine, catalogue = runtime.engine(), runtime.catalogue()
    visitor, scope, number = access.visitor(), runtime.scope(), runtime.snapshot()

    def make() -> bytes:
        buffer = BytesIO()
        kind.write(briefing, catalogue, buffer)
        files.issue(briefing, engine, scope)
        what = f"周调度简报 {kind.button} {briefing.area_name} {briefing.period}"
        access.record_export(what, snapshot=number, asking=visitor)
        return buffer.getvalue()

    return make
