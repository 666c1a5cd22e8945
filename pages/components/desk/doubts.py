"""数据疑点: figures too good, too alike or too far off to pass unasked; always worded 需核实."""

from html import escape

import polars as pl
import streamlit as st

from data.answers import Doubt
from pages.components.answer import Answer, ask_all
from pages.components.choice import choose_one
from pages.components.html_table import Cell, Row, html_table
from pages.components.scope import year_back
from pages.components.states import loading
from pages.components.table_frame import table_frame
from pages.shell import access, desk_data
from pages.shell.runtime import Filters
from pages.theme import formats

# The question, its name, and what it looks for.
CHECKS = {
    "doubt_perfect": ("恰好100%或恰好达标", "一步到位的恰好100%（或恰好等于目标），而全县还差得多"),
    "doubt_copied": ("照抄上期", "整张报表每一行都与上一期相同"),
    "doubt_equal": ("各村相同", "本期新发生的数，各村填得一样"),
    "doubt_rounded": ("凑整数", "一年里几乎所有的数都以0结尾"),
    "doubt_shrinking": ("分母减少而比率上升", "名单一下变短，比率随之上升"),
    "doubt_jump": ("期限前突增", "年底或目标到期前的一步，远大于自己平时和同级"),
    "doubt_outlier": (
        "偏离自身和同类",
        "与同级中位数的差距，远离自己的历史（按中位数和绝对中位差）",
    ),
}
_STRENGTH = {3: ("强", "light-behind"), 2: ("中", "light-warning"), 1: ("弱", "light-none")}
_SHOWN = 100


def doubts(filters: Filters) -> None:
    """Draw every check over the year that ends with the chosen period; stewards only."""
    if not access.may("publish"):
        st.info(f"数据疑点只给数据管理员看。{access.refusal('publish')}", icon=":material/lock:")
        return
    st.caption(
        "下面只是规则找出的可疑之处，**需核实**，不等于有错；核实后写明理由，以后都查得到。"
        "查看范围：到所选报告期为止的一年。"
    )
    chosen = choose_one(
        "检查", {key: name for key, (name, _) in CHECKS.items()}, key="doubt", width=260
    )
    wanted = [chosen] if chosen else list(CHECKS)
    asked = {"parent": filters.area} | year_back(filters)
    with loading("正在逐项检查"):
        answers = ask_all(*((name, asked) for name in wanted))
    given = desk_data.answers()
    found = [answer for answer in answers if answer.table.height]
    for answer in found:
        _check(answer, given.filter(pl.col("check") == answer.query))
    nothing = [CHECKS[each.query][0] for each in answers if each.table.is_empty()]
    if nothing:
        st.success(f"没有发现：{'、'.join(nothing)}。", icon=":material/check:")
    if not chosen:
        _let_pass(filters.area)


def _check(answer: Answer, given: pl.DataFrame) -> None:
    name, meaning = CHECKS[answer.query]
    keys = ["unit_code", "table_id", "measure", "period"]
    table = answer.table.join(
        given.select(*keys, "reason", "who", "time"), on=keys, how="left", maintain_order="left"
    )
    open_ = table.filter(pl.col("reason").is_null())
    title = f"{name}：需核实 {open_.height} 条，已说明 {table.height - open_.height} 条"
    with table_frame(title, answer, key=answer.query, note=f"{meaning}。"):
        html_table(
            [
                *(Cell(words) for words in ("填报单位", "报表", "哪个数", "报告期", "看到什么")),
                Cell("可疑程度", sort=True),
                Cell("核实说明"),
            ],
            [_row(row) for row in table.head(_SHOWN).iter_rows(named=True)],
            caption=f"共 {table.height} 条"
            + (f"，列前 {_SHOWN} 条。" if table.height > _SHOWN else "。"),
            tall=table.height > 10,
        )
        _answer_form(answer.query, table.head(_SHOWN))


def _let_pass(area: str) -> None:
    """The doubts of the imports that a steward let pass, and why."""
    kept = desk_data.waivers(area)
    if kept.is_empty():
        return
    st.header(f"上报时说明理由后放行的：{kept.height} 条", anchor=False)
    html_table(
        [Cell(words) for words in ("区划", "报表", "报告期", "发现", "理由", "谁", "何时", "快照")],
        [
            Row(
                [
                    Cell(row["area"], style="words"),
                    Cell(row["table_id"]),
                    Cell(formats.period_short(row["period"])),
                    Cell(row["found"] or "—", style="words"),
                    Cell(row["reason"], style="wide"),
                    Cell(row["who"]),
                    Cell(row["time"][:16].replace("T", " ")),
                    Cell(f"{row['snapshot']} 号"),
                ]
            )
            for row in kept.head(_SHOWN).iter_rows(named=True)
        ],
        tall=kept.height > 10,
    )


def _row(row: dict) -> Row:
    strength, style = _STRENGTH[row["strength"]]
    county = f"{row['county_name']} " if row["county_name"] != row["unit_name"] else ""
    reason = row["reason"]
    said = f"{reason}（{row['who']}，{row['time'][:10]}）" if reason else "需核实"
    return Row(
        [
            Cell(f"{county or ''}{row['unit_name']}"),
            Cell(row["table_id"] if row["table_title"] else "—"),
            Cell(row["measure"], style="words"),
            Cell(formats.period_short(row["period"])),
            Cell(row["seen"], style="wide"),
            Cell(
                html=f'<span class="light {style}">{escape(strength)}</span>',
                value=row["strength"],
            ),
            Cell(said, style="words" if reason else "quiet"),
        ]
    )


def _answer_form(check: str, table: pl.DataFrame) -> None:
    rows = table.to_dicts()
    with st.expander("写核实说明", icon=":material/edit:"), st.form(f"answer_{check}"):
        place = st.selectbox(
            "哪一条",
            range(len(rows)),
            format_func=lambda index: (
                f"{rows[index]['unit_name']} {rows[index]['measure']} "
                f"{formats.period_short(rows[index]['period'])}"
            ),
            key=f"answer_row_{check}",
        )
        reason = st.text_input(
            "核实结果和理由",
            key=f"answer_reason_{check}",
            max_chars=200,
            placeholder="如：已电话核实，乡镇确实集中签约，附有签约协议",
        )
        if not st.form_submit_button("保存"):
            return
    row = rows[place]
    doubt = Doubt(check, row["unit_code"], row["table_id"], row["measure"], row["period"])
    desk_data.answer(doubt, reason)
    st.rerun()
