"""The guard at the door: whoever the settings do not let in gets a 403 and nothing else.

It judges the connection itself and not the address the server was told to listen on, so it
holds under `streamlit run`, plain uvicorn and any bind address, for pages and WebSockets alike.
"""

import asyncio
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.errors import ProductError
from data.people import accounts
from data.settings import Settings, one_name
from pages.api.door import addresses, arrivals, diary, refusals, sign_in_pages
from pages.api.door.arrivals import Arrival, Door, SignInNeeded
from pages.api.door.attempts import Attempts
from pages.api.door.bounds import Bounds
from pages.api.door.key import DoorKey
from pages.api.door.office_sign_in import OfficeSignIn
from pages.api.door.refusals import Refused
from pages.api.door.sessions import Sessions
from pages.api.door.sign_in import SignIn
from pages.api.door.sign_in_pages import Call, with_next

LOOK_AGAIN = 5.0  # seconds after which an open WebSocket must still have its right
_ONE_LINE = 60.0  # seconds in which the same refusal is written down once
_MOST_KEPT = 1_000
_WRONG_TOKENS = 30  # of one address, before it waits


class Guard:
    """ASGI middleware that answers 403, in Chinese, to whoever the settings do not let in.

    settings  Gives the settings as they are now; called with every request.
    key       Of whoever sits at this computer.
    store     Whose accounts let people in, and where refusals are written down.
    now       Seconds that only go forward: by them sign-ins end.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Callable[[], Settings],
        key: DoorKey,
        store: Path,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._settings = settings
        self._key = key
        self._store = store
        self._sessions = Sessions(now)
        self._wrong_tokens = Attempts(_WRONG_TOKENS, now)
        self._bounds = Bounds(now)
        self._sign_in = SignIn(store, self._sessions, now)
        self._office = OfficeSignIn(store, self._sessions, now)
        self._written: dict[tuple[str, str, str], float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before anything else has seen it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            arrival = self._judge(scope)
            self._count(arrival, scope)
        except Refused as refused:
            await self._write_down(refused, scope)
            await _refuse(refusals.answer(refused, scope), scope, receive, send)
            return
        except SignInNeeded as needed:
            await _refuse(_to_sign_in(needed, scope), scope, receive, send)
            return
        announced = arrival.announced(scope)
        if arrival.enters:
            await self._key.entrance(scope)(scope, receive, send)
        elif arrival.signs:
            answer = await self._sign_in_page(arrival, scope, receive)
            await answer(scope, receive, send)
        elif scope["type"] == "websocket":
            watched = _Watched(
                receive,
                send,
                may_stay=lambda: self._is_still(arrival, scope),
                clicked=lambda: self._clicked(arrival, scope),
            )
            await self._app(announced, watched.receive, watched.send)
        else:
            self._sessions.clicked(sign_in_pages.token(scope))
            await self._app(announced, receive, send)

    def _judge(self, scope: Scope) -> Arrival:
        try:
            settings = self._settings()
            door = Door(settings, self._store, self._key, self._sessions, self._wrong_tokens)
            return arrivals.judge(scope, door)
        except ProductError as error:  # of the settings or the accounts
            print(error, file=sys.stderr, flush=True)
            raise Refused(refusals.UNREADABLE, status=503) from None

    def _is_still(self, arrival: Arrival, scope: Scope) -> bool:
        """Say whether somebody would come in again, as the same and with the same rights."""
        try:
            return self._judge(scope) == arrival
        except (Refused, SignInNeeded):
            return False

    def _count(self, arrival: Arrival, scope: Scope) -> None:
        """Count a request of somebody, and of his address; raises Refused 429 over the bound."""
        if addresses.of(scope).is_asset:
            return
        if wait := self._wait(arrival):
            words = refusals.TOO_MANY.format(seconds=math.ceil(wait))
            raise arrival.refused(words, status=429, wait=wait)

    def _wait(self, arrival: Arrival) -> float:
        try:
            settings = self._settings()
        except ProductError:  # just spoilt: whoever judges next says so
            return 0.0
        waits = [self._bounds.wait(f"ip {arrival.ip}", settings.requests_per_address)]
        if arrival.name:
            one = f"{arrival.kind} {arrival.name}"
            waits.append(self._bounds.wait(one, settings.requests_per_person))
        return max(waits)

    def _clicked(self, arrival: Arrival, scope: Scope) -> float:
        """Note a click on an open page; the seconds that it has to wait for its answer."""
        self._sessions.clicked(sign_in_pages.token(scope))
        return self._wait(arrival)

    async def _sign_in_page(self, arrival: Arrival, scope: Scope, receive: Receive) -> Response:
        settings = self._settings()
        session = self._sessions.find(
            sign_in_pages.token(scope), idle_minutes=settings.idle_minutes
        )
        account = None
        if session and not settings.oidc:
            account = accounts.every(self._store).get(one_name(session.name))
        request = Request(scope, receive)
        call = Call(request, arrival.ip, arrival.is_tls, session, account, settings)
        if settings.oidc:
            return await self._office.answer(call, settings.oidc)
        return await self._sign_in.answer(call)

    async def _write_down(self, refused: Refused, scope: Scope) -> None:
        """Write a refusal into the store's log: once a minute, a page asks for many files."""
        ip, now = refused.ip or arrivals.address(scope), time.monotonic()
        what, _, _ = refused.words.partition("：")
        key = (ip, refused.who, what)
        if now - self._written.get(key, -_ONE_LINE) < _ONE_LINE:
            return
        if len(self._written) >= _MOST_KEPT:
            self._written.clear()
        self._written[key] = now
        await diary.note(
            self._store,
            who=refused.who or "未登录访客",
            ip=ip,
            action="wrong_token" if refused.status == 401 else "refused",
            what=what,
            area=refused.area,
        )


def _to_sign_in(needed: SignInNeeded, scope: Scope) -> Response:
    """Return the way to the sign-in page for whoever opens a page, and a plain no for the rest."""
    headers = Headers(scope=scope)
    is_page = scope["type"] == "http" and scope["method"] == "GET"
    if is_page and "text/html" in headers.get("accept", ""):
        query = scope["query_string"].decode("latin-1")
        wanted = quote(scope["path"]) + (f"?{query}" if query else "")
        address = with_next(needed.at, wanted)
        return RedirectResponse(address, status_code=303, headers={"cache-control": "no-store"})
    return refusals.answer(Refused("请先登录（401）：本看板要登录后使用。", status=401), scope)


async def _refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        await answer(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008})


class _Watched:
    """A WebSocket for as long as its visitor keeps his right; then it closes on both sides.

    may_stay  Says whether he still has it.
    clicked   Is told of everything that he does, and says how many seconds it has to wait.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        may_stay: Callable[[], bool],
        clicked: Callable[[], float],
    ) -> None:
        self._receive = receive
        self._send = send
        self._may_stay = may_stay
        self._clicked = clicked
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
                    message = coming.result()
                    if message["type"] == "websocket.receive":
                        await asyncio.sleep(self._clicked())
                    return message
        finally:
            coming.cancel()

    async def send(self, message: Message) -> None:
        """Send a message, unless the connection is closed."""
        if not self._closed:
            await self._send(message)
