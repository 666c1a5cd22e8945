"""One table to take away, as XLSX, CSV or Parquet; another process writes large workbooks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pages.exports import csv, parquet, xlsx
from pages.exports.sheets import Book, BookSheet, FileColumn, Note, file_name, marked
from pages.exports.xlsx.apart import Worker

ENDINGS = ("xlsx", "csv", "parquet")
MIMES = {"xlsx": xlsx.MIME, "csv": csv.MIME, "parquet": parquet.MIME}
# From so many rows on a workbook takes the server's attention for too long: another process
# writes it, and whoever looks at a page meanwhile does not wait.
APART = 30_000

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Content:
    """A table with everything that a file of it says.

    name     Parts of the file's name: 单位, 表名, 报告期.
    lines    Stand under the title in a workbook.
    notes    The 说明 sheet; also go into a Parquet file.
    sheets   The workbook's sheets where they are not simply the table; empty: one sheet.
    """

    name: tuple[str, ...]
    title: str
    columns: tuple[FileColumn, ...]
    table: pl.DataFrame
    lines: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    demo: bool = False
    sheets: tuple[BookSheet, ...] = ()

    def file_name(self, ending: str) -> str:
        """The file's whole name."""
        return file_name(*self.name, ending=ending, demo=self.demo)

    def book(self) -> Book:
        """The workbook."""
        whole = BookSheet(self.title, self.title, self.columns, self.table, self.lines)
        return Book(self.title, self.sheets or (whole,), self.notes, self.demo)


def write(
    content: Content,
    ending: str,
    target: Path,
    *,
    progress: Progress = lambda share, words: None,
    worker: Worker | None = None,
) -> None:
    """Write the file.

    ending    xlsx | csv | parquet.
    progress  Called while a large workbook is written; what it raises stops the writing.
    worker    A writing process that is already up, for a large workbook; else one is started.
    raises    OSError, ExportError when the file cannot be written.
    """
    progress(0.5, f"正在写文件，共{content.table.height}行")
    if ending == "csv":
        columns, table = marked(content.columns, content.table)
        csv.write(target, table, {each.name: each.heading for each in columns})
    elif ending == "parquet":
        parquet.write(target, content.table, content.columns, about(content))
    elif content.table.height < APART:
        xlsx.write(target, content.book())
    else:
        (worker or Worker()).write(target, content.book(), progress)
    progress(1.0, "文件写好了")


def about(content: Content) -> Mapping[str, str]:
    """What a Parquet file says of itself."""
    lines = {note.heading: "\n".join(note.lines) for note in content.notes}
    marked = {"演示数据": "数字全部是虚构的，只供试用"} if content.demo else {}
    return {"标题": content.title, **marked, **lines}
