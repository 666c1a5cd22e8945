"""A finished file takes a name that nobody has: of several who want it, one gets it."""

import contextlib
import os
from pathlib import Path

from data.errors import StoreError
from data.machine import locks

LOCK = "placing.lock"


def place(finished: Path, name: Path) -> bool:
    """Move a finished file to a name in its folder; False when the name is taken, and it is gone.

    A hard link does it in one step. Where the disk has none (exFAT, many network shares and
    container mounts) a renaming does, which never shows half a file either.
    raises OSError, or StoreError where two who rename could not be kept apart.
    """
    try:
        os.link(finished, name)
    except FileExistsError:
        return False
    except OSError:
        return _renamed(finished, name)
    finally:
        finished.unlink(missing_ok=True)
    return True


def _renamed(finished: Path, name: Path) -> bool:
    if os.name == "nt":  # where renaming never replaces
        try:
            os.rename(finished, name)
        except FileExistsError:
            return False
        return True
    with contextlib.ExitStack() as holding:
        try:
            holding.enter_context(locks.held(name.parent / LOCK))
        except OSError as error:
            raise StoreError(
                f"没有发布：「{name.parent}」所在的磁盘既没有硬链接，也不能加锁，"
                "两人同时发布会互相覆盖。请把数据仓放到本机磁盘，或请管理员为这个共享开启文件锁。"
            ) from error
        if name.exists():
            return False
        os.replace(finished, name)
        return True
