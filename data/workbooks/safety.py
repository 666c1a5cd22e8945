"""What is refused before anything is read: too large, foreign, encrypted, damaged, a bomb."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from data.errors import ImportRefused
from data.workbooks import ole, ooxml

SUFFIXES = (".xlsx", ".xls", ".csv")
_ADVICE = {
    "file.missing": "请检查文件名和所在文件夹。",
    "file.empty": "请重新导出后再报。",
    "file.large": "请按乡镇或按月拆成几个文件,或由管理员调整上限。",
    "file.type": "请另存为 .xlsx 后再报。",
    "file.foreign": "请用 Excel 或 WPS 打开,另存为 .xlsx 后再报。",
    "file.encrypted": "请去掉密码后再报。",
    "file.damaged": "请用 Excel 或 WPS 打开确认,另存为 .xlsx 后再报。",
    "file.bomb": "请删去多余的内容,只留报表,另存为 .xlsx 后再报。",
    "file.encoding": "请另存为 UTF-8 编码的 CSV 或 .xlsx 后再报。",
}


class FileRefused(ImportRefused):
    """A file that cannot be taken in. `rule` names why, `found` says what was met."""

    def __init__(self, rule: str, found: str, *, file: str = "") -> None:
        self.rule = rule
        self.found = found
        self.action = _ADVICE.get(rule, "请检查文件。")
        super().__init__(f"{file or '文件'}:{found}。{self.action}")


@dataclass(frozen=True)
class Limits:
    """How large a file may be. The settings' section `import` may change each of them."""

    max_file_mb: int = 60
    max_csv_mb: int = 200
    max_unpacked_mb: int = 600
    max_ratio: int = 200
    max_entries: int = 3000
    max_cells: int = 16_000_000
    max_csv_cells: int = 40_000_000

    @staticmethod
    def from_settings(settings: Mapping[str, Any]) -> "Limits":
        """The limits of the settings; keys that are not there keep their default."""
        section = settings.get("import") or {}
        known = {field.name for field in fields(Limits)}
        return Limits(**{name: int(section[name]) for name in known & set(section)})


@dataclass(frozen=True)
class Checked:
    """A file that may be read: its bytes, and what a reader would not tell."""

    path: Path
    kind: str
    data: bytes
    sha256: str
    package: ooxml.Package | None = None
    old_sheets: tuple[ole.SheetFacts, ...] = ()


def check(path: Path, limits: Limits) -> Checked:
    """Look at a file without parsing its cells.

    returns  Checked with kind xlsx, xls or csv, by content rather than by name.
    raises   FileRefused, a Chinese sentence with what to do.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileRefused("file.missing", "文件不存在或打不开", file=path.name) from error
    if path.suffix.lower() not in SUFFIXES:
        found = f"「{path.suffix or '没有扩展名'}」不是能导入的格式(.xlsx、.xls、.csv)"
        raise FileRefused("file.type", found, file=path.name)
    if size == 0:
        raise FileRefused("file.empty", "文件是空的(0 字节)", file=path.name)
    most = limits.max_csv_mb if path.suffix.lower() == ".csv" else limits.max_file_mb
    if size > most << 20:
        found = f"文件有 {size / (1 << 20):.0f} MB,超过上限 {most} MB"
        raise FileRefused("file.large", found, file=path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileRefused("file.missing", "文件打不开或没有读取权限", file=path.name) from error
    try:
        return _by_content(path, data, limits)
    except ooxml.Refusal as refusal:
        raise FileRefused(refusal.rule, str(refusal), file=path.name) from refusal


def other_texts(checked: Checked) -> list[str]:
    """What stands outside the cells of a file: names, links, headers, text boxes, properties.

    Of an .xls all its text, cells too: its parts are not told apart here.
    """
    if checked.package is not None:
        return checked.package.other_texts
    if checked.kind != "xls":
        return []
    return [ole.workbook_stream(checked.data).replace(b"\x00", b"").decode("latin-1")]


def _by_content(path: Path, data: bytes, limits: Limits) -> Checked:
    sha256 = hashlib.sha256(data).hexdigest()
    named = path.suffix.lower()
    if data.startswith(ooxml.MAGIC) and named != ".csv":
        package = ooxml.check(
            data,
            unpacked=limits.max_unpacked_mb << 20,
            ratio=limits.max_ratio,
            entries=limits.max_entries,
            cells=limits.max_cells,
        )
        return Checked(path, "xlsx", data, sha256, package=package)
    if data.startswith(ole.MAGIC) and named != ".csv":
        return Checked(path, "xls", data, sha256, old_sheets=_old_sheets(data, limits))
    if named == ".csv":
        if data.startswith((ooxml.MAGIC, ole.MAGIC, b"%PDF")) or b"\x00" in _sample(data):
            raise ooxml.Refusal("file.foreign", "扩展名是 .csv,内容却不是文本")
        return Checked(path, "csv", data, sha256)
    start = data[:512].lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise ooxml.Refusal("file.foreign", f"扩展名是 {named},内容却是网页")
    if b"\x00" not in data[:4096]:
        raise ooxml.Refusal("file.foreign", f"扩展名是 {named},内容却是文本")
    raise ooxml.Refusal("file.foreign", f"扩展名是 {named},内容却不是工作簿")


def _sample(data: bytes) -> bytes:
    """The start of a text file; UTF-16 has zero bytes by nature and is let through."""
    return b"" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data[:4096]


def _old_sheets(data: bytes, limits: Limits) -> tuple[ole.SheetFacts, ...]:
    if ole.is_encrypted_package(data):
        raise ooxml.Refusal("file.encrypted", "文件有密码")
    try:
        stream = ole.workbook_stream(data)
    except (ole.Damaged, ValueError, IndexError, OverflowError) as error:
        raise ooxml.Refusal("file.foreign", "文件内容不是工作簿,或已损坏") from error
    if ole.needs_password(stream):
        raise ooxml.Refusal("file.encrypted", "文件有密码")
    sheets = ole.sheet_facts(stream)
    if any(sheet.box > limits.max_cells for sheet in sheets):
        raise ooxml.Refusal("file.bomb", f"工作表占用的格数超过上限 {limits.max_cells:,}")
    return tuple(sheets)
