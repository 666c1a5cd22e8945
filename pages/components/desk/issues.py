"""问题整改: how far, whose, what is overdue or open again; and the list to take away."""

from typing import Any

import polars as pl
import streamlit as st

from pages.charts.once import made_once
from pages.charts.subjects import stacked_status
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.choice import choose_one, search_words
from pages.components.download import download_csv
from pages.components.html_table import Cell, Row, draw, number, table_html
from pages.components.listed import Listed, listed
from pages.components.own_part import own_part
from pages.components.table_frame import table_frame
from pages.theme import tokens

CLOSED = "已销号"
OVERDUE, REOPENED, OPEN = "overdue", "reopened", "open"
KINDS = {OVERDUE: "超期", REOPENED: "反弹", OPEN: "未销号"} | {
    status: status for status in tokens.ISSUE_STATUS
}
_UNIT = "件"
_SHOWN = 200
_RULE = (
    "超期：过了整改时限，还没有销号（长期坚持的除外）；反弹：销号以后又重新打开。"
    "台账没有新报的行沿用上期。"
)
OWNERS = (
    Listed("owner_unit", "责任单位"),
    Listed("overdue", "超期（件）"),
    Listed("longest_overdue", "最长超期（天）"),
    Listed("reopened", "反弹（件）"),
    Listed("not_begun", "未启动（件）"),
    Listed("under_way", "整改中（件）"),
    Listed("to_be_closed", "待销号（件）"),
    Listed("closed", "已销号（件）"),
    Listed("total", "合计（件）"),
)
FILE = {
    "issue_no": "问题编号",
    "county_name": "县（市、区）",
    "owner_unit": "责任单位",
    "source": "问题来源",
    "issue": "问题描述",
    "found_on": "发现日期",
    "due_on": "整改时限",
    "status": "整改状态",
    "done_on": "完成日期",
    "overdue": "是否超期",
    "days_overdue": "超期天数",
    "reopened": "是否反弹",
    "period": "最近报送",
}


def status_chart(answer: Answer) -> None:
    """Draw the issues not yet closed by area and status. answer: issue_status."""
    table = _not_closed(answer.table)
    chart_frame(
        _finding(answer.table),
        stacked_status.stacked_status(table, unit=_UNIT, colours=tokens.ISSUE_STATUS),
        Answer(answer.query, answer.params, table),
        key="issue_status",
        note="只画未销号的，单位：件。",
        drill=True,
    )


def owners_table(answer: Answer) -> None:
    """Draw whose issues are overdue or open again. answer: issue_owners."""
    shown = _late(answer.table)
    with table_frame("谁来办：各责任单位的超期和反弹", answer, key="issue_owners", note=_RULE):
        listed(
            shown, OWNERS, caption=f"共 {answer.table.height} 个责任单位，列 {shown.height} 个。"
        )


@own_part
def issue_list(answer: Answer, *, place: str) -> None:
    """Draw the issues one by one, to be narrowed, and offer them as a file. answer: issues."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choose_one("哪些", KINDS, key="issue_kind", width=180)
        words = search_words("查找", key="issue_search", placeholder="单位、编号或问题里的词")
    table = _narrowed(answer.table, kind, words)
    with table_frame("问题清单", Answer(answer.query, answer.params, table), key="issue_list"):
        draw(_html(table))
        download_csv(table, FILE, file=f"{place}问题整改清单", key="issues")


@made_once
def _html(table: pl.DataFrame) -> str:
    return table_html(
        [
            *(Cell(each) for each in ("责任单位", "问题", "来源", "整改时限", "状态")),
            Cell("超期（天）", style="number", sort=True),
            Cell("反弹"),
            Cell("问题编号"),
        ],
        [_row(row) for row in table.head(_SHOWN).iter_rows(named=True)],
        caption=f"共 {table.height} 件"
        + (f"，列前 {_SHOWN} 件；全部见下载的文件。" if table.height > _SHOWN else "。"),
        tall=table.height > 12,
    )


@made_once
def _not_closed(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("status") != CLOSED)


@made_once
def _late(table: pl.DataFrame) -> pl.DataFrame:
    """The units with something overdue or open again; all of them where there is none."""
    late = table.filter((pl.col("overdue") > 0) | (pl.col("reopened") > 0))
    return late if late.height else table


@made_once
def _finding(table: pl.DataFrame) -> str:
    open_ = _not_closed(table)
    if table.is_empty():
        return "问题整改状态"
    late, again = table["overdue"].sum(), table["reopened"].sum()
    return (
        f"{table['count'].sum()}件问题，未销号{open_['count'].sum()}件，"
        f"其中超期{late}件、反弹{again}件"
    )


@made_once
def _narrowed(table: pl.DataFrame, kind: str | None, words: str | None) -> pl.DataFrame:
    if kind in (OVERDUE, REOPENED):
        table = table.filter(pl.col(kind))
    elif kind == OPEN:
        table = table.filter(pl.col("status") != CLOSED)
    elif kind:
        table = table.filter(pl.col("status") == kind)
    if words:
        found = pl.any_horizontal(
            pl.col(name).str.contains(words, literal=True)
            for name in ("issue_no", "owner_unit", "issue", "county_name", "source")
        )
        table = table.filter(found.fill_null(False))
    return table


def _row(row: dict[str, Any]) -> Row:
    late = row["days_overdue"]
    return Row(
        [
            Cell(row["owner_unit"] or "—"),
            Cell(row["issue"] or "—", style="wide"),
            Cell(row["source"] or "—"),
            Cell(row["due_on"].isoformat() if row["due_on"] else "—"),
            Cell(row["status"]),
            number(str(late) if late is not None else "—", late),
            Cell("反弹" if row["reopened"] else "—"),
            Cell(row["issue_no"], style="quiet"),
        ]
    )
