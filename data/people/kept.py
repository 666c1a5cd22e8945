"""A file of people or programs: readable by its owner only, changed by one at a time, whole."""

import os
from collections.abc import Callable
from pathlib import Path

from data.machine import locks


def change(file: Path, written: Callable[[], str]) -> None:
    """Put a new text in the place of a file's: a kill leaves the old one or the new one.

    written  Gives the new text; nobody else changes the file meanwhile.
    raises   OSError when it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with locks.held(file.with_name(f"{file.name}.lock")):
        text = written()
        # Nobody else is at it: what a killed process has left of its own is written over.
        fresh = file.with_name(f"{file.name}.new")
        with open(fresh, "w", encoding="utf-8", opener=_private) as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        os.replace(fresh, file)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
