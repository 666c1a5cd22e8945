"""Old .xls files, looked at before the reader opens them: streams, passwords, extent, errors."""

import struct
from array import array
from dataclasses import dataclass, field

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFC
_ERROR_NAMES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOF = 0x0809
_BOUNDSHEET = 0x0085
_FILEPASS = 0x002F
_ROW = 0x0208
_FORMULA = 0x0006
_BOOLERR = 0x0205
_MULRK = 0x00BD
# Records that begin with row and column: NUMBER, RK, LABELSST, LABEL, FORMULA, BOOLERR, MULRK.
_CELLS = {0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _FORMULA, _BOOLERR, _MULRK}


class Damaged(ValueError):
    """The bytes are not a compound file, or one whose chains lead nowhere."""


@dataclass
class SheetFacts:
    """What the reader does not tell of a sheet. Rows and columns count from 0."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    first: list[int] = field(default_factory=lambda: [1 << 30, 1 << 30])
    last: list[int] = field(default_factory=lambda: [-1, -1])

    @property
    def box(self) -> int:
        """How many cells the rectangle around the filled ones holds."""
        if self.last[0] < 0:
            return 0
        return (self.last[0] - self.first[0] + 1) * (self.last[1] - self.first[1] + 1)


class CompoundFile:
    """The streams of a compound file in memory.

    raises Damaged when its tables point outside the file or in circles.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise Damaged("not a compound file")
        self._data = data
        self._size = 1 << struct.unpack_from("<H", data, 30)[0]
        self._mini_size = 1 << struct.unpack_from("<H", data, 32)[0]
        if self._size not in (512, 4096) or self._mini_size > 512:
            raise Damaged("sector size")
        fat_sectors = list(struct.unpack_from("<109I", data, 76))
        more, count = struct.unpack_from("<II", data, 68)
        for _ in range(min(count, len(data) // self._size)):
            if more >= _END_OF_CHAIN:
                break
            part = self._uints(self._sector(more))
            fat_sectors.extend(part[:-1])
            more = part[-1]
        self._fat = array("I")
        for number in fat_sectors:
            if number < _END_OF_CHAIN:
                self._fat.extend(self._uints(self._sector(number)))
        start_of_directory, _, cutoff, mini_start, _ = struct.unpack_from("<IIIII", data, 48)
        self._cutoff = cutoff
        self._mini_fat = self._uints(self._chain(mini_start, self._fat))
        self.entries: dict[str, tuple[int, int]] = {}
        directory = self._chain(start_of_directory, self._fat)
        root = (_END_OF_CHAIN, 0)
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            if kind not in (2, 5) or not 2 <= length <= 64:
                continue
            name = directory[at : at + length - 2].decode("utf-16-le", "replace")
            place = struct.unpack_from("<II", directory, at + 116)
            if kind == 5:
                root = place
            else:
                self.entries[name] = place
        self._mini = self._chain(root[0], self._fat)

    def read(self, name: str) -> bytes:
        """The bytes of a stream."""
        start, size = self.entries[name]
        if size >= self._cutoff:
            return self._chain(start, self._fat)[:size]
        parts = []
        for number in self._walk(start, self._mini_fat):
            at = number * self._mini_size
            parts.append(self._mini[at : at + self._mini_size])
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        if at >= len(self._data):
            raise Damaged("sector outside the file")
        return self._data[at : at + self._size]

    def _walk(self, start: int, table: array) -> list[int]:
        chain = []
        number = start
        while number < _END_OF_CHAIN:
            if number >= len(table) or len(chain) > len(table):
                raise Damaged("chain")
            chain.append(number)
            number = table[number]
        return chain

    def _chain(self, start: int, table: array) -> bytes:
        return b"".join(self._sector(number) for number in self._walk(start, table))

    @staticmethod
    def _uints(part: bytes) -> array:
        return array("I", part[: len(part) // 4 * 4])


def is_encrypted_package(data: bytes) -> bool:
    """Whether a compound file holds a newer workbook under a password."""
    return "EncryptedPackage".encode("utf-16-le") in data


def workbook_stream(data: bytes) -> bytes:
    """The stream that holds the sheets.

    raises Damaged when there is none: a Word file, a mail, a broken file.
    """
    container = CompoundFile(data)
    for name in ("Workbook", "Book", "WORKBOOK", "BOOK"):
        if name in container.entries:
            return container.read(name)
    raise Damaged("no workbook stream")


def needs_password(stream: bytes) -> bool:
    """Whether the sheets are encrypted."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _FILEPASS:
            return True
        if kind in (0x000A, _BOUNDSHEET):
            return False
        at += 4 + length
    return False


def sheet_facts(stream: bytes) -> list[SheetFacts]:
    """Errors, hidden rows and extent of every sheet, in the order of the workbook."""
    sheets: list[SheetFacts] = []
    by_start: dict[int, SheetFacts] = {}
    current: SheetFacts | None = None
    at, end = 0, len(stream)
    unpack = struct.unpack_from
    while at + 4 <= end:
        kind, length = unpack("<HH", stream, at)
        body = at + 4
        if body + length > end:
            break
        if kind == _BOUNDSHEET and length >= 4:
            sheets.append(SheetFacts())
            by_start[unpack("<I", stream, body)[0]] = sheets[-1]
        elif kind == _BOF:
            current = by_start.get(at, current)
        elif current is not None and kind in _CELLS and length >= 6:
            _cell(current, kind, stream, body, length)
        elif current is not None and kind == _ROW and length >= 16:
            row, options = unpack("<H", stream, body)[0], unpack("<H", stream, body + 12)[0]
            if options & 0x20:
                current.hidden_rows.add(row)
        at = body + length
    return sheets


def _cell(sheet: SheetFacts, kind: int, stream: bytes, body: int, length: int) -> None:
    row, column = struct.unpack_from("<HH", stream, body)
    last_column = column
    if kind == _MULRK:
        last_column = struct.unpack_from("<H", stream, body + length - 2)[0]
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
    if kind == _BOOLERR and length >= 8 and stream[body + 7] == 1:
        code = stream[body + 6]
    elif kind == _FORMULA and length >= 14 and stream[body + 12 : body + 14] == b"\xff\xff":
        code = stream[body + 8] if stream[body + 6] == 2 else None
    if code is not None:
        sheet.errors[row, column] = _ERROR_NAMES.get(code, "#错误")
