"""Writing a report table the way the offices lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from data.intake.words import address

FONT = "宋体"
# A fixed day of creation: the same rows give the same file.
_CREATED = datetime(2020, 12, 21, 9, 0)
_NUMBERED = "甲乙丙丁"


@dataclass(frozen=True)
class TableHeader:
    """One column: its name in the catalogue, the printed text, the printed group above it."""

    name: str
    text: str
    group: str = ""
    is_text: bool = False
    width: float = 11


@dataclass(frozen=True)
class Written:
    """A file and where its data rows begin (zero-based)."""

    path: Path
    first_row: int
    columns: dict[str, int]

    def cell(self, row: int, name: str) -> str:
        """The address of a value, as C7."""
        return address(self.first_row + row, self.columns[name])


def write_table(
    path: Path,
    title: str,
    metadata: Mapping[str, str],
    headers: Sequence[TableHeader],
    rows: Sequence[Sequence[Any]],
    *,
    total: Sequence[Any] | None = None,
    footer: Sequence[str] = (),
    numbering: bool = True,
    sheet: str = "Sheet1",
) -> Written:
    """Write one report table: title, 填报单位 and so on, headers, numbering, rows, 合计, signature.

    metadata  Label -> value, printed in one row under the title.
    headers   Neighbours with the same group share a merged cell above their own.
    rows      One value per header; None leaves the cell empty. Numbers stay numbers, dates dates;
              a text is never taken for a formula.
    """
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet(sheet)
        styles = _styles(book)
        last = len(headers) - 1
        page.merge_range(0, 0, 0, last, title, styles["title"])
        words = "    ".join(f"{label}：{value}" for label, value in metadata.items())
        page.write_string(1, 0, words, styles["plain"])
        top = _write_headers(page, headers, styles["header"])
        if numbering:
            texts = sum(header.is_text for header in headers)
            for column in range(len(headers)):
                own = _NUMBERED[column] if column < texts else str(column - texts + 1)
                page.write_string(top, column, own, styles["header"])
            top += 1
        for index, row in enumerate(rows):
            _write_row(page, top + index, row, styles)
        below = top + len(rows)
        if total is not None:
            _write_row(page, below, total, styles)
            below += 1
        for index, text in enumerate(footer):
            page.write_string(below + index, 0, text, styles["plain"])
        for column, header in enumerate(headers):
            page.set_column(column, column, header.width)
        page.freeze_panes(top, min(2, len(headers)))
    return Written(path, top, {header.name: at for at, header in enumerate(headers)})


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": FONT, "font_size": 11}
    lined = base | {"border": 1}
    return {
        "title": book.add_format(base | {"bold": True, "font_size": 16, "align": "center"}),
        "header": book.add_format(lined | {"bold": True, "align": "center", "text_wrap": True}),
        "plain": book.add_format(base),
        "text": book.add_format(lined | {"num_format": "@"}),
        "number": book.add_format(lined),
        "date": book.add_format(lined | {"num_format": "yyyy-mm-dd"}),
    }


def _write_headers(page: Any, headers: Sequence[TableHeader], style: Any) -> int:
    """TableHeader rows from row 3 on; the row after them."""
    deep = any(header.group for header in headers)
    column = 0
    while column < len(headers):
        header, end = headers[column], column
        if not header.group:
            if deep:
                page.merge_range(2, column, 3, column, header.text, style)
            else:
                page.write_string(2, column, header.text, style)
            column += 1
            continue
        while end + 1 < len(headers) and headers[end + 1].group == header.group:
            end += 1
        if end > column:
            page.merge_range(2, column, 2, end, header.group, style)
        else:
            page.write_string(2, column, header.group, style)
        for inner in range(column, end + 1):
            page.write_string(3, inner, headers[inner].text, style)
        column = end + 1
    return 4 if deep else 3


def _write_row(page: Any, row: int, values: Sequence[Any], styles: dict[str, Any]) -> None:
    for column, value in enumerate(values):
        if value is None:
            page.write_blank(row, column, None, styles["number"])
        elif isinstance(value, bool):
            page.write_string(row, column, "是" if value else "否", styles["text"])
        elif isinstance(value, date):
            page.write_datetime(row, column, value, styles["date"])
        elif isinstance(value, str):
            page.write_string(row, column, value, styles["text"])
        else:
            page.write_number(row, column, float(value), styles["number"])
