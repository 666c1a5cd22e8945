"""政策与资料: what the documents say, their targets beside today's values, public figures."""

import streamlit as st

from pages.components.answer import ask
from pages.components.choice import choose_part
from pages.components.documents import document_facts, national_table, poverty_counties
from pages.components.documents.document_facts import real_mark
from pages.components.documents.target_table import target_table
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.components.own_part import own_part
from pages.components.table_frame import table_frame

PARTS = {
    "facts": "文件原文",
    "targets": "目标对照",
    "systems": "无报表的做法",
    "series": "全国历年数",
    "counties": "832个贫困县",
}

filters = filter_bar()
page_header("政策与资料", filters, demo_word="对照的现值为演示数据")
part = choose_part("看哪一部分", PARTS, key="part")


@own_part
def chosen_facts() -> None:
    """What the documents say, narrowed by file, place, subject, kind and words."""
    wanted = document_facts.fact_filters(ask("document_facts").table)
    facts = ask("document_facts", **wanted)
    with table_frame("文件原文", facts, key="facts"):
        document_facts.fact_table(facts.table)


@own_part
def chosen_series() -> None:
    """One national series, its chart and its figures."""
    every = ask("national_series")
    series = ask("national_series", series=national_table.choose_series(every.table))
    national_table.series_chart(series)
    with table_frame("数值和来源", series, key="series_table"):
        national_table.series_table(series.table, every.table)


@own_part
def chosen_counties() -> None:
    """The list of the counties, narrowed by province, year and words."""
    wanted = poverty_counties.county_filters(ask("poverty_counties").table)
    counties = ask("poverty_counties", **wanted)
    with table_frame("832个县名单", counties, key="counties"):
        poverty_counties.county_table(counties.table)


if part == "facts":
    real_mark("六份公开文件里的目标、实绩、家底、资金、政策参数和做法，一条一行。")
    chosen_facts()

if part == "targets":
    st.caption("参考目标摘自公开文件；现值取自数据仓，只与同一指标、同一人群的目标并列。")
    targets = ask("document_targets", area=filters.area, period=filters.period)
    every = ask("document_facts", kind="target")
    with table_frame(f"{filters.area_name}：目标与现值", targets, key="targets"):
        target_table(targets.table, area=filters.area_name, facts=every.table.height)

if part == "systems":
    real_mark("文件提到、但没有一项指标取数的做法；由指标目录逐条对出。")
    systems = ask("document_systems")
    with table_frame("文件提到而没有报表的做法", systems, key="systems"):
        document_facts.system_table(systems.table)

if part == "series":
    real_mark("国家统计局、国家卫生健康委公布的全国数，1980—2024年，来源逐行列在表里。")
    chosen_series()

if part == "counties":
    real_mark("国务院扶贫办公布的832个国家级贫困县和摘帽年份。")
    counts = ask("poverty_county_counts")
    exits = ask("poverty_county_exits")
    here = ask("poverty_counties_here")
    left, right = st.columns(2, gap="large")
    with left:
        poverty_counties.exits_chart(counts)
        with table_frame("本系统有数据的县", here, key="here"):
            poverty_counties.counties_here(here.table)
    with right:
        poverty_counties.tiles_chart(counts)
        with table_frame("每年摘帽县数：公布的和名单上的", exits, key="exits"):
            poverty_counties.exits_table(exits.table)
    chosen_counties()
