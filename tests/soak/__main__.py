"""python -m tests.soak: so many viewers for so long while snapshots are published, on loopback.

A copy of a store, the real server, viewers on its pages and programs at its interface. Prints what
was seen each half minute, and ends with 1 when an answer was wrong or the memory grew.
"""

import argparse
import asyncio
import hashlib
import json
import multiprocessing
import random
import re
import shutil
import tempfile
import time
from pathlib import Path

import httpx2
import polars as pl
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Delta_pb2 import Delta

from data.snapshots.store import Store
from queries.engine import Engine
from tests import browser as browsers
from tests.benchmarks.measure import resident, say
from tests.benchmarks.servers import PRODUCT, running
from tests.benchmarks.sessions import Visitor
from tests.soak.collected import Collected
from tests.soak.publisher import publish_weeks

PAGES = ("", "analysis", "signing", "visits", "village_clinics", "reporting")
_EACH = 30  # seconds between two looks at the memory
LONGEST, MOST = 3_600, 100  # seconds, viewers: beyond that the machine is measured, not we
_SNAPSHOT = re.compile(r"快照 (\d+) 号")
_MOMENT = re.compile(r"\?[\w=&%.-]*key=[\w-]+|\b[0-9a-f]{32,}\b")


def main() -> int:
    """Run it; the exit code."""
    chosen = _arguments()
    with tempfile.TemporaryDirectory() as place:
        store = Path(place) / "store"
        # Nothing in a store is changed in place but its log: links are a copy of the rest.
        shutil.copytree(chosen.store, store, copy_function=_link)
        with running(PRODUCT, HPA_STORE=str(store)) as server:
            collected, weights = asyncio.run(_soak(server, store, chosen))
        wrong = _differing(store, collected)
    weights = weights or [float("nan")]  # too short a run to say anything of the memory
    ratio = max(weights) / weights[0]
    say(
        f"{collected.count} answers on {len(collected.snapshots)} snapshots; "
        f"memory {weights[0]:.0f} -> {weights[-1]:.0f} MB, at most {ratio:.2f}x"
    )
    for words, times in collected.faults.most_common(20):
        say(f"{times} x {words}")
    for key in (*collected.two_answers(), *wrong)[:20]:
        say(f"two answers: {key}")
    return int(bool(collected.faults or collected.two_answers() or wrong or ratio > 1.2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="copied, not changed")
    parser.add_argument("--seconds", type=int, default=1_800)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--publishes", type=int, default=100)
    parser.add_argument("--think", type=float, default=5.0, help="seconds between two clicks")
    chosen = parser.parse_args()
    if chosen.seconds > LONGEST or chosen.viewers > MOST:
        parser.error(f"at most {LONGEST} seconds and {MOST} viewers")
    return chosen


async def _soak(server, store: Path, chosen: argparse.Namespace) -> tuple[Collected, list[float]]:
    collected, weights = Collected(), []
    areas = Engine(Store(store)).run("areas_with_data").filter(pl.col("level") != "township")
    codes = areas["area_code"].to_list()
    publisher = multiprocessing.get_context("spawn").Process(
        target=publish_weeks, args=(store, chosen.publishes, chosen.seconds)
    )
    end = time.monotonic() + chosen.seconds
    viewers = [
        _program(server, codes, end, chosen, number, collected)
        if number % 5 == 4
        else _viewer(server, codes, end, chosen, number, collected)
        for number in range(chosen.viewers)
    ]
    publisher.start()
    try:
        await asyncio.gather(_weigh(server, end, chosen.viewers, collected, weights), *viewers)
    finally:
        publisher.terminate()
        publisher.join(60)
    return collected, weights


async def _weigh(
    server, end: float, viewers: int, collected: Collected, weights: list[float]
) -> None:
    """Note the server's memory, from when everybody has looked around twice."""
    while time.monotonic() < end:
        await asyncio.sleep(_EACH)
        held = resident(server.process.pid)
        if collected.count >= 2 * viewers:
            weights.append(held)
        say(
            f"{collected.count} answers, {sum(collected.faults.values())} faults, "
            f"snapshot {max(collected.snapshots, default=0)}, {held:.0f} MB"
        )


async def _viewer(server, codes, end, chosen, number, collected) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.random() * chosen.think)
    async with Visitor(server.port) as visitor:
        while time.monotonic() < end:
            page, area = chance.choice(PAGES), chance.choice(codes)
            try:
                _, deltas, _ = await visitor.ask(page, f"area={area}")
            except (OSError, TimeoutError) as error:
                collected.refused((page, area), repr(error))
                return
            shown = [Delta.FromString(each).new_element for _, each in deltas]
            said = [each.alert.body for each in shown if each.alert.format == Alert.ERROR]
            said += [each.exception.message for each in shown if each.HasField("exception")]
            if said:
                collected.refused((page, area), " ".join(said))
            else:
                text = "\n".join(each.markdown.body for each in shown)
                text += "\n".join(each.html.body for each in shown)
                named = {int(each) for each in _SNAPSHOT.findall(text)}
                collected.take((page, area), named, text, _mark(_MOMENT.sub("", text)))
            await asyncio.sleep(chance.expovariate(1 / chosen.think))


async def _program(server, codes, end, chosen, number, collected) -> None:
    chance = random.Random(number)
    header = {"Cookie": browsers.cookie(server.url)}
    # A connection of its own for each: the server closes those that rest.
    fresh = httpx2.Limits(max_keepalive_connections=0)
    async with httpx2.AsyncClient(
        base_url=server.url, headers=header, timeout=120, limits=fresh
    ) as client:
        while time.monotonic() < end:
            area = chance.choice(codes)
            asked = ("indicator_values", area)
            address = f"/api/v1/values?indicators=signing_rate&parent={area}&level=township"
            answer = await client.get(f"{address}&period_from=2020-W01&period_to=2020-W53")
            if answer.status_code == 200:
                told = answer.json()
                mark = _mark(json.dumps(told["rows"]))
                collected.take(asked, {told["snapshot"]}, answer.text, mark)
            else:
                collected.refused(asked, answer.text)
            await asyncio.sleep(chance.expovariate(1 / chosen.think))


def _differing(store: Path, collected: Collected) -> list[object]:
    """What a program was told of a snapshot that is not what a fresh engine says of it."""
    engine = Engine(Store(store))
    wrong = []
    for (asked, number), given in collected.answers.items():
        if asked[0] != "indicator_values":
            continue
        params = {"indicators": "signing_rate", "parent": asked[1], "level": "township"}
        params |= {"period_from": "2020-W01", "period_to": "2020-W53"}
        table = engine.run("indicator_values", params, number)
        rows = json.loads(table.drop("row_count", strict=False).write_json())
        if {_mark(json.dumps(rows))} != given:
            wrong.append((asked, number, "fresh engine"))
    return wrong


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _link(source: str, target: str) -> None:
    if Path(source).suffix == ".jsonl":
        shutil.copy2(source, target)
    else:
        Path(target).hardlink_to(source)


if __name__ == "__main__":
    raise SystemExit(main())
