"""Visitors without a browser: they speak Streamlit's own protocol over a websocket."""

import asyncio
import random
import time
from collections.abc import Sequence

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests import browser as browsers

Delta = tuple[tuple[int, ...], bytes]


class Visitor:
    """One session on a server."""

    def __init__(self, port: int) -> None:
        self._address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._origin = f"http://127.0.0.1:{port}"

    async def __aenter__(self) -> "Visitor":
        self._socket = await websockets.connect(
            self._address,
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(self._origin),
            additional_headers={"Cookie": browsers.cookie(self._origin)},
            max_size=None,
            open_timeout=60,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def ask(self, page: str, query: str) -> tuple[float, list[Delta], int]:
        """Run a page: seconds until the script has finished, its deltas, bytes received."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        # As on back and forward: the address decides, not what the visitor chose before.
        message.rerun_script.is_history_navigation = True
        begun = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        deltas: list[Delta] = []
        received = 0
        while True:
            data = await asyncio.wait_for(self._socket.recv(), 120)
            assert isinstance(data, bytes)
            received += len(data)
            answer = ForwardMsg.FromString(data)
            kind = answer.WhichOneof("type")
            if kind == "delta":
                path = tuple(answer.metadata.delta_path)
                deltas.append((path, answer.delta.SerializeToString()))
            elif kind == "script_finished" and answer.script_finished != 2:
                return time.perf_counter() - begun, deltas, received


async def crowd(
    port: int, visitors: int, *, think: float, rounds: int, page: str, queries: Sequence[str]
) -> list[float]:
    """Milliseconds of every answer when so many visitors click, thinking in between.

    The first answer of each visitor, who arrives, is not among them.
    """
    taken: list[float] = []

    async def one(number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.random() * think)
        async with Visitor(port) as visitor:
            await visitor.ask(page, chance.choice(queries))
            for _ in range(rounds):
                await asyncio.sleep(chance.expovariate(1 / think) if think else 0)
                took, _, _ = await visitor.ask(page, chance.choice(queries))
                taken.append(took * 1000)

    await asyncio.gather(*(one(number) for number in range(visitors)))
    return taken
