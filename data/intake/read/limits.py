"""How large a file may be, and a zip that keeps to it: sizes in its directory may lie.

A refusal names what was met.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_PIECE = 1 << 20
_ALWAYS_ALLOWED = 50 << 20
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


class Refusal(ValueError):
    """Why a file is not taken: a rule id, the words for a person, and what to do if not the usual.

    Raised where the file's name is not known; safety.FileRefused says the same with it.
    """

    def __init__(self, rule: str, found: str, action: str = "") -> None:
        super().__init__(found)
        self.rule, self.found, self.action = rule, found, action


@dataclass(frozen=True)
class FileLimits:
    """How large a file may be. The settings' section `import` may change each of them."""

    max_file_mb: int = 60
    max_csv_mb: int = 200
    max_unpacked_mb: int = 600
    max_ratio: int = 200
    max_entries: int = 3000
    max_cells: int = 16_000_000
    max_sheets: int = 300
    max_csv_cells: int = 40_000_000

    @staticmethod
    def from_settings(settings: Mapping[str, Any]) -> "FileLimits":
        """The limits of the settings; keys that are not there keep their default."""
        section = settings.get("import") or {}
        known = {field.name for field in fields(FileLimits)}
        return FileLimits(**{name: int(section[name]) for name in known & set(section)})

    def refuse_sheets(self, count: int) -> None:
        """Each sheet is looked through for reports: thousands of small ones take minutes.

        raises Refusal.
        """
        if count > self.max_sheets:
            found = f"有 {count} 个工作表，超过上限 {self.max_sheets} 个"
            raise Refusal("file.bomb", found, "请拆成几个工作簿后再报。")

    def refuse_box(self, sheet: str, rows: int, columns: int, corner: str) -> None:
        """Readers lay a sheet out as a full rectangle: two far cells would fill the memory.

        rows, columns  of the rectangle; corner  the address of its last cell.
        raises         Refusal.
        """
        if rows * columns > self.max_cells:
            where = f"工作表「{sheet}」" if sheet else "表格"
            found = f"{where}最远的格在 {corner}，占用 {rows * columns:,} 格，超过上限"
            raise Refusal("file.bomb", found, "请删去表格以外的行和列，另存后再报。")


class Archive:
    """A zip in memory whose parts together may inflate to so much and no more.

    raises  Refusal when it is torn, has a password, too many parts or promises too much.
    """

    def __init__(self, data: bytes, limits: FileLimits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise Refusal("file.damaged", "文件不完整，解不开") from error
        self.infos = self._zip.infolist()
        self.names = [info.filename for info in self.infos]
        if any(info.flag_bits & 1 for info in self.infos):
            raise Refusal("file.encrypted", "文件有密码")
        if len(self.infos) > limits.max_entries:
            found = f"压缩包里有 {len(self.infos)} 个部件，超过上限 {limits.max_entries}"
            raise Refusal("file.bomb", found)
        promised = sum(info.file_size for info in self.infos)
        most = max(_ALWAYS_ALLOWED, limits.max_ratio * len(data))
        self._allowed = self._left = min(limits.max_unpacked_mb << 20, most)
        if promised > self._allowed:
            found = f"解压后有 {promised >> 20} MB，超过上限 {self._allowed >> 20} MB"
            raise Refusal("file.bomb", found)

    def pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """A part's bytes, counted against what is left of the limit."""
        for piece in self._inflated(info):
            self._left -= len(piece)
            if self._left < 0:
                raise Refusal("file.bomb", f"解压后超过上限 {self._allowed >> 20} MB")
            yield piece

    def _inflated(self, part: zipfile.ZipInfo | str) -> Iterator[bytes]:
        try:
            with self._zip.open(part) as stream:
                while piece := stream.read(_PIECE):
                    yield piece
        except (*_BROKEN, KeyError) as error:
            raise Refusal("file.damaged", "文件不完整，解不开") from error
        except RuntimeError as error:
            raise Refusal("file.encrypted", "文件有密码") from error

    def read(self, info: zipfile.ZipInfo) -> bytes:
        """A part as a whole, counted."""
        return b"".join(self.pieces(info))

    def again(self, name: str) -> bytes:
        """A part that was already counted."""
        return b"".join(self._inflated(name))

    def with_parts(self, parts: Mapping[str, bytes]) -> bytes:
        """The whole zip with some parts replaced, packed no tighter than need be."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            for info in self.infos:
                data = parts.get(info.filename)
                made.writestr(info.filename, self.again(info.filename) if data is None else data)
        return out.getvalue()

    def start(self, name: str, length: int) -> bytes:
        """The first bytes of a part; none where it cannot be read."""
        try:
            with self._zip.open(name) as stream:
                return stream.read(length)
        except (*_BROKEN, KeyError, RuntimeError):
            return b""
