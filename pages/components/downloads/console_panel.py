"""数据导出, part 查询台: own SQL on a read-only copy, the tables described beside it."""

import polars as pl
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.components.downloads.file_buttons import file_buttons
from pages.exports.content import Content
from pages.exports.sheets import FileColumn, Kind, Note
from pages.shell import access, runtime, work
from pages.shell.runtime import Filters
from queries.console import Answered, Console

_TEXT, _RUN = "console_text", "console"
_ROWS = 12
_KEPT = 4_000  # characters of a query that an address can carry


def console_part(filters: Filters) -> None:
    """Draw editor, result and description of the tables; or say why not."""
    if not access.may("console"):
        st.info(access.refusal("console"), icon=":material/lock:")
        return
    console = _console(str(runtime.store().path))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _editor(console)
    with right:
        _tables(console)
    _result(console, filters)


def _editor(console: Console) -> None:
    examples = dict(console.examples())
    context = get_script_run_ctx()
    back = context is not None and context.is_history_navigation
    if _TEXT not in st.session_state or back:
        st.session_state[_TEXT] = st.query_params.get("sql") or next(iter(examples.values()))
    st.selectbox(
        "示例",
        list(examples),
        index=None,
        placeholder="选一个示例放进编辑框",
        key="console_example",
        on_change=lambda: _take(examples),
    )
    st.text_area("查询（一条 select 语句）", key=_TEXT, height=260)
    limits = console.limits
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("运行", key="console_run", type="primary", icon=":material/play_arrow:"):
            _start(console)
        st.caption(
            f"只读；最多{limits.seconds}秒、{limits.memory}内存、{limits.rows:,}行。"
            "运行后，查询写进网址，复制链接即可分享。"
        )


def _take(examples: dict[str, str]) -> None:
    chosen = st.session_state.get("console_example")
    if chosen in examples:
        st.session_state[_TEXT] = examples[chosen]


def _start(console: Console) -> None:
    text = st.session_state[_TEXT]
    if len(text) <= _KEPT:
        st.query_params["sql"] = text
    number, scope = runtime.snapshot(), runtime.scope()
    access.record("console", text, snapshot=number)
    work.forget(_RUN)
    work.begin(
        _RUN,
        "运行查询",
        lambda progress: (text, console.run(text, number, scope=scope, progress=progress)),
    )


def _tables(console: Console) -> None:
    told = {each.name: each for each in console.documented(runtime.snapshot())}
    name = st.selectbox(
        "表",
        list(told),
        format_func=lambda each: f"{each} {told[each].title}",
        key="console_table",
        help="查询里写的是前面的表名；输入名称即可查找。",
    )
    table = told[name]
    st.caption(table.meaning)
    rows = pl.DataFrame(
        table.columns,
        schema=["列名", "类型", "含义", "口径"],
        orient="row",
    )
    st.dataframe(
        rows.to_arrow(), hide_index=True, height=300, placeholder="", key="console_columns"
    )


def _result(console: Console, filters: Filters) -> None:
    current = work.current(_RUN)
    if current is None:
        return
    work.show(current, key=_RUN)
    if current.state != "done" or current.result is None:
        return
    text, answer = current.result
    table = answer.table
    cut = f"，结果超过{console.limits.rows:,}行，只取前{table.height:,}行" if answer.cut else ""
    st.markdown(f"共 **{table.height:,}** 行{cut}，用时{answer.seconds:.1f}秒。")
    if answer.cut:
        st.warning("结果没有取全。要全部的行，请加上 where 条件分几次查，或先汇总。")
    st.dataframe(table, hide_index=True, placeholder="—", height=400, key="console_grid")
    _files(text, answer, filters)


def _files(text: str, answer: Answered, filters: Filters) -> None:
    table, manifest = answer.table, runtime.manifest()
    names = [f"c{number}" for number in range(table.width)]
    kept = pl.DataFrame(dict(zip(names, table.get_columns(), strict=True)))
    columns = tuple(
        FileColumn(name, heading, _kind(table.schema[heading]))
        for name, heading in zip(names, table.columns, strict=True)
    )
    cut = ("结果超过行数上限，没有取全",) if answer.cut else ()
    notes = (
        Note("查询", (*text.splitlines(), *cut)),
        Note("数据", (f"快照：{manifest.number}号（校验值{manifest.sha256[:12]}）",)),
    )
    name = ("查询结果", f"快照{manifest.number}号")
    lines = (f"快照{manifest.number}号，{table.height}行", *cut)
    content = Content(name, "查询结果", columns, kept, lines, notes, manifest.demo)
    file_buttons(
        lambda token: content,
        key="console_file",
        rows=table.height,
        name=name,
        what=f"查询台结果 {table.height}行",
    )


def _kind(kind: pl.DataType) -> Kind:
    if kind.is_numeric():
        return "number"
    if kind == pl.Boolean:
        return "flag"
    return "date" if kind.is_temporal() else "text"


@st.cache_resource(show_spinner=False)
def _console(path: str) -> Console:
    return Console(runtime.store())
