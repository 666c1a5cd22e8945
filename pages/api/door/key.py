"""The key of whoever sits at this computer: printed where the dashboard was started, there only.

A proxy on the same computer that strips every trace of itself looks like that person. What it
cannot have is the key: it stands in the printed address, and becomes a cookie of his browser.
"""

import hmac
import secrets
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

PARAMETER = "key"
_BYTES = 24


class DoorKey:
    """One key, for as long as the process runs. The cookie that it is changed for is another."""

    def __init__(self) -> None:
        self.text = secrets.token_urlsafe(_BYTES)
        self._cookie = secrets.token_urlsafe(_BYTES)

    def is_shown(self, scope: Scope) -> bool:
        """Say whether the address that is opened carries the key, or all of the printed one."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return False
        sent = [value for name, value in _asked(scope) if name == PARAMETER]
        return any(_same(each.rpartition("=")[2].strip(), self.text) for each in sent)

    def is_held(self, scope: Scope) -> bool:
        """Say whether the browser has the cookie."""
        kept = cookie_parser(Headers(scope=scope).get("cookie", "")).get(_name(scope))
        return kept is not None and _same(kept, self._cookie)

    def entrance(self, scope: Scope) -> Response:
        """Return the answer to an address with the key: the cookie, and the address without it."""
        rest = urlencode([pair for pair in _asked(scope) if pair[0] != PARAMETER])
        path = "/" + quote(scope["path"].lstrip("/\\"))
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
        answer.set_cookie(
            _name(scope),
            self._cookie,
            httponly=True,
            samesite="lax",
            secure=scope.get("scheme") == "https",
        )
        answer.headers["cache-control"] = "no-store"
        return answer


def _name(scope: Scope) -> str:
    """Return the cookie's name: a browser does not keep two ports of a computer apart."""
    _, port = scope.get("server") or ("", None)
    return f"hpa_door_{port}"


def _asked(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _same(sent: str, kept: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "surrogateescape"), kept.encode("ascii"))
