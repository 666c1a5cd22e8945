"""Work that nobody waits for: done one after the other, only while nobody asks anything."""

import atexit
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Condition, Thread

from data.errors import ProductError

WAITING = 6  # more than these are forgotten, the oldest first
QUIET = 0.3  # seconds without a call before work begins


class Ahead:
    """A thread that does the newest job first.

    idle  Seconds since the last call ended, 0 while one is under way.
    A job returns False when it gave way to somebody: it is tried again later.
    """

    def __init__(self, idle: Callable[[], float]) -> None:
        self._idle = idle
        self._jobs: OrderedDict[Hashable, Callable[[], bool]] = OrderedDict()
        self._changed = Condition()
        self._stopped = False
        self._thread: Thread | None = None

    def put(self, key: Hashable, job: Callable[[], bool]) -> None:
        """Remember a job; one of the same name takes its place."""
        with self._changed:
            if self._stopped:
                return
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            while len(self._jobs) > WAITING:
                self._jobs.popitem(last=False)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="readings ahead", daemon=True)
                self._thread.start()
                atexit.register(self.stop)  # DuckDB must not be in use when the program ends
            self._changed.notify()

    def stop(self) -> None:
        """End after the job under way."""
        with self._changed:
            self._stopped = True
            self._jobs.clear()
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()
            atexit.unregister(self.stop)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._jobs and not self._stopped:
                    self._changed.wait()
                if self._stopped:
                    return
            if (quiet := self._idle()) < QUIET:
                time.sleep(QUIET - quiet)
                continue
            with self._changed:
                if not self._jobs:
                    continue
                key, job = self._jobs.popitem()
            self._do(key, job)

    def _do(self, key: Hashable, job: Callable[[], bool]) -> None:
        try:
            finished = job()
        except ProductError:
            finished = True  # whoever asks for it is told in person
        if not finished:
            with self._changed:
                self._jobs.setdefault(key, job)
