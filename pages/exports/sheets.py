"""What a file is made of: columns with headings and kinds, sheets, and the words beside them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from data.filed.withheld import MARK
from pages.charts.description import Chart
from queries import headings
from queries.filed import Filed
from queries.headings import Heading

Kind = Literal["text", "number", "percent", "date", "flag"]
# Excel's own limit, one row less for the heading.
MOST_ROWS = 1_048_575
DEMO = "演示数据"
# Of every file: what an empty cell is, and what is kept back from whom.
BLANK = "没有数（未报、不适用或已遮蔽），不是零。"
MASKED = (
    "已遮蔽：敏感指标在县以下不显示小的数，也不显示能从合计里减出它的数，合计里照样有它；"
    "只有最新的快照显示敏感指标，因为两个快照相减就是迟报或订正的那个单位。"
)
_FORBIDDEN = re.compile(r"[\\/:*?\"<>|\[\]\x00-\x1f]")
_LONGEST_NAME = 31
_FILED_KINDS: dict[str, Kind] = {
    "int": "number",
    "decimal": "number",
    "bool": "flag",
    "date": "date",
}


@dataclass(frozen=True)
class FileColumn:
    """One column of a file.

    name     In the table.           heading  What the file calls it, unit in brackets.
    kind     text (codes too: they keep their zeros), number, percent (the table holds 98.5 for
             98.5 %), date, flag (true and false become 是 and 否).
    unit_column  Where rows differ in unit: the column that holds it; % rows become percent.
    decimals How many a number shows; None shows what it has.
    meaning  A sentence for the Parquet file and the documentation; may be empty.
    is_mark  A flag that a workbook leaves out where no row has it.
    withheld The table's column that says in which rows the figure is kept back; there a sheet
             and a CSV file show a mark, a Parquet file nothing.
    """

    name: str
    heading: str
    kind: Kind = "text"
    unit_column: str = ""
    decimals: int | None = None
    meaning: str = ""
    withheld: str = ""
    is_mark: bool = False


@dataclass(frozen=True)
class BookSheet:
    """One sheet: a title, lines under it, a table, and a chart drawn from the table or none.

    chart   The table holds its rows, as `native_chart.sheet` lays them out.
    shaded  Columns of figures that lie on one scale: the larger, the deeper the cell.
    """

    name: str
    title: str
    columns: tuple[FileColumn, ...]
    table: pl.DataFrame
    lines: tuple[str, ...] = ()
    chart: Chart | None = None
    shaded: tuple[str, ...] = ()

    @property
    def mixed(self) -> bool:
        """Whether cells differ in format within a column: by unit, by size, figures and marks."""
        return bool(self.shaded) or any(
            column.unit_column or column.withheld for column in self.columns
        )


@dataclass(frozen=True)
class Note:
    """One heading of the 说明 sheet and the lines below it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """A whole workbook.

    title  Stands above the 说明 sheet; name of the page or table.
    demo   Invented figures: said in every title and on the 说明 sheet.
    """

    title: str
    sheets: tuple[BookSheet, ...]
    notes: tuple[Note, ...] = ()
    demo: bool = False


def columns_of(
    answer: pl.DataFrame, listed: Sequence[Heading], *, complete: bool = False
) -> tuple[FileColumn, ...]:
    """Return the columns of a question's answer as a file has them.

    listed    From queries.headings, of the same question.
    complete  Also those that only serve the program, and the unrounded value beside the printed.
    """
    twins = {each.column for each in listed if each.column == "printed"}
    return tuple(
        # A question of one indicator need not say the unit in every row.
        _column(each if each.unit_column in answer.columns else replace(each, unit_column=""))
        for each in listed
        if each.column in answer.columns
        and (complete or not (each.omitted or (twins and each.column == "value")))
    )


def filed_columns(listed: Sequence[Filed]) -> tuple[FileColumn, ...]:
    """Return the columns of a report table as a file has them."""
    return tuple(
        FileColumn(
            each.name,
            each.heading,
            _FILED_KINDS.get(each.type, "text"),
            meaning=each.note,
            withheld=each.withheld,
        )
        for each in listed
    )


def marked(
    columns: Sequence[FileColumn], table: pl.DataFrame, *, partly: bool = True
) -> tuple[tuple[FileColumn, ...], pl.DataFrame]:
    """Return the columns and the table with marks where figures are kept back.

    partly  Also turn a column into text in which only some figures are.
    """
    told, cells = [], []
    for column in columns:
        flags = table[column.withheld] if column.withheld else None
        if flags is None or not flags.any():
            column = replace(column, withheld="")
        elif partly or flags.all():
            mark = pl.when(column.withheld).then(pl.lit(MARK))
            cells.append(mark.otherwise(pl.col(column.name).cast(pl.String)).alias(column.name))
            column = replace(column, kind="text", withheld="")
        told.append(column)
    return tuple(told), table.with_columns(cells)


def in_words(table: pl.DataFrame) -> pl.DataFrame:
    """Return the answer with its coded values in Chinese (county becomes 县)."""
    return table.with_columns(
        pl.col(name).replace(dict(words))
        for name in table.columns
        if table.schema[name] == pl.String and (words := headings.value_words(name))
    )


def file_name(*parts: str, ending: str, demo: bool) -> str:
    """Return 单位_表名_报告期.xlsx; a demo file says so in front."""
    named = [DEMO] * demo + [cleaned for part in parts if (cleaned := _cleaned(part))]
    return f"{'_'.join(named)}.{ending}"


def fitting_names(sheets: Sequence[BookSheet]) -> list[BookSheet]:
    """Return the sheets under names that Excel takes: short, unlike each other, no brackets."""
    taken: set[str] = set()
    renamed = []
    for sheet in sheets:
        base = _cleaned(sheet.name)[:_LONGEST_NAME] or "表"
        name, number = base, 1
        while name.lower() in taken:
            number += 1
            name = f"{base[: _LONGEST_NAME - 4]}({number})"
        taken.add(name.lower())
        renamed.append(replace(sheet, name=name))
    return renamed


def split(sheet: BookSheet, most: int = MOST_ROWS - 10) -> list[BookSheet]:
    """Return the sheet, or several where it has more rows than one can hold, each saying so."""
    if sheet.table.height <= most:
        return [sheet]
    total = -(-sheet.table.height // most)
    return [
        replace(
            sheet,
            name=f"{sheet.name[: _LONGEST_NAME - 8]}_{number + 1}",
            table=part,
            lines=(
                *sheet.lines,
                f"共{sheet.table.height}行，一个工作表放不下，分为{total}个工作表，"
                f"这是第{number + 1}个（{part.height}行）",
            ),
            chart=None,
        )
        for number, part in enumerate(sheet.table.iter_slices(most))
    ]


def _column(heading: Heading) -> FileColumn:
    kinds: Mapping[str, Kind] = {"text": "text", "boolean": "flag", "date": "date"}
    kind: Kind = kinds.get(heading.type, "number")
    whole = heading.type in ("integer", "bigint")
    if heading.unit == "%" and heading.type == "double":
        kind = "percent"
    return FileColumn(
        heading.column,
        heading.text,
        kind,
        heading.unit_column if kind == "number" else "",
        0 if whole else None,
        heading.meaning,
        is_mark=heading.is_mark,
    )


def _cleaned(text: str) -> str:
    return _FORBIDDEN.sub(" ", text).strip().strip("'")
