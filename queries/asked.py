"""Readings that no snapshot brings along: of older periods, of levels further down, of villages.

They are worked out when somebody first asks, by the steps that publishing takes (data/readings),
into a folder beside the snapshots that anybody may empty: files of the same shape, a file for each
judge, period and level.
"""

import contextlib
import os
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import duckdb

from data.catalogue.model import LEVELS, Catalogue
from data.readings import compute
from data.readings.published import FOLDER
from data.snapshots.soundness import differs, sha256_of
from data.snapshots.store import Store

# A file takes some 50 kB, whatever the size of the store.
FILES_KEPT = 4_000
_ASKED = "asked"
_HASH = 64  # figures of a sha256


class Wanted(NamedTuple):
    """Readings under one judge at one chosen period.

    level  None: of the judge and of the areas one level below it, villages aside. Else those of
           this level further below; of a township's villages also each judged at itself.
    """

    period: str
    judge: str
    level: str | None = None


def wanted(
    periods: Iterable[str], areas: Iterable[str], level: str | None, catalogue: Catalogue
) -> list[Wanted]:
    """All that a question about some areas can look up, with the areas of a level below them."""
    known = {area: _level(area, catalogue) for area in areas}
    levels = {each for each in (level, *known.values()) if each}
    found: dict[Wanted, None] = {}
    for period in periods:
        for area, own in known.items():
            if own is None:
                continue
            if own == "village":
                found[Wanted(period, _township(area, catalogue), "village")] = None
                continue
            found[Wanted(period, area)] = None
            for each in levels:
                if LEVELS.index(each) > LEVELS.index(own) + 1 or (
                    each == "village" and own == "township"
                ):
                    found[Wanted(period, area, each)] = None
    return list(found)


class AskedReadings:
    """The files of readings of one store: those of its snapshots, and those worked out since.

    work   Works out what is asked and writes it to the path it is given; called outside all locks
           but one of its own for each file.
    """

    def __init__(self, store: Store, work: Callable[[int, compute.Asked, Path], None]) -> None:
        self._store, self._work = store, work
        self._lock = Lock()
        self._making: dict[Path, Lock] = defaultdict(Lock)
        self._written = 0
        self.folder = store.path / _ASKED
        if not os.access(store.path, os.W_OK):
            self._passing = tempfile.TemporaryDirectory(prefix="readings-")  # goes with the process
            self.folder = Path(self._passing.name)

    def files(self, number: int, asked: Iterable[Wanted]) -> tuple[Path, ...]:
        """The files that hold some readings of a snapshot; what is not there yet is worked out.

        raises  duckdb.Error; OSError when the disk is full.
        """
        return tuple({self._file(number, each): None for each in asked})

    def _file(self, number: int, asked: Wanted) -> Path:
        manifest = self._store.manifest(number)
        if asked.level is None:
            for entry in manifest.under(FOLDER, asked.period, asked.judge[:2]):
                path = self._store.path / entry.path
                self._store.check([path], number=number)
                if asked.judge in _judges(path):
                    return path
        stem = f"{asked.judge}-{asked.level}" if asked.level else asked.judge
        path = self.folder / manifest.sha256[:12] / asked.period / f"{stem}.parquet"
        with self._lock:
            making = self._making[path]
        with making:
            if not _is_whole(path):
                self._make(number, asked, path)
        return path

    def _make(self, number: int, asked: Wanted, path: Path) -> None:
        catalogue = self._store.catalogue(number)
        judges = [asked.judge]
        if asked.level == "village" and _level(asked.judge, catalogue) == "township":
            below = catalogue.register.below([asked.judge], villages=True)
            judges += [code for code in below["area_code"] if code != asked.judge]
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            judging = tuple((judge, asked.period) for judge in judges)
            self._work(number, compute.Asked(judging, asked.level), part)
            # No manifest names it: its hash stands beside it, and one that differs is made anew.
            sha = sha256_of(part)
            os.replace(part, path)
            _beside(path).write_text(sha, "ascii")
        except PermissionError:
            if not path.exists():  # else another process has just made the same, and reads it
                raise
        finally:
            part.unlink(missing_ok=True)
        self._written += 1
        if self._written % 100 == 1:
            self._make_room()

    def _make_room(self) -> None:
        """Let the files go that nobody asked for longest."""
        with contextlib.suppress(OSError):
            files = sorted(self.folder.glob("*/*/*.sha256"), key=lambda path: path.stat().st_mtime)
            for beside in files[: max(0, len(files) - FILES_KEPT)]:
                beside.with_suffix(".parquet").unlink(missing_ok=True)
                beside.unlink(missing_ok=True)


def _is_whole(path: Path) -> bool:
    """Whether a file is there as it was written; then it is the last to give way."""
    try:
        stated = _beside(path).read_text("ascii")
        if len(stated) != _HASH or differs(path, stated):
            return False
    except (OSError, ValueError):
        return False
    with contextlib.suppress(OSError):
        os.utime(_beside(path))
    return True


def _beside(path: Path) -> Path:
    return path.with_suffix(".sha256")


@lru_cache(maxsize=200)
def _judges(path: Path) -> frozenset[str]:
    """The areas under which a file of a snapshot has readings: those that have values."""
    with contextlib.closing(duckdb.connect()) as con:
        rows = con.execute(
            "select distinct judged_at from read_parquet($path)", {"path": str(path)}
        ).fetchall()
    return frozenset(code for (code,) in rows)


def _level(area: str, catalogue: Catalogue) -> str | None:
    row = catalogue.register.row(area)
    return row["level"] if row else None


def _township(village: str, catalogue: Catalogue) -> str:
    return str((catalogue.register.row(village) or {}).get("township_code"))
