"""What a check found: the verdict, the list with cell addresses, copies to take away, reasons."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import polars as pl
import streamlit as st

from data.findings import ERROR, EXPLAIN, HINT, SEVERITIES, Finding
from data.forms import marked
from data.forms.marked_files import copy_name, zipped
from data.intake.chat_words import chat_words
from data.intake.check.checking import Checked
from data.intake.read.limits import FileLimits
from pages.components.html_table import Cell, Row, html_table
from pages.shell import desk_data
from pages.shell.filing import Folder

_SHOWN = 500
_MARKS = {ERROR: ("✕", "light-behind"), EXPLAIN: ("?", "light-warning"), HINT: ("i", "light-none")}
_HEADERS = ("级别", "位置", "报表和列", "区划", "发现", "应为", "怎么办")
_ALL = "全部"
_LONG, _TALL = 900, 260  # characters of a text from which it scrolls, in so many pixels


def verdict(checked: Checked, *, files: int) -> None:
    """Say in one line what the check of so many files came to."""
    rows = sum(frame.height for frame in checked.rows.values())
    counts = "、".join(f"{name} {number} 个" for name, number in checked.severities.items())
    said = f"核对了 {files} 个文件，读到 {rows} 行；{counts}。"
    if not rows:
        st.error(f"{said}没有可以发布的数据。", icon=":material/block:")
    elif checked.is_clean:
        st.success(f"{said}可以发布。请先看下面的变化。", icon=":material/check:")
    elif checked.severities[ERROR]:
        mend = "先搁置有错误的，其余继续" if files > 1 else "放弃这次上报"
        st.error(
            f"{said}有错误，不能发布：请在原文件中改正后替换，或{mend}。", icon=":material/block:"
        )
    else:
        st.warning(f"{said}需说明的，逐条写明理由后才能发布。", icon=":material/help:")


def finding_list(findings: Sequence[Finding], *, files: int) -> None:
    """Draw the findings, worst first, to be narrowed by severity and file.

    files  How many were uploaded; of several, each row names its own.
    """
    severities = [_ALL, *(each for each in SEVERITIES if any(f.severity == each for f in findings))]
    named = sorted({each.file for each in findings if each.file})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        severity = st.segmented_control(
            "级别", severities, default=_ALL, key="desk_severity", required=True
        )
        file = _ALL
        if len(named) > 1:
            file = st.selectbox("文件", [_ALL, *named], key="desk_file", width=420)
    chosen = [
        each for each in findings if severity in (_ALL, each.severity) and file in (_ALL, each.file)
    ]
    chosen.sort(key=lambda each: SEVERITIES.index(each.severity))
    several = files > 1
    headers = [Cell(words) for words in _HEADERS]
    html_table(
        [*headers, Cell("文件")] if several else headers,
        [_row(each, with_file=several) for each in chosen[:_SHOWN]],
        caption=_caption(len(chosen)),
        tall=len(chosen) > 12,
    )


def takeaways(checked: Checked, states: pl.DataFrame, folder: Folder) -> None:
    """Offer the list as a workbook, as JSON and as words for a chat, and the marked copies."""
    findings, count = checked.findings, len(checked.findings)
    with st.container(horizontal=True):
        _download(f"下载问题清单（{count}条）", partial(marked.list_of, findings), "问题清单.xlsx")
        _marked_copies(checked, folder)
        _download("下载问题清单 JSON", partial(_as_json, findings), "问题清单.json")
    words = chat_words(findings, dict(states.select("file", "units").iter_rows()))
    if words:
        with st.expander("发给填报单位的文字（可复制到工作群）", icon=":material/chat:"):
            height = _TALL if len(words) > _LONG else "content"
            st.code(words, language=None, wrap_lines=True, height=height)


def _marked_copies(checked: Checked, folder: Folder) -> None:
    """Each file with its cells marked; of several files a zip of all."""
    findings = checked.findings
    found = {each.file: held for each in findings if (held := folder.holding(each.file))}
    if len(found) == 1:
        (name, (file, member)), *_ = found.items()
        own = marked.of_file(findings, name)
        make = partial(marked.marked_copy, file, own, member=member)
        _download(f"下载标注副本：{name}", make, copy_name(name))
    elif found:
        limits = FileLimits.from_settings(checked.catalogue.settings)
        make = partial(zipped, folder.files, findings, limits)
        _download(f"下载标注副本（{len(found)}个，压缩包）", make, "问题标注.zip")


def _download(label: str, make: Callable[[], bytes], name: str) -> None:
    """A button whose file is made when it is pressed."""
    st.download_button(
        label,
        data=make,
        file_name=name,
        key=f"desk_take_{name}",
        on_click="ignore",
        icon=":material/download:",
    )


def _as_json(findings: Sequence[Finding]) -> bytes:
    listed = [each.as_dict() for each in findings]
    return json.dumps(listed, ensure_ascii=False, indent=1).encode("utf-8")


def reasons_form(doubts: Sequence[Finding]) -> dict[tuple[str, str], str]:
    """Ask for a reason for each rule and area; what was given when the form is sent."""
    asked: dict[tuple[str, str], list[Finding]] = {}
    for each in doubts:
        asked.setdefault((each.rule, each.area_code), []).append(each)
    with st.form("desk_reasons"):
        st.markdown(f"**需说明 {len(asked)} 处：确认属实的，写明理由**（随数据一起保存）")
        same = st.text_input("同一理由用于下面没有单独填写的", key="desk_reason_all", max_chars=100)
        given = {}
        for number, (each, found) in enumerate(list(asked.items())[:_MOST_REASONS]):
            first = found[0]
            place = " ".join(part for part in (first.sheet, first.cell) if part)
            given[each] = st.text_input(
                f"{first.area} {first.column}（{place}）：{first.found}；应为{first.expected}",
                key=f"desk_reason_{number}",
                max_chars=100,
            )
        if len(asked) > _MOST_REASONS:
            st.caption(f"只列前 {_MOST_REASONS} 处；其余用上面的同一理由。")
        sent = st.form_submit_button("按理由重新核对", type="primary")
    if not sent:
        return {}
    wanted = {each: (given.get(each) or same).strip() for each in asked}
    reasons = {each: reason for each, reason in wanted.items() if reason}
    if not reasons:
        st.warning("还没有写理由。")
    desk_data.refuse_personal(*reasons.values())
    return reasons


_MOST_REASONS = 20


def _row(finding: Finding, *, with_file: bool) -> Row:
    sign, style = _MARKS[finding.severity]
    where = " ".join(part for part in (finding.sheet, finding.cell) if part)
    what = " ".join(part for part in (finding.table.partition(" ")[0], finding.column) if part)
    rule = f"规则 {finding.rule}"  # for whoever writes a waiver on the command line
    light = (
        f'<span class="light {style}" title="{escape(rule)}">'
        f"{sign} {escape(finding.severity)}</span>"
    )
    cells = [
        Cell(html=light),
        Cell(where),
        *(
            Cell(text, style="words")
            for text in (
                what,
                finding.area,
                finding.found or "空",
                finding.expected,
                finding.action,
            )
        ),
    ]
    return Row([*cells, Cell(finding.file, style="source")] if with_file else cells)


def _caption(count: int) -> str:
    if count > _SHOWN:
        return f"共 {count} 条，这里列前 {_SHOWN} 条；全部见下载的清单。"
    return f"共 {count} 条。"
