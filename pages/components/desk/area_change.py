"""改区划: what happens to areas below the chosen one, and what follows before it is written."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import polars as pl
import streamlit as st

from data.areas.change import ENDED, MERGED, NEW, RENAMED, SPLIT, Change
from data.areas.following import Follows
from data.errors import UsageError
from pages.components import states
from pages.components.choice import choose_part
from pages.components.html_table import Cell, Row, html_table
from pages.shell import area_desk
from pages.shell.runtime import Filters

_KINDS = {
    "new": NEW,
    "rename": RENAMED,
    "end": ENDED,
    "merge": "合并、改代码",
    "split": SPLIT,
}
_TRIED = "areas.tried"
_ANOTHER = "（新的代码）"


def area_change(filters: Filters) -> None:
    """Ask for a change, try it, and write it with its reason."""
    st.header("改区划", anchor=False)
    st.caption(
        f"改的是「{filters.area_name}」的下级，换上面的区划就改别处的。"
        "先看会怎样，写明依据再保存；旧的一行不删，以前各期还用它。"
    )
    kind = choose_part("怎样变", _KINDS, key="area_change")
    with states.refusals():
        _change(kind, filters)


def _change(kind: str, filters: Filters) -> None:
    listed = area_desk.listed(filters.area).filter(pl.col("valid_to").is_null())
    names = {row["area_code"]: f"{row['name']} {row['area_code']}" for row in listed.to_dicts()}
    change = _asked(kind, filters, names)
    if st.button("看看会怎样", key="areas_try"):
        with states.loading("正在试算"):
            st.session_state[_TRIED] = (change, area_desk.follows(change))
    tried, found = st.session_state.get(_TRIED, (None, None))
    if found is None or tried != change:
        return
    _follows(found)
    with st.form("areas_make"):
        reason = st.text_input(
            "依据（批文、文号）",
            key="areas_reason",
            placeholder="如：豫民函〔2020〕12号",
            max_chars=200,
        )
        if not st.form_submit_button("保存到区划登记", type="primary"):
            return
    area_desk.make(change, reason)
    del st.session_state[_TRIED]
    st.rerun()


def _asked(kind: str, filters: Filters, names: Mapping[str, str]) -> Change:
    """The change that the controls say; it may still lack something."""
    areas: list[str] = []
    into: dict[str, str] = {}
    villages: dict[str, str] = {}
    if kind in ("end", "merge"):
        areas = st.multiselect(
            "哪些区划",
            list(names),
            format_func=lambda each: names[each],
            key=f"areas_{kind}_which",
            placeholder="可选几个",
        )
    if kind in ("rename", "split"):
        chosen = st.selectbox(
            "哪个区划",
            list(names),
            format_func=lambda each: names[each],
            key=f"areas_{kind}_which",
            index=None,
            placeholder="请选择",
        )
        areas = [chosen] if chosen else []
    if kind == "merge":
        target = st.selectbox(
            "并入（改代码的选新的代码）",
            [*names, _ANOTHER],
            format_func=lambda each: names.get(each, each),
            key="areas_target",
        )
        into = _new(kind) if target == _ANOTHER else {target: ""}
    if kind == "new":
        into = _new(kind)
    if kind == "rename":
        name = st.text_input("新名称", key="areas_name", max_chars=40).strip()
        into = {areas[0]: name} if areas and name else {}
    if kind == "split":
        into = _parts()
        villages = _divided(areas, list(into), into)
    day = st.text_input(
        "从哪一天起",
        value=(filters.period_end + timedelta(days=1)).isoformat(),
        key="areas_day",
        max_chars=10,
        width=220,
        help="新的样子的第一天，如 2021-01-01；原来的单位报到前一天为止。",
    )
    return Change(
        kind=MERGED if kind == "merge" else _KINDS[kind],
        day=_day(day),
        areas=tuple(areas),
        into=into,
        parent=filters.area if kind == "new" else "",
        villages=villages,
    )


def _new(kind: str) -> dict[str, str]:
    with st.container(horizontal=True):
        code = st.text_input("代码", key=f"areas_{kind}_code", max_chars=12, width=220).strip()
        name = st.text_input("名称", key=f"areas_{kind}_name", max_chars=40, width=320).strip()
    return {code: name} if code else {}


def _parts() -> dict[str, str]:
    text = st.text_area(
        "拆成哪些（一行一个：代码 名称）",
        key="areas_parts",
        placeholder="411403031 东某镇\n411403032 西某镇",
        max_chars=1000,
    )
    split = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {code: name for code, name, *_ in ([*words, ""] for words in split)}


def _divided(areas: list[str], parts: list[str], names: Mapping[str, str]) -> dict[str, str]:
    """Which village goes to which part: chosen for all but the last, which has the rest."""
    if not areas or len(parts) < 2:
        return {}
    below = area_desk.listed(areas[0]).filter(pl.col("valid_to").is_null())
    left = dict(below.select("area_code", "name").iter_rows())
    given: dict[str, str] = {}
    for part in parts[:-1]:
        chosen = st.multiselect(
            f"划给 {names[part] or part} 的下级（其余归最后一个）",
            [code for code in left if code not in given],
            format_func=lambda each: left[each],
            key=f"areas_part_{part}",
            placeholder="可选几个",
        )
        given |= dict.fromkeys(chosen, part)
    return given | {code: parts[-1] for code in left if code not in given}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"日期「{text}」不存在，应写作 2021-01-01。") from None


def _follows(found: Follows) -> None:
    st.markdown("**会怎样**（还没有保存）")
    html_table(
        [Cell(words) for words in ("区划", "现在", "以后")],
        [
            Row(
                [
                    Cell(f"{row['name']} {row['area_code']}"),
                    Cell("没有登记" if row["was"] is None else row["was"] or "在用", style="words"),
                    Cell(row["will"], style="words"),
                ]
            )
            for row in found.rows.iter_rows(named=True)
        ],
        caption="写进区划登记的各行。",
        tall=found.rows.height > 12,
    )
    html_table(
        [Cell(words) for words in ("谁", "怎样", "哪些报表")],
        [
            Row([Cell(row["unit"]), Cell(_duty(row)), Cell(row["tables"], style="wide")])
            for row in found.owed.iter_rows(named=True)
        ]
        or [Row([Cell("没有谁的报送任务会变"), Cell("—"), Cell("—")])],
        caption="谁该报什么、从何时起；空白报表从保存起就照新的登记。",
    )
    _points(found.compared)
    if found.remains:
        st.warning("\n\n".join(found.remains), icon=":material/edit_note:")


def _duty(row: Mapping[str, object]) -> str:
    if row["since"] is None and row["until"] is None:
        return "不再应报"
    if row["until"] is not None:
        return f"报到 {row['until']} 为止"
    return f"从 {row['since']} 起应报" if row["is_new"] else f"改为从 {row['since']} 起应报"


def _points(sentences: Iterable[str]) -> None:
    st.markdown("\n".join(f"- {each}" for each in sentences))
