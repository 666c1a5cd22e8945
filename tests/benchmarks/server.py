"""The server's side of a page: time per run, memory, many visitors at once."""

import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pages.shell.navigation import ENTRIES
from tests.benchmarks import tape
from tests.benchmarks.measure import Line, busy, resident, say
from tests.benchmarks.servers import FLOOR, PRODUCT, STEMS, Running, running
from tests.benchmarks.sessions import Visitor, crowd


def pages(store: Path, areas: Sequence[str]) -> list[Line]:
    """Milliseconds of a page run for areas nobody asked for before, and asked for again, against
    the floor's run with the same elements; and the processor's time of both.
    """
    with tempfile.TemporaryDirectory() as folder:
        tapes = tape.record(store, STEMS, areas, Path(folder) / "tapes.pickle")
        with (
            running(PRODUCT, HPA_STORE=str(store)) as server,
            running(FLOOR, HPA_TAPES=str(tapes)) as floor,
        ):
            rounds = asyncio.run(_runs(server, floor, areas))
    lines = []
    for word, taken in zip(("first visit of the area", "area seen before"), rounds, strict=True):
        for page in STEMS:
            ours, theirs, worked, floors = zip(*taken[page], strict=True)
            what = f"{page or ENTRIES[0].stem}: server's answer, {word}"
            note = f"processor {statistics.mean(worked):.0f} / {statistics.mean(floors):.0f} ms"
            lines.append(Line("page", what, ours, theirs, note=note))
        every = [one for page in STEMS for one in taken[page]]
        ours, theirs, worked, floors = zip(*every, strict=True)
        note = f"processor {statistics.mean(worked):.0f} / {statistics.mean(floors):.0f} ms"
        lines.append(Line("page", f"all pages: server's answer, {word}", ours, theirs, note=note))
    return lines


async def _runs(server: Running, floor: Running, areas: Sequence[str]) -> list[dict]:
    """Twice all areas on all pages: (ours, the floor's, processor time of both) of each."""
    rounds = []
    async with Visitor(server.port) as ours, Visitor(floor.port) as theirs:
        for page in STEMS:
            for visitor in (ours, theirs):
                await visitor.ask(page, f"area={areas[-1]}")
        for turn in range(2):
            say(f"{len(STEMS)} pages of {len(areas) - 1} areas, round {turn + 1}")
            taken: dict[str, list[tuple[float, ...]]] = {page: [] for page in STEMS}
            for area in areas[:-1]:
                for page in STEMS:
                    before = busy(server.process.pid), busy(floor.process.pid)
                    took, _, _ = await ours.ask(page, f"area={area}")
                    worked = busy(server.process.pid) - before[0]
                    floors, _, _ = await theirs.ask(page, f"area={area}")
                    theirs_worked = busy(floor.process.pid) - before[1]
                    taken[page].append((took * 1000, floors * 1000, worked, theirs_worked))
            rounds.append(taken)
    return rounds


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
        await visitor.ask(STEMS[number % len(STEMS)], f"area={areas[number % len(areas)]}")
    held = resident(process)
    for visitor in visitors:
        await visitor.__aexit__()
    return held


def crowds(
    store: Path, areas: Sequence[str], *, visitors: int, think: float, rounds: int
) -> list[Line]:
    """Many visitors of one page, thinking between clicks; ours and the floor one after the other,
    twice, so that a change of the machine's load shows.

    Each time first on a server that has just been started, where most areas are new, then again.
    """
    page, asked = "signing", [f"area={area}" for area in areas]
    words = ("just started", "areas seen before")
    taken: dict[tuple[str, Path], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        tapes = tape.record(store, [page], areas, Path(folder) / "tapes.pickle")
        for turn in range(2):
            for script, environment in (
                (PRODUCT, {"HPA_STORE": str(store)}),
                (FLOOR, {"HPA_TAPES": str(tapes)}),
            ):
                with running(script, **environment) as server:
                    asyncio.run(crowd(server.port, 1, think=0, rounds=1, page=page, queries=asked))
                    for word in words:
                        say(f"{visitors} visitors, turn {turn + 1}, {script.name}, {word}")
                        taken.setdefault((word, script), []).extend(
                            asyncio.run(
                                crowd(
                                    server.port,
                                    visitors,
                                    think=think,
                                    rounds=rounds,
                                    page=page,
                                    queries=asked,
                                )
                            )
                        )
    what = f"{visitors} visitors, {think:g} s think time: server's answer"
    return [
        Line(
            "crowd",
            f"{what}, {word}",
            taken[word, PRODUCT],
            taken[word, FLOOR],
            "ms",
            "p95 <= 1.6x floor's",
        )
        for word in words
    ]
