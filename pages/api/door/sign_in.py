"""Signing in with an account of the store: the pages, and the only thing strangers get."""

import unicodedata
from collections.abc import Callable
from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data.people import accounts
from data.people.accounts import Account, AccountError
from data.settings import one_name
from pages.api.door import diary
from pages.api.door.attempts import Attempts
from pages.api.door.sessions import Session, Sessions
from pages.api.door.sign_in_pages import (
    PASSWORD,
    SIGN_IN,
    SIGN_OUT,
    Call,
    page,
    person_page,
    said,
    signed_in,
    signed_out,
    token,
    with_next,
)

_LONGEST_FORM = 8_192
_PER_NAME, _PER_ADDRESS = 5, 30
_WRONG = "用户名或密码不对。"
_WAIT = "连续输错太多次。请 15 分钟后再试，或请{contact}重设密码。"


class SignIn:
    """Answers the sign-in pages over the accounts of a store."""

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
            account = call.account
            change = f'<a href="{PASSWORD}">修改密码</a>'
            answer = person_page(call, account.name, account.role, account.area, change)
        answer.headers["cache-control"] = "no-store"
        return answer

    def _form(self, call: Call, *, words: str = "", name: str = "", status: int = 200) -> Response:
        if call.account and not words:
            return RedirectResponse(call.wanted, status_code=303)
        return page(
            "登录",
            f'<form method="post" action="{with_next(SIGN_IN, call.wanted)}">'
            f"{said(words)}"
            f'<label for="name">用户名</label><input id="name" name="name" value="{escape(name)}"'
            f' required maxlength="80" autocomplete="username" {"" if name else "autofocus"}>'
            '<label for="password">密码</label><input id="password" name="password" type="password"'
            f' required autocomplete="current-password" {"autofocus" if name else ""}>'
            "<button>登录</button></form>"
            f"<p>没有账号或忘了密码，请联系{escape(call.contact)}。</p>",
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
            await self._note(call, "refused", "输错太多次，暂停登录", who)
            words = _WAIT.format(contact=call.contact)
            return self._form(call, words=words, name=name, status=HTTPStatus.TOO_MANY_REQUESTS)
        if not await self._is_right(account, sent.get("password", "")) or account is None:
            self._by_name.was_wrong(keys[0])
            self._by_address.was_wrong(keys[1])
            await self._note(call, "wrong_password", "密码不对", who)
            return self._form(call, words=_WRONG, name=name, status=HTTPStatus.UNAUTHORIZED)
        self._by_name.forget(keys[0])
        await self._note(call, "sign_in", "账号登录", account.name)
        onward = with_next(PASSWORD, call.wanted) if account.is_new else call.wanted
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
        return self._signed_in(call, changed, call.wanted)

    async def _leave(self, call: Call, account: Account) -> Response:
        self._sessions.end(token(call.request.scope))
        await self._note(call, "sign_out", "退出登录", account.name)
        return signed_out(call, RedirectResponse(SIGN_IN, status_code=303))

    def _signed_in(self, call: Call, account: Account, onward: str) -> Response:
        held = self._sessions.begin(Session(account.name, account.mark))
        return signed_in(call, held, onward)

    async def _is_right(self, account: Account | None, password: str) -> bool:
        self._working = self._working or anyio.CapacityLimiter(2)
        return await anyio.to_thread.run_sync(
            accounts.is_right, account, password, limiter=self._working
        )

    async def _note(self, call: Call, action: str, what: str, who: str) -> None:
        account = accounts.every(self._store).get(one_name(who))
        area = account.area if account else ""
        await diary.note(self._store, who=who, ip=call.ip, action=action, what=what, area=area)


def _password_form(call: Call, words: str = "", status: int = 200) -> Response:
    first = call.account is not None and call.account.is_new
    why = "第一次登录，请换成自己的密码。" if first else "改了以后，其他地方的登录都会退出。"
    fields = "".join(
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="password"'
        f' required autocomplete="{kind}" {"autofocus" if name == "old" else ""}>'
        for name, label, kind in (
            ("old", "原密码（第一次登录时是管理员给的那个）", "current-password"),
            ("new", f"新密码（至少 {accounts.SHORTEST} 个字，不用常见的）", "new-password"),
            ("again", "再写一次新密码", "new-password"),
        )
    )
    return page(
        "修改密码",
        f"<p>{why}</p>"
        f'<form method="post" action="{with_next(PASSWORD, call.wanted)}">'
        f"{said(words)}{fields}<button>保存</button></form>",
        status,
    )


async def _sent(request: Request) -> dict[str, str]:
    """Return the fields of a form; of one that is longer than any of these pages', nothing."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items() if len(values) == 1}
