"""Signing in by the office's own provider: a real one (oidc-provider-mock) answers on loopback."""

import base64
import hashlib
import html
import io
import json
import re
import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import oidc_provider_mock
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from werkzeug.test import Client
from werkzeug.wrappers import Request

from data.log import journal
from data.settings import current
from pages.api.door import guard
from tests.app.doors import Clock, behind, who

pytestmark = pytest.mark.filterwarnings("ignore:authlib.jose")
SITE, LAN = "http://kanban.office", "192.168.1.20"
UNSIGNED = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
STREAM = "ws://kanban.office/_stcore/stream"
BOTH = ["睢阳区卫健委", "市卫健委"]
SECRET = "the-secret-of-the-client"
CLAIMED = """
  role_claim: realm_access.roles
  roles: {kanban-steward: 管理, kanban-reader: 领导}
  area_claim: dept
  areas: {睢阳区卫健委: 411403, 市卫健委: 全部}
"""


class Provider:
    """The provider, and what it was asked: PKCE it does not look at itself, so this does."""

    def __init__(self, app):
        self.url, self.asked, self.down = "", [], False
        self.forge = None  # changes the identity token that it gives
        self._app, self._challenges = app, {}

    def __call__(self, environ, start):
        request = Request(environ)
        if self.down:
            start("502 Bad Gateway", [])
            return [b"<html>Bad Gateway</html>"]
        self.asked.append(request.path)
        if request.path == "/oauth2/token":
            sent = parse_qs(request.get_data(as_text=True))
            environ["wsgi.input"] = io.BytesIO(request.get_data())
            code, verifier = sent["code"][0], sent["code_verifier"][0]
            made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
            if self._challenges.get(code) != made.rstrip(b"=").decode():
                start("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"error": "invalid_grant"}']
            if self.forge:
                told = Client(self._app).post(
                    "/oauth2/token", data=request.get_data(), headers=dict(request.headers)
                )
                forged = json.loads(told.data)
                forged["id_token"] = self.forge(forged["id_token"])
                start("200 OK", [("Content-Type", "application/json")])
                return [json.dumps(forged).encode()]
        return self._app(environ, start)

    def let_in(self, url, sub):
        """Sign somebody in as its form does; the address at which he comes back."""
        asked = parse_qs(urlsplit(url).query)
        assert asked["code_challenge_method"] == ["S256"]
        answer = Client(self._app).post(url, data={"sub": sub})
        back = answer.headers["location"]
        code = parse_qs(urlsplit(back).query)["code"][0]
        self._challenges[code] = asked["code_challenge"][0]
        return back


@pytest.fixture(scope="module")
def served():
    from oidc_provider_mock._server import _threaded_server

    users = [
        ("zhang", {"realm_access": {"roles": ["x", "kanban-steward"]}, "dept": "睢阳区卫健委"}),
        ("reader", {"realm_access": {"roles": ["kanban-reader"]}, "dept": "市卫健委"}),
        ("lost", {"realm_access": {"roles": ["kanban-steward"]}, "dept": "别的县"}),
        (
            "two",
            {"realm_access": {"roles": ["kanban-reader"]}, "dept": ["睢阳区卫健委", "市卫健委"]},
        ),
        ("norole", {"dept": "市卫健委"}),
    ]
    listed = [
        oidc_provider_mock.User(sub=name, claims=claims | {"preferred_username": name})
        for name, claims in users
    ]
    provider = Provider(
        oidc_provider_mock.app(user_claims=listed, access_token_max_age=timedelta(hours=4))
    )
    with _threaded_server(provider, host="127.0.0.1", poll_interval=0.01) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}"
        yield provider


