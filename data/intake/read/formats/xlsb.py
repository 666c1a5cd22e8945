"""Binary workbooks (.xlsb), looked at before the reader opens them: extent, errors, hidden rows."""

import posixpath
import re
import struct
from collections.abc import Iterable, Iterator

from data.intake import words
from data.intake.read.facts import BookFacts, Formulas, SheetFacts, error_name
from data.intake.read.limits import Archive, FileLimits, Refusal

_ROW, _BLANK, _BLANK_LENGTH = 0, 1, 8
_BLANKS = re.compile(rb"(?:\x01\x08[\x00-\xff]{8})*")
_ERROR, _FORMULA_ERROR = 3, 11
_FORMULA_TEXT = 8
_FORMULAS = range(8, 11)
_FILLED = range(2, 12)
# Cells that leave out their column, being right of the one before: short and long kinds.
_SHORT = {12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6, 18: 7}
# No program writes a longer record.
_LONGEST = 16 << 20
_MERGED = 176
_BOOK_PROPERTIES = 153
_SHEET = 156
_LINK = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_XML = (".xml", ".rels", ".vml")


def scan(archive: Archive, limits: FileLimits) -> BookFacts:
    """Look through a package under limits; raises Refusal."""
    book = BookFacts()
    parts: dict[str, SheetFacts] = {}
    formulas = Formulas()
    names = _sheets(archive, book)
    titles = {part: title for title, part in names}
    for info in archive.infos:
        name = info.filename
        if name in titles:
            try:
                parts[name] = _facts(archive.pieces(info), titles[name], limits, formulas, book)
            except _WithoutColumn:
                book.mended[name] = data = _with_columns(archive.pieces(info))
                parts[name] = _facts([data], titles[name], limits, formulas, book)
            continue
        data = archive.read(info)
        if name.lower().endswith(_XML):
            book.other_texts.append(data.decode("utf-8", "replace"))
        elif "comments" in name.lower() or name.endswith("/workbook.bin"):
            book.other_texts.append(_as_text(data))
    formulas.settle()
    book.sheets = [parts.get(part, SheetFacts()) for _, part in names]
    return book


def _sheets(archive: Archive, book: BookFacts) -> list[tuple[str, str]]:
    """Name and part of every sheet, in the order of the workbook."""
    part = next(name for name in archive.names if name.endswith("/workbook.bin"))
    folder = posixpath.dirname(part)
    links = f"{folder}/_rels/{posixpath.basename(part)}.rels"
    targets = {}
    if links in archive.names:
        for tag in _LINK.findall(archive.again(links).decode("utf-8", "replace")):
            values = dict(_ATTRIBUTE.findall(tag))
            target = values.get("Target", "")
            joined = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            targets[values.get("Id", "")] = posixpath.normpath(joined)
    names = []
    for kind, record in _records([archive.again(part)]):
        if kind == _BOOK_PROPERTIES and record:
            book.is_1904 = bool(record[0] & 1)
        elif kind == _SHEET and len(record) >= 12:
            link, end = _wide_text(record, 8)
            names.append((_wide_text(record, end)[0], targets.get(link, "")))
    return names


def _wide_text(record: bytes, at: int) -> tuple[str, int]:
    """A text with its length in front, and where it ends."""
    length = struct.unpack_from("<I", record, at)[0] if at + 4 <= len(record) else 0
    end = at + 4 + 2 * length
    return record[at + 4 : end].decode("utf-16-le", "replace"), end


def _as_text(records: bytes) -> str:
    """The letters and digits that stand in records, two bytes each."""
    return records.replace(b"\0", b"").decode("latin-1")


class _WithoutColumn(ValueError):
    """A cell does not say in which column it stands."""


def _facts(
    pieces: Iterable[bytes], title: str, limits: FileLimits, formulas: Formulas, book: BookFacts
) -> SheetFacts:
    facts = SheetFacts()
    around: list[bytes] = []
    row = last_row = last_column = -1
    for kind, record in _records(pieces):
        if kind == _ROW and len(record) >= 12:
            row = struct.unpack_from("<I", record)[0]
            if record[11] & 0x10:
                facts.hidden_rows.add(row)
        elif kind in _FILLED and len(record) >= 4:
            column = struct.unpack_from("<I", record)[0]
            last_row, last_column = max(last_row, row), max(last_column, column)
            if kind in (_ERROR, _FORMULA_ERROR) and len(record) >= 9:
                facts.errors[row, column] = error_name(record[8])
            elif kind in _FORMULAS and len(record) >= 12:
                is_empty = kind == _FORMULA_TEXT and record[8:12] == bytes(4)
                formulas.found(facts, (row, column), "" if is_empty else "#")
        elif kind == _MERGED and len(record) >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            facts.merged.append(((top, left), (bottom, right)))
        elif kind in _SHORT:
            raise _WithoutColumn
        elif kind > _FILLED.stop:
            around.append(record)
    book.other_texts.append(_as_text(b"".join(around)))
    corner = words.address(max(last_row, 0), max(last_column, 0))
    limits.refuse_box(title, last_row + 1, last_column + 1, corner)
    return facts


def _with_columns(pieces: Iterable[bytes]) -> bytes:
    """A sheet's records with the column in every cell: the reader drops cells that have none."""
    out = bytearray()
    column = -1
    for kind, record in _records(pieces, every=True):
        if kind in _SHORT:
            column += 1
            kind, record = _SHORT[kind], struct.pack("<I", column) + record
        elif kind == _ROW:
            column = -1
        elif kind in range(1, 12) and len(record) >= 4:
            column = struct.unpack_from("<I", record)[0]
        out += _number(kind) + _number(len(record)) + record
    return bytes(out)


def _number(value: int) -> bytes:
    """A number in groups of seven bits, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _records(pieces: Iterable[bytes], *, every: bool = False) -> Iterator[tuple[int, bytes]]:
    """Kind and body of every record; both kind and length are numbers of one to four bytes.

    Of cells in a row that are only formatted the first stands for all, there may be millions,
    unless every one is wanted.
    raises Refusal for a record that reaches beyond the part.
    """
    rest = b""
    for piece in pieces:
        data, at = rest + piece, 0
        while (head := _head(data, at)) and head[1] + head[2] <= len(data):
            kind, body, length = head
            at = body + length
            yield kind, data[body:at]
            if kind == _BLANK and length == _BLANK_LENGTH and not every:
                formats = _BLANKS.match(data, at)
                at = formats.end() if formats else at
        rest = data[at:]
    if rest:
        raise Refusal("file.damaged", "文件不完整，读不出来")


def _head(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Kind of the record at a place, where its body begins and how long it is; None at the end."""
    try:
        kind, at = data[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (data[at] & 0x7F) << 7, at + 1
        length = shift = 0
        while True:
            byte, at = data[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
    except IndexError:
        return None
    if length > _LONGEST:
        raise Refusal("file.damaged", "文件不完整，读不出来")
    return kind, at, length
