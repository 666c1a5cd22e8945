"""The loopback guard: by default only this computer may use the dashboard.

It judges the connection itself and not the address the server was told to listen on, so it
holds under `streamlit run`, plain uvicorn and any bind address, for pages and WebSockets alike.
"""

import ipaddress

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from data.settings import FILE_NAME, Settings

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

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class LoopbackGuard:
    """ASGI middleware that answers 403, in Chinese, to whoever the settings do not let in."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before anything else has seen it."""
        if scope["type"] == "lifespan" or self._lets_in(scope):
            await self._app(scope, receive, send)
            return
        refusal = REFUSED_LOCAL if self._settings.loopback_only else REFUSED_PROXY
        if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _lets_in(self, scope: Scope) -> bool:
        if self._settings.open:
            return True
        peer = _peer(scope)
        headers = Headers(scope=scope)
        proxy = self._settings.trusted_proxy
        if proxy and peer and proxy.has(peer):
            return bool(headers.get(proxy.user_header, "").strip())
        return peer is not None and peer.is_loopback and not _is_forwarded(headers)


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
