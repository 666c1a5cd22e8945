"""The sign-in pages: plain HTML and forms, without a script, and the only thing strangers get."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, quote

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from data.people import accounts
from data.people.accounts import Account, AccountError
from data.settings import one_name
from pages.api.door import diary
from pages.api.door.attempts import Attempts
from pages.api.door.sessions import Sessions
from pages.theme import style

SIGN_IN, PASSWORD = "/sign-in", "/sign-in/password"
ACCOUNT, SIGN_OUT = "/sign-in/account", "/sign-in/out"
PATHS = (SIGN_IN, PASSWORD, ACCOUNT, SIGN_OUT)
_TITLE = "健康扶贫监测看板"
_LONGEST_FORM = 8_192
_PER_NAME, _PER_ADDRESS = 5, 30
_WRONG = "用户名或密码不对。"
_WAIT = "连续输错太多次。请 15 分钟后再试,或请{contact}重设密码。"


@dataclass(frozen=True)
class Call:
    """One request for these pages, as the guard has judged it.

    ip       Where it comes from.
    is_tls   The browser speaks TLS: its cookie goes over nothing else.
    account  Who is signed in; None before.
    contact  Whom to ask.
    """

    request: Request
    ip: str
    is_tls: bool
    account: Account | None
    contact: str


class SignIn:
    """Answers PATHS over the accounts of a store."""

    def __init__(self, store: Path, sessions: Sessions, now: Callable[[], float]) -> None:
        self._store = store
        self._sessions = sessions
        self._by_name, self._by_address = Attempts(_PER_NAME, now), Attempts(_PER_ADDRESS, now)
        # Each takes 64 MB for as long as it works.
        self._working: anyio.CapacityLimiter | None = None

    async def answer(self, call: Call) -> Response:
        """Answer a request; nothing of it is kept by caches."""
        path, posts = call.request.url.path, call.request.method == "POST"
        if path == SIGN_IN:
            answer = await self._enter(call) if posts else self._form(call)
        elif call.account is None:
            answer = RedirectResponse(SIGN_IN, status_code=303)
        elif path == PASSWORD:
            answer = await self._change(call, call.account) if posts else _password_form(call)
        elif path == SIGN_OUT and posts:
            answer = await self._leave(call, call.account)
        else:
            answer = _account_page(call, call.account)
        answer.headers["cache-control"] = "no-store"
        return answer

    def _form(self, call: Call, *, said: str = "", name: str = "", status: int = 200) -> Response:
        wanted = own_path(call.request.query_params.get("next", ""))
        if call.account and not said:
            return RedirectResponse(wanted, status_code=303)
        return _page(
            "登录",
            f'<form method="post" action="{SIGN_IN}?next={quote(wanted, safe="")}">'
            f"{_said(said)}"
            f'<label for="name">用户名</label><input id="name" name="name" value="{escape(name)}"'
            f' required maxlength="80" autocomplete="username" {"" if name else "autofocus"}>'
            '<label for="password">密码</label><input id="password" name="password" type="password"'
            f' required autocomplete="current-password" {"autofocus" if name else ""}>'
            "<button>登录</button></form>"
            f"<p>没有账号或忘了密码,请联系{escape(call.contact)}。</p>",
            status,
        )

    async def _enter(self, call: Call) -> Response:
        sent = await _sent(call.request)
        name = " ".join(unicodedata.normalize("NFKC", sent.get("name", "")).split())[:80]
        keys = one_name(name), call.ip
        account = accounts.every(self._store).get(keys[0])
        # A password typed into the wrong field must not stand in the log.
        who = account.name if account else "没有这个用户名"
        if self._by_name.must_wait(keys[0]) or self._by_address.must_wait(keys[1]):
            await self._note(call, "refused", "输错太多次,暂停登录", who)
            said = _WAIT.format(contact=call.contact)
            return self._form(call, said=said, name=name, status=HTTPStatus.TOO_MANY_REQUESTS)
        if not await self._is_right(account, sent.get("password", "")) or account is None:
            self._by_name.was_wrong(keys[0])
            self._by_address.was_wrong(keys[1])
            await self._note(call, "wrong_password", "密码不对", who)
            return self._form(call, said=_WRONG, name=name, status=HTTPStatus.UNAUTHORIZED)
        self._by_name.forget(keys[0])
        await self._note(call, "sign_in", "账号登录", account.name)
        wanted = own_path(call.request.query_params.get("next", ""))
        onward = f"{PASSWORD}?next={quote(wanted, safe='')}" if account.is_new else wanted
        return self._signed_in(call, account, onward)

    async def _change(self, call: Call, account: Account) -> Response:
        sent = await _sent(call.request)
        old, new = sent.get("old", ""), sent.get("new", "")
        if self._by_name.must_wait(one_name(account.name)):
            return _password_form(call, _WAIT.format(contact=call.contact), 429)
        if not await self._is_right(account, old):
            self._by_name.was_wrong(one_name(account.name))
            await self._note(call, "wrong_password", "改密码时原密码不对", account.name)
            return _password_form(call, "原密码不对。", 401)
        if new != sent.get("again", ""):
            return _password_form(call, "两次写的新密码不一样。", 422)
        if new == old:
            return _password_form(call, "新密码不能与原密码相同。", 422)
        try:
            await run_in_threadpool(accounts.change_password, self._store, account.name, new)
        except AccountError as error:
            return _password_form(call, str(error), 422)
        await self._note(call, "account", "修改了自己的密码", account.name)
        changed = accounts.every(self._store)[one_name(account.name)]
        wanted = own_path(call.request.query_params.get("next", ""))
        return self._signed_in(call, changed, wanted)

    async def _leave(self, call: Call, account: Account) -> Response:
        self._sessions.end(token(call.request.scope))
        await self._note(call, "sign_out", "退出登录", account.name)
        answer = RedirectResponse(SIGN_IN, status_code=303)
        answer.delete_cookie(cookie_name(call.request.scope))
        return answer

    def _signed_in(self, call: Call, account: Account, onward: str) -> Response:
        answer = RedirectResponse(onward, status_code=303)
        answer.set_cookie(
            cookie_name(call.request.scope),
            self._sessions.begin(account),
            httponly=True,
            samesite="lax",
            secure=call.is_tls,
        )
        return answer

    async def _is_right(self, account: Account | None, password: str) -> bool:
        self._working = self._working or anyio.CapacityLimiter(2)
        return await anyio.to_thread.run_sync(
            accounts.is_right, account, password, limiter=self._working
        )

    async def _note(self, call: Call, action: str, what: str, who: str) -> None:
        await diary.note(self._store, who=who, ip=call.ip, action=action, what=what)


def token(scope: Scope) -> str:
    """Return what the browser holds of its sign-in; empty for none."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(cookie_name(scope), "")


