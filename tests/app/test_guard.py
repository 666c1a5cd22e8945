"""Who may come in: every door, every kind of connection, every setting."""

import asyncio
import contextlib
import ipaddress
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from data import settings as files
from data.log import journal
from data.people import tokens
from data.settings import VISITOR_HEADER, Person, Settings, TrustedProxy
from pages.api.door import guard, refusals
from pages.api.door.guard import Guard
from pages.api.door.key import DoorKey

LAN = "192.168.1.20"
SECRET = tokens.make()
PROXY = TrustedProxy(
    (ipaddress.ip_network("10.0.0.0/30"),), "X-Remote-User", "X-Secret", tokens.digest(SECRET)
)
BEHIND = Settings(
    trusted_proxy=PROXY, people={"zhang": Person(name="zhang"), "张三": Person(name="张三")}
)
NOWHERE = Path(__file__)  # no folder: nothing can be written there


KEY = DoorKey()


def door(app, chosen):
    """A guard over fixed settings, whose store cannot be written."""
    return Guard(app, settings=lambda: chosen, key=KEY, store=NOWHERE)


def client(settings, peer, *, now=None, store=NOWHERE, has_key=True):
    """A visitor of a small app.

    now      Gives the settings where they change.
    has_key  He has opened the printed address before.
    """

    async def hello(_request):
        return PlainTextResponse("in")

    async def tell(request):
        return PlainTextResponse("|".join(request.headers.getlist(VISITOR_HEADER)))

    async def talk(websocket):
        await websocket.accept()
        await websocket.send_text("in")
        with contextlib.suppress(WebSocketDisconnect):
            await websocket.receive_text()
            await websocket.close()

    app = Starlette(
        routes=[
            Route("/", hello),
            Route("/who", tell),
            Route("/_stcore/upload_file/{session}/{file}", hello, methods=["PUT"]),
            WebSocketRoute("/_stcore/stream", talk),
        ],
        middleware=[Middleware(Guard, settings=now or (lambda: settings), key=KEY, store=store)],
    )
    visitor = TestClient(app, client=(peer, 50_000), base_url="http://127.0.0.1")
    if has_key:
        scope = {"path": "/", "query_string": b"", "server": ("127.0.0.1", 80)}
        visitor.headers["Cookie"] = KEY.entrance(scope).headers["set-cookie"].partition(";")[0]
    return visitor


def http(settings, peer, headers=None):
    return client(settings, peer).get("/", headers=headers or {})


def websocket(settings, peer, headers=None):
    """The status of a WebSocket handshake, and the words of a refusal."""
    try:
        with client(settings, peer).websocket_connect(
            "ws://127.0.0.1/_stcore/stream", headers=headers or {}
        ) as open_:
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
    assert (answer.status_code, answer.text) == (403, refusals.LOCAL)
    assert "utf-8" in answer.headers["content-type"]
    assert websocket(Settings(), peer) == (403, refusals.LOCAL)


def test_a_browser_gets_the_refusal_as_a_page():
    answer = http(Settings(), LAN, {"Accept": "text/html,*/*"})
    assert answer.status_code == 403
    assert '<html lang="zh-CN">' in answer.text
    assert "<h1>拒绝访问（403）</h1>" in answer.text
    assert refusals.LOCAL.partition("：")[2] in answer.text


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
        "X-Envoy-External-Address",
        "X-ProxyUser-Ip",
        "X-Request-Id",
        "CDN-Loop",
    ],
)
def test_a_forwarded_request_is_refused_even_from_this_computer(header):
    headers = {header: "127.0.0.1"}
    assert http(Settings(), "127.0.0.1", headers).status_code == 403
    assert websocket(Settings(), "127.0.0.1", headers)[0] == 403


def test_open_lets_everybody_in():
    assert http(Settings(open=True), LAN, {"X-Forwarded-For": "1.2.3.4"}).text == "in"
    assert websocket(Settings(open=True), LAN)[0] == 101


