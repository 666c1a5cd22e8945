"""New .xlsx files, looked at before the reader opens them: size, extent, passwords, errors.

Everything is inflated once, in pieces, under a hard limit: the sizes in a zip directory may lie.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from data.workbooks import words

MAGIC = b"PK\x03\x04"
_PIECE = 1 << 22
_CHARACTERS_IN_A_CELL = 32_767
_TEXT_BUDGET = 2 << 30
_WIDE = re.compile(rb' r="([A-Z]{2,3})\d')
_ROW_NUMBER = re.compile(rb'<row\b[^>]*? r="(\d{1,9})"')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,9})"[^>]*[^/]>')
_PREFIX = re.compile(rb"<(\w+):worksheet\b")
_MARKS = (b't="e"', b"</f></c>", b"</f><v/>", b"</f><v />", b"</f><v></v>")
_HIDDEN = b' hidden="1"'
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,9})"([^>]*[^>/])>(.*?)</c>', re.DOTALL)
_EMPTY_FORMULA = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*$")
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]* hidden="1")[^>]*? r="(\d{1,9})"')
_STRING_INDEX = re.compile(rb't="s"[^>]*>\s*<v>(\d{1,9})</v>')
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
    """A checked .xlsx: its facts by sheet name, and texts that stand outside the cells."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    other_texts: list[str] = field(default_factory=list)


@dataclass
class _Part:
    """What one pass over a sheet's XML counted."""

    marked: bool = False
    hidden: bool = False
    last_row: int = 0
    last_column: int = 26
    odd: bool = False
    strings: int = 0


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
    except (zipfile.BadZipFile, ValueError, OSError) as error:
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
        sheets: dict[str, _Part] = {}
        longest = 0
        for info in self._archive.infolist():
            name = info.filename.lower()
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheets[info.filename] = self._sheet(info)
            elif name.endswith("sharedstrings.xml"):
                longest = self._longest_string(info)
            elif name.endswith(".xml") and re.search(r"comment|drawing|docprops|custom", name):
                package.other_texts.append(self._text(info))
            else:
                for _ in self._pieces(info):
                    pass
        self._refuse_repeated_texts(sheets, longest)
        for sheet_name, part in self._sheet_parts().items():
            counted = sheets.get(part)
            if counted is None:
                continue
            self._refuse_extent(part, counted, sheet_name)
            package.sheets[sheet_name] = self._facts(part, counted)
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
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
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

    def _text(self, info: zipfile.ZipInfo) -> str:
        data = b"".join(self._pieces(info))
        return unescape(_TAG.sub(" ", data.decode("utf-8", "replace")))

    def _longest_string(self, info: zipfile.ZipInfo) -> int:
        longest, rest = 0, b""
        for piece in self._pieces(info):
            *items, rest = (rest + piece).split(b"</si>")
            longest = max(longest, max(map(len, items), default=0))
        return max(longest, len(rest))

    def _sheet(self, info: zipfile.ZipInfo) -> _Part:
        part = _Part()
        rest, prefix, first = b"", None, True
        wide: set[bytes] = set()
        for raw in self._pieces(info):
            piece = rest + raw
            if first:
                prefix = _PREFIX.search(piece[:4096])
                if b"<!DOCTYPE" in piece[:4096]:
                    raise Refusal("file.foreign", "文件内容不是工作簿")
                first = False
            cut = piece.rfind(b"<row")
            at = cut if cut > 0 else len(piece)
            piece, rest = piece[:at], piece[at:]
            self._count(part, piece, prefix, wide)
        self._count(part, rest, prefix, wide)
        columns = (words.column_number(name.decode()) for name in wide)
        part.last_column = max(part.last_column, *columns, 0) + 1
        return part

    @staticmethod
    def _count(part: _Part, piece: bytes, prefix: re.Match | None, wide: set[bytes]) -> None:
        if prefix:
            piece = piece.replace(b"<" + prefix[1] + b":", b"<")
        part.marked = part.marked or any(mark in piece for mark in _MARKS)
        part.hidden = part.hidden or _HIDDEN in piece
        rows = _ROW_NUMBER.findall(piece)
        part.last_row = max(part.last_row, max(map(int, rows), default=0))
        wide.update(_WIDE.findall(piece))
        part.strings += piece.count(b't="s"')
        cells = piece.count(b"<c ") + piece.count(b"<c>")
        part.odd = (
            part.odd
            or cells != piece.count(b'<c r="')
            or len(rows) != piece.count(b"<row ") + piece.count(b"<row>")
        )

    def _refuse_extent(self, part: str, counted: _Part, sheet_name: str) -> None:
        """The reader lays a sheet out as a full rectangle: two far cells would fill the memory."""
        if not counted.odd and counted.last_row * counted.last_column <= self._cells:
            return
        data = self._whole(part)
        if counted.odd:
            segments = data.split(b"</row")
            widest = max(segment.count(b"<c") for segment in segments)
            box = max(counted.last_row, len(segments)) * max(widest, counted.last_column)
        else:
            first_row, last_row, first_column, last_column = 1 << 30, 0, 1 << 30, -1
            for name, number in _FILLED.findall(data):
                row, column = int(number), words.column_number(name.decode())
                first_row, last_row = min(first_row, row), max(last_row, row)
                first_column, last_column = min(first_column, column), max(last_column, column)
            box = max(0, last_row - first_row + 1) * max(0, last_column - first_column + 1)
        if box > self._cells:
            raise Refusal(
                "file.bomb", f"工作表「{sheet_name}」占用 {box:,} 个格,超过上限 {self._cells:,}"
            )

    def _refuse_repeated_texts(self, sheets: dict[str, _Part], longest: int) -> None:
        """One long text that a million cells point to would fill the memory."""
        used = sum(part.strings for part in sheets.values())
        if longest > _CHARACTERS_IN_A_CELL * 20:
            raise Refusal("file.bomb", "有一格的文字超过 Excel 允许的长度")
        if used * longest <= _TEXT_BUDGET:
            return
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
        if not counted.marked and not counted.hidden:
            return facts
        data = self._whole(part)
        if counted.hidden:
            facts.hidden_rows = {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}
        if not counted.marked:
            return facts
        for name, number, attributes, body in _CELL.findall(data):
            place = int(number) - 1, words.column_number(name.decode())
            if b't="e"' in attributes:
                value = _VALUE.search(body)
                facts.errors[place] = value[1].decode("utf-8", "replace") if value else "#错误"
            elif b"<f" in body and b't="str"' not in attributes and _EMPTY_FORMULA.search(body):
                facts.errors[place] = "没有结果的公式"
        return facts


def _attributes(tag: str) -> dict[str, str]:
    return {
        name: unescape(double or single, {"&quot;": '"', "&apos;": "'"})
        for name, double, single in _ATTRIBUTE.findall(tag)
    }
