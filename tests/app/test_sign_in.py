"""Signing in with an account: what strangers get, who comes in, what ends it."""

import ipaddress
import shutil
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from data.log import journal
from data.people import accounts, tokens
from data.settings import Settings, Token, TrustedProxy
from pages.api.door import attempts, guard
from tests.app.doors import Clock, behind, who

LAN, SITE = "192.168.1.20", "http://kanban.office:8501"
OWN, NEW = "correct horse 电池", "staple battery 马"
SECRET, TOKEN = tokens.make(), tokens.make()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A store in which 张三 has his own password; making it takes a while."""
    folder = tmp_path_factory.mktemp("accounts")
    accounts.add(folder, "张三", role="管理", area="411403")
    accounts.change_password(folder, "张三", OWN)
    return folder


@pytest.fixture
def store(prepared, tmp_path):
    return shutil.copytree(prepared, tmp_path / "store")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def office(store, clock):
    """A browser that comes to the office's dashboard; `app` is one that others come to, too."""

    def come(settings=None, *, peer=LAN, site=SITE, app=None):
        dashboard = app or behind(store, clock, lambda: settings or Settings())
        browser = TestClient(dashboard, site, client=(peer, 5))
        browser.headers["Accept"] = "text/html"
        return browser

    return come


def send(browser, path, *, origin=SITE, **fields):
    return browser.post(path, data=fields, headers={"Origin": origin}, follow_redirects=False)


def sign_in(browser, password=OWN, name="张三", path="/sign-in?next=%2F", **more):
    return send(browser, path, name=name, password=password, **more)


# -- before ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/static/js/index.js", "/_stcore/health", "/_stcore/host-config", "/media/x"]
)
def test_nothing_but_the_sign_in_page_is_sent_before(office, path):
    shown = office().get(path)
    assert "<h1>登录</h1>" in shown.text and "kind=" not in shown.text
    plain = office().get(path, headers={"Accept": "*/*"})
    assert (plain.status_code, "请先登录" in plain.text) == (401, True)
    assert "www-authenticate" not in plain.headers  # a browser would ask for a password itself


def test_no_websocket_no_upload_no_figure_before(office):
    with pytest.raises(WebSocketDenialResponse) as refused:
        office().websocket_connect("ws://kanban.office:8501/_stcore/stream").__enter__()
    assert refused.value.status_code == 401
    assert office().put("/_stcore/upload_file/a/b", content=b"x").status_code == 401
    health = office().get("/api/v1/health")
    assert "登录" in health.text and "snapshot" not in health.text


def test_the_person_at_this_computer_signs_in_too(office):
    here = office(peer="127.0.0.1", site="http://127.0.0.1:8501")
    assert who(here) is None


def test_the_page_needs_no_script_and_names_its_fields(office):
    page = office().get("/sign-in").text
    assert '<html lang="zh-CN">' in page and "<script" not in page
    for field in ("name", "password"):
        assert f'<label for="{field}">' in page and f'id="{field}"' in page
    assert "请联系本单位的看板管理员" in page


# -- in ----------------------------------------------------------------------------------------


def test_who_signs_in_returns_to_the_link_that_was_asked_for(office):
    browser = office()
    sent = browser.get("/signing?area=411403&x=a%26b", follow_redirects=False)
    answer = sign_in(browser, path=sent.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/signing?area=411403&x=a%26b")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    assert who(browser) == "张三"
    assert browser.get("/sign-in?next=%2Fx", follow_redirects=False).headers["location"] == "/x"


@pytest.mark.parametrize("wanted", ["//evil.example", "http://evil.example", "/\\evil", "x", ""])
def test_the_way_back_leads_to_no_other_site(office, wanted):
    browser = office()
    answer = browser.post(
        "/sign-in",
        params={"next": wanted},
        data={"name": "张三", "password": OWN},
        headers={"Origin": SITE},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/"


def test_nothing_that_the_browser_holds_is_kept_here(office, store):
    browser = office()
    cookie = sign_in(browser).headers["set-cookie"].partition("=")[2].partition(";")[0]
    for file in store.rglob("*"):
        if file.is_file():
            text = file.read_text("utf-8", "replace")
            assert cookie not in text and OWN not in text and "电池" not in text


def test_the_first_time_the_password_has_to_be_changed(office, store):
    once = accounts.add(store, "李四", role="领导")
    browser = office()
    first = sign_in(browser, once, "李四", "/sign-in?next=%2Fsigning")
    change = first.headers["location"]
    assert urlsplit(change).path == "/sign-in/password"
    assert who(browser) is None  # nothing else opens before
    for fields, words in (
        ({"old": "wrong", "new": NEW, "again": NEW}, "原密码不对"),
        ({"old": once, "new": NEW, "again": "another"}, "不一样"),
        ({"old": once, "new": once, "again": once}, "不能与原密码相同"),
        ({"old": once, "new": "1234567890", "again": "1234567890"}, "太常见"),
    ):
        assert words in send(browser, change, **fields).text
    changed = send(browser, change, old=once, new=NEW, again=NEW)
    assert changed.headers["location"] == "/signing"
    assert who(browser) == "李四"
    assert sign_in(office(), once, "李四").status_code == 401


# -- refused -----------------------------------------------------------------------------------


def test_a_wrong_name_and_a_wrong_password_are_told_alike(office, store):
    told = [sign_in(office(), "wrong"), sign_in(office(), "", OWN)]  # into the wrong field
    assert [each.status_code for each in told] == [401, 401]
    assert all("用户名或密码不对。" in each.text for each in told)
    assert [line.get("area") for line in journal.read(store)] == ["411403", None]
    lines = [(line["who"], line["what"], line["ip"]) for line in journal.read(store)]
    assert lines == [("张三", "密码不对", LAN), ("没有这个用户名", "密码不对", LAN)]


def test_a_name_waits_after_five_wrong_ones_from_wherever_they_come(office, store, clock):
    app = behind(store, clock)
    for number in range(5):
        assert sign_in(office(app=app, peer=f"10.0.0.{number}"), "wrong").status_code == 401
    late = sign_in(office(app=app))
    assert (late.status_code, "请 15 分钟后再试" in late.text) == (429, True)
    clock.wait(attempts.WINDOW)
    assert sign_in(office(app=app)).status_code == 303


def test_an_address_waits_after_thirty_wrong_names(office, store, clock, monkeypatch):
    monkeypatch.setattr(accounts, "is_right", lambda *_: False)
    app = behind(store, clock)
    told = [sign_in(office(app=app), "wrong", f"n{number}").status_code for number in range(31)]
    assert told == [401] * 30 + [429]
    assert sign_in(office(app=app, peer="10.0.0.9"), "wrong").status_code == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "http://kanban.office:9999", "null"])
