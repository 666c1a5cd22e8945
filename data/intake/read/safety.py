"""What is refused before anything is read: too large, foreign, encrypted, damaged, a bomb."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from data.errors import ImportRefused, reason_zh
from data.intake.read import kinds
from data.intake.read.facts import BookFacts, Grid
from data.intake.read.formats import html_file, ods, ooxml, text_file, xlsb, xml_file
from data.intake.read.limits import Archive, FileLimits, Refusal

_ADVICE = {
    "file.missing": "请检查文件名和所在文件夹。",
    "file.empty": "请重新导出后再报。",
    "file.large": "请按乡镇或按月拆成几个文件，或由管理员调整上限。",
    "file.foreign": "请用 Excel 或 WPS 打开，另存为 .xlsx 后再报。",
    "file.encrypted": "请去掉密码后再报。",
    "file.damaged": "请用 Excel 或 WPS 打开确认，另存为 .xlsx 后再报。",
    "file.bomb": "请删去多余的内容，只留报表，另存为 .xlsx 后再报。",
    "file.encoding": "请另存为 UTF-8 编码的 CSV 或 .xlsx 后再报。",
}


class FileRefused(ImportRefused):
    """A file that cannot be taken in. `rule` names why, `found` says what was met."""

    def __init__(self, rule: str, found: str, *, file: str = "", action: str = "") -> None:
        self.rule = rule
        self.found = found
        self.action = action or _ADVICE.get(rule, "请检查文件。")
        super().__init__(f"{file or '文件'}：{found}。{self.action}")

    @staticmethod
    def of(refusal: Refusal, file: str) -> "FileRefused":
        """The same refusal, with the name of the file."""
        return FileRefused(refusal.rule, refusal.found, file=file, action=refusal.action)


@dataclass(frozen=True)
class SafeFile:
    """A file that may be read: its bytes, and what a reader would not tell.

    name   what it is called; kind: one of kinds.
    data   its bytes, without the password that Excel itself knows; sha256: of the file as given.
    grids  its cells, where a reader of our own had to go through them.
    """

    name: str
    kind: str
    data: bytes
    sha256: str
    book: BookFacts = field(default_factory=BookFacts)
    grids: tuple[Grid, ...] = ()


def check(path: Path, limits: FileLimits, name: str = "") -> SafeFile:
    """Look at a file on disk, called otherwise perhaps than it lies there; see `look`."""
    name = name or path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(kinds.HEAD)
            _refuse_size(size, head, limits)
            stream.seek(0)
            data = stream.read()
    except OSError as error:
        found = f"文件打不开（{reason_zh(error)}）"
        raise FileRefused("file.missing", found, file=name) from error
    except Refusal as refusal:
        raise FileRefused.of(refusal, name) from refusal
    return look(name, data, limits)


def look(name: str, data: bytes, limits: FileLimits) -> SafeFile:
    """Look at a file without reading more of its cells than must be.

    name     what it is called, for the refusal only: what it is, its content says.
    raises   FileRefused, a Chinese sentence with what to do.
    """
    try:
        _refuse_size(len(data), data[: kinds.HEAD], limits)
        return _by_content(name, data, limits)
    except Refusal as refusal:
        raise FileRefused.of(refusal, name) from refusal


def other_texts(checked: SafeFile) -> list[str]:
    """What stands outside the cells of a file: names, links, headers, text boxes, properties.

    Of an .xls and a page all the text, cells too: its parts are not told apart here.
    """
    if checked.kind in (kinds.XLS, kinds.OLD_XLS):
        from data.intake.read.formats import ole

        return [ole.stream(checked.data).replace(b"\x00", b"").decode("latin-1")]
    if checked.kind in (kinds.HTML, kinds.XML):
        return [text_file.decoded(checked.data)]
    return checked.book.other_texts


def _refuse_size(size: int, head: bytes, limits: FileLimits) -> None:
    if size == 0:
        raise Refusal("file.empty", "文件是空的（0 字节）")
    most = limits.max_csv_mb if kinds.of(head) == kinds.TEXT else limits.max_file_mb
    if size > most << 20:
        found = f"文件有 {size / (1 << 20):.0f} MB，超过上限 {most} MB"
        raise Refusal("file.large", found)


def _by_content(name: str, data: bytes, limits: FileLimits) -> SafeFile:
    sha256 = hashlib.sha256(data).hexdigest()
    if kinds.of(data[: kinds.HEAD]) in (kinds.XLS, kinds.OLD_XLS):
        return _old_format(name, data, sha256, limits)
    return _new_format(name, data, sha256, limits)


def _old_format(name: str, data: bytes, sha256: str, limits: FileLimits) -> SafeFile:
    """An .xls, or a newer file in its shell because of a password."""
    from data.intake.read.formats import (  # a tenth of a second that other files go without
        old_file,
        ole,
    )

    kind = kinds.of(data[: kinds.HEAD])
    if kind == kinds.XLS:
        data = ole.unlocked(data)
        kind = kinds.of(data[: kinds.HEAD])
    if kind not in (kinds.XLS, kinds.OLD_XLS):
        return _new_format(name, data, sha256, limits)
    records = ole.stream(data)
    if kind == kinds.XLS and not ole.is_before_1997(records):
        return SafeFile(name, kinds.XLS, data, sha256, ole.scan(records, limits))
    grids, book = old_file.grids(data, records)
    return SafeFile(name, kinds.OLD_XLS, data, sha256, book, tuple(grids))


def _new_format(name: str, data: bytes, sha256: str, limits: FileLimits) -> SafeFile:
    kind = kinds.of(data[: kinds.HEAD])
    if kind == kinds.ZIP:
        archive = Archive(data, limits)
        kind = kinds.of_zip(archive)
        scan = {kinds.XLSX: ooxml.scan, kinds.XLSB: xlsb.scan, kinds.ODS: ods.scan}.get(kind)
        book = scan(archive, limits) if scan else BookFacts()
        if book.mended:
            data = archive.with_parts(book.mended)
        return SafeFile(name, kind, data, sha256, book)
    if kind == kinds.TEXT:
        return SafeFile(name, kind, data, sha256)
    if kind == kinds.HTML:
        grids, book = html_file.grids(text_file.decoded(data), limits), BookFacts()
    else:
        grids, book = xml_file.grids(text_file.decoded(data), limits)
    return SafeFile(name, kind, data, sha256, book, tuple(grids))