@pytest.fixture
def provider(served, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # of the provider: http on loopback
    served.asked.clear()
    yield served
    served.down, served.forge = False, None


@pytest.fixture
def office(provider, tmp_path):
    """A dashboard of an office with this provider; `write` changes its settings."""
    secret = tmp_path / "oidc-secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)

    def write(rest=CLAIMED, more=""):
        (tmp_path / "settings.yaml").write_text(
            f"oidc:\n  issuer: {provider.url}\n  client_id: kanban\n  secret_file: oidc-secret\n"
            f"  address: {SITE}{rest}\n{more}",
            "utf-8",
        )

    write()
    clock = Clock()
    app = behind(tmp_path, clock, lambda: current(tmp_path))
    return SimpleNamespace(store=tmp_path, clock=clock, app=app, write=write)


@pytest.fixture
def browser(office):
    return come(office)


def come(office):
    found = TestClient(office.app, SITE, client=(LAN, 5), follow_redirects=False)
    found.headers["Accept"] = "text/html"
    return found


def begin(browser, wanted="/"):
    """The address at the provider that the one button leads to."""
    page = browser.get(f"/sign-in?{urlencode({'next': wanted})}").text
    link = html.unescape(re.search(r'class="button" href="([^"]+)"', page)[1])
    return browser.get(link).headers["location"]


def sign_in(browser, provider, sub="zhang", wanted="/"):
    return browser.get(provider.let_in(begin(browser, wanted), sub))


def log(office):
    return [(each["action"], each["who"], each["what"]) for each in journal.read(office.store)]


# -- in ----------------------------------------------------------------------------------------


def test_who_signs_in_there_returns_to_the_page_that_was_asked_for(office, browser, provider):
    sent = browser.get("/signing?area=411403&x=a%26b")
    assert sent.headers["location"].startswith("/sign-in?next=")
    answer = sign_in(browser, provider, wanted="/signing?area=411403&x=a%26b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signing?area=411403&x=a%26b")
    assert "HttpOnly" in answer.headers["set-cookie"]
    told = parse_qs(browser.get("/who").text)
    assert [told[each] for each in ("kind", "name", "role", "area")] == [
        ["person"], ["zhang"], ["管理"], ["411403"],
    ]  # fmt: skip
    (line,) = journal.read(office.store)
    assert (line["action"], line["who"], line["ip"]) == ("sign_in", "zhang", LAN)
    assert line["area"] == "411403"


def test_nothing_but_the_page_with_the_button_is_sent_before(browser):
    page = browser.get("/sign-in").text
    assert "用统一身份认证登录" in page and "<script" not in page
    assert browser.get("/static/x.js", headers={"Accept": "*/*"}).status_code == 401
    with pytest.raises(WebSocketDenialResponse):
        browser.websocket_connect("ws://kanban.office/_stcore/stream").__enter__()


def test_the_list_of_people_goes_before_the_claims(office, browser, provider):
    office.write(more="people:\n  ZHANG: {role: 领导, area: 411400}\n")
    sign_in(browser, provider)
    told = parse_qs(browser.get("/who").text)
    assert (told["role"], told["area"]) == (["领导"], ["411400"])


def test_people_alone_are_enough(office, browser, provider):
    office.write("", "people:\n  zhang: {role: 分析}\n")
    sign_in(browser, provider)
    assert parse_qs(browser.get("/who").text)["role"] == ["分析"]


# -- not in ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sub", ["lost", "two", "norole", "nobody"])
def test_whom_claims_give_no_role_and_one_area_is_told_whom_to_ask(office, browser, provider, sub):
    answer = sign_in(browser, provider, sub)
    assert answer.status_code == 403
    assert "还没有使用本看板的权限" in answer.text or "没有姓名" in answer.text
    assert "本单位的看板管理员" in answer.text
    assert who(browser) is None
    assert log(office)[-1][0] == "refused"


def test_an_unknown_person_can_leave_the_provider_and_let_another_one_in(browser, provider):
    answer = sign_in(browser, provider, "norole")
    out = html.unescape(re.search(r'href="([^"]+)">换一个人登录', answer.text)[1])
    assert out.startswith(f"{provider.url}/oauth2/end_session?")


@pytest.mark.parametrize(
    "change",
    [
        lambda asked: asked | {"state": ["another"]},
        lambda asked: {"state": asked["state"], "code": ["another"]},
        lambda asked: {"state": asked["state"], "error": ["access_denied"]},
        lambda asked: {"state": asked["state"], "error": ["<b>x"]},
        lambda asked: {},
    ],
)
def test_what_comes_back_changed_signs_nobody_in(office, browser, provider, change):
    back = provider.let_in(begin(browser, "/signing"), "zhang")
    asked = change(parse_qs(urlsplit(back).query))
    answer = browser.get(f"/sign-in/return?{urlencode(asked, doseq=True)}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "统一身份认证没有完成" in answer.text and "再登录一次" in answer.text
    assert "<b>x" not in answer.text
    assert who(browser) is None
    assert log(office)[-1][0] == "refused"


def test_a_way_back_is_good_once_in_the_browser_that_began_and_for_ten_minutes(
    office, browser, provider
):
    back = provider.let_in(begin(browser), "zhang")
    assert come(office).get(back).status_code == 403  # another one's browser
    office.clock.wait(9 * 60)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    late = provider.let_in(begin(come(office)), "zhang")
    office.clock.wait(10 * 60)
    assert browser.get(late).status_code == 403


def test_two_tabs_may_sign_in_at_once(browser, provider):
    first, second = begin(browser, "/a"), begin(browser, "/b")
    assert browser.get(provider.let_in(first, "zhang")).headers["location"] == "/a"
    assert browser.get(provider.let_in(second, "zhang")).headers["location"] == "/b"


def test_a_token_for_another_sign_in_is_none(office, browser, provider, monkeypatch):
    from pages.api.door import provider as asked

    kept = asked.begin
    monkeypatch.setattr(asked, "begin", lambda *given: replace(kept(*given), nonce="other"))
    answer = sign_in(browser, provider)
    assert answer.status_code == 403
    assert "身份令牌不合格：nonce 不对" in answer.text


def signed_anew(id_token, key, **header):
    """The same claims under another signature."""
    _, claims, _ = id_token.split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return jwt.encode(header, told, key, algorithms=[header["alg"]])


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: f"{UNSIGNED}.{token.split('.')[1]}.",
        lambda token: signed_anew(token, OctKey.import_key(SECRET), alg="HS256"),
        lambda token: signed_anew(token, RSAKey.generate_key(2048), alg="RS256"),
        lambda token: token[:-8] + "AAAAAAAA",
        lambda token: "not.a.token",
        lambda token: "",
    ],
)
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(office, browser, provider, forge):
    provider.forge = str  # as it is
    assert sign_in(come(office), provider).status_code == 303
    provider.forge = forge
    answer = sign_in(browser, provider)
    assert answer.status_code in (403, 502) and "Traceback" not in answer.text
    assert who(browser) is None
    assert log(office)[-1][0] == "refused"


