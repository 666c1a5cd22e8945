"""A guard over a small app, and browsers that come to it: for the tests of all ways in."""

import contextlib
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from data.settings import VISITOR_HEADER, Settings
from pages.api.door.guard import Guard
from pages.api.door.key import DoorKey


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.passed = 0.0

    def wait(self, seconds):
        self.passed += seconds


def behind(store, clock, settings=Settings):
    """An app that says who came in, behind a guard over the settings that `settings` gives."""

    async def page(request):
        return PlainTextResponse(request.headers.get(VISITOR_HEADER))

    async def talk(websocket):
        await websocket.accept()
        await websocket.send_text("in")
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.send_text(await websocket.receive_text())

    door = {
        "settings": settings,
        "key": DoorKey(),
        "store": store,
        "now": lambda: clock.passed,
    }
    return Starlette(
        routes=[
            WebSocketRoute("/_stcore/stream", talk),
            Route("/{rest:path}", page, methods=["GET", "PUT"]),
        ],
        middleware=[Middleware(Guard, **door)],
    )


def who(browser):
    """Whom the pages are told about; None where somebody is sent to the sign-in page."""
    answer = browser.get("/who", follow_redirects=False)
    return None if answer.status_code == 303 else parse_qs(answer.text)["name"][0]
