"""New .xlsx files, looked at before the reader opens them: size, extent, passwords, errors.

Everything is inflated once, in pieces, under a hard limit: the sizes in a zip directory may lie.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from data.workbooks import words

# What stands for a formula whose result was never computed.
NO_RESULT = "没有结果的公式"
MAGIC = b"PK\x03\x04"
_PIECE = 1 << 22
_CHARACTERS_IN_A_CELL = 32_767
_TEXT_BUDGET = 2 << 30
# The usual way to write cells and rows; a sheet written otherwise is counted the slow way.
_WIDE = re.compile(rb'<c r="([A-Za-z]{2,3})\d')
_CELL_ROW = re.compile(rb'<c r="[A-Za-z]{1,3}(\d{1,9})"')
_ROW_NUMBER = re.compile(rb'<row\b[^>]*? r="(\d{1,9})"')
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
_MARKS = (b"</f></c>", b"</f><v/>", b"</f><v />", b"</f><v></v>")
_HIDDEN = b' hidden="1"'
_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,9})"(|\s[^>]*[^>/])>(.*?)</c>', re.DOTALL)
_EMPTY_FORMULA = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*$")
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]* hidden="1")[^>]*? r="(\d{1,9})"')
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
# A directory whose offsets lead nowhere ends in any of these.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OSError,
    struct.error,
)
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^>]+>")


class Refusal(ValueError):
    """Why the file is not taken: a rule id and the words for a person."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass
class SheetFacts:
    """What the reader does not tell of a sheet. Rows and columns count from 0."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


@dataclass
class Package:
    """A checked .xlsx: its facts by sheet name, and texts that stand outside the cells.

    notes  The comments: the cell they hang on, and their text.
    """

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    other_texts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Part:
    """What one pass over a sheet's XML counted."""

    marked: bool = False
    hidden: bool = False
    last_row: int = 0
    last_column: int = 26
    odd: bool = False
    strings: int = 0
    cells: int = 0


def check(data: bytes, *, unpacked: int, ratio: int, entries: int, cells: int) -> Package:
    """Look through a package under limits.

    unpacked  bytes that all parts together may inflate to.
    ratio     how many times larger than packed the parts may be, once above 50 MB.
    entries   how many parts there may be.
    cells     how many cells the rectangle around a sheet's filled cells may hold.
    raises    Refusal.
    """
    archive = _open(data)
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise Refusal("file.encrypted", "文件有密码")
    if len(infos) > entries:
        raise Refusal("file.bomb", f"压缩包里有 {len(infos)} 个部件,超过上限 {entries}")
    promised = sum(info.file_size for info in infos)
    allowed = min(unpacked, max(50 << 20, ratio * len(data)))
    if promised > allowed:
        raise Refusal("file.bomb", f"解压后有 {promised >> 20} MB,超过上限 {allowed >> 20} MB")
    if "xl/workbook.xml" not in names and not any(n.endswith("/workbook.xml") for n in names):
        kind = "Word 文档" if any(n.startswith("word/") for n in names) else "压缩包"
        raise Refusal("file.foreign", f"文件内容是{kind},不是工作簿")
    return _Scan(archive, allowed, cells).run()


