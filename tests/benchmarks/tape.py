"""Takes down what a page of the product shows, for the floor app to play."""

import asyncio
import pickle
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.servers import PRODUCT, running
from tests.benchmarks.sessions import Visitor


def record(store: Path, pages: Sequence[str], areas: Sequence[str], tape: Path) -> Path:
    """Visit each page for each area, in a process of its own, and keep the deltas."""
    with running(PRODUCT, HPA_STORE=str(store)) as server:
        taken = asyncio.run(_visit(server.port, pages, areas))
    tape.write_bytes(pickle.dumps(taken))
    return tape


async def _visit(port: int, pages: Sequence[str], areas: Sequence[str]) -> dict:
    taken = {}
    for page in pages:
        for area in areas:
            async with Visitor(port) as visitor:
                _, deltas, _ = await visitor.ask(page, f"area={area}")
            taken[page, area] = deltas
    return taken