@pytest.mark.parametrize(("seconds", "comes_in"), [(30, True), (-30, True), (300, False)])
def test_clocks_may_differ_by_the_leeway(browser, provider, monkeypatch, seconds, comes_in):
    """The provider's clock: its tokens are made in this process, by a time of their own."""
    ahead = SimpleNamespace(time=lambda: time.time() + seconds)
    monkeypatch.setattr("authlib.oidc.core.grants._legacy.time", ahead)
    answer = sign_in(browser, provider)
    assert (answer.status_code == 303) is comes_in
    assert comes_in or "两台电脑的时钟相差太多" in answer.text


def test_an_old_token_is_none(browser, provider, monkeypatch):
    behind_by = SimpleNamespace(time=lambda: time.time() - 5 * 3600)
    monkeypatch.setattr("authlib.oidc.core.grants._legacy.time", behind_by)
    assert sign_in(browser, provider).status_code == 403


def test_a_provider_that_says_it_is_another_is_not_asked_on(office, browser, provider):
    file = office.store / "settings.yaml"
    file.write_text(file.read_text("utf-8").replace(provider.url, f"{provider.url}/"), "utf-8")
    answer = browser.get("/sign-in/begin")
    assert (answer.status_code, "location" in answer.headers) == (403, False)
    assert "与设置的 issuer 不同" in answer.text


