"""Work that nobody waits for: done one after the other, only while nobody asks anything."""

import atexit
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Condition, Thread

from data.errors import ProductError

WAITING = 6  # more than these are forgotten, the oldest first
QUIET = 0.8  # seconds without a call before work begins: until then a browser paints

Jobs = OrderedDict[Hashable, Callable[[], bool]]


class Ahead:
    """A thread that does the newest job first, and what can wait longest after all others.

    idle  Seconds since the last call ended, 0 while one is under way.
    A job returns False when it gave way to somebody or has more to do: it is called again.
    """

    def __init__(self, idle: Callable[[], float]) -> None:
        self._idle = idle
        self._jobs: Jobs = OrderedDict()
        self._later: Jobs = OrderedDict()
        self._changed = Condition()
        self._stopped = False
        self._thread: Thread | None = None

    def put(self, key: Hashable, job: Callable[[], bool], *, later: bool = False) -> None:
        """Remember a job; one of the same name takes its place. later: after all others."""
        jobs = self._later if later else self._jobs
        with self._changed:
            if self._stopped:
                return
            jobs[key] = job
            jobs.move_to_end(key)
            while len(jobs) > WAITING:
                jobs.popitem(last=False)
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
            self._later.clear()
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()
            atexit.unregister(self.stop)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not (self._jobs or self._later or self._stopped):
                    self._changed.wait()
                if self._stopped:
                    return
            if (quiet := self._idle()) < QUIET:
                time.sleep(QUIET - quiet)
                continue
            with self._changed:
                jobs = self._jobs or self._later
                if not jobs:
                    continue
                key, job = jobs.popitem()
            if not self._do(job):
                with self._changed:
                    jobs.setdefault(key, job)

    def _do(self, job: Callable[[], bool]) -> bool:
        try:
            return job()
        except ProductError:
            return True  # whoever asks for it is told in person
