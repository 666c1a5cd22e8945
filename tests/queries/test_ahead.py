"""What nobody waits for: its order, and that it gives way."""

import threading
import time

from queries.ahead import QUIET, Ahead
from queries.engine import Engine, QueryStopped
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST


def test_what_can_wait_longest_comes_last_and_a_job_is_called_until_it_is_done():
    quiet, done, finished = [0.0], [], threading.Event()
    ahead = Ahead(lambda: quiet[0])
    turns = iter([False, True])

    def twice():
        done.append("later")
        if last := next(turns):
            finished.set()
        return last

    ahead.put("a", twice, later=True)
    for name in ("first", "second"):
        ahead.put(name, lambda name=name: not done.append(name))
    quiet[0] = QUIET
    assert finished.wait(20)
    ahead.stop()
    assert done == ["second", "first", "later", "later"]


def test_a_quiet_question_stops_when_somebody_asks(tmp_path):
    engine = Engine(tiny.store(tmp_path, [tiny.value(EAST, "2020-W51", 90)]), ahead=True)
    stopped = threading.Event()

    def quietly():
        while not stopped.is_set():
            try:
                engine.run("indicator_list", quietly=True)
            except QueryStopped:
                stopped.set()

    worker = threading.Thread(target=quietly)
    worker.start()
    until = time.monotonic() + 30
    while not stopped.is_set() and time.monotonic() < until:
        answer = engine.run("indicator_overview", {"area": CITY, "period": "2020-W51"})
        assert answer.height > 0
    seen = stopped.is_set()
    stopped.set()
    worker.join()
    engine.close()
    assert seen
