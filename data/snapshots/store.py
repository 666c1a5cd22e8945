"""The store: immutable Parquet files and the snapshots that name them.

Nothing is changed in place. A snapshot is visible exactly when its manifest exists; the manifest
is written last and created exclusively, so that of two publishers one wins and the other sees it.
"""

import contextlib
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl

from data import catalogue as catalogues
from data.catalogue.model import Catalogue
from data.errors import SnapshotDamaged, SnapshotMissing, StoreError, reason_zh
from data.machine import locks
from data.snapshots.manifest import FileEntry, Manifest
from data.snapshots.placing import place
from data.snapshots.soundness import differs, sha256_of

_ROW_GROUP = 25_000
_PUBLISHING = "publishing.lock"


class Store:
    """A local folder of snapshots. The seam for object storage, which comes later.

    checkpoint  Called with a name before and after each write; tests use it to stop a publish
                at that very point. It does nothing by default.
    durable     Whether each file is flushed to the disk before the manifest names it; the demo,
                which can be made again, does without.
    raises      StoreError when the path is a URL.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        checkpoint: Callable[[str], None] = lambda name: None,
        durable: bool = True,
    ) -> None:
        if "://" in str(path):
            raise StoreError(f"数据仓「{path}」是网络地址，暂不支持。请改用本机文件夹。")
        self.path = Path(path)
        self._checkpoint = checkpoint
        self._durable = durable
        self._manifests: dict[int, Manifest] = {}
        self._catalogues: dict[tuple[str, str], Catalogue] = {}
        self._lock = Lock()

    # -- reading ---------------------------------------------------------------------------

    def numbers(self) -> list[int]:
        """The numbers of all snapshots, ascending; empty for a store that is not there yet."""
        folder = self.path / "snapshots"
        if not folder.is_dir():
            return []
        return sorted(
            int(path.stem) for path in folder.glob("[0-9]*.json") if path.stem.isdecimal()
        )

    def latest(self) -> int | None:
        """The newest snapshot's number, or None."""
        return max(self.numbers(), default=None)

    def lost(self) -> list[int]:
        """The numbers of snapshots that were published and whose manifest is not there any more."""
        marked = self._marked_numbers()  # first: a publish sets the mark after the manifest
        there = set(self.numbers())
        highest = max(there | marked, default=0)
        return [number for number in range(1, highest + 1) if number not in there]

    def place_after(self, head: int | None) -> dict[str, Any]:
        """Which number a snapshot after another takes, and what binds it to that one.

        A number that was ever given is never given again, whatever became of its manifest. Of two
        who publish after the same one, both take the same number: `commit` lets one of them.
        """
        return {
            "number": max([head or 0, *self.lost()]) + 1,
            "parent": head,
            "parent_sha256": self._hash_of(head) if head else "",
        }

    def manifest(self, number: int) -> Manifest:
        """The manifest of a snapshot.

        raises SnapshotMissing, SnapshotDamaged.
        """
        if number in self._manifests:
            return self._manifests[number]
        path = self.path / "snapshots" / f"{number:06d}.json"
        try:
            known = tuple(self._manifests.values())
            like = max(known, key=lambda each: len(each.files), default=None)
            manifest = Manifest.from_json(path.read_text("utf-8"), like)
        except FileNotFoundError as error:
            if number in self.lost():
                raise SnapshotDamaged(_lost(number), number=number) from error
            known = self.numbers()
            span = f"现有 {known[0]} 至 {known[-1]} 号" if known else "数据仓里还没有快照"
            raise SnapshotMissing(f"没有 {number} 号快照（{span}）。") from error
        except (ValueError, OSError) as error:
            raise SnapshotDamaged(
                f"快照 {number:06d} 已损坏：清单 snapshots/{path.name} 与登记不符或读不了。"
                "请改看前一个快照，并请管理员核对数据仓。",
                number=number,
            ) from error
        self._manifests[number] = manifest
        return manifest

    def catalogue(self, number: int) -> Catalogue:
        """The catalogue and area register as they were when the snapshot was published.

        raises SnapshotMissing, SnapshotDamaged.
        """
        manifest = self.manifest(number)
        key = (manifest.catalogue, manifest.areas)
        with self._lock:
            if key not in self._catalogues:
                path = self.path / "catalogue" / f"{manifest.catalogue}.json"
                areas = self.path / "areas" / f"{manifest.areas}.parquet"
                try:
                    content = path.read_bytes()
                except OSError as error:
                    raise _damaged(number, f"catalogue/{path.name} 读不了") from error
                if hashlib.sha256(content).hexdigest() != manifest.catalogue:
                    raise _damaged(number, f"catalogue/{path.name} 与登记不符")
                self.check([areas], number=number)
                try:
                    self._catalogues[key] = catalogues.from_json(
                        content.decode("utf-8"), pl.scan_parquet(areas, glob=False)
                    )
                except StoreError as error:
                    raise _damaged(number, f"areas/{areas.name} 读不了") from error
            return self._catalogues[key]

    def files(self, number: int, *folders: str) -> list[Path]:
        """Paths of a snapshot's files below a folder such as ("tables", "T04")."""
        return [self.path / entry.path for entry in self.manifest(number).under(*folders)]

    def rows(self, number: int, *folders: str) -> pl.DataFrame | None:
        """All rows of a snapshot's files below a folder, or None when there are none.

        raises SnapshotDamaged when a file is missing or unreadable.
        """
        paths = self.files(number, *folders)
        if not paths:
            return None
        return self.read(paths, number=number)

    def rows_of(self, entries: Iterable[FileEntry], *, number: int) -> pl.DataFrame:
        """All rows of some files of a snapshot, file after file, each as long as it is named.

        raises SnapshotDamaged when a file is missing, unreadable or of another length.
        """
        named = list(entries)
        rows = self.read([self.path / entry.path for entry in named], number=number)
        if rows.height != sum(entry.rows for entry in named):
            raise _damaged(number, "有数据文件的行数与登记不符")
        return rows

    def read(
        self,
        paths: Iterable[Path],
        *,
        number: int,
        where: pl.Expr | None = None,
        columns: Collection[str] | None = None,
    ) -> pl.DataFrame:
        """Rows of some Parquet files of a snapshot; with `where` only those for which it is true.

        columns  Only these, as far as they are there; None for all. A column that only the newer
                 files have (a catalogue grew) is null in the older ones.
        raises   SnapshotDamaged when a file is missing, unreadable or not what it was.
        """
        listed = list(paths)
        self.check(listed, number=number)
        with contextlib.suppress(OSError, pl.exceptions.PolarsError):
            # All at once takes half the time, but no file may have a column of its own.
            return _scanned(listed, where, columns)
        try:
            frames = [_scanned([path], where, columns) for path in listed]
            return pl.concat(frames, how="diagonal_relaxed")
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _damaged(number, "有数据文件缺失或读不了") from error

    def check(self, paths: Iterable[Path | str], *, number: int | None = None) -> None:
        """Refuse files of a snapshot that are not what their names say; who reads them asks first.

        raises SnapshotDamaged, naming the file.
        """
        for path in paths:
            stem, _, _ = os.path.basename(path).partition(".")
            try:
                if not differs(path, stem):
                    continue
                what = "的内容与登记的校验值不符"
            except OSError:
                what = "缺失或读不了"
            raise _damaged(number, f"文件 {Path(path).relative_to(self.path).as_posix()} {what}")

    def verify(
        self, number: int, *, progress: Callable[[float, str], None] = lambda share, words: None
    ) -> list[str]:
        """Recompute every hash of a snapshot; the problems found, in Chinese, none if sound."""
        self._manifests.pop(number, None)  # as it is now
        try:
            manifest = self.manifest(number)
        except SnapshotDamaged as error:
            return [str(error)]
        named = [(entry.path, entry.sha256) for entry in manifest.files]
        named.append((f"catalogue/{manifest.catalogue}.json", manifest.catalogue))
        named.append((f"areas/{manifest.areas}.parquet", manifest.areas))
        problems = []
        for done, (path, stated) in enumerate(named):
            progress(done / len(named), f"第 {done + 1} 个文件，共 {len(named)} 个")
            try:
                found = sha256_of(self.path / path)
            except OSError:
                problems.append(f"快照 {number:06d}：文件 {path} 缺失或读不了。")
                continue
            if found != stated:
                problems.append(f"快照 {number:06d}：文件 {path} 的内容与登记的校验值不符。")
        return problems

    def verify_chain(self) -> list[str]:
        """What is wrong between the snapshots, in Chinese: a manifest lost or exchanged."""
        problems = [_lost(number) for number in self.lost()]
        for number in self.numbers():
            with contextlib.suppress(SnapshotDamaged):  # said by `verify`
                manifest = self.manifest(number)
                stated = self._marked(number)
                if stated not in ("", manifest.sha256):
                    problems.append(f"快照 {number:06d}：清单不是发布时的那一份。")
                if manifest.parent_sha256 and manifest.parent in self.numbers():
                    parent = self.manifest(manifest.parent)
                    if parent.sha256 != manifest.parent_sha256:
                        problems.append(
                            f"快照 {parent.number:06d}：清单不是快照 {number:06d} 发布时的那一份。"
                        )
        return problems

    @property
    def has_many_definitions(self) -> bool:
        """Whether files may have different columns: only once the definitions have changed."""
        return len(list((self.path / "catalogue").glob("[0-9a-f]*.json"))) > 1

    # -- writing ---------------------------------------------------------------------------

    def put_frame(self, folder: str, frame: pl.DataFrame) -> FileEntry:
        """Write a frame as an immutable Parquet file named by its hash."""
        return self._put(
            folder,
            ".parquet",
            lambda path: frame.write_parquet(
                path, compression="zstd", statistics=True, row_group_size=_ROW_GROUP
            ),
            rows=frame.height,
        )

    def put_written(self, folder: str, write: Callable[[Path], None]) -> FileEntry:
        """Keep a Parquet file that `write` makes at the path it is given, named by its hash.

        The caller knows the number of rows and sets it.
        """
        return self._put(folder, ".parquet", write, rows=0)

    def put_catalogue(self, catalogue: Catalogue) -> tuple[str, str]:
        """Keep the resolved catalogue and register; their hashes as a manifest names them."""
        text = catalogue.text.encode("utf-8")
        self._put("catalogue", ".json", lambda path: path.write_bytes(text), rows=0, whole=True)
        areas = self._put(
            "areas",
            ".parquet",
            lambda path: catalogue.areas.write_parquet(path, compression="zstd"),
            rows=catalogue.areas.height,
            whole=True,
        )
        return catalogue.sha, areas.sha256

    def commit(self, manifest: Manifest) -> bool:
        """Make a snapshot visible. False when the number was taken meanwhile; nothing is lost.

        raises StoreError when the folder cannot be written, or its disk cannot keep two
               publishers apart.
        """
        folder = self.path / "snapshots"
        final = folder / f"{manifest.number:06d}.json"
        self._checkpoint("manifest.before")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            temporary = folder / f".{uuid.uuid4().hex}.tmp"
            with temporary.open("wb") as file:
                file.write(manifest.to_json().encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            self._checkpoint("manifest.written")
            if manifest.number in self._marked_numbers() or not place(temporary, final):
                temporary.unlink(missing_ok=True)
                return False
            _sync_folder(folder)
            # What stays when a manifest is lost: that there was one, and its hash.
            for number in filter(None, (manifest.parent, manifest.number)):
                self._keep_mark(number)
        except OSError as error:
            raise self._unwritable(error) from error
        self._checkpoint("manifest.after")
        return True

    @contextlib.contextmanager
    def publishing(self) -> Iterator[None]:
        """Keep `gc` away while files are written that no manifest names yet; several may do so.

        Where the disk cannot lock, only the age of a file keeps it.
        raises StoreError when the store cannot be written.
        """
        with contextlib.ExitStack() as holding:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self._unwritable(error) from error
            with contextlib.suppress(OSError):
                holding.enter_context(locks.held(self.path / _PUBLISHING, shared=True))
            yield

    def clear(self, older_than_seconds: float, *, even_of_lost: bool = False) -> list[Path]:
        """Delete the files that no manifest names and that are older than so many seconds.

        even_of_lost  Also while a manifest is lost, whose files nothing names any more.
        returns       What was deleted.
        raises        StoreError while somebody publishes, or a manifest is lost; SnapshotDamaged
                      when one cannot be read: its files are not known.
        """
        with contextlib.ExitStack() as holding:
            try:
                holding.enter_context(locks.held(self.path / _PUBLISHING, wait=False))
            except locks.Busy as error:
                raise StoreError("正有人在发布，没有清除任何文件。请过一会儿再试。") from error
            except OSError as error:
                raise self._unwritable(error) from error
            if (lost := self.lost()) and not even_of_lost:
                raise StoreError(
                    f"没有清除：{_lost(lost[-1])}清单找回之前，不清除它可能用到的文件；"
                    "确实找不回来的，加 --lost。"
                )
            found = self.unnamed_files(older_than_seconds)
            for path in found:
                path.unlink(missing_ok=True)
            return found

    def unnamed_files(self, older_than_seconds: float) -> list[Path]:
        """Files that no manifest names and that are older than so many seconds."""
        named: set[Path] = set()
        for number in self.numbers():
            manifest = self.manifest(number)
            named.update(self.path / entry.path for entry in manifest.files)
            named.add(self.path / "catalogue" / f"{manifest.catalogue}.json")
            named.add(self.path / "areas" / f"{manifest.areas}.parquet")
        limit = time.time() - older_than_seconds
        found = []
        folders = (
            "tables/**/*",
            "derived/**/*",
            "readings/**/*",
            "sources/**/*",
            "waivers/*",
            "areas/*",
        )
        for pattern in (*folders, "snapshots/.*"):
            found += [path for path in self.path.glob(pattern) if path.is_file()]
        found += [path for path in self.path.glob("catalogue/*.json") if len(path.stem) == 64]
        return sorted(path for path in found if path not in named and _age(path) <= limit)

    def _mark(self, number: int) -> Path:
        """The file that says that a number was given, and holds the hash of its manifest."""
        return self.path / "snapshots" / f"{number:06d}.sha256"

    def _marked(self, number: int) -> str:
        try:
            return self._mark(number).read_text("ascii").strip()
        except (OSError, ValueError):
            return ""

    def _keep_mark(self, number: int) -> None:
        """Mark a number; the snapshot stands without, so that nobody is told of a failure."""
        mark = self._mark(number)
        with contextlib.suppress(OSError, StoreError):
            if mark.exists():
                return
            sha = self.manifest(number).sha256
            fresh = mark.with_name(f".{uuid.uuid4().hex}.tmp")
            fresh.write_text(sha, "ascii")
            sha256_of(fresh, flush=self._durable)
            os.replace(fresh, mark)

    def _marked_numbers(self) -> set[int]:
        marks = (self.path / "snapshots").glob("[0-9]*.sha256")
        return {int(path.stem) for path in marks if path.stem.isdecimal()}

    def _hash_of(self, number: int) -> str:
        """The hash of a manifest, also of one that was damaged since."""
        try:
            return self.manifest(number).sha256
        except SnapshotDamaged:
            return self._marked(number)

    def _put(
        self,
        folder: str,
        suffix: str,
        write: Callable[[Path], object],
        *,
        rows: int,
        whole: bool = False,
    ) -> FileEntry:
        """Write to a temporary name, hash, then move to the name that the hash gives."""
        self._checkpoint(f"{folder}.before")
        try:
            target = self.path / folder
            target.mkdir(parents=True, exist_ok=True)
            temporary = target / f".{uuid.uuid4().hex}.tmp"
            write(temporary)
            sha = sha256_of(temporary, flush=self._durable)
            final = target / f"{sha if whole else sha[:12]}{suffix}"
            self._checkpoint(f"{folder}.written")
            os.replace(temporary, final)
        except OSError as error:
            raise self._unwritable(error) from error
        self._checkpoint(f"{folder}.after")
        return FileEntry(f"{folder}/{final.name}", sha, rows)

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"数据仓 {self.path} 写不进去（{reason_zh(error)}）。"
            "已发布的快照没有变化；请检查磁盘空间和文件夹权限后重试。"
        )


def _scanned(
    paths: list[Path], where: pl.Expr | None, columns: Collection[str] | None
) -> pl.DataFrame:
    # The first file is the oldest, the last the newest: a catalogue grew or it did not.
    ends = {paths[0], paths[-1]}
    schema = max(map(pl.read_parquet_schema, ends), key=len) if len(ends) > 1 else None
    rows = pl.scan_parquet(paths, hive_partitioning=False, schema=schema, missing_columns="insert")
    rows = rows if where is None else rows.filter(where)
    if columns is not None:
        rows = rows.select(name for name in rows.collect_schema() if name in columns)
    return rows.collect()


def _lost(number: int) -> str:
    return (
        f"快照 {number:06d} 已丢失：它发布过，清单 snapshots/{number:06d}.json 却不在了。"
        "请改看前一个快照，并请管理员从备份恢复这个文件。"
    )


def _damaged(number: int | None, what: str) -> SnapshotDamaged:
    named = f"快照 {number:06d} " if number else "数据仓"
    return SnapshotDamaged(
        f"{named}已损坏：{what}。请改看前一个快照，并请管理员核对数据仓。", number=number or None
    )


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; systems whose folders cannot be opened do it by themselves.

    A network share may refuse it: the name is there all the same, so that is no failure.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
