"""The files of one filing: what became of each; one is set aside or replaced, the rest goes on."""

from collections.abc import Collection, Sequence
from html import escape

import polars as pl
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.intake.file_states import ASIDE, ASKED, EMPTY, SOUND, WRONG
from pages.components.html_table import Cell, Row, html_table, number
from pages.theme import formats

_MARKS = {
    WRONG: ("✕", "light-behind"),
    ASKED: ("?", "light-warning"),
    SOUND: ("✓", "light-met"),
    EMPTY: ("—", "light-none"),
    ASIDE: ("‖", "light-none"),
}
_BY_NAME = "按文件名：同名的替换，其余加入"
_PERIODS = 3


def files_table(states: pl.DataFrame) -> None:
    """Draw what became of each file (data/intake/file_states.py)."""
    html_table(
        [
            Cell("文件"),
            Cell("状态"),
            *(Cell(words) for words in ("报表", "报告期", "填报单位")),
            *(Cell(words, style="number") for words in ("行", "错误", "需说明", "提示")),
        ],
        [_row(row) for row in states.iter_rows(named=True)],
        caption=f"共 {states.height} 个文件。",
        tall=states.height > 12,
    )


def _row(row: dict) -> Row:
    sign, style = _MARKS[row["state"]]
    periods = row["periods"].split("、") if row["periods"] else []
    shown = "、".join(map(formats.period_short, periods[:_PERIODS]))
    more = f"等 {len(periods)} 期" if len(periods) > _PERIODS else ""
    counts = [row[name] for name in ("rows", "errors", "explains", "hints")]
    return Row(
        [
            Cell(row["file"], style="source"),
            Cell(html=f'<span class="light {style}">{sign} {escape(row["state"])}</span>'),
            Cell(row["tables"] or "—"),
            Cell(f"{shown}{more}" or "—", style="words"),
            Cell(row["units"] or "—", style="words"),
            *(number(str(count) if count else "") for count in counts),
        ]
    )


def choose_aside(states: pl.DataFrame) -> set[str] | None:
    """Let files be set aside or taken back; those to leave out from now on, None for no change."""
    of = {state: set(states.filter(pl.col("state") == state)["file"]) for state in (WRONG, ASIDE)}
    wrong, aside = of[WRONG], of[ASIDE]
    others = states.height - len(wrong) - len(aside)
    if wrong and others:
        words = f"搁置有错误的 {len(wrong)} 个，其余 {others} 个继续"
        if st.button(words, key="desk_aside_wrong", type="primary", icon=":material/pause:"):
            return aside | wrong
    with (
        st.form("desk_aside", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        chosen = st.multiselect(
            "搁置的文件（不在这次发布里，去掉就放回）",
            states["file"].to_list(),
            default=sorted(aside),
            key=f"desk_aside_{'|'.join(sorted(aside))}",
            placeholder="没有搁置的文件",
        )
        sent = st.form_submit_button("按此重新核对")
    return set(chosen) if sent and set(chosen) != aside else None


def replacement(states: pl.DataFrame, key: str) -> tuple[str, Sequence[UploadedFile]] | None:
    """Ask for files that take the place of others, or come beside them.

    key      Another one lets the box go of the files that it held.
    returns  The file to be replaced ("" for the one of each new file's own name), and the new
             ones; None while nothing was sent.
    """
    with st.expander("替换或补交文件", icon=":material/swap_horiz:"), st.form(key, border=False):
        old = st.selectbox("替换哪一个", [_BY_NAME, *states["file"]], key=f"{key}_old")
        new = st.file_uploader("改好的文件", accept_multiple_files=True, key=f"{key}_new")
        sent = st.form_submit_button("换上并重新核对")
    if not sent:
        return None
    if not new:
        st.warning("还没有选择文件。")
        return None
    return ("" if old == _BY_NAME else old), new


def told_aside(aside: Collection[str]) -> None:
    """Say which files are not in the publish."""
    if aside:
        names = "、".join(formats.quoted(name) for name in sorted(aside))
        st.caption(f"搁置的 {len(aside)} 个文件不在这次发布里：{names}。")
