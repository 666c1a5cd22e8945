"""The server's side of a page: time per run, memory, many visitors at once."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import tape
from tests.benchmarks.measure import Line, resident, say
from tests.benchmarks.servers import FLOOR, PRODUCT, running
from tests.benchmarks.sessions import Visitor, crowd

PAGES = ("", "signing", "visits", "village_clinics")


def pages(store: Path, areas: Sequence[str]) -> list[Line]:
    """Milliseconds of a page run for areas nobody asked for before, and asked for again."""
    with running(PRODUCT, HPA_STORE=str(store)) as server:
        cold, warm = asyncio.run(_runs(server.port, areas))
    return [
        Line("page", f"{page or 'overview'}: server's answer, {word}", taken[page])
        for word, taken in (("first visit of the area", cold), ("area seen before", warm))
        for page in PAGES
    ]


async def _runs(port: int, areas: Sequence[str]) -> tuple[dict, dict]:
    cold: dict[str, list[float]] = {page: [] for page in PAGES}
    warm: dict[str, list[float]] = {page: [] for page in PAGES}
    async with Visitor(port) as visitor:
        for page in PAGES:
            await visitor.ask(page, f"area={areas[-1]}")
        for taken in (cold, warm):
            for area in areas[:-1]:
                for page in PAGES:
                    took, _, _ = await visitor.ask(page, f"area={area}")
                    taken[page].append(took * 1000)
    return cold, warm


def memory(store: Path, areas: Sequence[str], counts: Sequence[int]) -> list[Line]:
    """Resident MB of the server while so many visitors have a page open."""
    lines = []
    with running(PRODUCT, HPA_STORE=str(store)) as server:
        for count in counts:
            say(f"memory with {count} sessions")
            held = asyncio.run(_hold(server.port, count, areas, server.process.pid))
            target = "<= 600 MB" if count == 20 else ""
            lines.append(Line("memory", f"{count} sessions", [held], (), "MB", target))
    return lines


async def _hold(port: int, count: int, areas: Sequence[str], process: int) -> float:
    visitors = [Visitor(port) for _ in range(count)]
    for number, visitor in enumerate(visitors):
        await visitor.__aenter__()
        await visitor.ask(PAGES[number % len(PAGES)], f"area={areas[number % len(areas)]}")
    held = resident(process)
    for visitor in visitors:
        await visitor.__aexit__()
    return held


def crowds(
    store: Path, areas: Sequence[str], *, visitors: int, think: float, rounds: int
) -> list[Line]:
    """Many visitors of one page, thinking between clicks; ours and the floor one after the other,
    twice, so that a change of the machine's load shows.
    """
    page, asked = "signing", [f"area={area}" for area in areas]
    ours: list[float] = []
    floor: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        tapes = tape.record(store, [page], areas, Path(folder) / "tapes.pickle")
        for turn in range(2):
            for script, taken, environment in (
                (PRODUCT, ours, {"HPA_STORE": str(store)}),
                (FLOOR, floor, {"HPA_TAPES": str(tapes)}),
            ):
                say(f"{visitors} visitors, turn {turn + 1}, {script.name}")
                with running(script, **environment) as server:
                    asyncio.run(crowd(server.port, 1, think=0, rounds=1, page=page, queries=asked))
                    taken += asyncio.run(
                        crowd(
                            server.port,
                            visitors,
                            think=think,
                            rounds=rounds,
                            page=page,
                            queries=asked,
                        )
                    )
    what = f"{visitors} visitors, {think:g} s think time: server's answer"
    return [Line("crowd", what, ours, floor, "ms", "p95 <= 1.6x floor's")]
