"""数据导出, part 报表: filed rows of one report table, as they can be filed again."""

import polars as pl
import streamlit as st

from data.catalogue.model import Table
from data.filed.withheld import MARK
from data.periods import Period
from pages.components import states
from pages.components.choice import choose_one
from pages.components.downloads import explanation
from pages.components.downloads.file_buttons import file_buttons
from pages.components.downloads.grid import choose_span, grid
from pages.exports.content import Content
from pages.exports.sheets import filed_columns, marked
from pages.shell import failures, runtime
from pages.shell.runtime import Filters
from pages.theme import formats
from queries import filed
from queries.errors import QueryError
from queries.filed import Asked
from queries.scope import Scope

_FIRST = "T04"
_PREVIEW = 100


def filed_part(filters: Filters) -> None:
    """Draw the choice of table and periods, how many rows that is, the first of them, the files."""
    tables = runtime.catalogue().tables
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = choose_one(
            "报表",
            {each.id: f"{each.id} {each.title}" for each in tables.values()},
            key="table",
            default=_FIRST if _FIRST in tables else next(iter(tables)),
            width=400,
        )
        table = tables[str(chosen)]
        first, last = _periods(table)
    if not first:
        states.empty(f"{table.title}没有数据", "这个快照里没有任何单位报送过这张表")
        return
    asked = Asked(table.id, filters.area, first, last)
    try:
        rows = _height(runtime.snapshot(), runtime.manifest().sha256, runtime.scope(), asked)
    except QueryError as error:
        failures.wrong(str(error))
        return
    if not rows:
        states.empty("没有数据", "所选区划在这些报告期没有报送这张表", "请换一个报告期或区划")
        return
    _show(table, asked, rows, filters)


def _show(table: Table, asked: Asked, rows: int, filters: Filters) -> None:
    scope, engine, number = runtime.scope(), runtime.engine(), runtime.snapshot()
    # Worded as in the year of the last period.
    year = Period.parse(asked.period_to).year
    columns = filed_columns(filed.columns(table, runtime.catalogue(), year=year))
    span = explanation.span_words(asked.period_from, asked.period_to)
    st.markdown(f"共 **{rows:,}** 行，{len(columns)}列，导出文件行数相同。")
    preview = _preview(number, runtime.manifest().sha256, scope, asked)
    told, shown = marked(columns, preview)
    grid(shown, told, key="filed_preview")
    if rows > preview.height:
        st.caption(f"上面只列前{preview.height}行，文件里是全部{rows:,}行。")
    hidden = [each.header for each in table.stored_columns if each.sensitive]
    refiled = ["表头与报表相同，可以重新导入；单位负责人、填报人不入库，写作“见原报表”。"]
    if table.sensitive_rows:
        unlisted = "县以下敏感的几种不列，陪着它们的一种也不列；文件重新导入时，这些行照旧保留。"
        st.caption(unlisted)
        refiled.append(unlisted)
    elif hidden:
        words = f"{'、'.join(hidden[:6])}{'等列' if len(hidden) > 6 else ''}"
        st.caption(f"{words}里的敏感数写作“{MARK}”；文件重新导入时，这些格沿用原来报的数。")
        refiled.append(
            f"写作“{MARK}”的格是敏感数，导出时不显示，不是零也不是没报；"
            "重新导入时沿用数据仓里原来报的数。Parquet 文件里这些格是空的。"
        )
    name = (filters.area_name, table.title, span)
    notes = explanation.common(
        filters,
        (
            f"报表：{table.id} {table.title}（各单位报送的原始行）",
            f"报告期：{span}（期末在其间的行）",
            *refiled,
        ),
    )
    demo = runtime.manifest().demo

    def ask(token: str) -> Content:
        found = filed.rows(engine, asked, number, scope, token=token)
        lines = (f"{filters.area_name} {span} 快照{number}号",)
        return Content(name, table.title, columns, found, lines, notes, demo)

    what = f"报表 {table.id} {filters.area} {asked.period_from}至{asked.period_to} {rows}行"
    file_buttons(ask, key="filed", rows=rows, name=name, what=what)


def _periods(table: Table) -> tuple[str, str]:
    listed = {each.text: formats.period_label(each.text) for each in _filed_periods(table)}
    if not listed:
        return "", ""
    newest = next(iter(listed))
    return choose_span(listed, newest)


def _filed_periods(table: Table) -> list[Period]:
    """Return the periods between the first and the last filed of this table, newest first."""
    spans = runtime.manifest().domain.get(table.id, {}).values()
    if not spans:
        return []
    first = min(Period.parse(begin).ordinal for begin, _ in spans)
    last = max(Period.parse(end).ordinal for _, end in spans)
    return [Period(table.frequency, each) for each in range(last, first - 1, -1)]


@st.cache_data(max_entries=200, show_spinner=False)
def _height(number: int, sha: str, scope: Scope, asked: Asked) -> int:
    return filed.height(runtime.engine(), asked, number, scope)


@st.cache_data(max_entries=50, show_spinner=False)
def _preview(number: int, sha: str, scope: Scope, asked: Asked) -> pl.DataFrame:
    return filed.rows(runtime.engine(), asked, number, scope, limit=_PREVIEW)
