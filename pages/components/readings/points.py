"""Short lists of sentences: what needs attention, who has not reported."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.errors import need
from pages.charts.once import made_once
from pages.components.light import reading_light
from pages.components.readings import reading_words as words
from pages.theme import formats

_MOST = 8
ATTENTION = ("reason", "severity", "detail", "area_name", "indicator_name", "rank", "ranked_of")
UNREPORTED = ("table_id", "table_title", "unit_label", "period", "due_on", "state")


def attention_points(table: pl.DataFrame) -> None:
    """Draw what needs attention, worst first: eight, and the others behind a fold.

    table  Rows of attention.sql.
    """
    need(table, ATTENTION, "attention_points")
    if table.is_empty():
        st.html('<p class="rule">没有滞后、退步或末位的重点指标。</p>')
        return
    st.html(_listed(table))


def unreported_points(table: pl.DataFrame) -> None:
    """Draw one line per report table: which units have not filed, and since when it is due.

    table  Rows of unreported.sql.
    """
    need(table, UNREPORTED, "unreported_points")
    if table.is_empty():
        st.html('<p class="rule">应报单位全部已报。</p>')
        return
    st.html(_by_table(table))


@made_once
def _listed(table: pl.DataFrame) -> str:
    return _points([_attention(row) for row in table.iter_rows(named=True)])


@made_once
def _by_table(table: pl.DataFrame) -> str:
    groups = table.group_by("table_id", "table_title", "period", "state", maintain_order=True).agg(
        pl.col("unit_label"), pl.col("due_on").max()
    )
    return _points([_unreported(row) for row in groups.iter_rows(named=True)])


def _attention(row: dict[str, Any]) -> str:
    value = words.value_text(row) if row["printed"] is not None else ""
    gap = formats.gap_text(row["gap"], row["unit"], decimals=row["decimals"])
    ranked = row["rank"] is not None and row["ranked_of"]
    rank = f"第{row['rank']}名（共{row['ranked_of']}）" if ranked else ""
    said = formats.said(value, words.lead_line(row), gap, rank, *words.notes(row))
    # 填报不全 already says that some have not reported.
    told = {row["light"], "未报"} if row["printed"] is not None else {row["light"]}
    reason = "" if row["reason"] in told else escape(row["reason"])
    return (
        f"<li><b>{escape(row['area_name'])} {escape(row['indicator_name'])}</b> "
        f"{reading_light(row)} {reason}{'<br>' if said else ''}"
        f"{words.explained(said)}</li>"
    )


def _unreported(row: dict[str, Any]) -> str:
    due = f"，应于{formats.date_zh(row['due_on'])}前报" if row["due_on"] else ""
    return (
        f"<li><b>{escape(row['table_title'])}</b> {formats.period_label(row['period'])}{due}"
        f"<br>{escape(row['state'])}：{escape(formats.names(row['unit_label'], most=6))}</li>"
    )


def _points(items: list[str]) -> str:
    """The first of a list, the others behind a fold."""
    first, others = "".join(items[:_MOST]), "".join(items[_MOST:])
    more = (
        f"<details><summary>另有{len(items) - _MOST}项</summary>"
        f'<ul class="points">{others}</ul></details>'
    )
    return f'<ul class="points">{first}</ul>{more if others else ""}'
