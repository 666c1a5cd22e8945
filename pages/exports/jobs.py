"""Making a file off the page's thread: ask, write, hand over; stoppable at any moment."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import wait
from typing import TypeVar

from data.errors import ProductError
from data.machine.beside import beside
from data.machine.passing import PassingFolder
from pages.exports import content as contents
from pages.exports.content import Content
from pages.exports.xlsx.apart import Worker

_LOOK = 0.1  # seconds
_SLOW = 20  # seconds after which the bar has gone two thirds of its way
T = TypeVar("T")
Progress = Callable[[float, str], None]
Make = Callable[[str], Content]


class Made:
    """A finished file; it goes away when nobody holds it any more."""

    def __init__(self, name: str, rows: int) -> None:
        self.name, self.rows = name, rows
        self._folder = PassingFolder()
        self.path = self._folder.path / "file"


def make(ask: Make, ending: str, progress: Progress, interrupt: Callable[[str], object]) -> Made:
    """Ask for the content and write its file.

    ask        Takes a token under which the question can be interrupted.
    interrupt  Stops the question of a token.
    raises     What asking and writing raise, and what `progress` raises to stop.
    """
    # A large workbook's writer loads its libraries while the rows are still being read.
    worker = Worker() if ending == "xlsx" else None
    try:
        content = watched(ask, progress, interrupt)
        made = Made(content.file_name(ending), content.table.height)
        contents.write(content, ending, made.path, progress=progress, worker=worker)
    finally:
        if worker is not None:
            worker.end()
    return made


def watched(ask: Callable[[str], T], progress: Progress, interrupt: Callable[[str], object]) -> T:
    """Run a question beside and keep calling `progress`; when that raises, stop the question."""
    token = uuid.uuid4().hex
    asking = beside(lambda: ask(token), "export")
    started = time.monotonic()
    try:
        while not asking.done():
            gone = time.monotonic() - started
            progress(0.5 * gone / (gone + _SLOW / 2), f"正在读取数据，已用{gone:.0f}秒")
            wait([asking], _LOOK)
    except ProductError:
        interrupt(token)
        raise
    return asking.result()
