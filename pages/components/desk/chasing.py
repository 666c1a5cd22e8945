"""催报: who has not filed, the words to ask them with, and how often they were asked."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import polars as pl
import streamlit as st

from pages.components import links
from pages.components.answer import Answer, ask_all
from pages.components.html_table import Cell, Row, html_table, number
from pages.components.own_part import own_part
from pages.components.table_frame import table_frame
from pages.exports.chasing import files, words
from pages.exports.chasing.chase import COMING, OVERDUE, Chase
from pages.shell import access, desk_data, runtime
from pages.shell.runtime import Filters
from pages.theme import formats

_LONG, _TALL = 900, 300  # characters of a message from which it scrolls, in so many pixels
_NOTHING = {OVERDUE: "没有逾期未报的报表。", COMING: "没有还在等的报表。"}


def chasing(filters: Filters) -> None:
    """Draw the messages, the files, each county's share, and the list unit by unit."""
    answers = ask_all(*desk_data.chase_questions(filters).items())
    chase = desk_data.chase(filters, {each.query: each.table for each in answers})
    _files(chase)
    for place, state in zip(st.columns(2, gap="large"), (OVERDUE, COMING), strict=True):
        with place:
            _message(chase, state)
    by_name = {each.query: each for each in answers}
    if chase.shares is not None:
        share = by_name["reporting_by_area"]
        with table_frame(f"各{chase.level_name}报送率", share, key="chase_share"):
            _shares(chase.shares)
    _list(by_name["unreported"], chase)


def _message(chase: Chase, state: str) -> None:
    """What is overdue, or what is still to come, as text to be pasted into the chat."""
    st.header(words.TITLES[state], anchor=False)
    said = words.message(chase, state)
    if not said:
        st.success(_NOTHING[state], icon=":material/check:")
        return
    height = _TALL if len(said) > _LONG else "content"
    st.code(said, language=None, wrap_lines=True, height=height)
    if access.may("publish"):
        _record(chase, state)


@own_part
def _record(chase: Chase, state: str) -> None:
    """One click after the text was sent: nothing is sent from here."""
    asked = chase.of(state)
    if st.button(
        f"已发出，记一次（{asked.height}份）",
        key=f"chase_record_{state}",
        icon=":material/done_all:",
        help="文字由您自己贴到工作群或打电话，这里只记次数；以后看得到催过几次、谁催的。",
    ):
        desk_data.remind(chase, asked)
        st.rerun()


def _files(chase: Chase) -> None:
    allowed = access.may("export")
    with st.container(horizontal=True):
        for kind in files.KINDS.values():
            st.download_button(
                kind.button,
                data=_maker(chase, kind),
                file_name=files.name_of(chase, kind),
                mime=kind.mime,
                key=f"chase_{kind.ending}",
                on_click="ignore",
                icon=":material/download:",
                disabled=not allowed,
                help=kind.help if allowed else access.refusal("export"),
            )


def _maker(chase: Chase, kind: files.FileKind) -> Callable[[], bytes]:
    """What makes the file: on another thread, so all it needs is taken here."""
    engine, scope, asking = runtime.engine(), runtime.scope(), access.visitor()

    def make() -> bytes:
        buffer = BytesIO()
        kind.write(chase, buffer)
        files.issue(chase, engine, scope)
        what = f"催报 {kind.button} {chase.place} {chase.period} {chase.rows.height}行"
        access.record_export(what, snapshot=chase.snapshot, asking=asking)
        return buffer.getvalue()

    return make


def _shares(table: pl.DataFrame) -> None:
    columns = ("reports_owed", "reports_filed", "reports_missing")
    html_table(
        [
            Cell("区划"),
            *(Cell(each, style="number", sort=True) for each in ("应报（份）", "已报（份）")),
            *(Cell(each, style="number", sort=True) for each in ("未报（份）", "报送率（%）")),
        ],
        [
            Row(
                [
                    Cell(html=links.area_link(row["area_code"], row["area_name"])),
                    *(number(str(row[each]), row[each]) for each in columns),
                    number(formats.plain(row["complete_share"]), row["complete_share"]),
                ]
            )
            for row in table.iter_rows(named=True)
        ],
    )


def _list(answer: Answer, chase: Chase) -> None:
    note = "已催：在本页记下的次数；台账按需更新，不列。"
    with table_frame("未报清单", answer, key="desk_missing", note=note):
        html_table(
            [Cell(each) for each in ("填报单位", "报表", "报告期", "应于", "状态")]
            + [Cell("已催（次）", style="number", sort=True), Cell("最近一次")],
            [_row(row, chase) for row in chase.rows.sort("county_code").iter_rows(named=True)],
            caption=f"共 {chase.rows.height} 份未报。",
            tall=chase.rows.height > 12,
        )


def _row(row: dict[str, Any], chase: Chase) -> Row:
    last = f"{row['last_time'][:16].replace('T', ' ')} {row['last_who']}" if row["reminded"] else ""
    light = "light-behind" if row["state"] == OVERDUE else "light-warning"
    return Row(
        [
            Cell(row["unit_label"]),
            Cell(f"{row['table_id']} {row['table_title']}", style="words"),
            Cell(formats.period_short(row["period"], chosen=chase.period)),
            Cell(words.due_words(row["due_on"], chase.hour)),
            Cell(html=f'<span class="light {light}">{row["state"]}</span>'),
            number(str(row["reminded"]), row["reminded"]),
            Cell(last or formats.ABSENT, style="" if last else "quiet"),
        ]
    )
