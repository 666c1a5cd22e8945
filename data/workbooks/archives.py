"""A file as it was given, or each file of a zip: looked at one after the other."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZipInfo

from data.workbooks import kinds, safety
from data.workbooks.limits import Limits, Refusal
from data.workbooks.safety import Checked, FileRefused
from data.workbooks.zipped import Archive

# What systems and programs put beside the files of a person.
_UNASKED = (".", "~$", "__MACOSX", "Thumbs.db", "desktop.ini")
_SAYS_UTF8 = 0x800


@dataclass(frozen=True)
class Opened:
    """One file that may be read, or why not.

    shown  what it is called in findings; stem: its own name without ending, for a period in it.
    """

    shown: str
    stem: str
    checked: Checked | None = None
    refused: FileRefused | None = None


def is_unasked(parts: tuple[str, ...]) -> bool:
    """Whether a path is of a file that nobody made: a lock, a preview, a folder's settings."""
    return any(part.startswith(_UNASKED) for part in parts)


def opened(path: Path, shown: str, limits: Limits) -> Iterator[Opened]:
    """The file, or the files in it; a bad one never costs the others."""
    try:
        checked = safety.check(path, limits)
        if checked.kind != kinds.ZIP:
            yield Opened(shown, path.stem, checked)
            return
        archive = Archive(checked.data, limits)
    except FileRefused as refused:
        yield Opened(shown, path.stem, refused=refused)
        return
    members = [
        (info, name)
        for info in archive.infos
        if not info.is_dir() and not is_unasked(PurePosixPath(name := _name(info)).parts)
    ]
    if not members:
        refusal = Refusal("file.foreign", "这是压缩包,里面没有文件", "请放入报表后再报。")
        yield Opened(shown, path.stem, refused=FileRefused.of(refusal, shown))
    for info, name in members:
        inner = f"{shown}/{name}"
        stem = PurePosixPath(name).stem
        try:
            found = safety.look(name, archive.read(info), limits)
            if found.kind == kinds.ZIP:
                raise Refusal("file.foreign", "压缩包里又有压缩包", "请解开后再报。")
            yield Opened(inner, stem, found)
        except Refusal as refusal:
            yield Opened(inner, stem, refused=FileRefused.of(refusal, inner))
        except FileRefused as refused:
            yield Opened(inner, stem, refused=refused)


def _name(info: ZipInfo) -> str:
    """A member's name; Chinese programs write it in their own code page and do not say so."""
    name = info.filename
    if not info.flag_bits & _SAYS_UTF8:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
    return posixpath.normpath(name.replace("\\", "/"))
