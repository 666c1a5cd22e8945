"""Old .xls files, looked at before the reader opens them: passwords, extent, errors.

olefile opens the container, msoffcrypto takes off the password that Excel itself knows.
"""

import io
import struct
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError

from data.intake import words
from data.intake.read.facts import BookFacts, Formulas, SheetFacts, error_name
from data.intake.read.limits import FileLimits, Refusal

# Excel encrypts a workbook whose structure alone is protected with this, and opens it unasked.
_STANDING_PASSWORD = "VelvetSweatshop"
# A file may ask for any number of rounds; Excel writes 100,000.
_MOST_ROUNDS = 1_000_000
# What a torn or hostile container makes the libraries raise.
_BROKEN = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    MemoryError,
    RecursionError,
    ArithmeticError,
    struct.error,
    ExpatError,
    FileFormatError,
    ParseError,
    DecryptionError,
)
_BOF = 0x0809
_BIFF8 = 0x0600
_EOF = 0x000A
_BOUNDSHEET = 0x0085
_FILEPASS = 0x002F
_DATEMODE = 0x0022
_ROW = 0x0208
_FORMULA = 0x0006
_STRING = 0x0207
# A shared formula, one over several cells, a table of them.
_BEFORE_STRING = {0x04BC, 0x0221, 0x0236}
_BOOLERR = 0x0205
_MULRK = 0x00BD
# Records that begin with row and column: NUMBER, RK, LABELSST, LABEL, FORMULA, BOOLERR, MULRK.
_CELLS = {0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _FORMULA, _BOOLERR, _MULRK}


@dataclass
class _Extent(SheetFacts):
    """A sheet's facts and the rectangle around its filled cells."""

    name: str = ""
    first: list[int] = field(default_factory=lambda: [1 << 30, 1 << 30])
    last: list[int] = field(default_factory=lambda: [-1, -1])


def unlocked(data: bytes) -> bytes:
    """The file, without the password that Excel itself puts on and takes off.

    raises Refusal for a password of the user's own, and for what is no workbook.
    """
    try:
        container = olefile.OleFileIO(io.BytesIO(data))
        is_package = container.exists("EncryptedPackage")
        is_locked = is_package or _needs_password(stream(data))
    except _BROKEN as error:
        raise Refusal("file.foreign", "文件内容不是工作簿，或已损坏") from error
    if not is_locked:
        return data
    out = io.BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(io.BytesIO(data))
        rounds = getattr(locked, "info", {}).get("spinValue", 0) if is_package else 0
        if rounds > _MOST_ROUNDS:
            raise DecryptionError("rounds")
        how = {"verify_password": True} if is_package else {}
        locked.load_key(password=_STANDING_PASSWORD, **how)
        locked.decrypt(out)
    except _BROKEN as error:
        raise Refusal("file.encrypted", "文件有密码") from error
    return out.getvalue()


def stream(data: bytes) -> bytes:
    """The records of the workbook: the stream that holds the sheets, or the file itself.

    raises Refusal when there is none: a Word file, a mail, a broken file.
    """
    try:
        if not data.startswith(olefile.MAGIC):
            return data
        container = olefile.OleFileIO(io.BytesIO(data))
        for name in ("Workbook", "Book"):
            if container.exists(name):
                return container.openstream(name).read()
    except _BROKEN as error:
        raise Refusal("file.foreign", "文件内容不是工作簿，或已损坏") from error
    raise Refusal("file.foreign", "文件内容不是工作簿，或已损坏")


def is_before_1997(records: bytes) -> bool:
    """Whether the records are of Excel 2 to 95, whose texts are bytes in some code page."""
    return records[:2] != struct.pack("<H", _BOF) or records[4:6] != struct.pack("<H", _BIFF8)


def _needs_password(records: bytes) -> bool:
    at = 0
    while at + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, at)
        if kind == _FILEPASS:
            return True
        if kind in (_EOF, _BOUNDSHEET):
            return False
        at += 4 + length
    return False


def scan(records: bytes, limits: FileLimits) -> BookFacts:
    """Errors, hidden rows and extent of every sheet, in the order of the workbook.

    raises Refusal for a sheet that would fill the memory.
    """
    book = BookFacts()
    sheets: list[_Extent] = []
    by_start: dict[int, _Extent] = {}
    current: _Extent | None = None
    formulas = Formulas()
    at, end = 0, len(records)
    unpack = struct.unpack_from
    while at + 4 <= end:
        kind, length = unpack("<HH", records, at)
        body = at + 4
        if body + length > end:
            break
        if kind == _BOUNDSHEET and length >= 8:
            sheets.append(_Extent(name=_sheet_name(records[body : body + length])))
            by_start[unpack("<I", records, body)[0]] = sheets[-1]
        elif kind == _BOF:
            current = by_start.get(at, current)
        elif kind == _DATEMODE and length >= 2:
            book.is_1904 = unpack("<H", records, body)[0] == 1
        elif current is not None and kind in _CELLS and length >= 6:
            _cell(current, kind, records, body, length)
            if kind == _FORMULA and length >= 14:
                place = unpack("<HH", records, body)
                text = _text_result(records, body + length)
                formulas.found(current, place, _result(records[body + 6 : body + 14], text))
        elif current is not None and kind == _ROW and length >= 16:
            row, options = unpack("<H", records, body)[0], unpack("<H", records, body + 12)[0]
            if options & 0x20:
                current.hidden_rows.add(row)
        at = body + length
    for sheet in sheets:
        (top, left), (bottom, right) = sheet.first, sheet.last
        corner = words.address(max(bottom, 0), max(right, 0))
        limits.refuse_box(sheet.name, max(bottom - top + 1, 0), max(right - left + 1, 0), corner)
    formulas.settle()
    book.sheets = list(sheets)
    return book


def _sheet_name(record: bytes) -> str:
    """The name in a BOUNDSHEET record: one or two bytes for each letter."""
    wide = record[7] & 1
    return record[8:].decode("utf-16-le" if wide else "latin-1", "replace")


def _result(eight: bytes, text: str) -> float | str:
    """What a formula came to: a number, or by its first byte a text, a truth, an error, nothing."""
    if eight[6:] != b"\xff\xff":
        return struct.unpack("<d", eight)[0]
    return {0: text, 3: ""}.get(eight[0], "#")


def _text_result(records: bytes, at: int) -> str:
    """The text that a formula came to: its record follows, perhaps behind a shared formula's."""
    while at + 6 <= len(records):
        kind, length = struct.unpack_from("<HH", records, at)
        if kind == _STRING:
            return "x" if struct.unpack_from("<H", records, at + 4)[0] else ""
        if kind not in _BEFORE_STRING:
            break
        at += 4 + length
    return ""


def _cell(sheet: _Extent, kind: int, records: bytes, body: int, length: int) -> None:
    row, column = struct.unpack_from("<HH", records, body)
    last_column = column
    if kind == _MULRK:
        last_column = struct.unpack_from("<H", records, body + length - 2)[0]
    first, last = sheet.first, sheet.last
    if row < first[0]:
        first[0] = row
    if row > last[0]:
        last[0] = row
    if column < first[1]:
        first[1] = column
    if last_column > last[1]:
        last[1] = last_column
    code = None
    if kind == _BOOLERR and length >= 8 and records[body + 7] == 1:
        code = records[body + 6]
    elif kind == _FORMULA and length >= 14 and records[body + 12 : body + 14] == b"\xff\xff":
        code = records[body + 8] if records[body + 6] == 2 else None
    if code is not None:
        sheet.errors[row, column] = error_name(code)
