"""A file that a command writes: its place is looked at first, and there is never half a file."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from data.errors import UsageError, reason_zh


def check(target: Path, suffix: str, what: str) -> None:
    """Say before the work begins what cannot go well.

    what    How the file is called, for the message.
    raises  UsageError.
    """
    if target.suffix.lower() != suffix:
        raise UsageError(f"{what}应存为 {suffix} 文件，实为「{target.name}」。")
    if target.is_dir():
        raise UsageError(f"{target} 是一个文件夹。请写出文件名。")
    if not target.parent.is_dir():
        raise UsageError(f"文件夹 {target.parent} 不存在。请先建立，或换个位置。")
    if not os.access(target.parent, os.W_OK) or (
        target.exists() and not os.access(target, os.W_OK)
    ):
        raise UsageError(f"文件 {target} 写不进去（没有权限）。请换个位置。")


@contextlib.contextmanager
def whole(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write into, beside its place, and put it there once it is whole.

    raises UsageError for a place that cannot be written.
    """
    try:
        handle, made = tempfile.mkstemp(suffix=target.suffix, prefix=".", dir=target.parent)
    except OSError as error:
        raise _unwritable(target, error) from error
    temporary = Path(made)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        temporary.chmod(0o644)
        temporary.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _unwritable(target: Path, error: OSError) -> UsageError:
    return UsageError(f"文件 {target} 写不进去（{reason_zh(error)}）。请换个位置。")