def through(name="zhang", **headers):
    """What the proxy sends for somebody."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return {"X-Remote-User": name, "X-Secret": SECRET, "X-Forwarded-For": LAN} | named


def test_the_proxy_comes_in_only_when_it_names_the_person():
    assert http(BEHIND, "10.0.0.1", through()).text == "in"
    assert websocket(BEHIND, "10.0.0.1", through())[0] == 101
    for headers in ({"X-Secret": SECRET}, through(" ")):
        answer = http(BEHIND, "10.0.0.1", headers)
        assert (answer.status_code, answer.text) == (403, refusals.PROXY)


def test_a_person_named_twice_is_nobody():
    twice = [*through().items(), ("X-Remote-User", "张三".encode())]
    answer = client(BEHIND, "10.0.0.1").get("/", headers=twice)
    assert (answer.status_code, answer.text) == (403, refusals.PROXY)


@pytest.mark.parametrize("secret", [None, "", "wrong", "口令".encode()])
def test_the_proxys_address_is_worth_nothing_without_its_secret(secret):
    headers = {key: value for key, value in through().items() if key != "X-Secret"}
    if secret is not None:
        headers["X-Secret"] = secret
    assert http(BEHIND, "10.0.0.1", headers).text == refusals.PROXY
    assert websocket(BEHIND, "10.0.0.1", headers)[0] == 403


def test_whom_the_settings_do_not_know_is_told_whom_to_ask():
    told_ = http(BEHIND, "10.0.0.1", through("<b>wang"))
    assert told_.status_code == 403
    assert "“<b>wang”还没有使用本看板的权限" in told_.text
    assert "请联系：本单位的看板管理员" in told_.text
    page = http(BEHIND, "10.0.0.1", through("<b>wang", Accept="text/html")).text
    assert "“&lt;b&gt;wang”" in page
    assert "<b>" not in page
    assert websocket(BEHIND, "10.0.0.1", through("wang"))[0] == 403


def test_whom_the_settings_do_not_know_comes_in_only_where_they_say_so():
    chosen = Settings(trusted_proxy=PROXY, default_role="领导", default_area="411403")
    assert http(chosen, "10.0.0.1", through("wang")).text == "in"
    assert chosen.person("WANG") == Person("领导", "411403", "wang")


@pytest.mark.parametrize("written", ["ZHANG", "zhang", " Zhang ", b"ZHANG"])
def test_a_name_is_the_same_in_any_case_and_width(written):
    assert "kind=person&name=zhang&" in told(BEHIND, "10.0.0.1", through(written))


def test_the_proxys_header_is_worth_nothing_from_anybody_else():
    assert http(BEHIND, LAN, through()).status_code == 403
    assert http(BEHIND, "127.0.0.1", {"X-Forwarded-For": LAN}).status_code == 403


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.nip.io", "localtest.me", "", "[::"])
def test_a_foreign_name_for_this_computer_is_refused(name):
    """A site can give its own name this computer's address, and then reads what it answers."""
    answer = http(Settings(), "127.0.0.1", {"Host": f"{name}:8501"})
    assert (answer.status_code, answer.text) == (403, refusals.FOREIGN_NAME)
    assert websocket(Settings(), "127.0.0.1", {"Host": name})[0] == 403


def test_this_computer_has_the_names_that_are_written_down():
    for name in ("localhost", "LOCALHOST:8501", "127.0.0.1:8501", "[::1]:8501", "127.1.2.3"):
        assert http(Settings(), "127.0.0.1", {"Host": name}).text == "in"
    listed = Settings(hosts=frozenset({"kanban.local"}))
    assert http(listed, "127.0.0.1", {"Host": "Kanban.local:8501"}).text == "in"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:3000", "https://localhost", "null"]
)
def test_a_page_of_another_site_may_not_speak_for_the_person_at_this_computer(origin):
    headers = {"Host": "127.0.0.1:8501", "Origin": origin}
    assert websocket(Settings(), "127.0.0.1", headers) == (403, refusals.FOREIGN_PAGE)
    upload = client(Settings(), "127.0.0.1").put(
        "/_stcore/upload_file/a/b", content=b"x", headers=headers
    )
    assert (upload.status_code, upload.text) == (403, refusals.FOREIGN_PAGE)


def test_the_dashboards_own_page_may_speak():
    own = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}
    assert websocket(Settings(), "127.0.0.1", own)[0] == 101
    office = through(Host="kanban.office", Origin="https://kanban.office:8443")
    assert websocket(BEHIND, "10.0.0.1", office)[0] == 101
    assert websocket(BEHIND, "10.0.0.1", office | {"Origin": "https://evil.example"})[0] == 403


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
    called(door(never, Settings()), scope, send)
    assert sent[0]["status"] == 403


