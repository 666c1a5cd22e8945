"""What both ways of signing in have in common: plain HTML without a script, one cookie."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from data.people.accounts import Account
from data.settings import Settings
from pages.api.door.sessions import Session
from pages.theme import style

SIGN_IN, PASSWORD = "/sign-in", "/sign-in/password"
ACCOUNT, SIGN_OUT = "/sign-in/account", "/sign-in/out"
# The way to the office's own sign-in and back.
BEGIN, RETURN = "/sign-in/begin", "/sign-in/return"
PATHS = (SIGN_IN, PASSWORD, ACCOUNT, SIGN_OUT, BEGIN, RETURN)
_TITLE = "健康扶贫监测看板"


@dataclass(frozen=True)
class Call:
    """One request for these pages, as the guard has judged it.

    ip        Where it comes from.
    is_tls    The browser speaks TLS: its cookie goes over nothing else.
    session   Who is signed in; None before.
    account   His own account, where he has one.
    settings  As they are now.
    """

    request: Request
    ip: str
    is_tls: bool
    session: Session | None
    account: Account | None
    settings: Settings

    @property
    def contact(self) -> str:
        """Whom to ask."""
        return self.settings.contact

    @property
    def wanted(self) -> str:
        """The page that was asked for."""
        return own_path(self.request.query_params.get("next", ""))


def own_path(wanted: str) -> str:
    """Return an address of this dashboard as it was asked for, and the first page for any other."""
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-in"))
    return wanted if is_own and wanted.isprintable() else "/"


def with_next(path: str, wanted: str) -> str:
    """Return the address of one of these pages that remembers which page was asked for."""
    return f"{path}?next={quote(wanted, safe='')}"


def token(scope: Scope) -> str:
    """Return what the browser holds of its sign-in; empty for none."""
    return cookie(scope, "session")


def cookie(scope: Scope, kind: str) -> str:
    """Return what the browser holds of ours; empty for nothing."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(cookie_name(scope, kind), "")


def cookie_name(scope: Scope, kind: str) -> str:
    """Return a cookie's name: a browser does not keep two ports of a computer apart."""
    _, port = scope.get("server") or ("", None)
    return f"hpa_{kind}_{port}"


def signed_in(call: Call, held: str, onward: str) -> Response:
    """Send somebody on with the token of his sign-in."""
    answer = RedirectResponse(onward, status_code=303)
    answer.set_cookie(
        cookie_name(call.request.scope, "session"),
        held,
        httponly=True,
        samesite="lax",
        secure=call.is_tls,
    )
    return answer


def signed_out(call: Call, answer: Response) -> Response:
    """Take the token of a sign-in back."""
    answer.delete_cookie(cookie_name(call.request.scope, "session"))
    return answer


def page(title: str, body: str, status: int = 200, head: str = "") -> Response:
    """Return one of these pages; the words are HTML already."""
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        f"<title>{escape(title)} · {_TITLE}</title>"
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">{head}'
        f"<style>{style.NOTICE}</style>"
        f"<main><p>{_TITLE}</p><h1>{escape(title)}</h1>{body}</main></html>",
        status_code=status,
    )


def said(words: str) -> str:
    """Return what went wrong as HTML; nothing for nothing."""
    return f'<p role="alert">{escape(words)}</p>' if words else ""


def person_page(call: Call, name: str, role: str, area: str, *more: str) -> Response:
    """Return the page that tells somebody who he is here, with the way out."""
    links = " · ".join((*more, '<a href="/">回到看板</a>'))
    return page(
        name,
        f"<p>角色：{escape(role)}，{f'区划 {escape(area)}' if area else '全部区划'}。</p>"
        f'<form method="post" action="{SIGN_OUT}"><button autofocus>退出登录</button></form>'
        f"<p>{links}</p>",
    )
