"""What publishing would change: rows by table, headline indicators, past figures."""

from typing import Any

import polars as pl
import streamlit as st

from pages.components.html_table import Cell, Row, html_table, number
from pages.shell import desk_data, runtime
from pages.shell.filing import Review
from pages.theme import formats

_SHOWN = 60


def changes(found: Review) -> None:
    """Draw the three lists of a review; nothing has been published yet."""
    st.header("发布后会有哪些变化", anchor=False)
    base = found.checked.base
    against = f"与当前的 {base} 号快照相比。" if base is not None else "数据仓里还没有快照。"
    if base is not None and desk_data.definitions_moved(runtime.store(), base):
        st.warning(
            "定义在上次发布之后改过：发布时按现在的定义重算全部指标，下面的变化也包含定义的影响。",
            icon=":material/rule:",
        )
    if found.changed is not None:
        _tables(found.changed, against)
    if found.moves is not None:
        _moves(found.moves)
    if found.values is not None and found.values.height:
        _values(found.values)
    if found.figures is not None and found.figures.height:
        _figures(found.figures)


def _tables(changed: pl.DataFrame, against: str) -> None:
    if changed.is_empty():
        st.info("文件里的数字与数据仓里的完全相同，发布不会改变任何数。")
        return
    counts = ("added", "edited", "same", "removed", "kept")
    html_table(
        [
            Cell("报表"),
            Cell("报告期"),
            Cell("填报单位"),
            *_counts(
                "新增（行）", "修改（行）", "不变（行）", "去掉（行）", "文件没有、保留（行）"
            ),
        ],
        [
            Row(
                [
                    Cell(row["table"]),
                    Cell(formats.period_short(row["period"])),
                    Cell(row["unit"] or "—"),
                    *(number(str(row[name])) for name in counts),
                ]
            )
            for row in changed.head(_SHOWN).iter_rows(named=True)
        ],
        caption=against + _more(changed.height),
        tall=changed.height > 12,
    )


def _values(values: pl.DataFrame) -> None:
    """The values that would take the place of others."""
    st.markdown(f"**会被替换的数：{values.height} 处**")
    html_table(
        [
            *(Cell(words) for words in ("区划", "对象", "报表", "哪一列", "报告期")),
            *_counts("原来", "现在"),
        ],
        [
            Row(
                [
                    Cell(row["area"] or row["area_code"]),
                    Cell(row["key"] or "—", style="words"),
                    Cell(row["table"]),
                    Cell(f"{row['header']}({row['unit']})" if row["unit"] else row["header"]),
                    Cell(formats.period_short(row["period"])),
                    *(number(_value(row, name)) for name in ("before", "after")),
                ]
            )
            for row in values.head(_SHOWN).iter_rows(named=True)
        ],
        caption=_hidden(values) + _more(values.height),
        tall=values.height > 12,
    )


def _value(row: dict[str, Any], name: str) -> str:
    return "*" if row["masked"] else row[name] or "空"


def _hidden(table: pl.DataFrame) -> str:
    return "* 为不显示的敏感数。" if table["masked"].any() else ""


def _moves(moves: pl.DataFrame) -> None:
    st.markdown("**重点指标会怎样变**（有关的市、县）")
    if moves.is_empty():
        st.caption("有关区划的重点指标不变。")
        return
    html_table(
        [Cell("区划"), Cell("指标"), *_counts("现在", "发布后", "变化")],
        [_move(row) for row in moves.head(_SHOWN).iter_rows(named=True)],
        caption="括号内是所显示的报告期；报的单位不够时，指标仍显示上一期。" + _more(moves.height),
    )


def _move(row: dict[str, Any]) -> Row:
    said = [
        formats.value_text(row[each], row["unit"], row["decimals"])
        if row[each] is not None
        else row[f"state_{each}"] or "—"
        for each in ("before", "after")
    ]
    periods = [row["period_before"], row["period_after"]]
    shown = [
        f"{text}({formats.period_short(period)})" if period else text
        for text, period in zip(said, periods, strict=True)
    ]
    change = ""
    if row["before"] is not None and row["after"] is not None:
        change = _change(row)
    return Row(
        [
            Cell(row["area_name"]),
            Cell(row["indicator_name"]),
            number(shown[0]),
            number(shown[1]),
            number(change),
        ]
    )


def _change(row: dict[str, Any]) -> str:
    """The difference of the two printed figures, in words."""
    after, before = (
        formats.round_half_up(row[name], row["decimals"]) for name in ("after", "before")
    )
    if after == before:
        return "不变"
    if formats.is_rate(row["unit"]):
        return formats.change_text(
            after - before,
            unit=row["unit"],
            against="",
            direction=row["direction"],
            decimals=row["decimals"],
        )
    word = "增加" if after > before else "减少"
    return f"{word}{formats.value_text(abs(after - before), row['unit'], row['decimals'])}"


def _figures(figures: pl.DataFrame) -> None:
    st.markdown(f"**已发布过的数会改变：{figures.height} 处**（县及以上）")
    html_table(
        [
            *(Cell(words) for words in ("区划", "指标", "人群", "分组", "报告期")),
            *_counts("原来", "发布后"),
        ],
        [
            Row(
                [
                    Cell(row["area"]),
                    Cell(row["indicator"]),
                    Cell(row["population"]),
                    Cell(row["dimension"] or "—"),
                    Cell(formats.period_short(row["period"])),
                    *(number(figure_text(row, name)) for name in ("before", "after")),
                ]
            )
            for row in figures.head(_SHOWN).iter_rows(named=True)
        ],
        caption="括号内是分子/分母；「未报」为当时没有报送。"
        + _hidden(figures)
        + _more(figures.height),
        tall=figures.height > 12,
    )


def figure_text(row: dict[str, Any], name: str) -> str:
    """A figure of `Changes.figures` before or after, as printed, with its parts."""
    if row["masked"]:
        return "*"
    value, parts = row[f"{name}_value"], row[name]
    return parts if value in (None, parts) else f"{value}({parts})"


def _counts(*words: str) -> list[Cell]:
    return [Cell(each, style="number") for each in words]


def _more(count: int) -> str:
    return f"共 {count} 条，这里列前 {_SHOWN} 条。" if count > _SHOWN else ""
