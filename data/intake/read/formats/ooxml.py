"""New .xlsx files, looked at before the reader opens them: extent, errors, texts outside cells.

Everything is inflated once, in pieces, under the limits of limits.Archive.
"""

import posixpath
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from data.intake import words
from data.intake.read.facts import BookFacts, Formulas, SheetFacts
from data.intake.read.formats.ooxml_cells import (
    CELL_START,
    SharedTexts,
    any_box,
    filled_box,
    odd_cells,
    place_of,
    plain_cells,
    result,
)
from data.intake.read.limits import Archive, FileLimits, Refusal

_CHARACTERS_IN_A_CELL = 32_767
_TEXT_BUDGET = 2 << 30
# The usual way to write cells and rows; a sheet written otherwise is counted the slow way.
_WIDE = re.compile(rb'<c r="([A-Za-z]{2,3})\d')
_CELL_ROW = re.compile(rb'<c r="[A-Za-z]{1,3}(\d{1,9})"')
_ROW_NUMBER = re.compile(rb'<row\b[^>]*? r="(\d{1,9})"')
_ROW, _CELL = b'<row r="', b'<c r="'
_FORMAT_TAGS = (_CELL, _ROW, b"</row>", b"</c>")
_LONG = 1 << 16
_SMALL = 16 << 20
_UNUSUAL = (
    b"<c\t",
    b"<c\r",
    b"<c\n",
    b"<row\t",
    b"<row\r",
    b"<row\n",
    b":row",
    b":c ",
    b":c>",
    b":c\t",
)
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_PREFIX = re.compile(rb"<(\w+):worksheet\b")
_FORMULA = re.compile(rb"<f[\s/>]")
_HIDDEN = (b' hidden="1"', b' hidden="true"')
_TEXT_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,9})"[^>]*\bt="s"[^>]*>\s*<v>(\d{1,9})</v>')
# The workbook asks to be computed when it is opened: results that are there are made up.
_UNCOMPUTED = re.compile(r"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad=[\"'](?:1|true)")
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]* hidden="(?:1|true)")[^>]*? r="(\d{1,9})"')
_STRING_INDEX = re.compile(rb't="s"[^>]*>\s*<v>(\d{1,9})</v>')
# Parts without words of a person's own. A sheet's cells are read as cells; what follows them
# (headers, footers, choices, links) is kept.
_FIGURES_ONLY = re.compile(r"/worksheets/[^/]+\.xml$|/styles\.xml$|/theme/|\[content_types\]")
_CELLS_END = b"</sheetData>"
_NOTE = re.compile(
    r'<(?:\w+:)?comment\b[^>]*?\bref="([A-Z]{1,3}\d+)"[^>]*>(.*?)</(?:\w+:)?comment>', re.DOTALL
)
_MOST_KEPT = 64 << 20
_DAYS_FROM_1904 = re.compile(r"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true)")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^>]+>")


@dataclass
class _Part:
    """What one pass over a sheet's XML counted."""

    errors: bool = False
    formulas: bool = False
    hidden: bool = False
    last_row: int = 0
    last_column: int = 26
    odd: bool = False
    strings: int = 0
    cells: int = 0
    filled: bytes = b""


def scan(archive: Archive, limits: FileLimits) -> BookFacts:
    """Look through a package under limits; raises Refusal."""
    return _Scan(archive, limits).run()


