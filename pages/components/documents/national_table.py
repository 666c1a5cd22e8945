"""National series: which one, its chart, its figures with their sources."""

from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.subjects import national_series
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.choice import choose_one
from pages.components.download import download_csv
from pages.components.html_table import Cell, Row, html_table, number
from pages.theme.formats import ABSENT

HEADERS = {
    "name": "项目",
    "year": "年份",
    "printed": "数值",
    "unit": "单位",
    "mark": "准确程度",
    "precision": "精度",
    "basis": "口径",
    "note": "说明",
    "source": "来源",
}
FIRST = "village_clinics"


def choose_series(every: pl.DataFrame) -> str | None:
    """Draw the choice of a series and return its code. every: rows of national_series.sql."""
    names = dict(every.select("series", "name").unique(maintain_order=True).iter_rows())
    default = FIRST if FIRST in names else next(iter(names), "")
    return choose_one("项目", names, key="series", default=default, width=360)


def series_chart(answer: Answer) -> None:
    """Draw one series. answer: national_series for it."""
    table = answer.table
    need(table, HEADERS, "series_chart")
    name = table["name"][0] if table.height else "历年数"
    span = f",{table['year'].min()}—{table['year'].max()}年" if table.height else ""
    chart_frame(
        f"全国{name}{span}",
        national_series.national_series(table),
        answer,
        key="series",
        note=f"来源：{'、'.join(table['basis'].unique(maintain_order=True))}，逐年见下表。"
        "实心圆是准确数，空心菱形是约数，空心三角是初步数。"
        "缺年份的地方不连线；口径（由谁、在什么时候统计）不同的数不连成一条线，也不宜直接比较。",
    )


def series_table(table: pl.DataFrame, every: pl.DataFrame) -> None:
    """Draw the figures with their sources; the file holds all series.

    table  Rows of national_series.sql for one series.
    every  The rows of all series.
    """
    need(table, HEADERS, "series_table")
    headers = [
        Cell("年份"),
        Cell(f"数值（{table['unit'][0]}）" if table.height else "数值", style="number"),
        *(Cell(each) for each in ("准确程度", "口径", "说明", "来源")),
    ]
    html_table(headers, [_row(row) for row in table.iter_rows(named=True)], tall=True)
    download_csv(every, HEADERS, file="政策与资料_全国历年数", key="series")


def _row(row: dict[str, Any]) -> Row:
    return Row(
        [
            Cell(f"{row['year']}年"),
            number(row["printed"]),
            Cell(national_series.exactness(row), style="words"),
            Cell(row["basis"], style="words"),
            Cell(row["note"] or ABSENT, style="words"),
            Cell(row["source"], style="source"),
        ]
    )
