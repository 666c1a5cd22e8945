"""Workbooks of Excel 2 to 95, which old programs still write: texts are bytes in a code page."""

import io
import struct
from datetime import date, datetime, time
from typing import Any

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from data.intake.read.facts import BookFacts, Grid, SheetFacts
from data.intake.read.limits import Refusal

_CODEPAGE = 0x0042
# Simplified and traditional Chinese say what they are; others are programs that did not care.
_OWN_PAGES = {950: "cp950", 1200: "utf-16-le"}
_CHINESE = "gb18030"
_ADVICE = "这是 Excel 5.0/95 或更早的格式。请用 Excel 或 WPS 打开，另存为 .xlsx 后再报。"
# What a torn or hostile file makes the reader raise.
_BROKEN = (
    XLRDError,
    CompDocError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    ArithmeticError,
    struct.error,
)


def grids(data: bytes, records: bytes) -> tuple[list[Grid], BookFacts]:
    """The sheets with their cells in their own types.

    data     the file; records: its stream of records.
    raises   Refusal for what cannot be read without destroying its texts.
    """
    try:
        book = xlrd.open_workbook(
            file_contents=data,
            logfile=io.StringIO(),
            encoding_override=_OWN_PAGES.get(_code_page(records), _CHINESE),
            formatting_info=True,
        )
        found = [_grid(book, sheet) for sheet in book.sheets()]
    except _BROKEN as error:
        raise Refusal("file.damaged", "旧格式的工作簿，读不出来", _ADVICE) from error
    facts = BookFacts([grid.facts for grid in found], is_1904=book.datemode == 1)
    return found, facts


def _code_page(records: bytes) -> int:
    at = 0
    while at + 6 <= min(len(records), 1 << 16):
        kind, length = struct.unpack_from("<HH", records, at)
        if kind == _CODEPAGE:
            return struct.unpack_from("<H", records, at + 4)[0]
        at += 4 + length
    return 0


def _grid(book: Any, sheet: Any) -> Grid:
    facts = SheetFacts(hidden_rows={row for row, info in sheet.rowinfo_map.items() if info.hidden})
    rows = []
    for at in range(sheet.nrows):
        cells = []
        for column, cell in enumerate(sheet.row(at)):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                facts.errors[at, column] = xlrd.error_text_from_code.get(cell.value, "#错误")
            cells.append(_value(cell, book.datemode))
        rows.append(cells)
    return Grid(sheet.name, rows, facts=facts, is_hidden=sheet.visibility != 0)


def _value(cell: Any, datemode: Any) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _day(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER):
        return cell.value
    return ""


def _day(number: float, datemode: Any) -> date | datetime | time | float:
    try:
        moment = xlrd.xldate_as_datetime(number, datemode)
    except (ValueError, OverflowError):
        return number
    if number < 1:
        return moment.time()
    return moment.date() if moment.time() == time() else moment