class _Scan:
    """One pass over all parts."""

    def __init__(self, archive: Archive, limits: FileLimits) -> None:
        self._archive, self._limits = archive, limits
        self._raised: dict[str, str] = {}

    def run(self) -> BookFacts:
        book = BookFacts()
        parts: dict[str, _Part] = {}
        longest = 0
        for info in self._archive.infos:
            name = info.filename.lower()
            texts = SharedTexts() if name.endswith("sharedstrings.xml") else None
            is_text = name.endswith((".xml", ".rels", ".vml"))
            keep = is_text and texts is None and not _FIGURES_ONLY.search(name)
            # Which part is a sheet is for the links in the workbook to say: count them all.
            parts[info.filename], text = self._part(info, texts, keep=keep)
            if texts is not None:
                longest = max(longest, texts.longest())
                self._raised = texts.raised
            if text:
                whole = text.decode("utf-8", "replace")
                # With the attributes (links, names, filters), and as one reads it.
                book.other_texts += [unescape(whole), unescape(_TAG.sub(" ", whole))]
                book.notes += [
                    (found[1], unescape(_TAG.sub("", found[2]))) for found in _NOTE.finditer(whole)
                ]
        sheets = {name: part for name, part in parts.items() if part.last_row or part.odd}
        book.mended = {name: part.filled for name, part in sheets.items() if part.filled}
        self._refuse_repeated_texts(sheets, longest)
        book.is_1904 = any(map(_DAYS_FROM_1904.search, book.other_texts))
        names = self._sheet_parts()
        titles = {part: title for title, part in names}
        for name, part in sheets.items():
            self._refuse_extent(titles.get(name, ""), name, part)
        formulas = Formulas()
        is_computed = not any(map(_UNCOMPUTED.search, book.other_texts))
        for _, name in names:
            facts = SheetFacts()
            book.sheets.append(facts)
            if name in sheets:
                self._facts(name, sheets[name], facts, formulas, is_computed=is_computed)
        formulas.settle()
        return book

    def _whole(self, part: str, counted: _Part) -> bytes:
        """A part that was already counted, with its namespace prefix removed."""
        data = counted.filled or self._archive.again(part)
        prefix = _PREFIX.search(data[:4096])
        if prefix:
            data = data.replace(b"<" + prefix[1] + b":", b"<")
            data = data.replace(b"</" + prefix[1] + b":", b"</")
        return data

    def _part(
        self, info: zipfile.ZipInfo, texts: "SharedTexts | None", *, keep: bool
    ) -> tuple[_Part, bytes]:
        """Count a part piece by piece; keep asks for its bytes as well, else those after cells."""
        part, kept = _Part(), []
        filled = _Filled()
        rest, first = b"", True
        wide: set[bytes] = set()
        for raw in self._archive.pieces(info):
            if first and (
                (raw.startswith(_WIDE_TEXT) and info.filename.lower().endswith(".xml"))
                or raw.startswith(_WIDE_TEXT[2:])
                or b"<!DOCTYPE" in raw[:4096]
            ):
                raise Refusal("file.foreign", "文件内容不是工作簿")
            first = False
            if texts is not None:
                texts.add(raw)
            piece = rest + raw
            end = piece.find(_CELLS_END)
            if keep or kept:
                kept.append(raw)
            elif end >= 0:
                kept.append(piece[end:])
            if sum(map(len, kept)) > _MOST_KEPT:
                raise Refusal("file.bomb", "单元格以外的内容过大")
            cut = piece.rfind(b"<")
            at = cut if cut > 0 else len(piece)
            piece, rest = piece[:at], piece[at:]
            if filled.add(piece):
                self._count(part, piece, wide)
        filled.add(rest)
        self._count(part, rest, wide)
        part.filled = filled.whole()
        columns = (words.column_number(name.decode().upper()) for name in wide)
        part.last_column = max(part.last_column, *(column + 1 for column in columns), 0)
        return part, b"".join(kept)

    @staticmethod
    def _count(part: _Part, piece: bytes, wide: set[bytes]) -> None:
        part.errors = part.errors or b't="e"' in piece
        part.formulas = part.formulas or _FORMULA.search(piece) is not None
        part.hidden = part.hidden or any(mark in piece for mark in _HIDDEN)
        rows = _ROW_NUMBER.findall(piece)
        cell_rows = _CELL_ROW.findall(piece)
        highest = max(map(int, {*rows, *cell_rows}), default=0)
        part.last_row = max(part.last_row, highest)
        wide.update(_WIDE.findall(piece))
        part.strings += piece.count(b't="s"')
        part.cells += len(CELL_START.findall(piece)) if part.odd else len(cell_rows)
        part.odd = (
            part.odd
            or piece.count(b"<c ") + piece.count(b"<c>") != len(cell_rows)
            or piece.count(b"<row ") + piece.count(b"<row>") != len(rows)
            or piece.count(b' r="') + piece.count(b'"r="') != len(cell_rows) + len(rows)
            or any(mark in piece for mark in _UNUSUAL)
        )

    def _refuse_extent(self, title: str, name: str, counted: _Part) -> None:
        if counted.odd or counted.last_row * counted.last_column > self._limits.max_cells:
            data = counted.filled or self._archive.again(name)
            box = any_box(data) if counted.odd else filled_box(data)
            self._limits.refuse_box(title, box.rows, box.columns, box.corner)

    def _refuse_repeated_texts(self, sheets: dict[str, _Part], longest: int) -> None:
        """One long text that a million cells point to would fill the memory."""
        is_odd = any(part.odd for part in sheets.values())
        used = sum(part.cells if part.odd else part.strings for part in sheets.values())
        if longest > _CHARACTERS_IN_A_CELL * 20:
            raise Refusal("file.bomb", "有一格的文字超过 Excel 允许的长度")
        if used * longest <= _TEXT_BUDGET:
            return
        if is_odd:
            raise Refusal("file.bomb", f"各格文字合计可能超过 {_TEXT_BUDGET >> 20} MB")
        part = next(n for n in self._archive.names if n.lower().endswith("sharedstrings.xml"))
        lengths = [len(item) for item in self._archive.again(part).split(b"</si>")]
        total = 0
        for name, part in sheets.items():
            for index, times in Counter(_STRING_INDEX.findall(self._whole(name, part))).items():
                total += times * (lengths[int(index)] if int(index) < len(lengths) else 0)
        if total > _TEXT_BUDGET:
            raise Refusal("file.bomb", f"各格文字合计 {total >> 20} MB，超过上限")

    def _sheet_parts(self) -> list[tuple[str, str]]:
        """Name and XML part of every sheet, in the order of the workbook."""
        names = self._archive.names
        book = next(n for n in ("xl/workbook.xml", *names) if n.endswith("/workbook.xml"))
        if book not in names:
            book = next(n for n in names if n.endswith("/workbook.xml"))
        folder = posixpath.dirname(book)
        links = f"{folder}/_rels/{posixpath.basename(book)}.rels"
        targets: dict[str, str] = {}
        if links in names:
            for tag in re.findall(r"<\w*:?Relationship\b[^>]*>", self._decoded(links)):
                values = _attributes(tag)
                target = values.get("Target", "")
                joined = target[1:] if target.startswith("/") else posixpath.join(folder, target)
                targets[values.get("Id", "")] = posixpath.normpath(joined)
        parts = []
        for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", self._decoded(book)):
            values = _attributes(tag)
            link = next((v for k, v in values.items() if k.endswith(":id")), "")
            parts.append((values.get("name", ""), targets.get(link, "")))
        return parts

    def _decoded(self, part: str) -> str:
        return self._archive.again(part).decode("utf-8", "replace")

    def _facts(
        self, part: str, counted: _Part, facts: SheetFacts, formulas: Formulas, *, is_computed: bool
    ) -> None:
        is_plain = not (counted.errors or counted.formulas or counted.hidden or counted.odd)
        if is_plain and not self._raised:
            return
        data = self._whole(part, counted)
        for name, number, index in _TEXT_CELL.findall(data) if self._raised else ():
            if (text := self._raised.get(index.decode())) is not None:
                facts.texts[place_of(name, number)] = text
        if counted.hidden:
            facts.hidden_rows = {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}
        if counted.odd:
            cells = odd_cells(data)
        else:
            cells = plain_cells(data, errors=counted.errors, formulas=counted.formulas)
        for place, kind, is_formula, value in cells:
            if kind == "e":
                facts.errors[place] = value or "#错误"
                formulas.is_computed = True
            elif is_formula:
                formulas.found(facts, place, result(kind, value, is_computed=is_computed))


