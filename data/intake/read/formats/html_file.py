"""HTML pages that systems hand out as .xls: their tables, stacked as Excel stacks them.

What stands outside the tables becomes a row of one cell: titles and signatures often do.
"""

import re
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] (compiled)

from data.intake import words
from data.intake.read import look_alikes
from data.intake.read.facts import Grid
from data.intake.read.limits import FileLimits, Refusal

# What browsers allow at most; more is a slip or a trap.
_MOST_COLUMNS, _MOST_ROWS = 1000, 65_534
_BLOCKS = frozenset(
    "address blockquote body caption center dd div dl dt fieldset form h1 h2 h3 h4 h5 h6 hr li ol p"
    " pre tbody td tfoot th thead tr ul".split()
)
_UNSEEN = frozenset("head noscript script style template title xml".split())
_LOOKS_LIKE_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:E[-+]?\d+)?", re.IGNORECASE)
_RAISED_BY, _STRUCK_BY = frozenset({"sup", "sub"}), frozenset({"s", "strike", "del"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# LibreOffice writes every sheet of a workbook into one page, each behind such an anchor.
_SHEET_ANCHOR = re.compile(r"table\d+")
_SHEET_NAME = re.compile(r"<x:ExcelWorksheet>\s*<x:Name>([^<]{1,31})</x:Name>")
_LINE = "\n"


def grids(text: str, limits: FileLimits) -> list[Grid]:
    """The page as one sheet, or as those that it says it was made of.

    raises Refusal for a page without a table, one too deep to follow, or one of too many cells.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    page = etree.fromstring(text.encode("utf-8"), parser)
    if any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log):
        raise Refusal("file.damaged", "网页的标签嵌套过深，读不完整")
    if page is None or page.find(".//table") is None:
        raise Refusal("file.foreign", "这是网页，里面没有表格", "请报送 .xlsx 或 .csv 文件。")
    named = _SHEET_NAME.search(text)
    reading = _Page(Grid(named[1] if named else "", []), limits)
    reading.block(page)
    reading.flush()
    return [grid for grid in reading.grids if grid.rows]


class _Page:
    """What was read of a page so far."""

    def __init__(self, grid: Grid, limits: FileLimits) -> None:
        self.grids, self._limits = [grid], limits
        self._line: list[str] = []
        self._width = 0

    @property
    def grid(self) -> Grid:
        """The sheet that is being read."""
        return self.grids[-1]

    def block(self, element: Any) -> None:
        """Read what stands in an element, in its order."""
        self._line.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _UNSEEN:
                self._child(child)
            self._line.append(child.tail or "")

    def flush(self) -> None:
        """End a line of text that stands outside tables."""
        text = " ".join("".join(self._line).split())
        self._line = []
        if text:
            self.grid.rows.append([text])

    def _child(self, child: Any) -> None:
        if child.tag == "a" and _SHEET_ANCHOR.fullmatch(child.get("name", "")):
            self.flush()
            name = child.find(".//em")
            self.grids.append(Grid("" if name is None else _text(name), []))
            self._width = 0
        ends_line = child.tag in _BLOCKS or child.tag in ("br", "table")
        if ends_line:
            self.flush()
        # A table around tables only lays out the page.
        if child.tag == "table" and child.find(".//table") is None:
            self._table(child)
        else:
            self.block(child)
        if ends_line:
            self.flush()

    def _table(self, table: Any) -> None:
        below: dict[int, int] = {}
        for row in table.iter("tr", "caption"):
            if row.tag == "caption":
                self.grid.rows.append([_text(row)])
                continue
            at = len(self.grid.rows)
            if _is_hidden(row):
                self.grid.facts.hidden_rows.add(at)
            self.grid.rows.append(self._cells(row, at, below))
            below = {column: rows - 1 for column, rows in below.items() if rows > 1}

    def _cells(self, row: Any, at: int, below: dict[int, int]) -> list[Any]:
        """The cells of a row; `below` says which columns a cell from above reaches down into."""
        covered = frozenset(below)
        cells: list[Any] = []
        for cell in row.iter("td", "th"):
            while len(cells) in covered:
                cells.append("")
            first = len(cells)
            across = _span(cell, "colspan", _MOST_COLUMNS)
            down = _span(cell, "rowspan", _MOST_ROWS)
            cells += [_value(cell), *[""] * (across - 1)]
            if across > 1 or down > 1:
                self.grid.facts.merged.append(((at, first), (at + down - 1, first + across - 1)))
            if down > 1:
                below.update(dict.fromkeys(range(first, first + across), down))
        self._width = max(self._width, len(cells))
        corner = words.address(at, self._width - 1) if self._width else "A1"
        self._limits.refuse_box(self.grid.name, at + 1, self._width, corner)
        return cells


def _span(cell: Any, name: str, most: int) -> int:
    digits = cell.get(name, "1").strip()
    return min(max(int(digits), 1), most) if digits.isdecimal() and len(digits) < 10 else 1


def _value(cell: Any) -> Any:
    """The text of a cell; the number that Excel or LibreOffice keep beside a rounded display."""
    text = _text(cell)
    exact = cell.get("x:num") or cell.get("sdval")
    if exact and _LOOKS_LIKE_NUMBER.fullmatch(text):
        try:
            return float(exact)
        except ValueError:
            return text
    return text


def _text(cell: Any) -> str:
    """What a browser shows: white space as one space, breaks as new lines."""
    parts: list[str] = []
    _collect(cell, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split(_LINE))
    return _LINE.join(lines).strip(_LINE)


def _is_hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _marked(element: Any) -> str:
    """The text of what stands in a cell: raised and struck digits are not those beside them."""
    parts: list[str] = []
    _collect(element, parts)
    text = "".join(parts)
    if element.tag in _RAISED_BY:
        return look_alikes.raised(text)
    return look_alikes.struck(text) if element.tag in _STRUCK_BY else text


def _collect(element: Any, parts: list[str]) -> None:
    parts.append(" ".join(element.text.splitlines()) if element.text else "")
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSEEN and not _is_hidden(child):
            if child.tag == "br" or child.tag in _BLOCKS:
                parts.append(_LINE)
            parts.append(_marked(child))
        parts.append(" ".join(child.tail.splitlines()) if child.tail else "")
