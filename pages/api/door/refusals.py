"""What whoever may not come in is told: in Chinese, what happened and what to do."""

import math
from html import escape
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from data.settings import FILE_NAME
from pages.api.door.key import PARAMETER
from pages.theme import style

LOCAL = (
    "拒绝访问（403）：本看板没有设置登录，只能在安装它的这台电脑上打开。"
    f"需要让其他电脑访问时，请管理员在数据仓的 {FILE_NAME} 中设置 trusted_proxy（登录代理）"
    "或 open: true（不登录即可查看）。"
)
KEYLESS = (
    "需要钥匙（403）：本看板只给坐在这台电脑前的人用。请打开启动看板的窗口里印出的地址，"
    "它带着这次启动的钥匙；程序取数请带口令（python -m data token 名称）。"
)
PROXY = (
    "拒绝访问（403）：本看板只接受登录代理转来的、写明一个用户的请求。请从单位的统一入口打开；"
    f"管理员请核对数据仓的 {FILE_NAME} 中 trusted_proxy 的地址、请求头和密语，"
    "并让服务器不要改写来访地址（uvicorn 加 --no-proxy-headers）。"
)
FOREIGN_NAME = (
    "拒绝访问（403）：地址里的名称不是本机的名称。请用 127.0.0.1 或 localhost 打开；"
    f"本机另有名称时，请管理员写进数据仓的 {FILE_NAME} 的 hosts。"
)
FOREIGN_PAGE = (
    "拒绝访问（403）：这个请求是另一个网站的网页发来的。请直接打开看板的地址；"
    f"看板前面有代理时，请让代理原样转来 Host，或把对外的名称写进数据仓的 {FILE_NAME} 的 hosts。"
)
NO_ACCOUNTS = (
    "拒绝访问（403）：本看板还没有一个账号。"
    "请管理员在安装它的电脑上运行 python -m pages account add 姓名 --role 管理。"
)
UPLOAD = "拒绝上传（403）：没有登录时，只能在安装本看板的这台电脑上上传报表。"
WRONG_TOKEN = "口令不对（401）：口令不对或已停用。请向管理员索取新的口令。"
GUESSING = "口令不对（429）：这个地址送来的口令连续不对。请 15 分钟后再试。"
NOTHING_THERE = "没有这个地址（404）：这里没有可看的。请从看板的首页打开。"
TOO_MANY = "请求太多（429）：一分钟内的请求超过了上限。请过{seconds}秒再试。"
UNREADABLE = (
    "暂停使用（503）：看板的设置或账号文件有错，改正以前谁也进不来。请管理员看运行窗口里的说明。"
)

_RIGHTS = {
    "look": "看页面",
    "figures": "取指标数据",
    "rows": "取报表的原始行",
    "upload": "上传报表",
}


class Refused(Exception):
    """Somebody may not come in.

    words   `what happened:what to do`, with the status in the first part.
    who     Whom the sign-in proxy named, for the log.
    ip      Where the trusted proxy says he is, for the log; empty: at the other end.
    status  Of the answer.
    wait    Seconds after which it may be tried again; 0: not said.
    area    Whose matter it is, for the log.
    """

    def __init__(
        self,
        words: str,
        *,
        who: str = "",
        ip: str = "",
        status: int = 403,
        wait: float = 0.0,
        area: str = "",
    ) -> None:
        super().__init__(words)
        self.words = words
        self.who = who
        self.ip = ip
        self.status = status
        self.wait = math.ceil(wait)
        self.area = area


def not_of_role(role: str, right: str, contact: str) -> str:
    """Return what somebody is told whose role does not go so far."""
    return f"权限不够（403）：角色“{role}”不能{_RIGHTS[right]}。需要时请联系：{contact}。"


def unknown(name: str, contact: str) -> str:
    """Return what somebody is told whom the sign-in proxy knows and the settings do not."""
    shown = " ".join(name.split())[:40]
    return f"没有开通（403）：“{shown}”还没有使用本看板的权限。需要开通时请联系：{contact}。"


def answer(refused: Refused, scope: Scope) -> Response:
    """Return the refusal as a page for browsers, as JSON for programs, else as text."""
    if scope.get("path", "").startswith("/api/"):
        response: Response = JSONResponse({"error": refused.words})
        if refused.status == 401:  # elsewhere a browser would ask for a password
            response.headers["www-authenticate"] = 'Bearer, Basic realm="api", charset="UTF-8"'
    elif "text/html" in Headers(scope=scope).get("accept", ""):
        more = _key_form(scope) if refused.words == KEYLESS else ""
        response = HTMLResponse(_page(refused.words, more))
    else:
        response = PlainTextResponse(refused.words)
    response.status_code = refused.status
    response.headers["cache-control"] = "no-store"
    if refused.wait:
        response.headers["retry-after"] = str(refused.wait)
    return response


def _key_form(scope: Scope) -> str:
    """The way to the page that was asked for, for whoever has the key at hand."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked
        if name != PARAMETER
    )
    return (
        f'<form>{kept}<label for="{PARAMETER}">也可以把印出的地址（或其中的钥匙）贴在这里：</label>'
        f'<input id="{PARAMETER}" name="{PARAMETER}" required autocomplete="off" autofocus>'
        "<button>打开</button></form>"
    )


def _page(words: str, more: str = "") -> str:
    """The refusal as a person in front of a browser reads it: what happened, then what to do."""
    what, _, then = (escape(part) for part in words.partition("："))
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{what}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{style.NOTICE}</style><main><h1>{what}</h1><p>{then}</p>{more}</main></html>"
    )