class _Filled:
    """A sheet's XML without the long runs of rows that are only formatted, perhaps to the last row.

    The reader would pass over them, but takes its time.
    """

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._length = 0
        self._left_out = False

    def add(self, piece: bytes) -> bool:
        """Take the next piece or its ends; whether there is more in it than formats."""
        is_told = not _is_format_only(piece)
        if not is_told:
            # Whole rows are left out: what is before the first and the last one belong to others.
            first, last = piece.find(_ROW), piece.rfind(_ROW)
            self._left_out |= last > first
            piece = piece[:first] + piece[last:] if last > first else piece
        self._length += len(piece)
        if self._length <= _SMALL:
            self._kept.append(piece)
        return is_told

    def whole(self) -> bytes:
        """What is left; nothing where nothing was left out, or where it is long all the same."""
        return b"".join(self._kept) if self._left_out and self._length <= _SMALL else b""


def _is_format_only(piece: bytes) -> bool:
    """Whether nothing but empty rows and cells stands in a piece, each with its address.

    A cell that is still open at its end may have a value.
    """
    if len(piece) < _LONG or piece.count(b"<") != sum(map(piece.count, _FORMAT_TAGS)):
        return False
    last = piece[piece.rfind(b"<") :]
    return not last.startswith(_CELL) or last.rstrip().endswith(b"/>")


def _attributes(tag: str) -> dict[str, str]:
    return {
        name: unescape(double or single, {"&quot;": '"', "&apos;": "'"})
        for name, double, single in _ATTRIBUTE.findall(tag)
    }
