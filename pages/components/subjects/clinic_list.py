"""Village clinics one by one: what is missing where, and villages without any."""

import polars as pl
import streamlit as st

from pages.charts.errors import need
from pages.components import states

FIX = (
    "county_name",
    "township_name",
    "village_name",
    "clinic_code",
    "status",
    "missing",
    "floor_area",
    "qualified_doctors",
    "licence_until",
    "expected_open",
    "override",
    "filed_period",
    "carried",
)
BLANK = ("county_name", "township_name", "village_name", "village_code", "status", "missing")
_HEIGHT = 420


def clinics_to_fix(table: pl.DataFrame) -> None:
    """Draw the clinics that do not meet the standard, with what each lacks.

    table  Rows of clinic_fix_list.sql.
    """
    need(table, FIX, "clinics_to_fix")
    if table.is_empty():
        states.empty(
            "没有需要整改的卫生室", "所选区划没有未达标或在建的卫生室，或到这一期末还没有报送台账"
        )
        return
    # Words: a ticked box is read aloud as the English `true`.
    yes = (pl.when(pl.col(name)).then(pl.lit("是")).alias(name) for name in ("override", "carried"))
    st.dataframe(
        table.select(FIX).with_columns(yes).to_arrow(),  # else it goes through pandas
        hide_index=True,
        placeholder="—",
        height=min(_HEIGHT, 38 * (table.height + 1)),
        key="clinics_to_fix",
        column_config={
            "county_name": "县（市、区）",
            "township_name": "乡镇（街道）",
            "village_name": "行政村",
            "clinic_code": "卫生室编码",
            "status": "状态",
            "missing": st.column_config.TextColumn("未达标项", width="medium"),
            "floor_area": st.column_config.NumberColumn("建筑面积（平方米）", format="%.2f"),
            "qualified_doctors": st.column_config.NumberColumn("合格村医（名）", format="%d"),
            "licence_until": st.column_config.DateColumn("执业许可有效期至", format="YYYY-MM-DD"),
            "expected_open": st.column_config.DateColumn("预计投用", format="YYYY-MM-DD"),
            "override": "人工改判",
            "filed_period": "最近报送",
            "carried": "沿用上期",
        },
    )
    failing = table.filter(pl.col("status") == "未达标").height
    st.caption(
        f"共 {table.height} 个（卫生室）：未达标 {failing} 个，在建 {table.height - failing} 个。"
        "不作要求的不在其中。"
    )


def blank_spots(table: pl.DataFrame) -> None:
    """Draw the villages that have no clinic or no qualified doctor.

    table  Rows of clinic_blank_spots.sql.
    """
    need(table, BLANK, "blank_spots")
    if table.is_empty():
        states.empty(
            "没有空白点", "所选区划的行政村都有卫生室和合格村医，或到这一期末还没有报送台账"
        )
        return
    st.dataframe(
        table.select(BLANK).to_arrow(),
        hide_index=True,
        placeholder="—",
        height=min(_HEIGHT, 38 * (table.height + 1)),
        key="blank_spots",
        column_config={
            "county_name": "县（市、区）",
            "township_name": "乡镇（街道）",
            "village_name": "行政村",
            "village_code": "行政村代码",
            "status": "状态",
            "missing": st.column_config.TextColumn("未达标项", width="large"),
        },
    )
    st.caption(f"共 {table.height} 个（行政村）。")
