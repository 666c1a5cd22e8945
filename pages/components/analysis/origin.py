"""「数据来源」: a figure's formula, the filed values behind it cell by cell, its history."""

from typing import Any

import polars as pl
import streamlit as st

from data.catalogue.model import Indicator, Population
from data.filed import history
from pages.components import states
from pages.components.documents.formula import formula, multiplied
from pages.components.download import download_csv
from pages.components.html_table import Cell, Row, html_table, number
from pages.shell import runtime
from pages.theme import formats

_MOST_ROWS = 20_000  # filed rows looked up; a city's week has about five thousand
_SHOWN = 200  # values listed on the page; the file has them all
CELLS = {
    "part": "部分",
    "area": "区划",
    "area_code": "区划代码",
    "key": "行的标识",
    "period": "报告期",
    "header": "栏目",
    "unit": "单位",
    "value": "填报值",
    "file": "文件",
    "sheet": "工作表",
    "cell": "单元格",
    "remark": "备注",
}


def origin(reading: pl.DataFrame) -> None:
    """Draw where one figure comes from, down to the cells of the workbooks.

    reading  One row of indicator_value.
    """
    row = reading.row(0, named=True)
    indicator = runtime.indicator(row["indicator"])
    population = indicator.populations[row["population"]]
    if row["period"] is None:
        states.empty("没有数可查", f"{row['area_name']}到这一期末为止没有报过", "请换报告期")
        return
    hide = runtime.scope().hide_sensitive
    _arithmetic(row, indicator, population)
    cells = history.cells_of(
        runtime.store(),
        runtime.snapshot(),
        indicator.id,
        population.id,
        row["area_code"],
        row["period"],
        hide_sensitive=hide,
        limit=_MOST_ROWS,
    )
    _cells(cells, row)
    if row["level"] != "village":
        _history(row, indicator)


def _arithmetic(row: dict[str, Any], indicator: Indicator, population: Population) -> None:
    said = formula(runtime.catalogue(), population)
    value = (
        formats.MASKED
        if row["masked"]
        else formats.value_text(row["printed"], row["unit"], row["decimals"])
    )
    numbers = formats.amount(row["numerator"])
    if row["denominator"] is not None:
        numbers = f"{numbers} ÷ {formats.amount(row['denominator'])}"
    st.header(f"{row['area_name']}{indicator.name} {value}", anchor=False)
    st.write(
        f"{formats.period_label(row['period'])}:{said.text}{multiplied(indicator)}"
        + ("" if row["masked"] else f"，即 {numbers}。")
    )
    st.caption(f"取自：{'、'.join(said.tables)}。每一部分先按单位相加，最后才相除；率不平均。")


def _cells(cells: pl.DataFrame, row: dict[str, Any]) -> None:
    st.subheader("由这些填报值组成", anchor=False)
    if cells.is_empty():
        states.empty("没有逐格的来源", "这个数不是由报表的格直接相加的", "请看溯源里的查询")
        return
    _sums(cells)
    shown = cells.head(_SHOWN)
    headers = [Cell(CELLS[name]) for name in ("part", "area", "header")]
    headers += [Cell("填报值", style="number"), Cell("出处"), Cell("备注", style="words")]
    html_table(headers, [_cell(each) for each in shown.iter_rows(named=True)], tall=True)
    if cells.height > _SHOWN:
        st.caption(
            f"共 {cells.height} 个值，先列 {_SHOWN} 个；下级越小越好查，全部的在下面的文件里。"
        )
    name = f"{row['area_name']}_{row['indicator_name']}_{row['period']}_来源"
    download_csv(cells, CELLS, file=name, key="origin")


def _cell(each: dict[str, Any]) -> Row:
    value = formats.MASKED if each["masked"] else each["value"] or formats.ABSENT
    unit = each["unit"] if each["value"] and not each["masked"] else ""
    # The place in the workbook: file, sheet and address; a simulated value has none.
    place = " · ".join(part for part in (each["file"], each["sheet"], each["cell"]) if part)
    key = f" {each['key']}" if each["key"] else ""
    return Row(
        [
            Cell(each["part"]),
            Cell(f"{each['area']}{key}"),
            Cell(f"{each['header']}({formats.period_short(each['period'])})"),
            number(f"{value}{unit}"),
            Cell(place or formats.ABSENT, style="source"),
            Cell(each["remark"] or formats.ABSENT, style="words"),
        ]
    )


def _sums(cells: pl.DataFrame) -> None:
    """Say what the columns that are added up come to."""
    counted = (
        cells.filter(~pl.col("masked") & (pl.col("unit") != ""))
        .with_columns(number=pl.col("value").cast(pl.Decimal(18, 4), strict=False))
        .drop_nulls("number")
        .group_by("part", "header", "unit", maintain_order=True)
        .agg(pl.col("number").sum(), pl.len().alias("rows"))
    )
    if counted.height:
        said = "；".join(
            f"{each['part']} {each['header']}合计 {formats.amount(each['number'])}{each['unit']}"
            f"（{each['rows']}格）"
            for each in counted.iter_rows(named=True)
        )
        st.write(f"各栏合计：{said}。")


def _history(row: dict[str, Any], indicator: Indicator) -> None:
    """Draw every value that the figure has had, by snapshot."""
    told = history.of_figure(
        runtime.store(),
        indicator.id,
        row["population"],
        row["area_code"],
        row["period"],
        until=runtime.snapshot(),
    )
    st.subheader("这个数的历次取值", anchor=False)
    headers = [Cell("快照"), Cell("时间"), Cell("经手"), Cell("变动")]
    headers += [Cell("数值", style="number"), Cell("分子/分母", style="number")]
    headers += [Cell("已报单位", style="number"), Cell("说明", style="words")]
    html_table(headers, [_state(each, indicator) for each in told.iter_rows(named=True)])
    if told.height == 1:
        st.caption("公布以后没有改过。")


def _state(each: dict[str, Any], indicator: Indicator) -> Row:
    top, bottom = each["numerator"], each["denominator"]
    unit, decimals = indicator.unit, indicator.decimals
    if each["masked"]:
        value = formats.MASKED
    elif bottom is None:
        value = formats.value_text(top, unit, decimals)
    else:
        value = formats.ratio_text(
            top, bottom, unit, multiplier=indicator.multiplier, decimals=decimals
        )
    parts = formats.amount(top) + ("" if bottom is None else f"/{formats.amount(bottom)}")
    return Row(
        [
            Cell(f"{each['snapshot']} 号"),
            Cell(each["time"][:16].replace("T", " ")),
            Cell(each["who"]),
            Cell(each["change"]),
            number(value),
            number(formats.MASKED if each["masked"] else parts),
            number(f"{each['units_reported']}/{each['units_expected']}"),
            Cell(each["note"], style="words"),
        ]
    )
