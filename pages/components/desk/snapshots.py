"""快照: every published state there was; compare two, verify one, go back to one."""

import polars as pl
import streamlit as st

from data.filed import changes
from data.filed.changes import Changes
from data.snapshots.manifest import Manifest
from pages.components import links
from pages.components.choice import choose_one
from pages.components.desk.review import figure_text
from pages.components.html_table import Cell, Row, html_table, number
from pages.shell import access, address, desk_data, failures, runtime, work
from pages.theme import formats

_KINDS = {"import": "导入", "restore": "恢复", "rebuild": "重算", "demo": "建立演示"}
_COMPARE, _VERIFY, _RESTORE = "desk_compare", "desk_verify", "desk_restore"
_SHOWN = 200


def snapshots() -> None:
    """Draw the list of snapshots and what can be done with them."""
    store = runtime.store()
    listed = desk_data.manifests(store)
    st.header("全部快照", anchor=False)
    if problems := store.verify_chain():
        failures.wrong(*problems)
    html_table(
        [
            Cell("快照"),
            *(Cell(words) for words in ("时间", "发布人", "方式", "说明")),
            *(Cell(words, style="number") for words in ("报表行数", "文件数")),
            Cell("打开"),
        ],
        [_row(each, manifest) for each, manifest in listed],
        caption="「看这个快照」的链接写明快照号，以后打开数字不变。",
        tall=len(listed) > 10,
    )
    numbers = {str(each): _label(each, manifest) for each, manifest in listed}
    # The comparison reads the files themselves, below what the views mask.
    if len(numbers) > 1 and access.may("restore"):
        _compare(numbers)
    left, right = st.columns(2, gap="large")
    with left:
        _verify(numbers)
    with right:
        _restore(numbers, sound=[each for each, manifest in listed if manifest])


def _row(each: int, manifest: Manifest | None) -> Row:
    if manifest is None:
        broken = '<span class="light light-behind">✕ 已损坏</span>'
        return Row([Cell(f"{each} 号"), Cell(html=broken), *([Cell("—")] * 6)])
    rows = sum(entry.rows for entry in manifest.under("tables"))
    target = links.href("", snapshot=str(each), part=None)
    return Row(
        [
            Cell(f"{each} 号"),
            Cell(manifest.time[:16].replace("T", " ")),
            Cell(manifest.who if _is_own(manifest) else "—"),
            Cell(_KINDS.get(manifest.kind, manifest.kind)),
            Cell(_note(manifest) or "—", style="wide"),
            number(str(rows)),
            number(str(len(manifest.files))),
            Cell(html=links.link("看这个快照", target)),
        ]
    )


def _label(each: int, manifest: Manifest | None) -> str:
    if manifest is None:
        return f"{each} 号（已损坏）"
    return f"{each} 号 {manifest.time[:16].replace('T', ' ')} {_note(manifest)}"


def _note(manifest: Manifest) -> str:
    return manifest.note if _is_own(manifest) else ""


def _is_own(manifest: Manifest) -> bool:
    """Say whether its words are the visitor's to read.

    Another area's publisher and note tell which place filed on that day.
    """
    return not access.area() or manifest.who == access.visitor().words


def _compare(numbers: dict[str, str]) -> None:
    st.header("两个快照有什么不同", anchor=False)
    newest, before, *_ = list(numbers)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = choose_one("从", numbers, key="compare_from", default=before, width=320)
        last = choose_one("到", numbers, key="compare_to", default=newest, width=320)
        threshold = st.number_input(
            "只列变化不小于",
            min_value=0.0,
            value=0.0,
            step=0.1,
            format="%.2f",
            key="compare_threshold",
            width=180,
            help="比率按百分点，其他按各自的单位；原来没有或现在没有的一律列出。",
        )
        clicked = st.button("比较", key="compare_go", disabled=first == last)
    if clicked and first and last:
        store = runtime.store()
        work.forget(_COMPARE)
        work.begin(
            _COMPARE,
            f"比较 {first} 号与 {last} 号快照",
            lambda progress: _compared(store, int(first), int(last), threshold, progress),
        )
    running = work.current(_COMPARE)
    if running is None:
        return
    work.show(running, key=_COMPARE)
    if running.state == "done":
        _differences(*running.outcome)


def _compared(store, first: int, last: int, threshold: float, progress: work.Progress):
    progress(0.1, "逐表逐行比较")
    return first, last, changes.compare(store, first, last, threshold)


