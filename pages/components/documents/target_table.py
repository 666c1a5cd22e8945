"""The documents' targets beside the store's newest values of the same indicator and people."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.errors import need
from pages.components.documents.document_facts import source_text
from pages.components.download import download_csv
from pages.components.html_table import Cell, Row, html_table, number
from pages.components.light import light_html
from pages.shell import runtime
from pages.theme import formats

HEADERS = {
    "indicator_name": "指标",
    "population_name": "人群",
    "area": "区划",
    "period": "现值报告期",
    "printed": "现值",
    "unit": "单位",
    "state": "现值状态",
    "origin": "现值来源",
    "status": "目标性质",
    "target_origin": "目标来源",
    "comparator": "比较",
    "target": "目标值",
    "target_unit": "目标单位",
    "light": "灯号",
    "light_reason": "灯号原因",
    "applies": "目标适用",
    "scope_name": "适用地方",
    "fact_id": "原文编号",
    "note": "说明",
    "checked": "核对",
    "document": "来源文件",
    "section": "章节",
}
_COMPARATORS: Mapping[str, str] = {
    "=": "达到",
    ">=": "不低于",
    "<=": "不高于",
    ">": "高于",
    "<": "低于",
}
_OWN = ("area", "origin", "target_origin")
REAL = "真实资料"


def target_table(table: pl.DataFrame, *, area: str, facts: int) -> None:
    """Draw one row per target; a 参考 one is grey and never has a light.

    table   Rows of document_targets.sql.
    area    The name of the area whose values stand beside the targets.
    facts   How many facts of the documents are targets, compared or not.
    """
    need(table, [name for name in HEADERS if name not in _OWN], "target_table")
    demo = runtime.manifest().demo
    origin = "演示数据，虚构" if demo else "各地报表"
    file = table.with_columns(
        pl.lit(area).alias("area"),
        pl.lit(origin).alias("origin"),
        pl.col("status")
        .replace_strict({"参考": REAL}, default=_adopted_from(demo))
        .alias("target_origin"),
        pl.col("comparator").replace(_COMPARATORS),
    )
    reference = table.filter(pl.col("status") == "参考")["fact_id"].n_unique()
    st.caption(
        f"原文中的目标共 {facts} 条；指标和人群都对得上、能与现值并列的参考目标有 {reference} 条，"
        "其余不对照。参考目标写灰字，不亮灯；"
        "采用目标的灯号按数据所属期末日判定。"
    )
    headers = [
        Cell("指标"),
        Cell("人群"),
        Cell(f"现值（{origin}）", style="number"),
        Cell("灯号"),
        Cell("目标", style="number"),
        *(Cell(each) for each in ("性质", "目标适用", "说明", "来源")),
    ]
    html_table(headers, [_row(row) for row in file.iter_rows(named=True)], tall=True)
    download_csv(file, HEADERS, file="政策与资料_目标对照", key="targets")


def _adopted_from(demo: bool) -> str:
    return "演示目标，虚构" if demo else "正式采用"


def _row(row: dict[str, Any]) -> Row:
    grey = "" if row["status"] == "采用" else " quiet"
    target = f"{row['comparator']}{formats.amount(row['target'])}{row['target_unit']}"
    place = f"{row['applies']}:{row['scope_name']}" if row["scope_name"] else row["applies"]
    return Row(
        [
            Cell(row["indicator_name"], style="words"),
            Cell(row["population_name"], style="words"),
            _value(row),
            _light(row),
            Cell(target, style=f"number{grey}"),
            Cell(
                html=f"{row['status']}<br><small>{row['target_origin']}</small>", style=grey.strip()
            ),
            Cell(place, style=f"words{grey}"),
            Cell(row["note"] or formats.ABSENT, style=f"wide{grey}"),
            Cell(f"{row['fact_id']} {source_text(row)}", style="source"),
        ]
    )


def _light(row: dict[str, Any]) -> Cell:
    if not row["light"]:
        return Cell(formats.ABSENT)
    why = row["light_reason"]
    return Cell(html=light_html(row["light"]) + (f"<br><small>{why}</small>" if why else ""))


def _value(row: dict[str, Any]) -> Cell:
    if row["printed"] is None:
        return number(f"{formats.ABSENT} {row['state']}")
    value = formats.value_text(row["printed"], row["unit"], row["decimals"])
    mark = "（暂）" if row["provisional"] else ""
    period = formats.period_short(row["period"])
    return Cell(html=f"{value}{mark}<br><small>{period}</small>", style="number")
