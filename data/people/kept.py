"""A file of people or programs: readable by its owner only, changed by one at a time, whole."""

import os
import tempfile
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
        # Made readable by its owner only.
        handle, made = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as fresh:
                fresh.write(text)
                fresh.flush()
                os.fsync(handle)
            os.replace(made, file)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