def _differences(first: int, last: int, found: Changes) -> None:
    st.markdown(f"**{first} 号 → {last} 号**")
    if found.is_empty and found.figures.is_empty():
        st.info("两个快照的报表完全相同。")
        return
    html_table(
        [Cell("报表"), Cell("报告期"), *_numbers("新增（行）", "修改（行）", "去掉（行）")],
        [
            Row(
                [
                    Cell(row["table"]),
                    Cell(formats.period_short(row["period"])),
                    *(number(str(row[each])) for each in ("added", "edited", "removed")),
                ]
            )
            for row in found.tables.head(_SHOWN).iter_rows(named=True)
        ],
        caption=_count(found.tables),
        tall=found.tables.height > 12,
    )
    if found.figures.height:
        st.markdown("**改变了的指标**（县及以上，两个快照都有的报告期）")
        html_table(
            [
                *(Cell(words) for words in ("区划", "指标", "人群", "分组", "报告期")),
                *_numbers("原来", "后来", "变化"),
            ],
            [_figure(row) for row in found.figures.head(_SHOWN).iter_rows(named=True)],
            caption=_count(found.figures),
            tall=found.figures.height > 12,
        )


def _figure(row: dict) -> Row:
    change = "—"
    if row["difference"] is not None:
        change = f"{row['difference']:+.2f}{row['unit'] or ''}"
    return Row(
        [
            Cell(row["area"]),
            Cell(row["indicator"]),
            Cell(row["population"]),
            Cell(row["dimension"] or "—"),
            Cell(formats.period_short(row["period"])),
            *(number(figure_text(row, name)) for name in ("before", "after")),
            number(change),
        ]
    )


def _verify(numbers: dict[str, str]) -> None:
    st.header("核对快照是否完好", anchor=False)
    chosen = choose_one(
        "快照", numbers, key="verify_number", default=next(iter(numbers)), width=420
    )
    if st.button("核对每个文件", key="verify_go") and chosen:
        store = runtime.store()
        work.forget(_VERIFY)
        work.begin(
            _VERIFY,
            f"核对 {chosen} 号快照",
            lambda progress: (chosen, desk_data.verify(store, int(chosen), progress)),
        )
    running = work.current(_VERIFY)
    if running is None:
        return
    work.show(running, key=_VERIFY)
    if running.state == "done":
        which, problems = running.outcome
        if problems:
            failures.wrong(*problems[:10])
        else:
            st.success(f"{which} 号快照完好：每个文件都与登记的校验值相符。")


def _restore(numbers: dict[str, str], *, sound: list[int]) -> None:
    st.header("恢复到以前的快照", anchor=False)
    if not access.may("restore"):
        st.info(access.refusal("restore"), icon=":material/lock:")
        return
    offered = {key: label for key, label in numbers.items() if int(key) in sound[1:]}
    if not offered:
        st.caption("还没有可以恢复的旧快照。")
        return
    running = work.current(_RESTORE)
    if running is not None:
        work.show(running, key=_RESTORE)
        if running.state == "done":
            st.success(f"已恢复，成为 {running.outcome} 号快照；以前的快照都还在。")
    chosen = choose_one(
        "恢复到", offered, key="restore_number", default=next(iter(offered)), width=420
    )
    moved = bool(chosen) and desk_data.definitions_moved(runtime.store(), int(chosen or 0))
    with st.form("restore_form"):
        with_today = moved and st.radio(
            "定义已改，恢复时用",
            [False, True],
            format_func=lambda today: "现在的定义（重算）" if today else "当时的定义（原样）",
            key="restore_definitions",
        )
        reason = st.text_input("理由", key="restore_reason", max_chars=200)
        sure = st.checkbox(
            "我确认：恢复后各页显示那时的数字（之后的快照保留，可再恢复）", key="restore_sure"
        )
        sent = st.form_submit_button("恢复", type="primary")
    if not sent or not chosen:
        return
    if not reason.strip() or not sure:
        st.warning("请写明理由并勾选确认。")
        return
    desk_data.refuse_personal(reason)
    asking, store = access.visitor(), runtime.store()

    def job(progress: work.Progress) -> int:
        progress(0.1, "核对旧快照并重新发布")
        what = f"恢复到 {chosen} 号"
        with access.recorded_if_it_fails("restore", what, asking=asking):
            made = desk_data.restore(
                store,
                int(chosen),
                who=asking.words,
                reason=reason.strip(),
                with_today=bool(with_today),
            )
        access.record("restore", what, snapshot=made, asking=asking)
        return made

    work.forget(_RESTORE)
    work.begin(_RESTORE, f"恢复到 {chosen} 号快照", job)
    address.choose("snapshot", None)
    st.rerun()


def _numbers(*words: str) -> list[Cell]:
    return [Cell(each, style="number") for each in words]


def _count(table: pl.DataFrame) -> str:
    more = f"，列前 {_SHOWN} 条" if table.height > _SHOWN else ""
    return f"共 {table.height} 条{more}。"
