"""数据导出, parts 指标 and 透视: several indicators for all areas of a level, period by period."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import streamlit as st

from data.catalogue.model import LEVELS
from data.wording import filled
from pages.components import states
from pages.components.answer import ask as question
from pages.components.choice import choose_many, choose_one
from pages.components.downloads import explanation
from pages.components.downloads.file_buttons import file_buttons
from pages.components.downloads.grid import choose_span, grid
from pages.components.source_note import source_note
from pages.exports.content import Content
from pages.exports.pivot import pivot
from pages.exports.sheets import BookSheet, FileColumn, columns_of, in_words
from pages.shell import runtime
from pages.shell.runtime import Filters
from pages.theme import formats
from queries import headings

_FIRST = "signing_rate"
_PREVIEW = 100
_LEVELS = {"city": "市", "county": "县", "township": "乡镇", "village": "村"}
_STATES = {each: each for each in ("正常", "填报不全", "未报", "不适用", "已遮蔽")}
_ACROSS = {"period": "报告期", "indicator": "指标", "population": "人群"}
_MEASURES = {
    "printed": "数值",
    "numerator": "分子",
    "denominator": "分母",
    "units_reported": "已报单位",
}


@dataclass(frozen=True)
class _Chosen:
    """What is asked for, as the queries take it, and in words."""

    params: Mapping[str, str]
    indicators: tuple[str, ...]
    title: str
    span: str
    lines: tuple[str, ...]


def values_part(filters: Filters) -> None:
    """Draw the choices, how many rows they are, the first of them, and the files."""
    chosen = _choices(filters)
    with st.container(horizontal=True):
        state = choose_one("状态", _STATES, key="state", width=160)
    params = {**chosen.params, "state": state or ""}
    preview = question("indicator_values", **params, most=_PREVIEW).table
    if preview.is_empty():
        _nothing()
        return
    rows = int(preview["row_count"][0])
    columns = _columns("indicator_values", preview)
    st.markdown(f"共 **{rows:,}** 行，{len(columns)}列，导出文件行数相同。")
    grid(in_words(preview), columns, key="values_preview")
    if rows > preview.height:
        st.caption(f"上面只列前{preview.height}行，文件里是全部{rows:,}行。")
    source_note("indicator_values", params, indicators=chosen.indicators, key="values")
    lines = (*chosen.lines, f"状态：{state or '全部'}")
    notes = _notes(filters, chosen, lines, "indicator_values", params)
    engine, number, scope = runtime.engine(), runtime.snapshot(), runtime.scope()
    name, demo = (filters.area_name, chosen.title, chosen.span), runtime.manifest().demo
    where = (f"{filters.area_name} {chosen.span} 快照{number}号",)

    def ask(token: str) -> Content:
        found = in_words(engine.run("indicator_values", params, number, token=token, scope=scope))
        parts = found.partition_by("indicator", "population", maintain_order=True)
        sheets = tuple(_sheet(part, columns, where) for part in parts)
        return Content(name, chosen.title, columns, found, where, notes, demo, sheets)

    what = f"指标 {params['indicators']} {filters.area} {chosen.span} {rows}行"
    file_buttons(ask, key="values", rows=rows, name=name, what=what)


def pivot_part(filters: Filters) -> None:
    """Draw the choices, the pivot with its subtotals, and the files."""
    chosen = _choices(filters)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        across = str(choose_one("列", _ACROSS, key="across", default="period", width=160))
        measure = str(choose_one("数值", _MEASURES, key="measure", default="printed", width=160))
    answer = question("indicator_pivot", **chosen.params)
    if answer.table.is_empty():
        _nothing()
        return
    wide, columns = pivot(answer.table, across=across, measure=measure)
    st.markdown(f"共 **{wide.height:,}** 行，{len(columns)}列，导出文件行数相同。")
    grid(wide, columns, key="pivot_preview")
    st.caption(
        "小计、合计由各区划的分子、分母分别相加后再计算，不是把率平均；"
        "未报和已遮蔽的不计入。报告期之间不相加。"
    )
    source_note("indicator_pivot", chosen.params, indicators=chosen.indicators, key="pivot")
    lines = (
        *chosen.lines,
        f"列：{_ACROSS[across]}；数值：{_MEASURES[measure]}",
        "小计、合计由分子、分母分别相加后再计算；未报和已遮蔽的不计入",
    )
    notes = _notes(filters, chosen, lines, "indicator_pivot", chosen.params)
    name = (filters.area_name, f"{chosen.title}透视", chosen.span)
    where = (f"{filters.area_name} {chosen.span} 快照{runtime.snapshot()}号",)
    demo = runtime.manifest().demo
    content = Content(name, f"{chosen.title}透视", columns, wide, where, notes, demo)
    what = f"透视 {chosen.params['indicators']} {filters.area} {chosen.span} {wide.height}行"
    file_buttons(lambda token: content, key="pivot", rows=wide.height, name=name, what=what)


def _choices(filters: Filters) -> _Chosen:
    """Draw what both parts choose by: indicators, level, periods, population."""
    known = runtime.query("indicator_list")
    names = dict(
        known.filter("is_first_population")
        .select("indicator", filled("{}（{}）", "name", "unit"))
        .iter_rows()
    )
    first = _FIRST if _FIRST in names else next(iter(names))
    below = [level for level in LEVELS[LEVELS.index(filters.area_level) :] if level in _LEVELS]
    if filters.area_level not in ("county", "township"):
        below = [level for level in below if level != "village"]
    periods = {p.text: formats.period_label(p.text) for p in runtime.periods(filters.frequency)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        indicators = choose_many("指标", names, key="indicators", default=first)
        level = choose_one(
            "列到",
            {each: _LEVELS[each] for each in below},
            key="level",
            default=below[min(1, len(below) - 1)],
            width=120,
        )
        begin, last = choose_span(periods, filters.period)
        every = choose_one(
            "人群", {"first": "各指标默认人群", "all": "全部人群"}, key="groups", default="first"
        )
    reach = _reach(indicators, begin, last)
    title = names[indicators[0]].partition("（")[0]
    title = title if len(indicators) == 1 else f"{title}等{len(indicators)}项指标"
    return _Chosen(
        {
            "indicators": ",".join(indicators),
            "parent": filters.area,
            "level": str(level),
            "period_from": reach[0],
            "period_to": reach[1],
            "population": "all" if every == "all" else "",
        },
        tuple(indicators),
        title,
        explanation.span_words(begin, last),
        (
            f"指标：{'、'.join(names[each] for each in indicators)}",
            f"列到：{_LEVELS[str(level)]}级",
            f"报告期：{explanation.span_words(begin, last)}（各指标按自己的频次）",
            f"人群：{'全部人群' if every == 'all' else '各指标默认人群'}",
        ),
    )


def _reach(indicators: list[str], first: str, last: str) -> tuple[str, str]:
    """Return the span to look in: one week may lie inside the month of a monthly indicator."""
    known = runtime.catalogue().indicators
    return explanation.reaching([known[each].frequency for each in indicators], first, last)


def _columns(query: str, table: pl.DataFrame) -> tuple[FileColumn, ...]:
    listed = headings.headings(runtime.engine().header(query), runtime.catalogue())
    whole = columns_of(table, listed, complete=True)
    return tuple(each for each in whole if each.name not in ("row_count", "level"))


def _sheet(
    part: pl.DataFrame, columns: tuple[FileColumn, ...], where: tuple[str, ...]
) -> BookSheet:
    """The rows of one indicator and population."""
    name = str(part["indicator_name"][0])
    title = f"{name}（{part['population_name'][0]}）"
    return BookSheet(name, title, _own(columns, part), part, where)


def _own(columns: tuple[FileColumn, ...], part: pl.DataFrame) -> tuple[FileColumn, ...]:
    """The columns of a sheet of one indicator: all its rows have the same unit."""
    unit = part["unit"][0]
    return tuple(
        FileColumn(
            each.name,
            f"{each.heading}({unit})",
            "percent" if unit == "%" else "number",
        )
        if each.unit_column
        else each
        for each in columns
    )


def _notes(
    filters: Filters,
    chosen: _Chosen,
    lines: tuple[str, ...],
    query: str,
    params: Mapping[str, str],
) -> tuple:
    known = runtime.catalogue().indicators
    return (
        *explanation.common(filters, lines),
        explanation.definitions([known[each] for each in chosen.indicators]),
        explanation.code(query, params),
    )


def _nothing() -> None:
    states.empty(
        "没有数据", "所选指标、区划和报告期没有应报或已报的数", "请换一个报告期、层级或状态"
    )
