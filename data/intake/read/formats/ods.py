"""OpenDocument sheets, looked at before the reader opens them: extent, errors, hidden rows."""

import io
import re
from typing import Any
from xml.sax.saxutils import unescape

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] (compiled)

from data.intake import words
from data.intake.read.facts import BookFacts, Formulas, SheetFacts
from data.intake.read.limits import Archive, FileLimits, Refusal

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NOTE = f"{_OFFICE}annotation"
_SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True}
# Indented for people, as some programs write: the reader stops at white space between cells.
_BETWEEN_CELLS = re.compile(rb">\s+<(?=/?table:)")
_TAG = re.compile(r"<[^>]+>")
# Errors are texts with a type of their own, or, of older programs, an error's number.
_ERROR = re.compile(r"#[A-Z/0!?]+|Err:\d{3}")


def scan(archive: Archive, limits: FileLimits) -> BookFacts:
    """Look through a package under limits.

    raises Refusal for a password, a torn part, a sheet that would fill the memory.
    """
    book = BookFacts()
    for info in archive.infos:
        data = archive.read(info)
        name = info.filename
        if name == "META-INF/manifest.xml" and b"encryption-data" in data:
            raise Refusal("file.encrypted", "文件有密码")
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
            raise Refusal("file.foreign", "文件内容不是工作簿")
        if name == "content.xml":
            _Content(book, limits).read(data)
            if _BETWEEN_CELLS.search(data):
                book.mended[name] = _BETWEEN_CELLS.sub(b"><", data)
        elif name.endswith(".xml"):
            whole = data.decode("utf-8", "replace")
            book.other_texts += [unescape(whole), unescape(_TAG.sub(" ", whole))]
    return book


class _Content:
    """One pass over the sheets."""

    def __init__(self, book: BookFacts, limits: FileLimits) -> None:
        self._book, self._limits = book, limits
        self._name = ""
        self._row = self._last_row = self._last_column = 0
        self._formulas = Formulas()

    def read(self, data: bytes) -> None:
        tags = (f"{_TABLE}table", f"{_TABLE}table-row", _NOTE)
        try:
            for event, element in etree.iterparse(
                io.BytesIO(data), events=("start", "end"), tag=tags, huge_tree=True, **_SAFE
            ):
                if event == "start" and element.tag == tags[0]:
                    self._begin(element)
                elif event == "end" and element.tag == tags[1] and self._book.sheets:
                    self._add(element)
                    element.clear()
        except etree.XMLSyntaxError as error:
            raise Refusal("file.damaged", "文件不完整，读不出来") from error
        self._formulas.settle()

    def _begin(self, table: Any) -> None:
        self._name = table.get(f"{_TABLE}name", "")
        self._row = self._last_row = self._last_column = 0
        self._book.sheets.append(SheetFacts())

    def _add(self, row: Any) -> None:
        facts, times = self._book.sheets[-1], _times(row, "rows")
        filled = self._cells(row, facts)
        if filled:
            self._last_row = self._row + times
            self._last_column = max(self._last_column, filled)
            corner = words.address(self._last_row - 1, self._last_column - 1)
            self._limits.refuse_box(self._name, self._last_row, self._last_column, corner)
            if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                facts.hidden_rows.update(range(self._row, self._row + times))
        self._row += times

    def _cells(self, row: Any, facts: SheetFacts) -> int:
        """Up to which column the row is filled; its errors are noted."""
        column = filled = 0
        for cell in row.iterchildren(*_CELLS):
            for note in cell.iterchildren(_NOTE):
                text = " ".join(" ".join(note.itertext()).split())
                self._book.notes.append((words.address(self._row, column), text))
                self._book.other_texts.append(text)
            times = _times(cell, "columns")
            if cell.get(f"{_OFFICE}value-type") or cell.find(f"{_TEXT}p") is not None:
                filled = column + times
            if cell.get(f"{_TABLE}formula"):
                self._formula(cell, facts, (self._row, column))
            across, down = _spanned(cell, "columns"), _spanned(cell, "rows")
            if across > 1 or down > 1:
                end = self._row + down - 1, column + across - 1
                facts.merged.append(((self._row, column), end))
            column += times
        return filled

    def _formula(self, cell: Any, facts: SheetFacts, place: tuple[int, int]) -> None:
        shown = cell.find(f"{_TEXT}p")
        text = None if shown is None else "".join(shown.itertext())
        if cell.get(f"{_CALC}value-type") == "error" or _ERROR.fullmatch(text or ""):
            facts.errors[place] = text or "#错误"
        elif text or cell.get(f"{_OFFICE}value-type") is not None:
            self._formulas.found(facts, place, text or "#")
        else:
            self._formulas.found(facts, place, text)


def _times(element: Any, what: str) -> int:
    return _count(element.get(f"{_TABLE}number-{what}-repeated", "1"))


def _spanned(cell: Any, what: str) -> int:
    return _count(cell.get(f"{_TABLE}number-{what}-spanned", "1"))


def _count(text: str) -> int:
    return max(int(text), 1) if text.isdecimal() and len(text) < 9 else 1
