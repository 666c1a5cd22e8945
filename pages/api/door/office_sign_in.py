"""Signing in by the office's own provider: the page with the one button, the way there and back."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import anyio
from starlette.responses import RedirectResponse, Response

from data.oidc import Oidc
from pages.api.door import diary, refusals
from pages.api.door.sessions import Session, Sessions, digest
from pages.api.door.sign_in_pages import (
    BEGIN,
    RETURN,
    SIGN_IN,
    SIGN_OUT,
    Call,
    cookie,
    cookie_name,
    page,
    person_page,
    said,
    signed_in,
    signed_out,
    token,
    with_next,
)

_BY = "统一身份认证"
_ON_THE_WAY = 10 * 60  # seconds that somebody may take to type his password there
_MOST_KEPT = 10_000
_UNREACHABLE = f"{_BY}连不上。请过几分钟再试，一直不行请联系{{contact}}。"
_REJECTED = f"{_BY}没有完成：{{why}}。请再登录一次，一直不行请联系{{contact}}。"
_LOST = "这次登录不是从这个浏览器开始的，或者已经过了十分钟；请从 {address} 打开看板"

T = TypeVar("T")


@dataclass(frozen=True)
class _Begun:
    """A way that somebody is on.

    way     As pages/api/door/provider.py made it.
    wanted  The page that he asked for.
    at      Seconds of `now`.
    """

    way: Any
    wanted: str
    at: float


class OfficeSignIn:
    """Answers the sign-in pages where the settings name a provider."""

    def __init__(self, store: Path, sessions: Sessions, now: Callable[[], float]) -> None:
        self._store = store
        self._sessions = sessions
        self._now = now
        self._begun: dict[tuple[str, str], _Begun] = {}
        # A provider that hangs must not hold the threads that answer everybody else.
        self._asking: anyio.CapacityLimiter | None = None

    async def answer(self, call: Call, chosen: Oidc) -> Response:
        """Answer a request; nothing of it is kept by caches."""
        path = call.request.url.path
        if path == BEGIN:
            answer = await self._begin(call, chosen)
        elif path == RETURN:
            answer = await self._return(call, chosen)
        elif call.session is None:
            answer = _form(call)
        elif path == SIGN_OUT and call.request.method == "POST":
            answer = await self._leave(call, chosen, call.session)
        elif path == SIGN_IN:
            answer = RedirectResponse(call.wanted, status_code=303)
        else:
            answer = _who(call, call.session)
        answer.headers["cache-control"] = "no-store"
        return answer

    async def _begin(self, call: Call, chosen: Oidc) -> Response:
        from pages.api.door import provider

        try:
            way = await self._ask(provider.begin, chosen, chosen.address + RETURN)
        except (provider.Unreachable, provider.Rejected) as error:
            return await self._failed(call, call.wanted, error)
        browser = cookie(call.request.scope, "way") or secrets.token_urlsafe(16)
        while len(self._begun) >= _MOST_KEPT:
            del self._begun[next(iter(self._begun))]
        self._begun[digest(browser), way.state] = _Begun(way, call.wanted, self._now())
        answer = RedirectResponse(way.url, status_code=303)
        answer.set_cookie(
            cookie_name(call.request.scope, "way"),
            browser,
            path=SIGN_IN,
            httponly=True,
            samesite="lax",
            secure=call.is_tls,
        )
        return answer

    async def _return(self, call: Call, chosen: Oidc) -> Response:
        from pages.api.door import provider

        asked = call.request.query_params
        key = digest(cookie(call.request.scope, "way")), asked.get("state", "")
        begun = self._begun.pop(key, None)
        if begun is None or self._now() - begun.at >= _ON_THE_WAY:
            lost = provider.Rejected(_LOST.format(address=chosen.address))
            return await self._failed(call, "/", lost)
        try:
            if "code" not in asked:
                code = provider.code_of(asked.get("error"))
                raise provider.Rejected(f"认证系统没有放行（{code}）")
            claims, id_token = await self._ask(
                provider.finish, chosen, begun.way, asked["code"], chosen.address + RETURN
            )
            name = chosen.name_in(claims)
            if not name:
                raise provider.Rejected(f"身份令牌里没有姓名（{chosen.name_claim}）")
        except (provider.Unreachable, provider.Rejected) as error:
            return await self._failed(call, begun.wanted, error)
        return await self._enter(call, chosen, name, claims, id_token, begun.wanted)

    async def _enter(
        self, call: Call, chosen: Oidc, name: str, claims: dict, id_token: str, wanted: str
    ) -> Response:
        person = call.settings.person(name, claims)
        if person is None:
            await self._note(call, "refused", f"{_BY}：没有开通", name)
            out = await self._way_out(chosen, id_token)
            words = refusals.unknown(name, call.contact).partition("：")
            link = f'<p><a href="{escape(out)}">换一个人登录</a></p>'
            return page(words[0], f"<p>{escape(words[2])}</p>{link}", 403)
        # By this computer's clock, which the token was checked by.
        left = max(0.0, float(claims["exp"]) + chosen.leeway - time.time())
        session = Session(
            person.name,
            mark(chosen),
            claims,
            id_token,
            ends=self._now() + left,
        )
        await self._note(call, "sign_in", _BY, person.name, person.area)
        return signed_in(call, self._sessions.begin(session), wanted)

    async def _leave(self, call: Call, chosen: Oidc, session: Session) -> Response:
        self._sessions.end(token(call.request.scope))
        person = call.settings.person(session.name, session.claims)
        area = person.area if person else ""
        await self._note(call, "sign_out", "退出登录", session.name, area)
        out = escape(await self._way_out(chosen, session.id_token))
        # A form's answer may not lead to another site (form-action), a page may.
        onward = f'<meta http-equiv="refresh" content="0; url={out}">'
        body = f'<p>正在退出{_BY}……</p><p><a href="{out}" autofocus>没有自己转过去时点这里</a></p>'
        return signed_out(call, page("已退出", body, head=onward))

    async def _way_out(self, chosen: Oidc, id_token: str) -> str:
        """Return where a session at the provider ends; the sign-in page where that cannot be."""
        from pages.api.door import provider

        try:
            out = await self._ask(provider.ending, chosen, id_token, chosen.address + SIGN_IN)
        except (provider.Unreachable, provider.Rejected):
            return SIGN_IN
        return out or SIGN_IN

    async def _failed(self, call: Call, wanted: str, error: Exception) -> Response:
        from pages.api.door import provider

        if isinstance(error, provider.Unreachable):
            await self._note(call, "refused", f"{_BY}连不上（{error}）", "")
            return _form(call, _UNREACHABLE.format(contact=call.contact), 502, wanted)
        await self._note(call, "refused", f"{_BY}：{error}", "")
        return _form(call, _REJECTED.format(why=error, contact=call.contact), 403, wanted)

    async def _ask(self, question: Callable[..., T], *with_: Any) -> T:
        self._asking = self._asking or anyio.CapacityLimiter(4)
        return await anyio.to_thread.run_sync(partial(question, *with_), limiter=self._asking)

    async def _note(self, call: Call, action: str, what: str, who: str, area: str = "") -> None:
        who = who or "未登录访客"
        await diary.note(self._store, who=who, ip=call.ip, action=action, what=what, area=area)


def mark(chosen: Oidc) -> str:
    """Return what a sign-in is bound to: with another provider in the settings it has ended."""
    return f"{chosen.issuer} {chosen.client_id}"


def _form(call: Call, words: str = "", status: int = 200, wanted: str = "") -> Response:
    begin = escape(with_next(BEGIN, wanted or call.wanted))
    again = "再登录一次" if words else f"用{_BY}登录"
    return page(
        "登录",
        f'{said(words)}<p><a class="button" href="{begin}" autofocus>{again}</a></p>'
        f"<p>没有开通时，请联系{escape(call.contact)}。</p>",
        status,
    )


def _who(call: Call, session: Session) -> Response:
    person = call.settings.person(session.name, session.claims)
    if person is None:
        return person_page(call, session.name, "没有开通", "")
    return person_page(call, session.name, person.role, person.area)
