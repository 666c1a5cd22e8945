"""报送情况: who has filed what and when, and from which file."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages.components import links
from pages.components.answer import Answer, ask
from pages.components.choice import choose_one
from pages.components.html_table import Cell, Row, html_table, number
from pages.components.own_part import own_part
from pages.components.table_frame import table_frame
from pages.shell import address, runtime
from pages.shell.runtime import Filters
from pages.theme import formats

_PERIODS = 8
_SIGNS = {
    "按时": ("✓", "light-met"),
    "迟报": ("△", "light-warning"),
    "未报": ("✕", "light-behind"),
    "退回重报": ("↻", "light-warning"),
}


def filing_state(filters: Filters) -> None:
    """Draw how complete and how timely the reports are, table by table and unit by unit."""
    here = {"parent": filters.area, "period": filters.period}
    summary = ask("reporting_summary", **here)
    with table_frame("各报表的完整率和及时率", summary, key="desk_summary", note=_RULE):
        _summary(summary.table)
    titles = {
        row["table_id"]: f"{row['table_id']} {row['table_title']}"
        for row in summary.table.iter_rows(named=True)
    }
    if not titles:
        return
    _one_table(titles, here)


@own_part
def _one_table(titles: dict[str, str], here: dict[str, str]) -> None:
    """Which units filed the chosen table, period by period."""
    first = "T04" if "T04" in titles else next(iter(titles))
    table = choose_one("报表", titles, key="filing_table", default=first, width=420) or first
    matrix = ask("reporting_matrix", **here, table_id=table, count=_PERIODS)
    _detail(table)
    with table_frame(f"{titles[table]}：逐期报送", matrix, key="desk_matrix", note=_SIGNED):
        _matrix(matrix.table)


_RULE = "完整率=已报单位÷应报单位；及时率=按时单位÷应报单位。台账按需更新，不列。"
_SIGNED = (
    "✓按时 △迟报 ✕未报 ↻退回重报（后来的文件替换了原来的行）；点一格看是哪个文件、何时、谁报的。"
)


def _summary(table: pl.DataFrame) -> None:
    columns = ("units_due", "units_filed", "units_on_time", "units_late", "units_missing")
    html_table(
        [
            Cell("报表"),
            Cell("报告期"),
            Cell("应于"),
            *(
                Cell(words, style="number", sort=True)
                for words in ("应报（个）", "已报（个）", "按时（个）", "迟报（个）", "未报（个）")
            ),
            *(
                Cell(words, style="number", sort=True)
                for words in ("退回重报（个）", "完整率（%）", "及时率（%）")
            ),
        ],
        [
            Row(
                [
                    Cell(html=_table_link(row)),
                    Cell(row["label"]),
                    Cell(formats.date_zh(row["due_on"])),
                    *(number(str(row[each]), row[each]) for each in (*columns, "units_refiled")),
                    *(
                        number(formats.plain(row[each]), row[each])
                        for each in ("complete_share", "on_time_share")
                    ),
                ]
            )
            for row in table.iter_rows(named=True)
        ],
    )


def _table_link(row: dict[str, Any]) -> str:
    target = links.href(
        address.page(), part="filing", filing_table=row["table_id"], filing_cell=None
    )
    return links.link(f"{row['table_id']} {row['table_title']}", target, title="看逐期报送")


def _matrix(table: pl.DataFrame) -> None:
    periods = table.select("period", "label").unique(maintain_order=True).sort("period")
    by_unit = table.group_by("unit_code", "unit_name", "county_name", maintain_order=True)
    rows = []
    for (_, unit, county), cells in by_unit:
        found = {row["period"]: row for row in cells.iter_rows(named=True)}
        place = f"{county} {unit}" if county and county != unit else str(unit)
        rows.append(Row([Cell(place), *(_cell(found.get(period)) for period in periods["period"])]))
    html_table(
        [Cell("填报单位"), *(Cell(_short(label)) for label in periods["label"])],
        rows,
        caption=f"共 {len(rows)} 个单位。",
        tall=len(rows) > 12,
    )


def _cell(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell("—", style="quiet")
    sign, style = _SIGNS[row["state"]]
    words = f'<span class="light {style}">{sign} {escape(row["state"])}</span>'
    target = links.href(
        address.page(),
        part="filing",
        filing_table=row["table_id"],
        filing_cell=f"{row['table_id']}:{row['unit_code']}:{row['period']}",
    )
    return Cell(html=f'<a data-go="1" href="{escape(target)}" target="_self">{words}</a>')


def _short(label: str) -> str:
    return label.partition("年")[2] or label


def _detail(table: str) -> None:
    """Which file filled the cell that was clicked; it stands in the address."""
    parts = st.query_params.get("filing_cell", "").split(":")
    names = runtime.catalogue().area_names
    if len(parts) != 3 or parts[0] != table or parts[1] not in names:
        return
    _, unit, period = parts
    sources = ask("filing_sources", unit=unit, table_id=table, period=period)
    title = f"{names[unit]} {formats.period_short(period)} {table}：报送来源"
    with table_frame(title, sources, key="desk_sources"):
        _sources(sources)


def _sources(sources: Answer) -> None:
    html_table(
        [
            *(Cell(words) for words in ("文件", "工作表")),
            Cell("行数", style="number"),
            *(Cell(words) for words in ("填报日期", "首次入库", "入库时间", "入库人")),
        ],
        [
            Row(
                [
                    Cell(row["file"] or "（没有文件：演示数据或直接入库）"),
                    Cell(row["sheet"] or "—"),
                    number(str(row["rows"])),
                    Cell(formats.date_zh(row["reported_on"])),
                    Cell(formats.date_zh(row["first_filed_on"])),
                    Cell((row["imported_at"] or "—")[:16].replace("T", " ")),
                    Cell(row["imported_by"] or "—"),
                ]
            )
            for row in sources.table.iter_rows(named=True)
        ],
    )
