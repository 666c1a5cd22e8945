"""Gives memory back to the system that the C library keeps, where it lets itself be told.

Linux's keeps what was freed, for each thread apart: after the opening of a large snapshot that is
a hundred megabytes. Elsewhere nothing is done, and nothing needs to be.
"""

import ctypes
import os
from functools import cache

_M_ARENA_MAX = -8
_ARENAS = 2  # threads wait for one another in Python anyway


def share() -> None:
    """Let all threads and libraries take memory from the same few places.

    To be called before there are any.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if library := _library():
        library.mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give back what is free, which takes some ms."""
    if library := _library():
        library.malloc_trim(0)


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # a system that does not know the program itself as a library
        return None
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
