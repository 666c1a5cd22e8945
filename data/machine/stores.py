"""The stores that one machine knows, and which of them is open: `<its own store>/stores.yaml`.

Without the file its own store is the only one, and open.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from data.errors import StoreError, reason_zh

FILE = "stores.yaml"
_WORDS = (
    "# 这台电脑知道的数据仓；open 是现在打开的。在「建立本单位数据仓」页换，"
    "或改这里，打开着的页面刷新后生效。\n"
)


@dataclass(frozen=True)
class Stores:
    """The open store, and all that are known, the machine's own one first."""

    open: Path
    every: tuple[Path, ...]


def known(home: Path) -> Stores:
    """The stores of a machine, as its file says now.

    home    Its own one.
    raises  StoreError when the file cannot be read, or names an open store that is not there:
            another one in its place would be taken for it.
    """
    return _known(home, state_of(home / FILE))


def open_store(home: Path, store: Path) -> None:
    """Let everybody see another store from now on.

    raises  StoreError when it has no snapshot or the file cannot be written.
    """
    if store != home and not _has_snapshot(store):
        raise StoreError(f"数据仓 {store} 里没有快照，没有换。")
    _write(home, store, (*known(home).every, store))


def add(home: Path, store: Path) -> None:
    """Know one more store; which is open stays.

    raises  StoreError.
    """
    before = known(home)
    _write(home, before.open, (*before.every, store))


def state_of(file: Path) -> tuple[int, ...]:
    """Return what changes with every saving of a file; empty while there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=8)
def _known(home: Path, state: tuple[int, ...]) -> Stores:
    if not state:
        return Stores(home, (home,))
    path = home / FILE
    try:
        given = yaml.safe_load(path.read_text("utf-8-sig"))
        others = tuple(home / each for each in given["stores"])
        chosen = home / given["open"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise StoreError(f"{path} 读不出来。请改正；删去它，就只有本机自己的数据仓。") from error
    if chosen != home and not _has_snapshot(chosen):
        raise StoreError(
            f"{FILE} 里打开的数据仓 {chosen} 不在，或没有快照。"
            f"请接好磁盘，或把 {path} 的 open 改成 {home}。"
        )
    return Stores(chosen, tuple(dict.fromkeys((home, *others))))


def _has_snapshot(store: Path) -> bool:
    return any((store / "snapshots").glob("[0-9]*.json"))


def _written(home: Path, store: Path) -> str:
    """A store that lies in the machine's own one moves with it."""
    return store.relative_to(home).as_posix() if store.is_relative_to(home) else str(store)


def _write(home: Path, chosen: Path, every: tuple[Path, ...]) -> None:
    others = [_written(home, each) for each in dict.fromkeys(every) if each != home]
    listed = {"open": _written(home, chosen), "stores": others}
    text = yaml.safe_dump(listed, allow_unicode=True, sort_keys=False)
    temporary = home / f".{FILE}.tmp"
    try:
        temporary.write_text(_WORDS + text, "utf-8")
        os.replace(temporary, home / FILE)
    except OSError as error:
        raise StoreError(f"{home / FILE} 写不进去（{reason_zh(error)}）。没有换。") from error
