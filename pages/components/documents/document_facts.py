"""What the founding documents say: choosing, listing and taking away."""

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.errors import need
from pages.charts.once import made_once
from pages.components import states
from pages.components.choice import choose_one, search_words
from pages.components.download import download_csv
from pages.components.html_table import Cell, Row, draw, number, table_html
from pages.theme.formats import ABSENT

NO_TABLE = "无报表，只列原文"
FACTS = {
    "fact_id": "编号",
    "place": "地方",
    "subject_name": "领域",
    "kind_name": "种类",
    "indicator": "内容",
    "printed": "数值（照原文）",
    "population": "对象",
    "year": "年份（照原文）",
    "note": "说明",
    "computed_as": "对应指标",
    "document": "来源文件",
    "section": "章节",
}
SYSTEMS = {
    "fact_id": "编号",
    "subject_name": "领域",
    "indicator": "做法",
    "population": "对象",
    "place": "地方",
    "note": "说明",
    "state": "报表",
    "document": "来源文件",
    "section": "章节",
}


def fact_filters(every: pl.DataFrame) -> dict[str, str | None]:
    """Draw the filters and return them as parameters of document_facts.

    every  All rows of document_facts.sql.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="fact_filters"):
        return {
            "document": choose_one(
                "文件", _options(every, "document_id", "document"), key="document", width=340
            ),
            "place": choose_one("地方", _options(every, "place", "place"), key="place", width=200),
            "subject": choose_one(
                "领域", _options(every, "subject", "subject_name"), key="subject", width=160
            ),
            "kind": choose_one("种类", _options(every, "kind", "kind_name"), key="kind", width=130),
            "search": search_words("查找文字", key="search", placeholder="内容、对象、说明或编号"),
        }


def fact_table(table: pl.DataFrame) -> None:
    """Draw the facts, their figures and doubts as printed. table: rows of document_facts.sql."""
    need(table, FACTS, "fact_table")
    st.caption(f"共 {table.height} 条。数值照原文，不四舍五入；原文的出入照列，不作判断。")
    if table.is_empty():
        states.empty("没有符合条件的原文", "筛选和查找的文字合在一起没有对上", "请放宽条件")
        return
    draw(_facts_html(table))
    file = table.with_columns(pl.col("computed_as").fill_null(NO_TABLE))
    download_csv(file, FACTS, file="政策与资料_文件事实", key="facts")


@made_once
def _facts_html(table: pl.DataFrame) -> str:
    headers = [
        Cell("编号"),
        Cell("内容"),
        Cell("数值", style="number"),
        *(Cell(each) for each in ("对象", "年份", "领域和种类", "说明", "对应指标", "来源")),
    ]
    return table_html(headers, [_fact(row) for row in table.iter_rows(named=True)], tall=True)


def system_table(table: pl.DataFrame) -> None:
    """Draw what the documents name and no table holds. table: rows of document_systems.sql."""
    need(table, [name for name in SYSTEMS if name != "state"], "system_table")
    st.caption(f"共 {table.height} 条，{NO_TABLE}。")
    draw(_systems_html(table))
    file = table.with_columns(state=pl.lit(NO_TABLE))
    download_csv(file, SYSTEMS, file="政策与资料_无报表的做法", key="systems")


@made_once
def _systems_html(table: pl.DataFrame) -> str:
    headers = [Cell(each) for each in ("编号", "领域", "做法", "对象", "说明", "报表", "来源")]
    rows = [
        Row(
            [
                Cell(row["fact_id"]),
                Cell(row["subject_name"]),
                Cell(row["indicator"], style="wide"),
                _words(row["population"]),
                _words(row["note"], style="wide"),
                Cell(NO_TABLE, style="quiet"),
                _source(row),
            ]
        )
        for row in table.iter_rows(named=True)
    ]
    return table_html(headers, rows, tall=True)


def source_text(row: dict[str, Any]) -> str:
    """Return document and section of a row: 咸宁市2020年健康扶贫工作要点(…),章节三(二)."""
    return f"{row['document']}，章节{row['section']}" if row["section"] else row["document"]


def _fact(row: dict[str, Any]) -> Row:
    held = row["computed_as"]
    return Row(
        [
            Cell(row["fact_id"]),
            Cell(row["indicator"], style="wide"),
            number(row["printed"] or ABSENT),
            _words(row["population"]),
            Cell(row["year"] or ABSENT),
            Cell(
                html=f"{escape(row['subject_name'])}<br><small>{escape(row['kind_name'])}</small>"
            ),
            _words(row["note"], style="wide"),
            Cell(held, style="words") if held else Cell(NO_TABLE, style="words quiet"),
            _source(row),
        ]
    )


def _words(text: str | None, *, style: str = "words") -> Cell:
    return Cell(text or ABSENT, style=style)


def _source(row: dict[str, Any]) -> Cell:
    return Cell(f"{row['place']}:{source_text(row)}", style="source")


@made_once
def _options(table: pl.DataFrame, code: str, name: str) -> Mapping[str, str]:
    return dict(
        table.select(pl.col(code).alias("code"), pl.col(name).alias("name"))
        .unique(maintain_order=True)
        .iter_rows()
    )


def real_mark(words: str) -> None:
    """Draw 「真实资料」 and, beside it, what the figures below are and where they come from."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge("真实资料", icon=":material/verified:", color="blue")
        st.caption(words, width="content")
