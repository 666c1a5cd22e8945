"""The HTML document: Chinese, only where a page is, compressed, with its headers."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from pages.api.compression import Compression
from pages.api.documents import Documents
from pages.api.headers import SECURITY_HEADERS, SecurityHeaders

ENGLISH = '<!DOCTYPE html>\n<html lang="en"><title>Streamlit</title>' + "<p></p>" * 400


@pytest.fixture
def client():
    """Answers like Streamlit: its document for whatever it does not know."""

    def document(request):
        headers = {"ETag": '"abc"', "Cache-Control": "no-cache"}
        body = ENGLISH if request.method == "GET" else ""
        return HTMLResponse(body, headers=headers)

    def script(request):
        getattr(request.app.state, "asked", []).append(request.url.path)
        return Response("x" * 5_000, media_type="text/javascript", headers={"ETag": '"english"'})

    def font(_request):
        return Response(bytes(2_000), media_type="font/woff2", headers={"ETag": '"font"'})

    def damaged(_request):
        return HTMLResponse("<html lang='en'>no", status_code=500)

    app = Starlette(
        routes=[
            Route("/static/a.js", script),
            Route("/static/font.woff2", font),
            Route("/component/c/index.html", document),
            Route("/media/a.txt", lambda _request: PlainTextResponse("file")),
            Route("/broken", damaged),
            Route("/{path:path}", document),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Compression),
            Middleware(Documents, pages=("signing", "visits")),
        ],
    )
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/signing", "/visits?area=1"])
def test_a_page_is_chinese(client, path):
    answer = client.get(path)
    assert answer.text.startswith('<!DOCTYPE html>\n<html lang="zh-CN"><title>健康扶贫监测看板')
    assert "etag" not in answer.headers  # it belonged to the English file


@pytest.mark.parametrize("path", ["/zzz", "/signing/more", "/index.html", "/%E7%AD%BE%E7%BA%A6"])
def test_an_unknown_address_goes_home_and_says_what_was_missing(client, path):
    answer = client.get(path)
    assert answer.status_code == 307
    wanted = path.strip("/").replace("/", "%2F")
    assert answer.headers["location"] == f"/?missing={wanted}"


def test_an_address_cannot_smuggle_anything_into_the_redirect(client):
    location = client.get("/x?y=//evil.example&z=%0d%0aSet-Cookie:a").headers["location"]
    assert location == "/?missing=x"
    assert "set-cookie" not in client.get("/%0d%0aSet-Cookie:a=b").headers


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("/visits?area=1&amp;period=2", "/visits?area=1&period=2"),
        (
            "/visits?area=1&amp;amp;period=2&amp%3Bindicator=3",
            "/visits?area=1&period=2&indicator=3",
        ),
        ("/signing?AREA=1&Period=2020-W51", "/signing?area=1&period=2020-W51"),
        ("/?area=1&from=singlemessage&isappinstalled=0&utm_source=wx", "/?area=1"),
        ("/visits?from=2020-W01&to=2020-W09&from=timeline", "/visits?from=2020-W01&to=2020-W09"),
        ("/visits?Area=1&area=2", "/visits?area=1&area=2"),
        ("/visits?from=groupmessage", "/visits"),
        ("//visits?AREA=//evil.example", "/visits?area=//evil.example"),
    ],
)
def test_an_address_damaged_on_its_way_is_repaired(client, given, wanted):
    answer = client.get(f"http://testserver{given}")
    assert (answer.status_code, answer.headers["location"]) == (307, wanted)


@pytest.mark.parametrize(
    "path",
    [
        "/visits?area=1&period=2020-W51",
        "/visits?search=A%26amp;B&sql=select+1",
        "/visits?colour=Red",
        "/visits?area=",
    ],
)
def test_a_sound_address_is_left_as_it_is(client, path):
    assert client.get(path).status_code == 200


def test_files_frames_and_failures_are_left_alone(client):
    assert client.get("/static/a.js").text == "x" * 5_000
    assert client.get("/media/a.txt").text == "file"
    assert 'lang="en"' in client.get("/component/c/index.html").text
    assert client.get("/broken").status_code == 500


def test_documents_and_scripts_travel_compressed(client):
    for path in ("/signing", "/static/a.js"):
        raw = client.build_request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = client.send(raw, stream=True)
        body = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert len(gzip.decompress(body)) > len(body)


def test_a_script_is_prepared_once_and_then_sent_from_memory(client):
    asked = client.app.state.asked = []
    first, second = (client.get("/static/a.js") for _ in range(2))
    assert asked == ["/static/a.js"]
    assert first.content == second.content == b"x" * 5_000
    assert first.headers["content-security-policy"] == second.headers["content-security-policy"]
    assert "etag" not in second.headers  # it belonged to the English file


def test_a_client_that_cannot_unpack_gets_the_plain_file(client):
    answer = client.get("/static/a.js", headers={"Accept-Encoding": "identity"})
    assert answer.text == "x" * 5_000
    assert "content-encoding" not in answer.headers


def test_a_file_that_does_not_shrink_passes_untouched(client):
    answer = client.get("/static/font.woff2")
    assert answer.content == bytes(2_000)
    assert answer.headers["etag"] == '"font"'


def test_every_answer_carries_the_security_headers(client):
    for path in ("/", "/zzz", "/static/a.js", "/broken"):
        headers = client.get(path).headers
        assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_the_policy_lets_nothing_in_from_another_host():
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "http" not in policy and "*" not in policy
    assert "font-src 'self' data:" in policy
    assert "data:" in policy.split("connect-src")[1].split(";")[0]
