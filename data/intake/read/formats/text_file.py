"""Text files as columns of texts: any encoding the offices use, any length, exact row numbers.

Web systems dress cells so that Excel leaves them alone (="4114", a tab, an apostrophe); what was
put around a cell is taken off again.
"""

import codecs
import csv
import io
import re
from collections import Counter

import polars as pl

from data.formulas import GUARD, unguarded
from data.intake.read.cells import Counts, Texts
from data.intake.read.formats import text_counts
from data.intake.read.limits import FileLimits, Refusal

_DELIMITERS = (",", "\t", ";", "|", "，")
# What old systems write behind the last row.
_END_OF_FILE = b"\x1a"
_AS_FORMULA = re.compile(r'^="(.*)"$', re.DOTALL)
_FIGURE = re.compile(r"^[0-9][0-9A-Za-z./:年月日周季Q\- ]*$")
_HEAD = 1 << 16
_TAB_IN_CELL = re.compile(r"(?<=[,;|])\t|\t(?=[,;|])")
# No report has a hundredth of it; thousands of columns come of a stray run of commas.
_MOST_COLUMNS = 1000
# A quote in the middle of a cell: readers differ about it, the slow one does as spreadsheets do.
_STRAY_QUOTE = re.compile(rb'[^,;\t\r\n"]"[^,;\t\r\n"]')


def columns(data: bytes, limits: FileLimits) -> tuple[list[Texts], int]:
    """The columns of a text file, all equally long, and the number of its rows.

    raises Refusal when the text cannot be told or it holds too many cells.
    """
    data = data.rstrip(_END_OF_FILE) if data.endswith(_END_OF_FILE) else data
    found = None if _is_utf16(data) else _quick(data)
    if found is None:
        text = decoded(data)
        found = _quick(text.encode("utf-8"))
        if found is None:
            frame = _slow(text, limits)
            found = [Texts(frame[name]) for name in frame.columns]
    height = len(found[0]) if found else 0
    _refuse_width(len(found))
    if len(found) * height > limits.max_csv_cells:
        raise Refusal("file.bomb", f"占用 {len(found) * height:,} 个格，超过上限")
    # These are the same bytes in every encoding that is read here.
    if any(sign in data for sign in (GUARD.encode(), b"\t", b'="')):
        found = [_undressed(column) for column in found]
    return found, height


def _quick(data: bytes) -> list[Texts] | None:
    """The columns of UTF-8 data as polars reads them; None where it would read them wrongly."""
    counted = text_counts.columns(data, _delimiter(data[:_HEAD].decode("utf-8", "replace")))
    if counted is not None:
        return counted
    frame = _fast(data)
    return None if frame is None else [Texts(frame[n].fill_null("")) for n in frame.columns]


def _refuse_width(width: int) -> None:
    if width > _MOST_COLUMNS:
        raise Refusal("file.bomb", f"有 {width:,} 列，超过上限 {_MOST_COLUMNS:,} 列")


def _undressed(column: Texts) -> Texts:
    """The column without what was put around its cells; its distinct texts are looked at."""
    if isinstance(column, Counts):
        return column
    distinct = column.distinct
    dressed = distinct.filter(distinct.str.contains(r"""^['\t=]|['\t]$"""))
    quoted = dressed.filter(dressed.str.contains(f"^{GUARD}|{GUARD}$")).len()
    # Where most cells wear an apostrophe it is the system's; one alone may be a person's.
    is_system = 2 * quoted > (distinct != "").sum()
    made = {cell: _bare(cell, is_system=is_system) for cell in dressed.to_list()}
    made = {cell: bare for cell, bare in made.items() if bare != cell}
    return Texts(column.series.replace(made)) if made else column


def _bare(cell: str, *, is_system: bool) -> str:
    if (free := unguarded(cell)) != cell:
        return free
    text = cell.strip("\t")
    if formula := _AS_FORMULA.match(text):
        return formula[1].replace('""', '"').strip("\t")
    inner = text.strip(GUARD)
    return inner if is_system or _FIGURE.match(inner) else text


def _fast(data: bytes) -> pl.DataFrame | None:
    """Read by polars; None where it would not see the same rows and cells as a spreadsheet.

    data  UTF-8; other encodings are seen and left alone. It may be very long: nothing copies it.
    """
    delimiter = _delimiter(data[:_HEAD].decode("utf-8", "replace"))
    if len(delimiter.encode()) > 1 or not data or data.isspace() or data == codecs.BOM_UTF8:
        return None
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    if b'"' in data and _STRAY_QUOTE.search(data, mark):
        return None
    # Line breaks inside cells and single carriage returns shift the row numbers.
    rows = data.count(b"\n") + (not data.endswith(b"\n"))
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    separator = delimiter.encode()
    head = data[: _HEAD * 4].split(b"\n")
    width = max(line.count(separator) for line in head) + 1
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            schema={f"c{column}": pl.String for column in range(width)},
            infer_schema=False,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows:
        return None
    filled = [name for name in frame.columns if (frame[name] != "").any()]
    last = frame.columns.index(filled[-1]) + 1 if filled else 0
    return frame.select(frame.columns[:last])


def _slow(text: str, limits: FileLimits) -> pl.DataFrame:
    delimiter = _delimiter(text[:_HEAD])
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Refusal("file.damaged", "CSV 的引号不成对或一格过长") from error
    # A stray run of commas makes a row thousands of cells wide: what is empty at its end is none.
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    width = max(map(len, rows), default=0)
    _refuse_width(width)
    if width * len(rows) > limits.max_cells:
        raise Refusal("file.bomb", f"占用 {width * len(rows):,} 个格，超过上限")
    return pl.DataFrame(
        {
            f"c{column}": [row[column] if column < len(row) else "" for row in rows]
            for column in range(width)
        },
        schema={f"c{column}": pl.String for column in range(width)},
    )


def _delimiter(head: str) -> str:
    """The sign that parts the cells: the one that stands equally often in most of the rows."""
    # A tab beside another sign belongs to the cell.
    lines = _TAB_IN_CELL.sub("", head).split("\n")

    def rank(mark: str) -> tuple[bool, int]:
        counts = Counter(line.count(mark) for line in lines)
        return mark != "，", max(each * rows for each, rows in counts.items())

    return max((mark for mark in _DELIMITERS if mark in head), key=rank, default=",")


def _is_utf16(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def decoded(data: bytes) -> str:
    """The text of a file in one of the encodings that offices use; raises Refusal for others."""
    encodings = ("utf-16",) if _is_utf16(data) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("file.encoding", "文字编码认不出来")