def test_a_server_without_the_denial_extension_still_closes_the_websocket():
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "headers": [], "client": (LAN, 1), "path": "/"}
    called(door(never, Settings()), scope, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


def told(settings, peer, headers=None):
    return client(settings, peer).get("/who", headers=headers or {}).text


def test_the_pages_are_told_who_came_in():
    assert told(Settings(), "127.0.0.1") == "kind=local&name=&ip=127.0.0.1"
    assert told(Settings(open=True), LAN) == f"kind=anonymous&name=&ip={LAN}"


def test_the_person_is_where_the_proxy_says_last():
    """What stands before it in the list, somebody may have sent himself."""
    sent = through(X_Forwarded_For=f"1.2.3.4, {LAN}")
    assert told(BEHIND, "10.0.0.1", sent).startswith(f"kind=person&name=zhang&ip={LAN}&")
    unknown = through(X_Forwarded_For="unknown")
    assert "&ip=10.0.0.1&" in told(BEHIND, "10.0.0.1", unknown)


def test_an_open_store_still_knows_this_computer_from_a_forwarded_request():
    settings = Settings(open=True)
    assert told(settings, "127.0.0.1").startswith("kind=local")
    assert told(settings, "127.0.0.1", {"X-Forwarded-For": LAN}).startswith("kind=anonymous")


def test_nobody_can_say_himself_who_he_is():
    claimed = {VISITOR_HEADER: "kind=local&name=&ip=127.0.0.1"}
    assert told(Settings(open=True), LAN, claimed) == f"kind=anonymous&name=&ip={LAN}"


def test_a_chinese_name_from_the_proxy_is_read_as_it_was_meant():
    told_ = told(BEHIND, "10.0.0.1", through("张三".encode()))
    assert "name=%E5%BC%A0%E4%B8%89&" in told_


def test_no_file_comes_in_from_beyond_this_computer_without_sign_in():
    path = "/_stcore/upload_file/a/b"
    refused = client(Settings(open=True), LAN).put(path, content=b"x")
    assert (refused.status_code, refused.text) == (403, refusals.UPLOAD)
    assert client(Settings(open=True), "127.0.0.1").put(path, content=b"x").text == "in"


# -- the key of whoever sits at this computer --------------------------------------------------


def keyless(settings=None, peer="127.0.0.1"):
    return client(settings or Settings(), peer, has_key=False)


def test_a_proxy_on_this_computer_that_strips_everything_is_refused():
    visitor = keyless()
    answer = visitor.get("/")
    assert (answer.status_code, answer.text) == (403, refusals.KEYLESS)
    with pytest.raises(WebSocketDenialResponse):
        visitor.websocket_connect("ws://127.0.0.1/_stcore/stream").__enter__()
    upload = visitor.put("/_stcore/upload_file/a/b", content=b"x")
    assert upload.status_code == 403
    figures = visitor.get("/api/v1/values")
    assert (figures.status_code, figures.json()) == (403, {"error": refusals.KEYLESS})


def test_the_printed_address_opens_the_door_and_the_link_that_was_asked_for():
    visitor = keyless()
    entered = visitor.get(f"/who?area=411403&key={KEY.text}&x=1+2", follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/who?area=411403&x=1+2")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    assert KEY.text not in cookie + entered.headers["location"]
    assert visitor.get("/who").text == "kind=local&name=&ip=127.0.0.1"


def test_the_printed_address_opened_again_leaves_no_key_in_the_address():
    visitor = keyless()
    for _ in range(2):  # the second time the browser has the cookie
        opened = visitor.get(f"/who?key={KEY.text}", follow_redirects=False)
        assert (opened.status_code, opened.headers["location"]) == (303, "/who")


def test_the_whole_printed_address_may_be_pasted_for_the_key():
    pasted = {"key": f" http://127.0.0.1:8501/?key={KEY.text}\n", "area": "411403"}
    entered = keyless().get("/who", params=pasted, follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/who?area=411403")


def test_the_key_leads_to_no_other_site():
    entered = keyless().get(
        f"http://127.0.0.1//evil.example/?key={KEY.text}", follow_redirects=False
    )
    assert entered.headers["location"] == "/evil.example/"


@pytest.mark.parametrize("key", ["", "wrong", "钥匙", "x" * 5000])
def test_a_wrong_key_opens_nothing(key):
    answer = keyless().get("/", params={"key": key}, follow_redirects=False)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert keyless().get("/", headers={"Cookie": f"hpa_door_80={KEY.text}"}).status_code == 403
    assert keyless().get("/", headers={"Cookie": b'hpa_door_80="\xff; ;='}).status_code == 403


def test_the_key_is_worth_nothing_from_beyond_this_computer_or_through_a_proxy():
    for peer, headers in ((LAN, {}), ("127.0.0.1", {"Via": "1.1 x"}), ("127.0.0.1", {"Host": "x"})):
        answer = keyless(peer=peer).get(
            f"/?key={KEY.text}", headers=headers, follow_redirects=False
        )
        assert answer.status_code == 403
    assert http(Settings(), LAN).text == refusals.LOCAL  # with the cookie, too


def test_the_page_without_the_key_says_where_it_stands_and_keeps_the_link():
    page = keyless().get('/signing?area=411403&x="><b>', headers={"Accept": "text/html"}).text
    assert "请打开启动看板的窗口里印出的地址" in page
    assert '<input type="hidden" name="area" value="411403">' in page
    assert "<b>" not in page
    assert KEY.text not in page


def test_an_open_dashboard_knows_the_person_at_this_computer_by_the_key_only():
    assert keyless(Settings(open=True)).get("/who").text == "kind=anonymous&name=&ip=127.0.0.1"
    assert told(Settings(open=True), "127.0.0.1").startswith("kind=local")


# -- what changes while the dashboard runs ------------------------------------------------------


@pytest.fixture
def written(tmp_path):
    """Write the settings of a store, as the administrator does while the dashboard runs."""

    def write(people):
        lines = [
            "trusted_proxy:",
            "  addresses: [10.0.0.0/30]",
            "  user_header: X-Remote-User",
            "  secret_header: X-Secret",
            f"  secret_sha256: {tokens.digest(SECRET)}",
            f"people: {people}",
        ]
        (tmp_path / "settings.yaml").write_text("\n".join(lines), "utf-8")

    write("{zhang: {role: 管理}}")
    visitor = client(None, "10.0.0.1", now=lambda: files.current(tmp_path), store=tmp_path)
    return visitor, write, tmp_path


def test_who_is_taken_off_the_list_is_out_without_a_restart(written):
    visitor, write, _ = written
    assert visitor.get("/", headers=through()).text == "in"
    write("{wang: {role: 管理}}")
    assert visitor.get("/", headers=through()).status_code == 403
    assert visitor.get("/", headers=through("wang")).text == "in"


@pytest.mark.parametrize("people", ["{}", "{zhang: {role: 领导}}", "{zhang: {role: 局长}}"])
def test_an_open_page_ends_when_its_visitor_loses_his_right(written, people, monkeypatch):
    """Gone, given another role, or the file cannot be read: nobody knows any more."""
    monkeypatch.setattr(guard, "LOOK_AGAIN", 0.05)
    visitor, write, _ = written
    with visitor.websocket_connect("ws://127.0.0.1/_stcore/stream", headers=through()) as page:
        assert page.receive_text() == "in"
        write(people)
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
        assert closed.value.code == 1008


def test_an_open_page_stays_while_nothing_changes(written, monkeypatch):
    monkeypatch.setattr(guard, "LOOK_AGAIN", 0.02)
    visitor, write, _ = written
    with visitor.websocket_connect("ws://127.0.0.1/_stcore/stream", headers=through()) as page:
        assert page.receive_text() == "in"
        write("{zhang: {role: 管理}, wang: {}}")
        time.sleep(0.2)
        page.send_text("still here")
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
        assert closed.value.code == 1000  # the page itself has ended


def test_settings_that_cannot_be_read_let_nobody_in(written, capsys):
    visitor, write, _ = written
    write("[")
    answer = visitor.get("/", headers=through())
    assert (answer.status_code, answer.text) == (503, refusals.UNREADABLE)
    assert "settings.yaml" in capsys.readouterr().err


def test_a_refusal_is_written_down_once_a_minute_with_who_and_from_where(written):
    visitor, _, store = written
    for _ in range(3):
        visitor.get("/", headers=through("wang"))
    (line,) = journal.read(store)
    assert (line["who"], line["ip"], line["action"]) == ("wang", LAN, "refused")
    assert line["what"] == "没有开通（403）"
