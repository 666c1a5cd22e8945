"""Files as they were given: what they are called, and what is in them where they are zips."""

import os
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZipInfo

from data import personal
from data.intake.read import kinds, look_alikes, safety
from data.intake.read.limits import Archive, FileLimits, Refusal
from data.intake.read.safety import FileRefused, SafeFile

# What systems and programs put beside the files of a person: locks, previews, settings.
_UNASKED = ("~$", "._", ".~lock.", ".DS_Store", "__MACOSX", "Thumbs.db", "desktop.ini")
_SAYS_UTF8 = 0x800


@dataclass(frozen=True)
class Given:
    """A file on disk and what it is called: an upload lies under a short name of our own."""

    path: Path
    name: str

    @staticmethod
    def of(given: "Given | Path | str") -> "Given":
        """The file itself, or one that is called as it lies there."""
        if isinstance(given, Given):
            return given
        path = Path(given)
        return Given(path, readable(path.name))


@dataclass(frozen=True)
class Opened:
    """One file that may be read, or why not.

    shown  what it is called in findings; stem: its own name without ending, for a period in it.
    """

    shown: str
    stem: str
    file: SafeFile | None = None
    refused: FileRefused | None = None


def given_files(given: Iterable[Given | Path | str]) -> list[Given]:
    """Files as given; folders as all files in them, sorted, but those that no person made."""
    found: list[Given] = []
    for each in map(Given.of, given):
        if not each.path.is_dir():
            found.append(each)
            continue
        inside = (path for path in _inside(each.path) if _is_told(path))
        found.extend(
            Given.of(path)
            for path in sorted(inside)
            if not is_unasked(path.relative_to(each.path).parts)
        )
    return list(dict.fromkeys(found))


def _is_told(path: Path) -> bool:
    """Whether a path is a file or may stand for one: a link that leads nowhere is told too."""
    return path.is_file() or path.is_dir() or path.is_symlink()


def _inside(folder: Path) -> Iterator[Path]:
    """All files below a folder; folders that cannot be entered too, so that they are told."""
    closed: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=closed.append):
        yield from (Path(where) / name for name in files)
        yield from (path for name in folders if (path := Path(where) / name).is_symlink())
    yield from (Path(error.filename) for error in closed)


def shown_names(files: Sequence[Given]) -> dict[Given, str]:
    """How each file is called in findings: its name, with folders where two have the same.

    ID and mobile numbers in the names are taken out.
    """
    names = Counter(file.name for file in files)
    shown = {}
    for file in files:
        parts = (*map(readable, file.path.parts[:-1]), file.name)
        depth = 1
        if names[file.name] > 1:
            same = [other.path for other in files if other.name == file.name and other != file]
            while depth < len(parts) and any(
                other.parts[-depth:] == file.path.parts[-depth:] for other in same
            ):
                depth += 1
        shown[file] = personal.hide("/".join(parts[-depth:]))
    return shown


def is_unasked(parts: tuple[str, ...]) -> bool:
    """Whether a path is of a file that nobody made: a lock, a preview, a folder's settings."""
    return any(part.startswith(_UNASKED) for part in parts)


def readable(name: str) -> str:
    """A name as a person may read it: bytes of another code page told, control signs left out."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", "replace")
    return "".join(letter for letter in look_alikes.plain(name) if letter.isprintable())


def opened(given: Given, shown: str, limits: FileLimits) -> Iterator[Opened]:
    """The file, or the files in it; a bad one never costs the others."""
    stem = PurePosixPath(given.name).stem
    try:
        file = safety.check(given.path, limits, given.name)
        if file.kind != kinds.ZIP:
            yield Opened(shown, stem, file)
            return
        archive = Archive(file.data, limits)
    except FileRefused as refused:
        yield Opened(shown, stem, refused=refused)
        return
    members = _members(archive)
    if not members:
        refusal = Refusal("file.foreign", "这是压缩包，里面没有文件", "请放入报表后再报。")
        yield Opened(shown, stem, refused=FileRefused.of(refusal, shown))
    for info, name in members:
        inner, stem = f"{shown}/{name}", PurePosixPath(name).stem
        try:
            yield Opened(inner, stem, _member(archive, info, name, limits))
        except FileRefused as refused:
            yield Opened(inner, stem, refused=refused)


def one(given: Given, member: str, limits: FileLimits) -> SafeFile:
    """A file, or the one of that name in a zip; raises FileRefused."""
    file = safety.check(given.path, limits, given.name)
    if file.kind != kinds.ZIP:
        return file
    archive = Archive(file.data, limits)
    for info, name in _members(archive):
        if name == member:
            return _member(archive, info, name, limits)
    raise FileRefused("file.missing", f"压缩包里没有「{member}」", file=given.name)


def _members(archive: Archive) -> list[tuple[ZipInfo, str]]:
    named = [(info, _name(info)) for info in archive.infos if not info.is_dir()]
    return [(info, name) for info, name in named if not is_unasked(PurePosixPath(name).parts)]


def _member(archive: Archive, info: ZipInfo, name: str, limits: FileLimits) -> SafeFile:
    try:
        found = safety.look(name, archive.read(info), limits)
        if found.kind == kinds.ZIP:
            raise Refusal("file.foreign", "压缩包里又有压缩包", "请解开后再报。")
    except Refusal as refusal:
        raise FileRefused.of(refusal, name) from refusal
    return found


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
    return readable(posixpath.normpath(name.replace("\\", "/")))
