"""A publish on trial: in a folder of its own that shares the store's files, thrown away after.

Nothing of it is ever visible: the trial's manifest stands in the trial's folder only.
"""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import StoreError, reason_zh
from data.settings import FILE_NAME
from data.snapshots.store import Store

FOLDER = "drafts"
_LEFT_BEHIND = 24 * 3600  # seconds; an older folder was left by a process that was killed


@contextmanager
def trial(store: Store) -> Iterator[Store]:
    """Give a store that holds the newest snapshot only; what is published there goes away.

    Its files are links to the store's own, so that it costs milliseconds and no space.
    raises StoreError when the store's folder cannot be written.
    """
    folder = store.path / FOLDER / uuid.uuid4().hex
    try:
        _clear_old(store.path / FOLDER)
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"数据仓 {store.path} 写不进去（{reason_zh(error)}），不能试算变化。"
            "请检查磁盘空间和文件夹权限。"
        ) from error
    try:
        yield _linked(store, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _linked(store: Store, folder: Path) -> Store:
    head = store.latest()
    if head is not None:
        manifest = store.manifest(head)
        named = [entry.path for entry in manifest.files]
        named += [f"catalogue/{manifest.catalogue}.json", f"areas/{manifest.areas}.parquet"]
        named.append(f"snapshots/{head:06d}.json")
        for path in named:
            _link(store.path / path, folder / path)
    if (store.path / FILE_NAME).exists():
        _link(store.path / FILE_NAME, folder / FILE_NAME)
    return Store(folder, durable=False)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without links, or another one
        shutil.copyfile(source, target)


def _clear_old(folder: Path) -> None:
    if not folder.is_dir():
        return
    for each in folder.iterdir():
        if time.time() - each.stat().st_mtime > _LEFT_BEHIND:
            shutil.rmtree(each, ignore_errors=True)
