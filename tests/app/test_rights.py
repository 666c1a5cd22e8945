"""Every address × every kind of visitor, role and area: who gets what, and nothing by default."""

import ipaddress
from pathlib import Path
from unittest.mock import MagicMock
from urllib.parse import parse_qs, urlencode

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from data.people import rights, tokens
from data.settings import ROLES, VISITOR_HEADER, Person, Settings, Token, TrustedProxy
from pages.api.door import addresses
from pages.api.door.guard import Guard
from pages.api.door.key import DoorKey
from pages.api.figures import Figures
from pages.api.requests import asking

SITE = "http://127.0.0.1"
SECRET, GATEWAY = "secret", (ipaddress.ip_network("10.0.0.1"),)
PROXY = TrustedProxy(GATEWAY, "X-User", "X-Secret", tokens.digest(SECRET))
KEY = DoorKey()
TOKENS = {role: tokens.make() for role in ROLES}
NOWHERE = Path(__file__)  # no folder: nothing can be written there
# A path of each kind of address, and how it is asked.
ASKED = {
    "page": ("GET", "/signing"),
    "asset": ("GET", "/static/js/index.js"),
    "file": ("GET", "/media/abc.xlsx"),
    "websocket": ("WEBSOCKET", "/_stcore/stream"),
    "upload": ("PUT", "/_stcore/upload_file/a/b"),
    "figures": ("GET", "/api/v1/values"),
    "rows": ("GET", "/api/v1/tables/T04"),
    "health": ("GET", "/api/v1/health"),
    "streamlit's sign-in": ("GET", "/auth/login"),
    "counts of sessions": ("GET", "/_stcore/metrics"),
    "posted page": ("POST", "/signing"),
}
PAGES = {"page", "asset", "file", "websocket"}
INTERFACE = {"figures", "rows", "health"}
# Who comes in -> what answers. Whoever is not here, and whatever is not named, is refused.
MAY = {
    "local": PAGES | INTERFACE | {"upload"},
    "open": PAGES | INTERFACE,
    "领导": PAGES | INTERFACE,
    "分析": PAGES | INTERFACE,
    "管理": PAGES | INTERFACE | {"upload"},
    "program 领导": {"figures", "health"},
    "program 分析": INTERFACE,
    "program 管理": INTERFACE,
    "program with a wrong token": set(),
    "stranger": set(),
    "unknown person": set(),
}


def come(who, area=""):
    """A visitor, over an app that says to everybody who he is."""
    people = {role: Person(role, area, role) for role in ROLES}
    programs = {role: Token(tokens.digest(TOKENS[role]), role, area) for role in ROLES}
    chosen = Settings(trusted_proxy=PROXY, people=people, tokens=programs)
    peer, headers = "10.0.0.1", {"X-Secret": SECRET}
    if who in ROLES:
        headers["X-User"] = who.encode()
    elif who == "unknown person":
        headers["X-User"] = "somebody"
    elif who.startswith("program"):
        role = who.removeprefix("program ")
        headers["Authorization"] = f"Bearer {TOKENS.get(role, 'of nobody')}"
    else:
        chosen, headers = Settings(open=who == "open"), {}
        peer = "127.0.0.1" if who == "local" else "192.168.1.20"

    async def page(request):
        return PlainTextResponse(request.headers.get(VISITOR_HEADER))

    async def talk(websocket):
        await websocket.accept()
        await websocket.close()

    door = {"settings": lambda: chosen, "key": KEY, "store": NOWHERE}
    app = Starlette(
        routes=[
            WebSocketRoute("/{rest:path}", talk),
            Route("/{rest:path}", page, methods=["GET", "PUT", "POST"]),
        ],
        middleware=[Middleware(Guard, **door)],
    )
    visitor = TestClient(app, SITE, client=(peer, 5), headers=headers, follow_redirects=False)
    if who == "local":
        visitor.get(f"/?key={KEY.text}")
    return visitor


def answers(visitor, method, path):
    if method != "WEBSOCKET":
        return visitor.request(method, path).status_code == 200
    try:
        visitor.websocket_connect(f"ws://127.0.0.1{path}").__enter__()
    except WebSocketDenialResponse:
        return False
    return True


@pytest.mark.parametrize("area", ["", "411403"])
@pytest.mark.parametrize("who", MAY)
def test_each_role_gets_its_addresses_and_no_other(who, area):
    visitor = come(who, area)
    got = {name for name, asked in ASKED.items() if answers(visitor, *asked)}
    assert got == MAY[who]


@pytest.mark.parametrize("who", [*ROLES, *(f"program {role}" for role in ROLES)])
def test_whoever_comes_in_is_told_on_with_role_and_area(who):
    told = parse_qs(come(who, "411403").get("/api/v1/values").text)
    assert (told["role"], told["area"]) == ([who.removeprefix("program ")], ["411403"])


def every_route():
    """The path of each route that there is: Streamlit's, the interface's, ours."""
    import app

    listed = [*create_streamlit_routes(MagicMock()), *app.app._user_routes]
    listed += Figures(MagicMock(), MagicMock()).routes()
    for route in listed:
        assert isinstance(route, Route | WebSocketRoute | Mount)
        # What is left of Streamlit's own: the document and its files at any other address.
        is_rest = isinstance(route, Mount) and route.path in ("", "/")
        if not is_rest:
            yield route.path


def test_every_route_states_the_right_that_it_asks_for(tmp_path, monkeypatch):
    """A new route without a line in pages/api/door/addresses.py fails here."""
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    paths = set(every_route())
    assert {"/api/v1/health", "/_stcore/stream", "/auth/login"} <= paths
    assert [path for path in sorted(paths) if addresses.stated(path) is None] == []


@pytest.mark.parametrize(
    "path",
    ["/auth/login\n", "//auth/login", "/auth/../auth/login", "/_stcore/metrics/", "/_stcore/x"],
)
def test_no_way_of_writing_an_address_makes_it_another(path):
    """What Streamlit would answer at it, nobody gets; a page is all that is left of the others."""
    right = addresses.of({"type": "http", "method": "GET", "path": path}).right
    assert right == addresses.NOBODY or path.startswith("//")
    for method in ("PUT", "POST", "DELETE"):
        asked = {"type": "http", "method": method, "path": path}
        assert addresses.of(asked).right == addresses.NOBODY


def test_each_right_of_an_address_is_one_that_a_role_can_have():
    named = {each.right for each in addresses.STATED}
    assert named - {addresses.ANYBODY, addresses.NOBODY} <= rights.ALL


@pytest.mark.parametrize("kind", ["person", "program"])
def test_an_area_never_gives_more_and_an_unknown_role_gives_nothing(kind):
    for role in ROLES:
        assert rights.of(kind, role, "411403") <= rights.of(kind, role)
    assert rights.of(kind, "局长") == rights.of("", "管理") == frozenset()
    assert "restore" not in rights.of("person", "管理", "411403")


@pytest.mark.parametrize(
    ("kind", "role", "hides"),
    [
        ("local", "", False),
        ("person", "领导", False),
        ("program", "领导", True),
        ("program", "分析", False),
        ("program", "管理", False),
        ("anonymous", "", True),
    ],
)
def test_the_interface_masks_for_whoever_has_the_least_rights(kind, role, hides):
    told = urlencode({"kind": kind, "name": role, "ip": "", "role": role, "area": ""})
    sent = [(VISITOR_HEADER.lower().encode(), told.encode())]
    request = Request({"type": "http", "headers": sent})
    assert asking(request, Settings(open=kind == "anonymous")).scope.hide_sensitive is hides
