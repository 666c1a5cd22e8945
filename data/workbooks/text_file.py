"""CSV files as columns of texts: any encoding the offices use, any length, exact row numbers."""

import codecs
import csv
import io
import re
from collections import Counter

import polars as pl

from data.formulas import GUARD, unguarded
from data.workbooks import text_counts
from data.workbooks.cells import Counts, Texts
from data.workbooks.safety import Checked, FileRefused, Limits

_DELIMITERS = (",", "\t", ";", "，")
_HEAD = 1 << 16
# No report has a hundredth of it; thousands of columns come of a stray run of commas.
_MOST_COLUMNS = 1000
# A quote in the middle of a cell: readers differ about it, the slow one does as spreadsheets do.
_STRAY_QUOTE = re.compile(rb'[^,;\t\r\n"]"[^,;\t\r\n"]')


def columns(checked: Checked, limits: Limits) -> tuple[list[Texts], int]:
    """The columns of a CSV file, all equally long, and the number of its rows.

    raises FileRefused when the text cannot be told or it holds too many cells.
    """
    found = None if _is_utf16(checked.data) else _quick(checked.data)
    if found is None:
        text = _decode(checked)
        found = _quick(text.encode("utf-8"))
        if found is None:
            frame = _slow(text, checked, limits)
            found = [Texts(frame[name]) for name in frame.columns]
    height = len(found[0]) if found else 0
    _refuse_width(len(found), checked)
    if len(found) * height > limits.max_csv_cells:
        cells = f"占用 {len(found) * height:,} 个格,超过上限"
        raise FileRefused("file.bomb", cells, file=checked.path.name)
    # The guard is the same byte in every encoding that is read here.
    if GUARD.encode() in checked.data:
        found = [_without_guard(column) for column in found]
    return found, height


def _quick(data: bytes) -> list[Texts] | None:
    """The columns of UTF-8 data as polars reads them; None where it would read them wrongly."""
    counted = text_counts.columns(data, _delimiter(data[:_HEAD].decode("utf-8", "replace")))
    if counted is not None:
        return counted
    frame = _fast(data)
    return None if frame is None else [Texts(frame[n].fill_null("")) for n in frame.columns]


def _refuse_width(width: int, checked: Checked) -> None:
    if width > _MOST_COLUMNS:
        found = f"有 {width:,} 列,超过上限 {_MOST_COLUMNS:,} 列"
        raise FileRefused("file.bomb", found, file=checked.path.name)


def _without_guard(column: Texts) -> Texts:
    if isinstance(column, Counts):
        return column
    guarded = column.series.str.starts_with(GUARD)
    if not guarded.any():
        return column
    texts = column.series.filter(guarded).unique()
    return Texts(column.series.replace({cell: unguarded(cell) for cell in texts}))


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


def _slow(text: str, checked: Checked, limits: Limits) -> pl.DataFrame:
    delimiter = _delimiter(text[:_HEAD])
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        found = "CSV 的引号不成对或一格过长"
        raise FileRefused("file.damaged", found, file=checked.path.name) from error
    # A stray run of commas makes a row thousands of cells wide: what is empty at its end is none.
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    width = max(map(len, rows), default=0)
    _refuse_width(width, checked)
    if width * len(rows) > limits.max_cells:
        found = f"占用 {width * len(rows):,} 个格,超过上限"
        raise FileRefused("file.bomb", found, file=checked.path.name)
    return pl.DataFrame(
        {
            f"c{column}": [row[column] if column < len(row) else "" for row in rows]
            for column in range(width)
        },
        schema={f"c{column}": pl.String for column in range(width)},
    )


def _delimiter(head: str) -> str:
    counts = Counter({mark: head.count(mark) for mark in _DELIMITERS})
    return max(_DELIMITERS, key=lambda mark: (counts[mark] > 0 and mark != "，", counts[mark]))


def _is_utf16(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _decode(checked: Checked) -> str:
    data = checked.data
    encodings = ("utf-16",) if _is_utf16(data) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused("file.encoding", "文字编码认不出来", file=checked.path.name)