def cookie_name(scope: Scope) -> str:
    """Return the cookie's name: a browser does not keep two ports of a computer apart."""
    _, port = scope.get("server") or ("", None)
    return f"hpa_session_{port}"


def own_path(wanted: str) -> str:
    """Return an address of this dashboard as it was asked for, and the first page for any other."""
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-in"))
    return wanted if is_own and wanted.isprintable() else "/"


def _password_form(call: Call, said: str = "", status: int = 200) -> Response:
    wanted = own_path(call.request.query_params.get("next", ""))
    first = call.account is not None and call.account.is_new
    why = "第一次登录,请换成自己的密码。" if first else "改了以后,其他地方的登录都会退出。"
    fields = "".join(
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="password"'
        f' required autocomplete="{kind}" {"autofocus" if name == "old" else ""}>'
        for name, label, kind in (
            ("old", "原密码(第一次登录时是管理员给的那个)", "current-password"),
            ("new", f"新密码(至少 {accounts.SHORTEST} 个字,不用常见的)", "new-password"),
            ("again", "再写一次新密码", "new-password"),
        )
    )
    return _page(
        "修改密码",
        f"<p>{why}</p>"
        f'<form method="post" action="{PASSWORD}?next={quote(wanted, safe="")}">'
        f"{_said(said)}{fields}<button>保存</button></form>",
        status,
    )


def _account_page(call: Call, account: Account) -> Response:
    area = f"区划 {account.area}" if account.area else "全部区划"
    return _page(
        account.name,
        f"<p>角色:{account.role},{area}。</p>"
        f'<form method="post" action="{SIGN_OUT}"><button autofocus>退出登录</button></form>'
        f'<p><a href="{PASSWORD}">修改密码</a> · <a href="/">回到看板</a></p>',
    )


def _page(title: str, body: str, status: int = 200) -> Response:
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        f"<title>{escape(title)} · {_TITLE}</title>"
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{style.NOTICE}</style>"
        f"<main><p>{_TITLE}</p><h1>{escape(title)}</h1>{body}</main></html>",
        status_code=status,
    )


def _said(words: str) -> str:
    return f'<p role="alert">{escape(words)}</p>' if words else ""


async def _sent(request: Request) -> dict[str, str]:
    """Return the fields of a form; of one that is longer than any of these pages', nothing."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items() if len(values) == 1}
