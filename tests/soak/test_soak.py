"""The short form: four programs ask one process without a rest while another one publishes."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.settings import Settings
from pages.api.figures import Figures
from queries.engine import Engine
from tests.data import publisher
from tests.data.small_world import EAST, open_world
from tests.soak.collected import Collected

SECONDS, SNAPSHOTS, PROGRAMS = 15, 5, 4
WEEK = "2020-W51"
FILED = f"/api/v1/tables/T04?area={EAST}&period_from={WEEK}&period_to={WEEK}"
VALUES = f"/api/v1/values?indicators=signing_rate&parent={EAST}&level=township"
VALUES += f"&period_from={WEEK}&period_to={WEEK}"
RANKING = f"/api/v1/ranking?indicator=signing_rate&parent={EAST}&level=township&period={WEEK}"


def figure(address, rows):
    """What both villages report, or their township's sum: the number of its snapshot, or twice."""
    if address == FILED:
        (found,) = {row["signed_pop"] for row in rows}
        return found * 2
    return next(row["numerator"] for row in rows if row["area_code"] == publisher.TOWNSHIP)


@pytest.fixture
def published(tmp_path):
    """A store into which another process publishes snapshot after snapshot."""
    open_world(tmp_path)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.data.publisher"])
    ours, theirs = context.Pipe(duplex=False)
    arguments = (tmp_path / "store", theirs, None)
    process = context.Process(target=publisher.publish_on, args=arguments)
    process.start()
    assert ours.poll(120) and ours.recv() == "ready"
    assert ours.poll(120) and ours.recv() == 1
    yield tmp_path / "store"
    process.kill()
    process.join(30)


def test_every_answer_is_whole_and_of_one_snapshot_while_others_are_published(published):
    engine = Engine(publisher.Store(published))
    collected = Collected()
    end = time.monotonic() + SECONDS

    def ask_on(_program):
        routes = Figures(lambda: engine, Settings).routes()
        client = TestClient(Starlette(routes=routes), client=("127.0.0.1", 50_000))
        while time.monotonic() < end and len(collected.snapshots) < SNAPSHOTS:
            for address in (FILED, VALUES, RANKING):
                answer = client.get(address)
                if answer.status_code != 200:
                    collected.refused(address, answer.text)
                    continue
                told = answer.json()
                number = told["snapshot"]
                collected.take(address, {number}, answer.text, figure(address, told["rows"]))

    with ThreadPoolExecutor(PROGRAMS) as programs:
        list(programs.map(ask_on, range(PROGRAMS)))
    assert collected.faults == {}
    assert len(collected.snapshots) > 1
    wrong = {key: given for key, given in collected.answers.items() if given != {key[1] * 2}}
    assert wrong == {}
