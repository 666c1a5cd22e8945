"""操作日志: who did what, from where, when and with what end; and whether the chain holds."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from pages.components import states
from pages.components.choice import choose_one, search_words
from pages.components.downloads.file_buttons import file_buttons
from pages.components.html_table import Cell, Row, html_table
from pages.exports.content import Content
from pages.exports.sheets import FileColumn, Note
from pages.shell import access, desk_data, failures

_EVENTS = {
    "sign_in": "登录",
    "sign_out": "退出",
    "refused": "拒绝访问",
    "wrong_password": "密码不对",
    "wrong_token": "口令不对",
    "export": "导出",
    "console": "查询台",
    "publish": "发布",
    "restore": "恢复",
    "areas": "改区划",
    "begin": "数据仓",
    "answer": "疑点说明",
    "remind": "催报",
    "command": "命令行",
    "settings": "设置变动",
    "account": "账户变动",
}
_RESULTS = {"done": "成功", "found": "有提示", "refused": "已拒绝", "failed": "没有成功", "": "—"}
_SPANS = {"31": "最近31天", "7": "最近7天", "183": "最近半年", "all": "全部"}
_SHOWN = 200
_COLUMNS = (
    FileColumn("time", "时间"),
    FileColumn("who", "谁"),
    FileColumn("ip", "从哪里"),
    FileColumn("action", "做了什么"),
    FileColumn("what", "内容"),
    FileColumn("snapshot", "快照", "number", decimals=0),
    FileColumn("result", "结果"),
)


def log() -> None:
    """Draw the state of the chain, the filters, the lines and the file to take away."""
    if not access.may("log"):
        st.info(access.refusal("log"), icon=":material/lock:")
        return
    st.header("操作日志", anchor=False)
    _chain()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = choose_one("时间", _SPANS, key="log_span", default="31")
        action = choose_one("做了什么", _EVENTS, key="log_action")
        word = search_words(
            "找人、地址或内容", key="log_word", placeholder="如 张三、10.1.2.3、T04"
        )
    found = desk_data.log_entries(span, action, word)
    if found.is_empty():
        states.empty("没有日志", "所选时间和条件之内没有记录", "换一个时间，或去掉条件再看。")
        return
    worded = found.with_columns(
        pl.col("action").replace(_EVENTS), pl.col("result").replace(_RESULTS)
    )
    cut = f"，列最近 {_SHOWN} 行" if worded.height > _SHOWN else ""
    html_table(
        [Cell(column.heading) for column in _COLUMNS],
        [_row(line) for line in worded.head(_SHOWN).iter_rows(named=True)],
        caption=f"共 {worded.height} 行{cut}。日志不含报表内容和个人信息。",
        tall=worded.height > 12,
    )
    filters = "、".join(
        each for each in (_SPANS[span or "all"], _EVENTS.get(action or "", ""), word) if each
    )
    file_buttons(
        lambda token: _content(worded, filters),
        key="log",
        rows=worded.height,
        name=("操作日志", _SPANS[span or "all"]),
        what=f"操作日志 {filters}",
    )


def _chain() -> None:
    chain = desk_data.log_chain()
    if chain.problem:
        problem = f"{chain.problem}请管理员对照备份或日志收集器查明。"
        failures.wrong(problem, icon=":material/link_off:")
    elif chain.lines:
        since = chain.since[:16].replace("T", " ")
        st.success(f"自 {since} 起的 {chain.lines} 行前后相接。", icon=":material/link:")


def _row(line: Mapping[str, object]) -> Row:
    time, who, ip, action, what, snapshot, result = (line[each.name] for each in _COLUMNS)
    return Row(
        [
            Cell(str(time)[:19].replace("T", " ")),
            Cell(str(who or "—")),
            Cell(str(ip or "—")),
            Cell(str(action)),
            Cell(str(what or "—"), style="wide"),
            Cell("—" if snapshot is None else f"{snapshot} 号"),
            Cell(str(result)),
        ]
    )


def _content(table: pl.DataFrame, filters: str) -> Content:
    return Content(
        ("操作日志",),
        "操作日志",
        _COLUMNS,
        table,
        notes=(Note("条件", (filters,)),),
    )
