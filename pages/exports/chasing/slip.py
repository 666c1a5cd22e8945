"""催报单 to print: one slip per county with every unit named, to be signed for."""

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from pages.exports.briefing.model import PaperCell, PaperColumn, PaperTable
from pages.exports.briefing.writers import document_style as style
from pages.exports.briefing.writers.document_table import UPRIGHT, add_table
from pages.exports.chasing import words
from pages.exports.chasing.chase import COMING, OVERDUE, Chase
from pages.exports.sheets import DEMO
from pages.theme import formats

_COLUMNS = (
    PaperColumn("报表", weight=2.2),
    PaperColumn("报告期", weight=1.1),
    PaperColumn("未报单位", weight=3.2),
    PaperColumn("应于何时前报", weight=1.5),
    PaperColumn("已催（次）", kind="number", weight=0.8),
)
_TITLES = {OVERDUE: "已过时限，请尽快补报", COMING: "未到时限，请按时报送"}


def write_slips(chase: Chase, target: BinaryIO) -> None:
    """Write the slips, each on a page of its own; one line when nothing is owed."""
    word = style.new_document()
    groups = chase.rows.group_by("county_name", maintain_order=True)
    for number, ((county,), rows) in enumerate(groups):
        if number:
            word.add_page_break()
        _slip(word, chase, str(county or chase.place), rows)
    if chase.rows.is_empty():
        style.title(word, "报送催办单")
        style.paragraph(word, f"{chase.place}应报的报表都已报。")
    word.core_properties.title = f"{chase.place}报送催办单"
    word.save(target)


def _slip(word: style.Word, chase: Chase, county: str, rows: pl.DataFrame) -> None:
    style.title(word, "报送催办单")
    demo = f"（{DEMO}，数字全部是虚构的）" if chase.demo else ""
    style.paragraph(word, f"{county}：{demo}", indent=False)
    moment = f"{formats.date_zh(chase.moment.date())}{chase.moment.hour}时"
    style.paragraph(word, f"截至{moment}，下列报表还没有收到。")
    for state, heading in _TITLES.items():
        part = rows.filter(pl.col("state") == state)
        if part.is_empty():
            continue
        style.heading(word, f"{heading}：{part.height}份", 2)
        rows_of = tuple(_rows(part, chase.hour))
        add_table(word, PaperTable(heading, _COLUMNS, rows_of, chase.source), UPRIGHT)
    style.paragraph(word, "确有困难的，请说明原因和报送时间。")
    for line in ("经办人：　　　　　　", "签收人：　　　　　　", "日　期：　　　　　　"):
        signed = style.paragraph(word, line, indent=False)
        signed.alignment = style.RIGHT
    source = f"快照{chase.snapshot}号，溯源码{chase.source.code}"
    style.write(style.paragraph(word, "", indent=False), source, style.TABLE, style.SIZE_TABLE)


def _rows(part: pl.DataFrame, hour: int) -> Iterator[tuple[PaperCell, ...]]:
    groups = part.group_by("table_title", "period", "due_on", maintain_order=True).agg(
        pl.col("unit_name"), pl.col("reminded").max()
    )
    for row in groups.iter_rows(named=True):
        yield (
            PaperCell(row["table_title"]),
            PaperCell(formats.period_short(row["period"])),
            PaperCell("、".join(row["unit_name"])),
            PaperCell(words.due_words(row["due_on"], hour)),
            PaperCell(str(row["reminded"])),
        )
