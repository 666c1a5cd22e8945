"""Requests are bounded per person and address, and a slow reader holds nobody else."""

import asyncio
import socket
import threading
import time
import urllib.request

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from data.log import journal
from data.people import accounts
from data.settings import Settings
from pages.api.compression import Compression
from pages.api.door.bounds import Bounds
from pages.api.door.guard import Guard
from pages.api.door.key import DoorKey
from pages.api.headers import SecurityHeaders
from tests.app.doors import Clock, behind

SITE, STREAM = "http://kanban.office", "ws://kanban.office/_stcore/stream"
OWN = "correct horse 电池"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bounds")
    for name in ("张三", "李四"):
        accounts.add(folder, name, role="领导")
        accounts.change_password(folder, name, OWN)
    return folder


@pytest.fixture
def office(prepared):
    """Browsers of people who are signed in, at the addresses that are named."""
    clock = Clock()
    bounds = Settings(requests_per_person=20, requests_per_address=50)
    app = behind(prepared, clock, lambda: bounds)

    def sign_in(name, ip):
        browser = TestClient(app, SITE, client=(ip, 5), follow_redirects=False)
        sent = {"name": name, "password": OWN}
        browser.post("/sign-in", data=sent, headers={"Origin": SITE})
        return browser

    sign_in.clock = clock
    return sign_in


def statuses(browser, count, path="/x"):
    return [browser.get(path).status_code for _ in range(count)]


def test_a_person_is_bounded_wherever_he_sits_and_no_other_with_him(office):
    first, second = office("张三", "10.0.0.1"), office("张三", "10.0.0.2")
    assert statuses(first, 12) + statuses(second, 8) == [200] * 20
    refused = second.get("/x")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3")
    assert "请求太多（429）" in refused.text and "3秒" in refused.text
    assert statuses(office("李四", "10.0.0.2"), 5) == [200] * 5
    office.clock.wait(3)
    assert statuses(first, 2) == [200, 429]


def test_an_address_is_bounded_with_all_its_people(office):
    two = office("张三", "10.0.0.1"), office("李四", "10.0.0.1")
    asked = [status for each in two for status in statuses(each, 20)]
    assert asked == [200] * 40
    more = statuses(TestClient(two[0].app, SITE, client=("10.0.0.1", 5)), 9, "/sign-in")
    assert more == [200] * 8 + [429]


def test_parts_of_the_page_are_no_questions(office):
    browser = office("张三", "10.0.0.1")
    assert set(statuses(browser, 60, "/static/js/index.js")) == {200}
    assert statuses(browser, 1) == [200]


def test_clicks_over_the_bound_wait_and_none_is_lost(office, monkeypatch):
    browser, waited = office("张三", "10.0.0.1"), []

    async def pass_by(seconds):
        waited.append(seconds)
        office.clock.wait(seconds)

    with browser.websocket_connect(STREAM, headers={"Origin": SITE}) as page:
        page.receive_text()
        monkeypatch.setattr(asyncio, "sleep", pass_by)
        for number in range(30):
            page.send_text(str(number))
            assert page.receive_text() == str(number)
        monkeypatch.undo()
    slowed = [seconds for seconds in waited if seconds]
    assert slowed and max(slowed) <= 3


def test_it_is_written_down_once_a_minute_and_with_the_name(office, prepared):
    browser = office("张三", "10.0.0.7")
    statuses(browser, 40)
    lines = [line for line in journal.read(prepared) if "请求太多" in line["what"]]
    assert [line["who"] for line in lines if line["ip"] == "10.0.0.7"] == ["张三"]


def test_fifty_officials_behind_one_address_are_not_bounded():
    """Each opens a page and clicks on it every second and a half."""
    clock, chosen = Clock(), Settings()
    bounds = Bounds(lambda: clock.passed)
    for _ in range(10 * 40):
        clock.wait(1.5)
        for person in range(50):
            assert not bounds.wait(f"person {person}", chosen.requests_per_person)
            assert not bounds.wait("ip 10.0.0.1", chosen.requests_per_address)


def test_whoever_was_quiet_longest_is_forgotten_for_new_ones():
    """However many addresses ask, the memory for them does not grow."""
    bounds = Bounds(lambda: 0.0)
    while not bounds.wait("first", 10):
        pass
    for number in range(9_999):
        bounds.wait(str(number), 10)
    assert bounds.wait("first", 10)
    for number in range(10_000):
        bounds.wait(f"more {number}", 10)
    assert not bounds.wait("first", 10)


# -- a slow reader ------------------------------------------------------------------------------

LONG = b"x" * 5_000_000


@pytest.fixture
def served(tmp_path):
    """The door on a real server, with a long answer and a short one behind it."""
    key = DoorKey()
    app = Starlette(
        routes=[
            Route("/media/long", lambda _: Response(LONG, media_type="application/zip")),
            Route("/short", lambda _: PlainTextResponse("short")),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Guard, settings=Settings, key=key, store=tmp_path),
            Middleware(Compression),
        ],
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = listening.getsockname()[1]
    held = key.entrance({"path": "/", "query_string": b"", "server": ("127.0.0.1", port)})
    yield f"127.0.0.1:{port}", held.headers["set-cookie"].partition(";")[0]
    server.should_exit = True
    thread.join(10)


def test_a_slow_reader_does_not_hold_others(served):
    site, cookie = served
    host, _, port = site.partition(":")
    slow, asked_for = [], f"GET /media/long HTTP/1.1\r\nHost: {site}\r\nCookie: {cookie}\r\n\r\n"
    for _ in range(20):
        line = socket.create_connection((host, int(port)))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(asked_for.encode())
        assert line.recv(12) == b"HTTP/1.1 200"  # and no more for now
        slow.append(line)
    begun = time.monotonic()
    for _ in range(20):
        asked = urllib.request.Request(f"http://{site}/short", headers={"Cookie": cookie})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.read() == b"short"
    assert time.monotonic() - begun < 10
    for line in slow:
        line.close()
