"""New .xlsx files, looked at before the reader opens them: extent, errors, texts outside cells.

Everything is inflated once, in pieces, under the limits of zipped.Archive.
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] (compiled)

from data.intake import words
from data.intake.read.facts import BookFacts, Formulas, SheetFacts
from data.intake.read.limits import Limits, Refusal
from data.intake.read.zipped import Archive

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
_FILLED = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,9})"(?:\s[^>]*[^>/])?>')
# Any such attribute anywhere: of one written twice the reader takes the last.
_ANY_CELL = re.compile(rb"\br\s*=\s*['\"]([A-Za-z]{1,9})(\d{1,9})")
_ANY_ROW = re.compile(rb"\br\s*=\s*['\"](\d{1,9})")
_CELL_START = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW_END = re.compile(rb"</(?:\w+:)?row\b")
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_PREFIX = re.compile(rb"<(\w+):worksheet\b")
_FORMULA = re.compile(rb"<f[\s/>]")
_HIDDEN = (b' hidden="1"', b' hidden="true"')
_FORMULA_CELL = re.compile(
    rb'<c r="([A-Za-z]{1,3})(\d{1,9})"([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*'
    rb"(?:<v\b[^>]*/>|<v\b[^>]*>([^<]*)</v>)?"
)
_ERROR_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,9})"[^>]* t="e"[^>]*>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_EMPTY_VALUE = re.compile(rb"<v\b[^>]*/>$")
_TEXT_RESULT = b't="str"'
_TEXT_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,9})"[^>]*\bt="s"[^>]*>\s*<v>(\d{1,9})</v>')
_RUN = re.compile(rb"<(?:\w+:)?r>(.*?)</(?:\w+:)?r>", re.DOTALL)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</")
_VERTICAL = re.compile(rb"vertAlign\s+val=[\"']su(?:per|b)script")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
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
_LAST_COLUMN = 16_384
_DAYS_FROM_1904 = re.compile(r"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true)")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^>]+>")
_ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,9})")
_SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": True}


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


def scan(archive: Archive, limits: Limits) -> BookFacts:
    """Look through a package under limits; raises Refusal."""
    return _Scan(archive, limits).run()


class _Scan:
    """One pass over all parts."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive, self._limits = archive, limits
        self._raised: dict[str, str] = {}

    def run(self) -> BookFacts:
        book = BookFacts()
        parts: dict[str, _Part] = {}
        longest = 0
        for info in self._archive.infos:
            name = info.filename.lower()
            texts = _Strings() if name.endswith("sharedstrings.xml") else None
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
        self, info: zipfile.ZipInfo, texts: "_Strings | None", *, keep: bool
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
        part.cells += len(_CELL_START.findall(piece)) if part.odd else len(cell_rows)
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
            box = _any_box(data) if counted.odd else _filled_box(data)
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
            raise Refusal("file.bomb", f"各格文字合计 {total >> 20} MB,超过上限")

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
                facts.texts[_place(name, number)] = text
        if counted.hidden:
            facts.hidden_rows = {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}
        cells = _odd_cells(data) if counted.odd else _plain_cells(data, counted)
        for place, kind, is_formula, value in cells:
            if kind == "e":
                facts.errors[place] = value or "#错误"
                formulas.is_computed = True
            elif is_formula:
                formulas.found(facts, place, _result(kind, value, is_computed=is_computed))


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


_Cell = tuple[tuple[int, int], str, bool, str | None]


def _plain_cells(data: bytes, counted: _Part) -> Iterator[_Cell]:
    """Cells with an error or a formula: place, type, whether it is a formula, its value."""
    for name, number, body in _ERROR_CELL.findall(data) if counted.errors else ():
        value = _VALUE.search(body)
        yield _place(name, number), "e", False, value[1].decode("utf-8", "replace") if value else ""
    for found in _FORMULA_CELL.finditer(data) if counted.formulas else ():
        name, number, attributes, value = found.groups()
        kind = "str" if _TEXT_RESULT in attributes else "e" if b't="e"' in attributes else ""
        if kind != "e":
            if value is None and _EMPTY_VALUE.search(found[0]):
                value = b""
            shown = None if value is None else value.decode("utf-8", "replace")
            yield _place(name, number), kind, True, shown


