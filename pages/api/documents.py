"""The HTML document: in Chinese, and only at the addresses of pages that exist.

Streamlit answers any unknown path with its own document, which then shows an English box, and
says `lang="en"` on all of them.
"""

import re
from collections.abc import Collection
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.api.old_browsers import NOTICE
from pages.api.pasted import repaired
from pages.theme import style

# HTML below these is not the dashboard's document (frames of components, files of the app).
_NOT_DOCUMENTS = ("/api/", "/app/static/", "/component/", "/media/", "/_stcore/")
_NO_SCRIPT = "<noscript><p>请在浏览器中启用 JavaScript 后再打开本看板。</p></noscript>"
# Without it the browser first looks for the server below the page's own address, in vain.
_SERVER = "<script>window.__streamlit={BACKEND_BASE_URL:location.origin}</script>"
# The page as it stands on the screen, shrunk to nine tenths of the 277 mm of an A4 sheet (1047 px):
# that leaves the height for two rows of charts.
_PAPER = """<script>addEventListener('beforeprint', () => {
    const page = document.querySelector('.stMainBlockContainer [data-testid="stVerticalBlock"]');
    const shrunk = page ? Math.min(0.9, 942 / page.clientWidth) : 0.72;
    document.documentElement.style.setProperty('--paper', shrunk);
})</script>"""
# Streamlit enters a page into the history and writes what is chosen there a moment later, at times
# as a second entry: as long as nobody has done anything, both are one step of the back button.
_ONE_STEP = """<script>(() => {
    const push = history.pushState;
    let entered = false;
    history.pushState = function (state, title, to) {
        const stays = new URL(to, location.href).pathname === location.pathname;
        if (stays && entered) history.replaceState(state, title, to);
        else push.call(this, state, title, to);
        entered = !stays;
    };
    for (const done of ['pointerdown', 'keydown', 'popstate'])
        addEventListener(done, () => entered = false, true);
})()</script>"""
# Whoever is shown out by the guard sees why, or the sign-in page, instead of a lost connection.
_SHOWN_OUT = """<script>(() => {
    const Socket = WebSocket;
    window.WebSocket = class extends Socket {
        constructor(...to) {
            super(...to);
            this.addEventListener('close', async () => {
                const door = await fetch('/_stcore/health', {cache: 'no-store'}).catch(() => null);
                if ([401, 403].includes(door?.status)) location.reload();
            });
        }
    };
})()</script>"""
# Looking for skeletons costs every click a tenth of its time: the rules hold while a page arrives,
# and no longer once somebody has clicked into it; what they read does not vanish again.
_ARRIVING = f"""<style id="arriving">{style.ARRIVING}</style><script>(() => {{
    const rules = document.getElementById('arriving');
    const still = '[data-testid="stApp"][data-test-script-state="notRunning"]';
    const arrived = () => document.querySelector(still)
        && !document.querySelector('[data-testid="stSkeleton"]');
    let page, quiet;
    const look = enough => {{
        if (page !== location.pathname) [page, quiet, rules.media] = [location.pathname, 0, 'all'];
        if (rules.media !== 'all') return;
        quiet = arrived() ? quiet + 1 : 0;
        if (quiet > enough) rules.media = 'not all';
    }};
    const push = history.pushState;
    history.pushState = function (...to) {{ push.apply(this, to); look(4); }};
    addEventListener('popstate', () => look(4));
    addEventListener('click', () => look(0), true);
    setInterval(look, 250, 4);
}})()</script>"""
_HEAD = f"<title>健康扶贫监测看板</title>{_SERVER}{_PAPER}{_ONE_STEP}{_SHOWN_OUT}"
_REWRITES = (
    (re.compile(r'<html lang="en">'), '<html lang="zh-CN">'),
    (re.compile(r"<title>.*?</title>"), _HEAD),
    # A Latin font that no page uses is not waited for.
    (re.compile(r'<link\s[^>]*as="font"[^>]*>'), ""),
    (re.compile(r"<noscript>.*?</noscript>", re.DOTALL), _NO_SCRIPT),
    # In the body, behind whatever Streamlit adds to the head: the later of two equal rules wins.
    (re.compile(r"</body>"), f"<style>{style.CSS}</style>{_ARRIVING}{NOTICE}</body>"),
)


class Documents:
    """ASGI middleware that puts Streamlit's document into Chinese and sends lost visitors home.

    An address that was damaged on its way is first repaired (pages/api/pasted.py).

    pages    The paths of the pages, without a slash. Any other address that Streamlit would
             answer with its document is redirected to `/?missing=<path>`, where the frame says
             that the page does not exist.
    """

    def __init__(self, app: ASGIApp, *, pages: Collection[str]) -> None:
        self._app = app
        self._pages = frozenset(pages) | {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch the answer; only a complete HTML document is touched."""
        if scope["type"] != "http" or scope["path"].startswith(_NOT_DOCUMENTS):
            await self._app(scope, receive, send)
            return
        path = scope["path"].strip("/")
        query = scope["query_string"].decode("latin-1")
        if path in self._pages and (wanted := repaired(query)) != query:
            address = f"/{path}?{wanted}" if wanted else f"/{path}"
            await RedirectResponse(address, status_code=307)(scope, receive, send)
            return
        document = _Document(send)
        await self._app(_uncompressed(scope), receive, document.send)
        if not document.started:
            return
        if path not in self._pages:
            home = RedirectResponse(f"/?missing={quote(path, safe='')}", status_code=307)
            await home(scope, receive, send)
            return
        await document.finish()


class _Document:
    """Holds back an HTML answer until it is complete; lets every other answer through."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = b""

    @property
    def started(self) -> bool:
        return bool(self._start)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_document(message):
            self._start = dict(message)
        elif self.started:
            self._body += message.get("body", b"")
        else:
            await self._send(message)

    async def finish(self) -> None:
        """Send the document on in Chinese; the validators of the English file go away."""
        if self._body:
            text = self._body.decode("utf-8")
            for english, chinese in _REWRITES:
                text = english.sub(lambda _found, words=chinese: words, text)
            self._body = text.encode("utf-8")
        headers = MutableHeaders(scope=self._start)
        for name in ("etag", "last-modified"):
            del headers[name]
        if self._body:  # a HEAD answer has none and keeps its length
            headers["content-length"] = str(len(self._body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})


def _is_document(start: Message) -> bool:
    content_type = MutableHeaders(scope=start).get("content-type", "")
    return start["status"] == 200 and content_type.startswith("text/html")


def _uncompressed(scope: Scope) -> Scope:
    """Return the request without Accept-Encoding: the words are replaced in plain text."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers}
