"""The loopback guard: by default only this computer may use the dashboard.

It judges the connection itself and not the address the server was told to listen on, so it
holds under `streamlit run`, plain uvicorn and any bind address, for pages and WebSockets alike.
"""

import ipaddress
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from data.settings import FILE_NAME, VISITOR_HEADER, Settings
from pages.theme import style

# A proxy in between leaves one of these; the peer address then says nothing about the person.
_FORWARDED = {
    "cf-connecting-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-host",
    "x-real-ip",
}
_FORWARDED_PREFIX = "x-forwarded"

REFUSED_LOCAL = (
    "拒绝访问(403):本看板没有设置登录,只能在安装它的这台电脑上打开。"
    f"需要让其他电脑访问时,请管理员在数据仓的 {FILE_NAME} 中设置 trusted_proxy(登录代理)"
    "或 open: true(不登录即可查看),然后重新启动。"
)
REFUSED_PROXY = (
    "拒绝访问(403):本看板只接受登录代理转来的、写明用户的请求。请从单位的统一入口打开;"
    f"管理员请核对数据仓的 {FILE_NAME} 中 trusted_proxy 的地址和请求头,"
    "并让服务器不要改写来访地址(uvicorn 加 --no-proxy-headers)。"
)

REFUSED_UPLOAD = "拒绝上传(403):没有登录时,只能在安装本看板的这台电脑上上传报表。"
# Where Streamlit takes the bytes of an uploaded file.
_UPLOADS = "/_stcore/upload_file"
# Where programs ask for figures with a token of their own.
_QUESTIONS = "/api/v1/"
_OWN_HEADER = VISITOR_HEADER.lower().encode()

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class LoopbackGuard:
    """ASGI middleware that answers 403, in Chinese, to whoever the settings do not let in."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before anything else has seen it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        peer = _peer(scope)
        kind, name = self._who(peer, Headers(scope=scope))
        if kind == "anonymous" and not (self._settings.open or self._is_program(scope, peer)):
            refusal = REFUSED_LOCAL if self._settings.loopback_only else REFUSED_PROXY
        elif kind == "anonymous" and _is_upload(scope):
            refusal = REFUSED_UPLOAD
        else:
            await self._app(_announced(scope, kind, name, peer), receive, send)
            return
        if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            reads_pages = "text/html" in Headers(scope=scope).get("accept", "")
            answer = HTMLResponse(_page(refusal)) if reads_pages else PlainTextResponse(refusal)
            answer.status_code = 403
            await answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _is_program(self, scope: Scope, peer: _Address | None) -> bool:
        """Say whether the proxy passes on a program's question; its token is judged later."""
        proxy = self._settings.trusted_proxy
        asks = scope["type"] == "http" and scope.get("path", "").startswith(_QUESTIONS)
        brings = "authorization" in Headers(scope=scope)
        return asks and brings and bool(proxy and peer and proxy.has(peer))

    def _who(self, peer: _Address | None, headers: Headers) -> tuple[str, str]:
        """Return how somebody comes (local | person | anonymous), and the person's name."""
        proxy = self._settings.trusted_proxy
        if proxy and peer and proxy.has(peer):
            name = _readable(headers.get(proxy.user_header, "")).strip()
            return ("person", name) if name else ("anonymous", "")
        if peer is not None and peer.is_loopback and not _is_forwarded(headers):
            return "local", ""
        return "anonymous", ""


def _page(refusal: str) -> str:
    """The refusal as a person in front of a browser reads it: what happened, then what to do."""
    what, _, then = refusal.partition(":")
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{what}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{style.NOTICE}</style><main><h1>{what}</h1><p>{then}</p></main></html>"
    )


def _announced(scope: Scope, kind: str, name: str, peer: _Address | None) -> Scope:
    """Return the request with what the guard found, and without what anybody claimed."""
    words = urlencode({"kind": kind, "name": name, "ip": str(peer or "")})
    headers = [pair for pair in scope["headers"] if pair[0].lower() != _OWN_HEADER]
    return {**scope, "headers": [*headers, (_OWN_HEADER, words.encode("ascii"))]}


def _readable(name: str) -> str:
    """Return a name as the proxy meant it: header bytes are read as Latin, many send UTF-8."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name


def _is_upload(scope: Scope) -> bool:
    return _UPLOADS in scope.get("path", "") and scope.get("method") not in ("GET", "HEAD")


def _peer(scope: Scope) -> _Address | None:
    """Return the address at the other end; None when the server knows none (a UNIX socket)."""
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _is_forwarded(headers: Headers) -> bool:
    return any(name in _FORWARDED or name.startswith(_FORWARDED_PREFIX) for name in headers)
