"""The 832 counties: by province and year, what was published, and which of ours are among them."""

from typing import Any

import polars as pl
import streamlit as st

from pages.charts.errors import need
from pages.charts.subjects import county_exits
from pages.components import states
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.choice import choose_one, search_words
from pages.components.download import download_csv
from pages.components.html_table import Cell, Row, html_table, number
from pages.theme.formats import ABSENT

COUNTIES = {
    "county_name": "县",
    "city_name": "市（州）",
    "province": "省（区、市）",
    "region": "地区",
    "exit_year": "摘帽年份",
    "adcode_listed": "名单代码",
    "adcode_2023": "2023年代码",
    "county_name_2023": "2023年名称",
    "code_note": "代码说明",
    "source": "来源",
}
EXITS = {
    "exit_year": "年份",
    "published": "公布数（个）",
    "basis": "公布数依据",
    "listed": "名单计数（个）",
    "difference": "名单比公布数多（个）",
    "source": "来源",
}
HERE = {
    "full_name": "县",
    "area_code": "代码",
    "exit_year": "摘帽年份",
    "source": "来源",
}
# The rows of the list name it in full.
_SOURCE = "来源：国务院扶贫办公布的832个国家级贫困县名单（公开整理件），见下方名单。"


def exits_chart(answer: Answer) -> None:
    """Draw provinces by year of leaving. answer: poverty_county_counts."""
    chart_frame(
        "各省（区、市）按摘帽年份",
        county_exits.county_exits(answer.table),
        answer,
        key="county_exits",
        note=f"单位：个县。年份照名单，条末是合计。{_SOURCE}",
    )


def tiles_chart(answer: Answer) -> None:
    """Draw one tile per province by number. answer: poverty_county_counts."""
    chart_frame(
        "各省（区、市）县数",
        county_exits.province_tiles(answer.table),
        answer,
        key="province_tiles",
        note=f"按县数从多到少排列，不表示位置；没有贫困县的省份不列。{_SOURCE}",
    )


def exits_table(table: pl.DataFrame) -> None:
    """Draw what was published beside what the list says. table: poverty_county_exits."""
    need(table, EXITS, "exits_table")
    headers = [
        Cell("年份"),
        *(
            Cell(each, style="number")
            for each in ("公布数（个）", "名单计数（个）", "名单比公布数")
        ),
        Cell("依据和来源"),
    ]
    html_table(headers, [_exit(row) for row in table.iter_rows(named=True)])
    apart = table.filter(pl.col("difference") != 0)["exit_year"].to_list()
    if apart:
        years = "、".join(f"{year}年" for year in apart)
        st.caption(f"{years}两种数对不上，有县归在哪一年各处说法不同，未能指认；两种数都照列。")
    download_csv(table, EXITS, file="政策与资料_每年摘帽县数", key="exits")


def counties_here(table: pl.DataFrame) -> None:
    """Name the counties with values that were on the list. table: poverty_counties_here."""
    need(table, HERE, "counties_here")
    if table.is_empty():
        st.html('<p class="rule">本系统有数据的县都不在832个县的名单上。</p>')
        return
    names = "、".join(f"{row['full_name']}（{row['exit_year']}年摘帽）" for row in table.to_dicts())
    st.write(f"在名单上的有 {table.height} 个：{names}。其余有数据的县都不在名单上。")
    download_csv(table, HERE, file="政策与资料_本系统中的贫困县", key="here")


def county_filters(every: pl.DataFrame) -> dict[str, str | int | None]:
    """Draw the filters and return them as parameters of poverty_counties.

    every  All rows of poverty_counties.sql.
    """
    provinces = every["province"].unique(maintain_order=True).to_list()
    years = [str(year) for year in sorted(every["exit_year"].unique().to_list())]
    with st.container(horizontal=True, vertical_alignment="bottom", key="county_filters"):
        province = choose_one(
            "省（区、市）", {each: each for each in provinces}, key="province", width=200
        )
        year = choose_one(
            "摘帽年份", {each: f"{each}年" for each in years}, key="exit_year", width=140
        )
        search = search_words("查找县", key="county", placeholder="县、市名称或代码")
    return {"province": province, "exit_year": int(year) if year else None, "search": search}


def county_table(table: pl.DataFrame) -> None:
    """Draw the list. table: rows of poverty_counties.sql."""
    need(table, COUNTIES, "county_table")
    st.caption(f"共 {table.height} 个县。")
    if table.is_empty():
        states.empty("没有符合条件的县", "省份、年份和查找的文字合在一起没有对上", "请放宽条件")
        return
    headers = [Cell(each) for each in list(COUNTIES.values())[:-1]]
    names = list(COUNTIES)[:-1]
    rows = [
        Row([Cell(str(row[name] or ABSENT)) for name in names])
        for row in table.iter_rows(named=True)
    ]
    html_table(headers, rows, tall=True)
    st.caption(f"来源：{'、'.join(table['source'].unique(maintain_order=True))}")
    download_csv(table, COUNTIES, file="政策与资料_832个县", key="counties")


def _exit(row: dict[str, Any]) -> Row:
    difference = row["difference"]
    said = "相同" if difference == 0 else f"{'多' if difference > 0 else '少'}{abs(difference)}个"
    return Row(
        [
            Cell(f"{row['exit_year']}年"),
            number(str(row["published"])),
            number(str(row["listed"])),
            Cell(said, style="number" if difference == 0 else "number cell-warning"),
            Cell(f"{row['basis']};{row['source']}", style="source"),
        ]
    )
