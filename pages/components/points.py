"""Short lists of sentences: what needs attention, who has not reported."""

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from data.catalogue.model import Indicator
from pages.charts.errors import need
from pages.charts.once import made_once
from pages.components.light import light_html
from pages.shell import runtime
from pages.theme import formats

_MOST = 8
ATTENTION = ("reason", "severity", "detail", "area_name", "indicator_name", "rank", "ranked_of")
UNREPORTED = ("table_id", "table_title", "unit_name", "period", "due_on", "state")


def attention_points(table: pl.DataFrame) -> None:
    """Draw what needs attention, worst first, at most eight; says how many more there are.

    table  Rows of attention.sql.
    """
    need(table, ATTENTION, "attention_points")
    if table.is_empty():
        st.html('<p class="rule">没有滞后、退步或末位的重点指标。</p>')
        return
    st.html(_listed(table, runtime.catalogue().indicators))


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
def _listed(table: pl.DataFrame, indicators: Mapping[str, Indicator]) -> str:
    first = table.head(_MOST).iter_rows(named=True)
    items = "".join(_attention(row, indicators[row["indicator"]]) for row in first)
    return f'<ul class="points">{items}</ul>{_rest(table.height)}'


@made_once
def _by_table(table: pl.DataFrame) -> str:
    groups = table.group_by("table_id", "table_title", "period", "state", maintain_order=True).agg(
        pl.col("unit_name"), pl.col("due_on").max()
    )
    items = "".join(_unreported(row) for row in groups.head(_MOST).iter_rows(named=True))
    return f'<ul class="points">{items}</ul>{_rest(groups.height)}'


def _attention(row: dict[str, Any], indicator: Indicator) -> str:
    said = []
    if row["printed"] is not None:
        said.append(formats.value_text(row["printed"], row["unit"], row["decimals"]))
    if change := formats.change_text(
        row["change"],
        unit=row["unit"],
        against=formats.against(indicator.frequency),
        direction=indicator.direction,
    ):
        said.append(change)
    if gap := formats.gap_text(row["gap"], row["unit"], decimals=row["decimals"]):
        said.append(gap)
    if row["rank"] is not None and row["ranked_of"]:
        said.append(f"第{row['rank']}名(共{row['ranked_of']})")
    # 填报不全 already says that some have not reported.
    told = {row["light"], "未报"} if row["printed"] is not None else {row["light"]}
    reason = "" if row["reason"] in told else escape(row["reason"])
    return (
        f"<li><b>{escape(row['area_name'])} {escape(row['indicator_name'])}</b> "
        f"{light_html(row['light'])} {reason}{'<br>' if said else ''}{escape(','.join(said))}</li>"
    )


def _unreported(row: dict[str, Any]) -> str:
    units = row["unit_name"]
    shown = "、".join(units[:6]) + (f"等{len(units)}个" if len(units) > 6 else "")
    due = f",应于{formats.date_zh(row['due_on'])}前报" if row["due_on"] else ""
    return (
        f"<li><b>{escape(row['table_title'])}</b> {formats.period_label(row['period'])}{due}"
        f"<br>{escape(row['state'])}:{escape(shown)}</li>"
    )


def _rest(count: int) -> str:
    return f'<p class="rule">另有{count - _MOST}项。</p>' if count > _MOST else ""