def _odd_cells(data: bytes) -> Iterator[_Cell]:
    """The same of a sheet whose cells are written in an unusual way, perhaps without address."""
    row = column = -1
    try:
        for event, element in etree.iterparse(io.BytesIO(data), events=("start", "end"), **_SAFE):
            tag = etree.QName(element).localname
            if event == "start" and tag == "row":
                row, column = int(element.get("r", row + 2)) - 1, -1
            elif event == "start" and tag == "c":
                place = _ADDRESS.fullmatch(element.get("r", ""))
                column = words.column_number(place[1].upper()) if place else column + 1
                row = int(place[2]) - 1 if place else row
            elif event == "end" and tag == "c":
                parts = {etree.QName(part).localname: part for part in element}
                value = parts["v"].text or "" if "v" in parts else None
                yield (row, column), element.get("t", ""), "f" in parts, value
            elif event == "end" and tag == "row":
                element.clear()
    except (etree.XMLSyntaxError, ValueError):
        return  # the reader says what is wrong with it


def _place(name: bytes, number: bytes) -> tuple[int, int]:
    return int(number) - 1, words.column_number(name.decode().upper())


def _result(kind: str, value: str | None, *, is_computed: bool) -> str | None:
    """What a formula came to: "" for an empty text, None where nobody computed it.

    Programs that only write workbooks put a 0 there, and ask to be computed.
    """
    if value is None or kind == "str":
        return value
    made_up = ("",) if is_computed else ("", "0")
    return None if value.strip() in made_up else value


def _with_raised(item: bytes) -> str:
    """A text whose raised digits are only formatted so, with digits that are so by themselves.

    5 with a raised 3 behind it is 5³, not 53. Empty where no digit is raised.
    """
    parts, is_raised = [], False
    for run in _RUN.findall(item):
        text = unescape(b"".join(_RUN_TEXT.findall(run)).decode("utf-8", "replace"))
        raised = text.translate(_RAISED) if _VERTICAL.search(run) else text
        is_raised = is_raised or raised != text
        parts.append(raised)
    return "".join(parts) if is_raised else ""


class _Strings:
    """The longest of the shared texts, whose XML comes in pieces, and those with raised digits.

    raised  number of the text → what is to be read.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._longest = self._count = 0
        self.raised: dict[str, str] = {}

    def add(self, piece: bytes) -> None:
        whole = self._rest + piece
        *items, self._rest = whole.split(b"</si>")
        self._longest = max(self._longest, max(map(len, items), default=0))
        if b"vertAlign" in whole:
            for at, item in enumerate(items, start=self._count):
                if b"vertAlign" in item and (text := _with_raised(item)):
                    self.raised[str(at)] = text
        self._count += len(items)

    def longest(self) -> int:
        return max(self._longest, len(self._rest))


@dataclass(frozen=True)
class _Box:
    """A rectangle of cells, from its first to its last; rows and columns count from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def rows(self) -> int:
        return max(0, self.last_row - self.first_row + 1)

    @property
    def columns(self) -> int:
        return max(0, self.last_column - self.first_column + 1)

    @property
    def corner(self) -> str:
        return words.address(self.last_row, self.last_column)


def _filled_box(data: bytes) -> _Box:
    """The rectangle around those cells that are not just formatted."""
    first_row, last_row, first_column, last_column = 1 << 30, -1, 1 << 30, -1
    for name, number in _FILLED.findall(data):
        row, column = int(number) - 1, words.column_number(name.decode().upper())
        first_row, last_row = min(first_row, row), max(last_row, row)
        first_column, last_column = min(first_column, column), max(last_column, column)
    return _Box(first_row, first_column, last_row, last_column)


def _any_box(data: bytes) -> _Box:
    """At most such a rectangle, however cells and rows are written."""
    rows = _ROW_END.split(data)
    last_row = max(len(rows), max(map(int, _ANY_ROW.findall(data)), default=0))
    last_column = max(len(_CELL_START.findall(row)) for row in rows)
    for name, number in _ANY_CELL.findall(data):
        last_row = max(last_row, int(number))
        last_column = max(last_column, words.column_number(name.decode().upper()) + 1)
    if last_column > _LAST_COLUMN:
        raise Refusal("file.damaged", "有单元格的地址超出工作表的最后一列(XFD)")
    return _Box(0, 0, last_row - 1, last_column - 1)


def _attributes(tag: str) -> dict[str, str]:
    return {
        name: unescape(double or single, {"&quot;": '"', "&apos;": "'"})
        for name, double, single in _ATTRIBUTE.findall(tag)
    }
