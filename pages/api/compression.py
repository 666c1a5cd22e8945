"""Compression of what the server sends, and the front end's scripts in Chinese.

A first visit travels as 3 MB instead of 10 MB. Streamlit's own files never change while the
process lives, so each is translated and compressed once and then sent from memory.
"""

import gzip

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.api.words import in_chinese

_FRONT_END = "/static/"
_SHRINKING = ("text/", "application/javascript", "application/json", "image/svg")
_LEVEL = 4  # 6 is 4 % smaller and takes twice as long, while the first visitor waits
_SMALL = 1024
_MOST = 1_000  # files kept; the front end has some 300


class Compression:
    """ASGI middleware: gzip for everything that shrinks, from memory for the front end's files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._others = GZipMiddleware(app, minimum_size=_SMALL, compresslevel=_LEVEL)
        self._kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a front-end file from memory; compress any other answer as it passes."""
        if not _is_front_end(scope):
            await self._others(scope, receive, send)
            return
        path = scope["path"]
        prepared = self._kept.get(path)
        if prepared is None:
            answer = _Answer(send)
            await self._app(_plain(scope), receive, answer.take)
            if not answer.whole:
                return
            prepared = await run_in_threadpool(answer.prepared, path)
            if len(self._kept) < _MOST:
                self._kept[path] = prepared
        start, body = prepared
        await send({**start, "headers": list(start["headers"])})  # others add headers to it
        await send({"type": "http.response.body", "body": body})


class _Answer:
    """Takes a script or style sheet in; lets fonts, images and failures pass at once."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    @property
    def whole(self) -> bool:
        return self._start is not None

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _shrinks(message):
            self._start = message
        elif self._start is not None:
            self._body += message.get("body", b"")
        else:
            await self._send(message)

    def prepared(self, path: str) -> tuple[Message, bytes]:
        """Return the answer in Chinese, compressed, with the headers that fit it."""
        body = gzip.compress(in_chinese(path, self._body), _LEVEL, mtime=0)
        start: Message = {**(self._start or {})}
        start["headers"] = list(start["headers"])
        headers = MutableHeaders(scope=start)
        for name in ("etag", "last-modified", "accept-ranges"):
            del headers[name]
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        headers.add_vary_header("Accept-Encoding")
        return start, body


def _is_front_end(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    accepted = Headers(scope=scope).get("accept-encoding", "")
    return scope["path"].startswith(_FRONT_END) and "gzip" in accepted


def _shrinks(start: Message) -> bool:
    content_type = MutableHeaders(scope=start).get("content-type", "")
    return start["status"] == 200 and content_type.startswith(_SHRINKING)


def _plain(scope: Scope) -> Scope:
    """Return the request as one for the whole plain file."""
    dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    return {**scope, "headers": headers}