def test_a_form_of_another_site_signs_nobody_in(office, origin):
    answer = sign_in(office(), origin=origin)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    without = office().post("/sign-in", data={"name": "张三", "password": OWN})
    assert without.status_code == 403


def test_a_name_is_shown_as_text(office):
    page = sign_in(office(), "wrong", '"><script>x').text
    assert "<script" not in page and "&quot;&gt;&lt;script&gt;x" in page


def test_a_form_without_end_is_not_read(office):
    assert sign_in(office(), "x" * 100_000).status_code == 401


# -- the end -----------------------------------------------------------------------------------


@pytest.fixture
def inside(office, clock):
    browser = office()
    sign_in(browser)
    assert who(browser) == "张三"
    return browser


def test_signing_out_ends_it_on_the_server_too(inside, store):
    held = dict(inside.cookies)
    assert send(inside, "/sign-in/out").headers["location"] == "/sign-in"
    inside.cookies.update(held)
    assert who(inside) is None
    assert journal.read(store)[-1]["action"] == "sign_out"


def test_it_ends_after_half_an_hour_without_a_click(inside, clock):
    for _ in range(3):
        clock.wait(29 * 60)
        assert who(inside) == "张三"
    clock.wait(30 * 60)
    assert who(inside) is None


def test_it_ends_after_a_day_with_all_clicks(inside, clock):
    for _ in range(57):
        clock.wait(25 * 60)
        assert who(inside) == "张三"
    clock.wait(25 * 60)
    assert who(inside) is None


@pytest.mark.parametrize("change", [accounts.disable, accounts.reset, accounts.remove])
def test_everything_a_person_has_open_ends_with_a_change_of_his_account(
    office, store, change, monkeypatch
):
    monkeypatch.setattr(guard, "LOOK_AGAIN", 0.05)
    accounts.add(store, "somebody else", role="管理")
    browser = office()
    sign_in(browser)
    own = {"Origin": SITE}
    with browser.websocket_connect("ws://kanban.office:8501/_stcore/stream", headers=own) as page:
        assert page.receive_text() == "in"
        change(store, "张三")
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
        assert closed.value.code == 1008
    assert who(browser) is None


def test_a_page_that_stands_open_does_not_keep_its_person_signed_in(inside, clock, monkeypatch):
    monkeypatch.setattr(guard, "LOOK_AGAIN", 0.05)
    own = {"Origin": SITE}
    with inside.websocket_connect("ws://kanban.office:8501/_stcore/stream", headers=own) as page:
        assert page.receive_text() == "in"
        clock.wait(31 * 60)
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
        assert closed.value.code == 1008


# -- behind a proxy that carries TLS ------------------------------------------------------------


def test_behind_tls_the_cookie_goes_over_nothing_else_and_the_address_is_the_persons(office, store):
    proxy = TrustedProxy((ipaddress.ip_network("127.0.0.1"),), "", "X-S", tokens.digest(SECRET))
    browser = office(Settings(trusted_proxy=proxy), peer="127.0.0.1", site="https://kanban.office")
    browser.headers |= {"X-S": SECRET, "X-Forwarded-Proto": "https", "X-Forwarded-For": LAN}
    answer = sign_in(browser, origin="https://kanban.office")
    assert "Secure" in answer.headers["set-cookie"]
    assert journal.read(store)[-1]["ip"] == LAN
    assert who(browser) == "张三"
    del browser.headers["X-S"]
    assert browser.get("/sign-in").status_code == 403


def test_a_program_asks_with_its_token_and_not_by_the_sign_in_page(office):
    chosen = Settings(tokens={"报表": Token(tokens.digest(TOKEN))})
    sent = {"Authorization": f"Bearer {TOKEN}"}
    assert "kind=program" in office(chosen).get("/api/v1/health", headers=sent).text
    assert office(chosen).get("/x", headers=sent, follow_redirects=False).status_code == 303
    wrong = {"Authorization": "Bearer wrong"}
    assert office(chosen).get("/api/v1/health", headers=wrong).status_code == 401


def test_an_address_that_guesses_tokens_waits(office, store, clock):
    chosen = Settings(tokens={"报表": Token(tokens.digest(TOKEN))})
    app = behind(store, clock, lambda: chosen)

    def ask(token, peer=LAN):
        sent = {"Authorization": f"Bearer {token}"}
        return office(app=app, peer=peer).get("/api/v1/values", headers=sent).status_code

    assert [ask("wrong") for _ in range(30)] == [401] * 30
    assert (ask(TOKEN), ask(TOKEN, peer="10.0.0.9")) == (429, 200)
    clock.wait(attempts.WINDOW)
    assert ask(TOKEN) == 200
