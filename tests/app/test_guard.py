"""Who may come in: every door, every kind of connection, every setting."""

import asyncio
import ipaddress
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from data.settings import VISITOR_HEADER, Settings, TrustedProxy
from pages.api.guard import REFUSED_LOCAL, REFUSED_PROXY, REFUSED_UPLOAD, LoopbackGuard

LAN = "192.168.1.20"
PROXY = TrustedProxy((ipaddress.ip_network("10.0.0.0/30"),), "X-Remote-User")


def client(settings, peer):
    async def hello(_request):
        return PlainTextResponse("in")

    async def tell(request):
        return PlainTextResponse("|".join(request.headers.getlist(VISITOR_HEADER)))

    async def talk(websocket):
        await websocket.accept()
        await websocket.send_text("in")
        await websocket.close()

    app = Starlette(
        routes=[
            Route("/", hello),
            Route("/who", tell),
            Route("/_stcore/upload_file/{session}/{file}", hello, methods=["PUT"]),
            WebSocketRoute("/stream", talk),
        ],
        middleware=[Middleware(LoopbackGuard, settings=settings)],
    )
    return TestClient(app, client=(peer, 50_000), base_url="http://127.0.0.1")


def http(settings, peer, headers=None):
    return client(settings, peer).get("/", headers=headers or {})


def websocket(settings, peer, headers=None):
    """The status of a WebSocket handshake, and the words of a refusal."""
    try:
        with client(settings, peer).websocket_connect("/stream", headers=headers or {}) as open_:
            return 101, open_.receive_text()
    except WebSocketDenialResponse as refused:
        return refused.status_code, refused.text


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_computer_comes_in(peer):
    assert http(Settings(), peer).text == "in"
    assert websocket(Settings(), peer) == (101, "in")


@pytest.mark.parametrize(
    "peer", [LAN, "10.0.0.1", "fe80::1", "2001:db8::1", "::ffff:10.0.0.1", "box"]
)
def test_any_other_computer_is_refused_in_chinese(peer):
    answer = http(Settings(), peer)
    assert (answer.status_code, answer.text) == (403, REFUSED_LOCAL)
    assert "utf-8" in answer.headers["content-type"]
    assert websocket(Settings(), peer) == (403, REFUSED_LOCAL)


def test_a_browser_gets_the_refusal_as_a_page():
    answer = http(Settings(), LAN, {"Accept": "text/html,*/*"})
    assert answer.status_code == 403
    assert '<html lang="zh-CN">' in answer.text
    assert "<h1>拒绝访问(403)</h1>" in answer.text
    assert REFUSED_LOCAL.partition(":")[2] in answer.text


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "X-Forwarded-For",
        "x-forwarded-proto",
        "X-Forwarded-Host",
        "X-Forwarded-User",
        "Via",
        "X-Real-IP",
        "True-Client-IP",
    ],
)
def test_a_forwarded_request_is_refused_even_from_this_computer(header):
    headers = {header: "127.0.0.1"}
    assert http(Settings(), "127.0.0.1", headers).status_code == 403
    assert websocket(Settings(), "127.0.0.1", headers)[0] == 403


def test_open_lets_everybody_in():
    assert http(Settings(open=True), LAN, {"X-Forwarded-For": "1.2.3.4"}).text == "in"
    assert websocket(Settings(open=True), LAN)[0] == 101


def test_the_proxy_comes_in_only_when_it_names_the_person():
    settings = Settings(trusted_proxy=PROXY)
    named = {"X-Remote-User": "zhang", "X-Forwarded-For": LAN}
    assert http(settings, "10.0.0.1", named).text == "in"
    assert websocket(settings, "10.0.0.1", named)[0] == 101
    for headers in ({}, {"X-Remote-User": " "}):
        answer = http(settings, "10.0.0.1", headers)
        assert (answer.status_code, answer.text) == (403, REFUSED_PROXY)


def test_the_proxys_header_is_worth_nothing_from_anybody_else():
    settings = Settings(trusted_proxy=PROXY)
    assert http(settings, LAN, {"X-Remote-User": "zhang"}).status_code == 403
    assert http(settings, "127.0.0.1", {"X-Forwarded-For": LAN}).status_code == 403
    assert http(settings, "127.0.0.1").text == "in"


async def never(_scope, _receive, _send):
    raise AssertionError("the guard let somebody in")


def called(guard, scope, send):
    """Call the guard on an event loop of its own: the browser tests' loop runs in this thread."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, guard(scope, None, send)).result()


def test_a_server_that_knows_no_peer_is_refused():
    """A UNIX socket has no address: nobody can say that the person sits at this computer."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "headers": [], "client": None, "path": "/"}
    called(LoopbackGuard(never, settings=Settings()), scope, send)
    assert sent[0]["status"] == 403


def test_a_server_without_the_denial_extension_still_closes_the_websocket():
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "headers": [], "client": (LAN, 1), "path": "/"}
    called(LoopbackGuard(never, settings=Settings()), scope, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


def told(settings, peer, headers=None):
    return client(settings, peer).get("/who", headers=headers or {}).text


def test_the_pages_are_told_who_came_in():
    assert told(Settings(), "127.0.0.1") == "kind=local&name=&ip=127.0.0.1"
    assert told(Settings(open=True), LAN) == f"kind=anonymous&name=&ip={LAN}"
    named = {"X-Remote-User": "zhang", "X-Forwarded-For": LAN}
    proxied = told(Settings(trusted_proxy=PROXY), "10.0.0.1", named)
    assert proxied == "kind=person&name=zhang&ip=10.0.0.1"


def test_an_open_store_still_knows_this_computer_from_a_forwarded_request():
    settings = Settings(open=True)
    assert told(settings, "127.0.0.1").startswith("kind=local")
    assert told(settings, "127.0.0.1", {"X-Forwarded-For": LAN}).startswith("kind=anonymous")


def test_nobody_can_say_himself_who_he_is():
    claimed = {VISITOR_HEADER: "kind=local&name=&ip=127.0.0.1"}
    assert told(Settings(open=True), LAN, claimed) == f"kind=anonymous&name=&ip={LAN}"


def test_a_chinese_name_from_the_proxy_is_read_as_it_was_meant():
    headers = {"X-Remote-User": "张三".encode()}
    told_ = told(Settings(trusted_proxy=PROXY), "10.0.0.1", headers)
    assert "name=%E5%BC%A0%E4%B8%89&" in told_


def test_no_file_comes_in_from_beyond_this_computer_without_sign_in():
    path = "/_stcore/upload_file/a/b"
    refused = client(Settings(open=True), LAN).put(path, content=b"x")
    assert (refused.status_code, refused.text) == (403, REFUSED_UPLOAD)
    assert client(Settings(open=True), "127.0.0.1").put(path, content=b"x").text == "in"
