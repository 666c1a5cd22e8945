"""区划: what is registered below the chosen area, where more comes from, and what was changed."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from pages.components import states
from pages.components.desk.area_change import area_change
from pages.components.html_table import Cell, Row, html_table, number
from pages.shell import access, area_desk, runtime, work
from pages.shell.runtime import Filters
from pages.theme.formats import as_written

_PUBLISH = "areas_publish"
_SHOWN, _NAMED = 50, 3


def area_register(filters: Filters) -> None:
    """Draw the register below the chosen area and, for stewards, everything that changes it."""
    _publishing()
    _listed(filters)
    if not access.may("areas"):
        st.info(access.refusal("areas"), icon=":material/lock:")
        return
    _take()
    area_change(filters)
    _made()


def _listed(filters: Filters) -> None:
    listed = area_desk.listed(filters.area)
    in_use = listed.filter(pl.col("valid_to").is_null()).height
    st.header(f"{filters.area_name}：登记在用 {in_use} 个", anchor=False)
    # Most counties have had no change: three empty columns would only push the others apart.
    dated = {"valid_from": "启用", "valid_to": "停用", "successors": "停用后归到"}
    shown = [each for each in dated if listed[each].cast(pl.String).fill_null("").ne("").any()]
    html_table(
        [
            *(Cell(words) for words in ("区划", "代码")),
            Cell("下级（个）", style="number"),
            *(Cell(dated[each]) for each in shown),
        ],
        [
            Row(
                [
                    Cell(row["name"]),
                    Cell(row["area_code"]),
                    number("—" if row["level"] == "village" else str(row["below"])),
                    *(Cell(str(row[each] or "—").replace(";", "、")) for each in shown),
                ]
            )
            for row in listed.iter_rows(named=True)
        ],
        caption="定义文件里现在的登记；全国名录以后的变动由本单位登记。",
        tall=listed.height > 12,
    )


def _take() -> None:
    with (
        st.expander("从全国名录取一个县的乡镇和村", icon=":material/download:"),
        st.form("areas_take", border=False),
    ):
        st.caption(
            f"名录是国家统计局截至 {area_desk.AS_OF} 的统计用区划；已登记的不动，可以重复取。"
        )
        asked = st.text_input(
            "县或市的代码、名称",
            key="areas_asked",
            placeholder="如 411403 或 睢阳区，几个之间空一格",
            max_chars=200,
        )
        if not st.form_submit_button("取来"):
            return
        with states.refusals():
            taken = area_desk.take(asked)
            done = f"新增 {taken.added} 个。" if taken.added else "没有变化。"
            told = [as_written(each) for each in taken.told]
            st.success("\n\n".join([*told, f"区划登记{done}"]), icon=":material/check:")


def _made() -> None:
    made = area_desk.made()
    if made.is_empty():
        return
    names = area_desk.register().names
    st.header("改过的区划", anchor=False)
    html_table(
        [Cell(words) for words in ("变动", "区划", "从哪天起", "依据", "谁", "何时")],
        [
            Row(
                [
                    Cell(f"{row['number']} {row['change']}" + "（已撤回）" * row["is_taken_back"]),
                    Cell(_some([names.get(each, each) for each in row["codes"]]), style="words"),
                    Cell(row["day"]),
                    Cell(row["reason"], style="wide"),
                    Cell(row["who"]),
                    Cell(row["time"][:16].replace("T", " ")),
                ]
            )
            for row in made.head(_SHOWN).iter_rows(named=True)
        ],
        caption="记在数据仓的 catalogue/area_changes.csv，改动前的各行也在那里。",
        tall=made.height > 8,
    )
    standing = made.filter(~pl.col("is_taken_back"))
    if standing.height:
        _take_back(standing)


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等{len(names)}个" if len(names) > _NAMED else "")


def _take_back(standing: pl.DataFrame) -> None:
    names = {
        row["number"]: f"第 {row['number']} 次 {row['change']} {row['reason']}"
        for row in standing.iter_rows(named=True)
    }
    with st.expander("撤回一次变动", icon=":material/undo:"), st.form("areas_back", border=False):
        chosen = st.selectbox(
            "哪一次", list(names), format_func=lambda each: names[each], key="areas_back_number"
        )
        reason = st.text_input("撤回的理由", key="areas_back_reason", max_chars=200)
        if not st.form_submit_button("撤回") or chosen is None:
            return
    with states.refusals():
        area_desk.take_back(chosen, reason)
        st.rerun()


def _publishing() -> None:
    """Offer to publish where the newest snapshot lacks today's definitions, as the frame says."""
    running = work.current(_PUBLISH)
    if running is not None:
        work.show(running, key=_PUBLISH)
        if running.state == "done":
            st.success(f"已重算，发布为 {running.outcome} 号快照；以前的快照仍用当时的区划。")
    if area_desk.is_published() or (running is not None and running.state == "running"):
        return
    if not access.may("restore"):
        st.caption("改了的登记在下次发布报表时一并重算；要马上重算，请负责全部区划的管理员来这里。")
        return
    if st.button("按现在的区划重算并发布", key="areas_publish_go"):
        asking, store = access.visitor(), runtime.store()

        def job(progress: work.Progress) -> int:
            progress(0.1, "按现在的定义重算")
            made = area_desk.publish(store, asking.words, "区划变动后重算")
            access.record("publish", "区划变动后重算", snapshot=made, asking=asking)
            return made

        work.forget(_PUBLISH)
        work.begin(_PUBLISH, "重算并发布", job)
        st.rerun()
