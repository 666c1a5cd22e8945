"""Folders for what must not outlive the process: uploads, files in the making.

Each goes with whoever holds it. A process that is killed leaves its own behind; the next start
sweeps them away, and no folder of a process that still runs: the system knows who holds its lock.
"""

import contextlib
import shutil
import tempfile
import time
import weakref
from pathlib import Path

from data.machine import locks

_PREFIX = "hpa-passing-"
_HELD = ".held"
_JUST_MADE = 60  # seconds in which a folder may not be locked yet


class PassingFolder:
    """A folder that only this process's user can read; gone with `discard` or with the object."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        holding = contextlib.ExitStack()
        with contextlib.suppress(OSError):  # where nothing can be locked nothing is swept either
            holding.enter_context(locks.held(self.path / _HELD))
        self._discard = weakref.finalize(self, _gone, self.path, holding)

    def discard(self) -> None:
        """Delete it with all that is in it."""
        self._discard()


def sweep() -> int:
    """Delete the folders that killed processes left behind; how many."""
    swept = 0
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(locks.Busy, OSError):
            if time.time() - path.stat().st_mtime < _JUST_MADE:
                continue
            with locks.held(path / _HELD, wait=False):
                pass
            shutil.rmtree(path)
            swept += 1
    return swept


def _gone(path: Path, holding: contextlib.ExitStack) -> None:
    holding.close()
    shutil.rmtree(path, ignore_errors=True)
