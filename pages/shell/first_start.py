"""First start: an empty store gets the demo, once per process, while every visitor watches."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from types import ModuleType

from data.errors import ProductError, StoreError
from data.machine.beside import beside

_log = logging.getLogger("health_poverty_dashboard")
_PAUSE = 0.5  # seconds between two looks: painting takes time from the build


def runtime() -> ModuleType:
    """Return what the pages share; its libraries load while the server already answers."""
    from pages.shell import runtime as loaded

    return loaded


class DemoBuild:
    """One building of the demo store on a thread of its own.

    progress  How far it is, 0 to 1, and what is being done, in Chinese.
    """

    def __init__(self, path: Path) -> None:
        self.progress: tuple[float, str] = (0.0, "正在准备演示数据…")
        self._end = beside(lambda: self._build(path), "demo-build")

    @property
    def running(self) -> bool:
        """Say whether it is still at work."""
        return not self._end.done()

    @property
    def error(self) -> ProductError | None:
        """What stopped it; None while it runs and after it succeeded."""
        error = None if self.running else self._end.exception()
        if error is None or isinstance(error, ProductError):
            return error
        return StoreError(
            "演示数据没有建成（程序故障，详情见服务器日志）。请重新启动；仍然如此时请反馈。"
        )

    def wait(self, seconds: float | None) -> None:
        """Wait for the end, or so many seconds."""
        wait([self._end], seconds)

    def _build(self, path: Path) -> None:
        from data.demo.build import build  # the simulation is loaded only when it is needed

        started = time.monotonic()
        try:
            build(path, progress=self._report)
        finally:
            _log.info("演示数据用时 %.1f 秒", time.monotonic() - started)

    def _report(self, share: float, words: str) -> None:
        self.progress = (min(max(share, 0.0), 1.0), words)


_builds: dict[Path, DemoBuild] = {}
_lock = threading.Lock()


def begin(path: Path) -> DemoBuild | None:
    """Start building the demo if the store is empty; join the build that is under way.

    returns  The build, or None when the store has a snapshot and there is nothing to wait for.
    """
    from data.snapshots.store import Store  # loads polars: not before the server answers

    with _lock:
        build = _builds.get(path)
        if build and build.running:
            return build
        if Store(path).numbers():
            return None
        if build and build.error:  # it would fail again; the administrator starts anew
            return build
        _builds[path] = build = DemoBuild(path)
        return build


def prepare(path: Path, then: Callable[[], None]) -> None:
    """Begin what an empty store needs, and do `then` when the store is ready, on its own thread."""

    def work() -> None:
        if build := begin(path):
            build.wait(None)
        then()

    beside(work, "prepare")


def watch(build: DemoBuild, show: Callable[[float, str], object]) -> None:
    """Show the progress until the build ends.

    raises the ProductError that stopped it.
    """
    shown = None
    while build.running:
        if build.progress != shown:
            shown = build.progress
            show(*shown)
        build.wait(_PAUSE)
    if build.error:
        raise build.error
