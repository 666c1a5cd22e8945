"""Workbooks as XML of Excel 2003 (SpreadsheetML), which many systems name .xls."""

import io
from datetime import date, datetime, time
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] (compiled)

from data.intake import words
from data.intake.read.facts import BookFacts, Formulas, Grid
from data.intake.read.limits import FileLimits, Refusal

_NAME = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_MOST_COLUMNS = 16_384
_SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True}


def grids(text: str, limits: FileLimits) -> tuple[list[Grid], BookFacts]:
    """The sheets with their cells in their own types.

    raises Refusal for XML that is not whole and for a sheet that would fill the memory.
    """
    if "<!DOCTYPE" in text[:4096] or "<!ENTITY" in text[:4096]:
        raise Refusal("file.foreign", "文件内容不是工作簿")
    sheets: list[_Sheet] = []
    book, formulas = BookFacts(), Formulas()
    # The declaration names the encoding that the bytes had before they were made a text.
    body = text.partition("?>")[2] if text.startswith("<?xml") else text
    data = io.BytesIO(body.encode("utf-8"))
    try:
        for event, element in etree.iterparse(data, events=("start", "end"), **_SAFE):
            if event == "start":
                if element.tag == f"{_NAME}Worksheet":
                    sheets.append(_Sheet(element.get(f"{_NAME}Name", ""), limits, formulas))
            elif element.tag == f"{_NAME}Row" and sheets:
                sheets[-1].add(element)
                element.clear()
            elif element.tag == f"{_EXCEL}Visible" and sheets:
                sheets[-1].grid.is_hidden = (element.text or "").startswith("SheetHidden")
            elif element.tag == f"{_EXCEL}Date1904":
                book.is_1904 = True
    except etree.XMLSyntaxError as error:
        raise Refusal("file.damaged", "文件不完整，读不出来") from error
    formulas.settle()
    found = [sheet.grid for sheet in sheets]
    book.sheets = [grid.facts for grid in found]
    return found, book


class _Sheet:
    """A sheet while its rows come in."""

    def __init__(self, name: str, limits: FileLimits, formulas: Formulas) -> None:
        self.grid = Grid(name, [])
        self._formulas = formulas
        self._limits = limits
        self._next = 0
        self._width = 0

    def add(self, row: Any) -> None:
        """Read one row; rows that only carry a format take their place and nothing else."""
        at = _number(row, "Index", self._next + 1) - 1
        self._next = at + 1 + _number(row, "Span", 0)
        cells = self._cells(row, at)
        if not any(cell != "" for cell in cells):
            return
        self._width = max(self._width, len(cells))
        corner = words.address(at, self._width - 1)
        self._limits.refuse_box(self.grid.name, at + 1, self._width, corner)
        self.grid.rows += [[] for _ in range(at - len(self.grid.rows))]
        self.grid.rows.append(cells)
        if row.get(f"{_NAME}Hidden") == "1":
            self.grid.facts.hidden_rows.add(at)

    def _cells(self, row: Any, at: int) -> list[Any]:
        cells: list[Any] = []
        for cell in row.iterchildren(f"{_NAME}Cell"):
            first = _number(cell, "Index", len(cells) + 1) - 1
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if first + across >= _MOST_COLUMNS:
                raise Refusal("file.damaged", "有单元格的地址超出工作表的最后一列（XFD）")
            cells += [""] * (first - len(cells))
            cells += [self._value(cell, at, first), *[""] * across]
            if across or down:
                self.grid.facts.merged.append(((at, first), (at + down, first + across)))
        return cells

    def _value(self, cell: Any, row: int, column: int) -> Any:
        data = cell.find(f"{_NAME}Data")
        text = "".join(data.itertext()) if data is not None else ""
        kind = data.get(f"{_NAME}Type", "String") if data is not None else ""
        if kind == "Error":
            self.grid.facts.errors[row, column] = text or "#错误"
            return ""
        if cell.get(f"{_NAME}Formula"):
            result = None if data is None else text
            self._formulas.found(self.grid.facts, (row, column), result)
        return _typed(kind, text)


def _number(element: Any, name: str, default: int) -> int:
    text = element.get(f"{_NAME}{name}", "")
    return int(text) if text.isdecimal() and len(text) < 8 else default


def _typed(kind: str, text: str) -> Any:
    try:
        if kind == "Number" and text:
            return float(text)
        if kind == "DateTime":
            return _moment(datetime.fromisoformat(text))
    except ValueError:
        return text
    return text == "1" if kind == "Boolean" else text


def _moment(moment: datetime) -> date | datetime | time:
    """A day, a moment or a time of day, as the other readers give them."""
    if moment.time() == time():
        return moment.date()
    return moment.time() if moment.year < 1905 else moment
