"""The guard at the door: whoever the settings do not let in gets a 403 and nothing else.

It judges the connection itself and not the address the server was told to listen on, so it
holds under `streamlit run`, plain uvicorn and any bind address, for pages and WebSockets alike.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data import journal
from data.settings import Settings, SettingsError
from pages.api import arrivals, refusals
from pages.api.arrivals import Arrival
from pages.api.door_key import DoorKey
from pages.api.refusals import Refused

LOOK_AGAIN = 5.0  # seconds after which an open WebSocket must still have its right
_ONE_LINE = 60.0  # seconds in which the same refusal is written down once
_MOST_KEPT = 1_000


class Guard:
    """ASGI middleware that answers 403, in Chinese, to whoever the settings do not let in.

    settings  Gives the settings as they are now; called with every request.
    key       Of whoever sits at this computer.
    store     Where refusals are written down.
    """

    def __init__(
        self, app: ASGIApp, *, settings: Callable[[], Settings], key: DoorKey, store: Path
    ) -> None:
        self._app = app
        self._settings = settings
        self._key = key
        self._store = store
        self._written: dict[tuple[str, str, str], float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before anything else has seen it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            arrival = self._judge(scope)
        except Refused as refused:
            await self._write_down(refused, scope)
            await _refuse(refused, scope, receive, send)
            return
        announced = arrival.announced(scope)
        if arrival.enters:
            await self._key.entrance(scope)(scope, receive, send)
        elif scope["type"] == "websocket":
            watched = _Watched(receive, send, lambda: self._is_still(arrival, scope))
            await self._app(announced, watched.receive, watched.send)
        else:
            await self._app(announced, receive, send)

    def _judge(self, scope: Scope) -> Arrival:
        try:
            return arrivals.judge(scope, self._settings(), self._key)
        except SettingsError as error:
            print(error, file=sys.stderr, flush=True)
            raise Refused(refusals.UNREADABLE, status=503) from None

    def _is_still(self, arrival: Arrival, scope: Scope) -> bool:
        """Say whether somebody would come in again, as the same and with the same rights."""
        try:
            return self._judge(scope) == arrival
        except Refused:
            return False

    async def _write_down(self, refused: Refused, scope: Scope) -> None:
        """Write a refusal into the store's log: once a minute, a page asks for many files."""
        ip, now = arrivals.address(scope), time.monotonic()
        what, _, _ = refused.words.partition(":")
        key = (ip, refused.who, what)
        if now - self._written.get(key, -_ONE_LINE) < _ONE_LINE:
            return
        if len(self._written) >= _MOST_KEPT:
            self._written.clear()
        self._written[key] = now
        await run_in_threadpool(
            journal.append,
            self._store,
            now=datetime.now(UTC).astimezone(),
            who=refused.who or "未登录访客",
            ip=ip,
            action="wrong_token" if refused.status == 401 else "refused",
            what=what,
        )


async def _refuse(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        await refusals.answer(refused, scope)(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008})


class _Watched:
    """A WebSocket for as long as its visitor keeps his right; then it closes on both sides."""

    def __init__(self, receive: Receive, send: Send, may_stay: Callable[[], bool]) -> None:
        self._receive = receive
        self._send = send
        self._may_stay = may_stay
        self._looked = time.monotonic()
        self._closed = False

    async def receive(self) -> Message:
        """Return the next message, or the end of the connection."""
        coming = asyncio.ensure_future(self._receive())
        try:
            while True:
                wait = max(0.0, self._looked + LOOK_AGAIN - time.monotonic())
                done, _ = await asyncio.wait({coming}, timeout=wait)
                if time.monotonic() - self._looked >= LOOK_AGAIN:
                    self._looked = time.monotonic()
                    if not self._may_stay():
                        await self._send({"type": "websocket.close", "code": 1008})
                        self._closed = True
                        return {"type": "websocket.disconnect", "code": 1008}
                if done:
                    return coming.result()
        finally:
            coming.cancel()

    async def send(self, message: Message) -> None:
        """Send a message, unless the connection is closed."""
        if not self._closed:
            await self._send(message)
