"""A store copied to another place and back: what is there already is not copied again.

A copy is a store itself: `verify` reads it, and a dashboard can be started on it. Of each snapshot
the manifest is copied last, as a publish writes it last: broken off at any moment, a copy holds
whole snapshots only, and the next one goes on where it stood.
"""

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from data.errors import SnapshotDamaged, StoreError, reason_zh
from data.log import journal
from data.snapshots.manifest import Manifest
from data.snapshots.soundness import differs, sha256_of
from data.snapshots.store import Store

# What snapshots name is copied by their manifests; what else lies there is left behind.
_OF_SNAPSHOTS = ("tables", "derived", "readings", "sources", "waivers", "areas", "snapshots")
_PASSING = ("asked", "drafts")
_HASHED = 64  # figures of a sha256: so long is the name of a catalogue that a snapshot names

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Copied:
    """What came of it.

    files, size  How many files were copied, of how many bytes.
    problems     What could not be copied whole, in Chinese; such a snapshot is not in the copy.
    """

    files: int
    size: int
    problems: tuple[str, ...]


def backup(store: Store, target: Path, *, progress: Progress) -> Copied:
    """Bring a copy up to date: snapshots, log, answers, own definitions, settings.

    raises StoreError when the target cannot be written or holds a copy of another store.
    """
    with store.publishing():  # gc stays away meanwhile
        return _Copying(store, Store(target), progress).run(mend=False)


def restore_from(source: Path, store: Store, *, progress: Progress) -> Copied:
    """Bring back what a store lacks and what is damaged in it. What it has of its own stays.

    raises StoreError when the store cannot be written, is another one, or the copy has nothing.
    """
    copy = Store(source)
    if not copy.numbers():
        raise StoreError(f"「{source}」里没有备份：没有一个快照。请核对文件夹。")
    with store.publishing():
        return _Copying(copy, store, progress).run(mend=True)


class _Copying:
    def __init__(self, source: Store, target: Store, progress: Progress) -> None:
        self._source, self._target, self._progress = source, target, progress
        self._files, self._size = 0, 0

    def run(self, *, mend: bool) -> Copied:
        """mend: look into every file that is there, and leave what is no snapshot's as it is."""
        problems = []
        try:
            self._target.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._refuse_strange()
            numbers = self._source.numbers()
            for done, number in enumerate(numbers):
                self._progress(done / len(numbers), f"快照 {number:06d}")
                try:
                    self._snapshot(self._source.manifest(number), mend)
                except SnapshotDamaged as error:
                    problems.append(str(error))
            self._others(keep=mend)
        except OSError as error:
            raise StoreError(
                f"「{self._target.path}」写不进去（{reason_zh(error)}）。"
                "已经抄好的都在，排除原因后重新运行，会接着抄。"
            ) from error
        return Copied(self._files, self._size, tuple(problems))

    def _refuse_strange(self) -> None:
        """Two stores may have a snapshot 7 each: one is never laid over the other."""
        for number in set(self._source.numbers()) & set(self._target.numbers()):
            try:
                same = self._target.manifest(number).sha256 == self._source.manifest(number).sha256
            except SnapshotDamaged:
                continue
            if not same:
                raise StoreError(
                    f"没有抄：「{self._target.path}」里的快照 {number:06d} 是另一个数据仓的。"
                    "请换一个文件夹。"
                )

    def _snapshot(self, manifest: Manifest, mend: bool) -> None:
        named = [(entry.path, entry.sha256) for entry in manifest.files]
        named.append((f"catalogue/{manifest.catalogue}.json", manifest.catalogue))
        named.append((f"areas/{manifest.areas}.parquet", manifest.areas))
        for path, sha in named:
            if not self._is_there(path, sha, mend):
                self._copy(path, sha, manifest.number)
        name = f"snapshots/{manifest.number:06d}"
        contents = {".json": manifest.to_json(), ".sha256": manifest.sha256}
        for ending, content in contents.items():
            text = content.encode("utf-8")
            if not self._is_same(name + ending, text):
                self._write(name + ending, lambda path, text=text: path.write_bytes(text))

    def _others(self, *, keep: bool) -> None:
        """All that is no snapshot's and not made again by itself.

        keep  What the target has already stays; of two logs none is made: their chains differ.
        """
        log = keep and any((self._target.path / journal.FOLDER).glob("*.jsonl"))
        for path in _files_below(self._source.path):
            name = path.relative_to(self._source.path).as_posix()
            there = self._target.path / name
            if log and name.startswith(f"{journal.FOLDER}/"):
                continue
            if there.exists() and (keep or sha256_of(there) == sha256_of(path)):
                continue
            self._write(name, lambda fresh, path=path: _copy_with_rights(path, fresh))

    def _is_there(self, path: str, sha: str, mend: bool) -> bool:
        there = self._target.path / path
        try:
            if mend:
                return not differs(there, sha)
            return there.stat().st_size == (self._source.path / path).stat().st_size
        except OSError:
            return False

    def _is_same(self, path: str, content: bytes) -> bool:
        try:
            return (self._target.path / path).read_bytes() == content
        except OSError:
            return False

    def _copy(self, path: str, sha: str, number: int) -> None:
        """Copy a file and read the copy again. raises SnapshotDamaged when it is not as stated."""
        origin = self._source.path / path
        self._source.check([origin], number=number)

        def copied(fresh: Path) -> None:
            shutil.copyfile(origin, fresh)
            if sha256_of(fresh) != sha:
                raise SnapshotDamaged(
                    f"快照 {number:06d}：文件 {path} 的内容与登记的校验值不符，没有抄。",
                    number=number,
                )

        self._write(path, copied)

    def _write(self, path: str, write: Callable[[Path], object]) -> None:
        final = self._target.path / path
        final.parent.mkdir(parents=True, exist_ok=True)
        fresh = final.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            write(fresh)
            with fresh.open("r+b") as written:
                os.fsync(written.fileno())
            self._files, self._size = self._files + 1, self._size + fresh.stat().st_size
            os.replace(fresh, final)
        finally:
            fresh.unlink(missing_ok=True)


def _copy_with_rights(origin: Path, fresh: Path) -> None:
    """Copy a file that only its owner may read as one: accounts, settings, the log."""
    shutil.copyfile(origin, fresh)
    with contextlib.suppress(OSError):  # some network shares know no rights
        shutil.copymode(origin, fresh)


def _files_below(store: Path) -> Iterable[Path]:
    for path in sorted(store.rglob("*")):
        first, *_ = path.relative_to(store).parts
        is_named = first in _OF_SNAPSHOTS or (first == "catalogue" and len(path.stem) == _HASHED)
        if is_named or first in _PASSING or path.name.startswith(".") or path.suffix == ".lock":
            continue
        if path.is_file():
            yield path