def test_a_provider_that_is_down_is_a_page_with_a_way_back(office, browser, provider):
    back = provider.let_in(begin(browser, "/signing"), "zhang")
    provider.down = True
    for path in ("/sign-in/begin?next=%2Fsigning", back):
        answer = browser.get(path)
        assert answer.status_code == 502
        assert "统一身份认证连不上" in answer.text and "Traceback" not in answer.text
        assert 'href="/sign-in/begin?next=%2Fsigning"' in answer.text
    assert "连不上" in log(office)[-1][2]


# -- the end -----------------------------------------------------------------------------------


def test_it_ends_with_the_identity_token(office, browser, provider):
    sign_in(browser, provider)
    for _ in range(9):
        office.clock.wait(25 * 60)
        assert who(browser) == "zhang"
    office.clock.wait(20 * 60)  # four hours, and the leeway
    assert who(browser) is None


def test_signing_out_ends_the_providers_session_too(office, browser, provider):
    sign_in(browser, provider)
    page = browser.post("/sign-in/out", headers={"Origin": SITE})
    out = urlsplit(html.unescape(re.search(r"url=([^\"]+)", page.text)[1]))
    asked = parse_qs(out.query)
    assert out.path == "/oauth2/end_session"
    assert asked["post_logout_redirect_uri"] == [f"{SITE}/sign-in"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert who(browser) is None
    assert [each[0] for each in log(office)] == ["sign_in", "sign_out"]


def test_signing_out_works_while_the_provider_is_down(browser, provider):
    sign_in(browser, provider)
    provider.down = True
    page = browser.post("/sign-in/out", headers={"Origin": SITE})
    assert 'url=/sign-in"' in page.text
    assert who(browser) is None


@pytest.mark.parametrize(
    "change",
    [
        {"more": "people:\n  zhang: {role: 停用}\n"},
        {"rest": CLAIMED.replace("kanban-steward: 管理, ", "")},
        {"rest": CLAIMED.replace("睢阳区卫健委: 411403, ", "")},
    ],
)
def test_what_the_settings_take_away_is_gone_at_once(
    office, browser, provider, change, monkeypatch
):
    monkeypatch.setattr(guard, "LOOK_AGAIN", 0.05)
    sign_in(browser, provider)
    with browser.websocket_connect(
        "ws://kanban.office/_stcore/stream", headers={"Origin": SITE}
    ) as page:
        assert page.receive_text() == "in"
        office.write(**change)
        with pytest.raises(WebSocketDisconnect):
            page.receive_text()
    refused = browser.get("/who")
    assert (refused.status_code, "请联系" in refused.text) == (403, True)
    assert browser.get("/sign-in/account").status_code == 200  # where one can sign out


def test_another_provider_in_the_settings_ends_all_sign_ins(office, browser, provider):
    sign_in(browser, provider)
    file = office.store / "settings.yaml"
    file.write_text(
        file.read_text("utf-8").replace("client_id: kanban", "client_id: other"), "utf-8"
    )
    assert who(browser) is None


# -- what stays inside -------------------------------------------------------------------------


def test_the_secret_and_the_tokens_are_in_no_page_log_or_output(office, browser, provider, capfd):
    pages = [sign_in(browser, provider), browser.get("/who"), browser.get("/sign-in/account")]
    provider.down = True
    pages += [browser.get("/sign-in/begin"), browser.post("/sign-in/out", headers={"Origin": SITE})]
    out = capfd.readouterr()
    (text,) = [file.read_text("utf-8") for file in (office.store / "log").glob("*.jsonl")]
    said = text + out.out + out.err + "".join(each.text + str(each.headers) for each in pages)
    assert SECRET not in said
    assert "eyJ" not in said  # how a token begins