def _open(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise Refusal("file.damaged", "文件不完整,解不开") from error


class _Scan:
    """One pass over all parts."""

    def __init__(self, archive: zipfile.ZipFile, allowed: int, cells: int) -> None:
        self._archive = archive
        self._left = allowed
        self._allowed = allowed
        self._cells = cells

    def run(self) -> Package:
        package = Package()
        parts: dict[str, _Part] = {}
        longest = 0
        for info in self._archive.infolist():
            name = info.filename.lower()
            texts = _Strings() if name.endswith("sharedstrings.xml") else None
            is_text = name.endswith((".xml", ".rels", ".vml"))
            keep = is_text and texts is None and not _FIGURES_ONLY.search(name)
            # Which part is a sheet is for the links in the workbook to say: count them all.
            parts[info.filename], text = self._part(info, texts, keep=keep)
            if texts is not None:
                longest = max(longest, texts.longest())
            if text:
                whole = text.decode("utf-8", "replace")
                # With the attributes (links, names, filters), and as one reads it.
                package.other_texts += [unescape(whole), unescape(_TAG.sub(" ", whole))]
                package.notes += [
                    (found[1], unescape(_TAG.sub("", found[2]))) for found in _NOTE.finditer(whole)
                ]
        sheets = {name: part for name, part in parts.items() if part.last_row or part.odd}
        self._refuse_repeated_texts(sheets, longest)
        for name, part in sheets.items():
            self._refuse_extent(name, part)
        for sheet_name, name in self._sheet_parts().items():
            if name in sheets:
                package.sheets[sheet_name] = self._facts(name, sheets[name])
        return package

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part's bytes, counted against what is left of the limit."""
        try:
            with self._archive.open(info) as stream:
                while piece := stream.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        limit = self._allowed >> 20
                        raise Refusal("file.bomb", f"解压后超过上限 {limit} MB")
                    yield piece
        except Refusal:
            raise
        except _BROKEN as error:
            raise Refusal("file.damaged", "文件不完整,解不开") from error
        except RuntimeError as error:
            raise Refusal("file.encrypted", "文件有密码") from error

    def _whole(self, part: str) -> bytes:
        """A part that was already counted, with its namespace prefix removed."""
        data = self._archive.read(part)
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
        rest, first = b"", True
        wide: set[bytes] = set()
        for raw in self._pieces(info):
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
            self._count(part, piece, wide)
        self._count(part, rest, wide)
        columns = (words.column_number(name.decode().upper()) for name in wide)
        part.last_column = max(part.last_column, *(column + 1 for column in columns), 0)
        return part, b"".join(kept)

    @staticmethod
    def _count(part: _Part, piece: bytes, wide: set[bytes]) -> None:
        part.marked = (
            part.marked
            or b't="e"' in piece
            or (b"<f" in piece and any(mark in piece for mark in _MARKS))
        )
        part.hidden = part.hidden or _HIDDEN in piece
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

    def _refuse_extent(self, name: str, counted: _Part) -> None:
        """The reader lays a sheet out as a full rectangle: two far cells would fill the memory."""
        if not counted.odd and counted.last_row * counted.last_column <= self._cells:
            return
        data = self._archive.read(name)
        box = _any_box(data) if counted.odd else _filled_box(data)
        if box > self._cells:
            raise Refusal("file.bomb", f"工作表 {name} 占用 {box:,} 个格,超过上限 {self._cells:,}")

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
        part = next(n for n in self._archive.namelist() if n.lower().endswith("sharedstrings.xml"))
        lengths = [len(item) for item in self._archive.read(part).split(b"</si>")]
        total = 0
        for name in sheets:
            for index, times in Counter(_STRING_INDEX.findall(self._whole(name))).items():
                total += times * (lengths[int(index)] if int(index) < len(lengths) else 0)
        if total > _TEXT_BUDGET:
            raise Refusal("file.bomb", f"各格文字合计 {total >> 20} MB,超过上限")

    def _sheet_parts(self) -> dict[str, str]:
        """The XML part of every sheet name."""
        names = self._archive.namelist()
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
        parts = {}
        for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", self._decoded(book)):
            values = _attributes(tag)
            link = next((v for k, v in values.items() if k.endswith(":id")), "")
            parts[values.get("name", "")] = targets.get(link, "")
        return parts

    def _decoded(self, part: str) -> str:
        return self._archive.read(part).decode("utf-8", "replace")

    def _facts(self, part: str, counted: _Part) -> SheetFacts:
        facts = SheetFacts()
        if not counted.marked and not counted.hidden and not counted.odd:
            return facts
        data = self._whole(part)
        if counted.hidden:
            facts.hidden_rows = {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}
        if not counted.marked and not counted.odd:
            return facts
        for name, number, attributes, body in _CELL.findall(data):
            place = int(number) - 1, words.column_number(name.decode())
            if b't="e"' in attributes:
                value = _VALUE.search(body)
                facts.errors[place] = value[1].decode("utf-8", "replace") if value else "#错误"
            elif b"<f" in body and b't="str"' not in attributes and _EMPTY_FORMULA.search(body):
                facts.errors[place] = NO_RESULT
        return facts


class _Strings:
    """The longest of the shared texts, whose XML comes in pieces."""

    def __init__(self) -> None:
        self._rest = b""
        self._longest = 0

    def add(self, piece: bytes) -> None:
        *items, self._rest = (self._rest + piece).split(b"</si>")
        self._longest = max(self._longest, max(map(len, items), default=0))

    def longest(self) -> int:
        return max(self._longest, len(self._rest))


def _filled_box(data: bytes) -> int:
    """The cells in the rectangle around those that are not just formatted."""
    first_row, last_row, first_column, last_column = 1 << 30, 0, 1 << 30, -1
    for name, number in _FILLED.findall(data):
        row, column = int(number), words.column_number(name.decode().upper())
        first_row, last_row = min(first_row, row), max(last_row, row)
        first_column, last_column = min(first_column, column), max(last_column, column)
    return max(0, last_row - first_row + 1) * max(0, last_column - first_column + 1)


def _any_box(data: bytes) -> int:
    """At most so many cells, however cells and rows are written."""
    rows = _ROW_END.split(data)
    last_row = max(len(rows), max(map(int, _ANY_ROW.findall(data)), default=0))
    last_column = max(len(_CELL_START.findall(row)) for row in rows)
    for name, number in _ANY_CELL.findall(data):
        last_row = max(last_row, int(number))
        last_column = max(last_column, words.column_number(name.decode().upper()) + 1)
    if last_column > _LAST_COLUMN:
        raise Refusal("file.damaged", "有单元格的地址超出工作表的最后一列(XFD)")
    return last_row * last_column


def _attributes(tag: str) -> dict[str, str]:
    return {
        name: unescape(double or single, {"&quot;": '"', "&apos;": "'"})
        for name, double, single in _ATTRIBUTE.findall(tag)
    }
