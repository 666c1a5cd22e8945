"""Whether a file is what its name says: each file of a snapshot is named by its own hash.

A bit that flipped on the disk does not keep a Parquet file from being read: its figures are other
ones, without a word. So a file is read whole by the process that opens it first.
"""

import hashlib
import os
from pathlib import Path

# Which file (disk and place on it, so that another name of it counts) was found sound, by its size
# and time then.
_SOUND: dict[tuple[int, int], tuple[int, int]] = {}


def differs(path: Path | str, stated: str) -> bool:
    """Whether a file is not what it is said to be.

    stated   The sha256 of its content, or the beginning of it.
    returns  Without reading it again while size and time are those of a file found sound.
    raises   OSError when it is not there or cannot be read.
    """
    found = os.stat(path)
    which, state = (found.st_dev, found.st_ino), (found.st_size, found.st_mtime_ns)
    if _SOUND.get(which) == state:
        return False
    if not sha256_of(path).startswith(stated):
        return True
    _SOUND[which] = state
    return False


def sha256_of(path: Path | str, *, flush: bool = False) -> str:
    """The sha256 of a file's content; flush also makes sure that it is on the disk."""
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if flush:
        with open(path, "r+b") as written:
            os.fsync(written.fileno())
    return digest
