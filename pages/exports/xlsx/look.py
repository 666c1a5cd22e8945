"""How a workbook looks, the same for both writers: what stands above a table, widths, formats."""

import unicodedata
from collections.abc import Sequence

import polars as pl

from pages.exports.sheets import DEMO, Book, BookSheet, FileColumn
from pages.theme import tokens

FONT = "宋体"
EXPLANATION = "说明"
EXPLANATION_WIDTH = 110.0
A4 = 9
DATE, PERCENT, TEXT = "yyyy-mm-dd", "0.00%", "@"
WHOLE, AMOUNT = "#,##0", "#,##0.00"
HEADER_GROUND = tokens.BLUE_PALE
FOOTER = "&C第 &P 页，共 &N 页"
DEMO_WORDS = f"{DEMO}：数字全部是虚构的，只供试用，不是任何地方的真实统计"
_NARROW, _WIDE = 9.0, 42.0
_TITLE, _PLAIN = 100.0, 8.43  # in characters; the second is Excel's own column
_PAGE = 150.0  # characters that a landscape page can hold in print that is still read
_SEEN = 200  # rows looked at for the width of a column


def above(sheet: BookSheet, *, demo: bool) -> list[str]:
    """Return the rows above the heading: the title, then its lines; demo data say so first."""
    mark = f"（{DEMO}）" if demo and DEMO not in sheet.title else ""
    return [f"{sheet.title}{mark}", *sheet.lines]


def explanation(book: Book) -> list[tuple[str, bool]]:
    """Return the lines of the 说明 sheet, each with whether it is a heading.

    They stand in one column: a reader of reports must not take them for a table.
    """
    lines = [(f"{book.title}：说明", True)]
    if book.demo:
        lines.append((DEMO_WORDS, False))
    for note in book.notes:
        lines.append((note.heading, True))
        lines += [(line, False) for line in note.lines]
    lines.append(("工作表和行数", True))
    lines += [
        (f"{sheet.name}：{sheet.table.height}行" + ("，有图" if sheet.chart else ""), False)
        for sheet in book.sheets
    ]
    return lines


def widths(sheet: BookSheet) -> list[float]:
    """Return a width for each column, from its heading and its first rows."""
    head = sheet.table.head(_SEEN)
    return [_width(column, head) for column in sheet.columns]


def title_columns(needed: Sequence[float]) -> tuple[int, float]:
    """Return the last column that the title stands over, and how wide all of them are.

    As many as are seen and printed at once: beyond a narrow table, over part of a wide one.
    """
    width, last = 0.0, -1
    while width < _TITLE or last < 1:
        last += 1
        width += needed[last] if last < len(needed) else _PLAIN
    return last, width


def pages_wide(needed: Sequence[float]) -> int:
    """Return how many pages a table of these widths is printed across: never too small to read."""
    return max(1, round(sum(needed) / _PAGE))


def _width(column: FileColumn, head: pl.DataFrame) -> float:
    """A heading may wrap into two lines; values may not."""
    need = max(_columns(column.heading) / 2, 6) + 3  # room for the filter's arrow
    shown = head[column.name].drop_nulls()
    if column.kind == "text":
        texts = shown.cast(pl.String).to_list()
        need = max([need, *(_columns(text) + 2 for text in texts)])
    elif column.kind == "date":
        need = max(need, 12)
    elif shown.len():
        need = max(
            need, len(f"{shown.abs().max() or 0:,.2f}") + 2 if shown.dtype.is_numeric() else 6
        )
    return min(max(need, _NARROW), _WIDE)


def _columns(text: str) -> int:
    """Return how wide a text is: a Chinese character takes two places."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
