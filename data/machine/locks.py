"""Locks between processes: a file that one, or several of a kind, hold for a moment.

The system drops a lock with the process that holds it: a kill leaves nothing to clear.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_PAUSE = 0.05  # seconds between two tries, where the system cannot wait by itself


class Busy(Exception):
    """Somebody else holds the lock, and the caller did not want to wait."""


@contextlib.contextmanager
def held(file: Path, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a file, which is made where it is not there yet.

    shared  Others who hold it shared may hold it too. Windows has only the other kind: there they
            come one after the other.
    wait    Until it is free; otherwise Busy is raised.
    raises  OSError where the disk cannot lock (some network shares) or cannot be written; Busy.
    """
    with file.open("ab") as handle:
        _lock(handle.fileno(), shared, wait)
        try:
            yield
        finally:
            _unlock(handle.fileno())


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int, shared: bool, wait: bool) -> None:
        while True:
            os.lseek(handle, 0, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
                return
            except PermissionError as error:
                if not wait:
                    raise Busy from error
            time.sleep(_PAUSE)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int, shared: bool, wait: bool) -> None:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
