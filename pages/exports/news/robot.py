r"""The news posted to a group's robot: 企业微信, 钉钉 and 飞书 take such JSON.

The address is a secret: whoever knows it may write into the group. It stands in a file of its
own, and in no message, log line or error. Formats, as their public documentation gives them:

企业微信  {"msgtype": "text", "text": {"content": …}}, at most 2,048 bytes; errcode 0 is done.
钉钉      the same, at most 20,000 bytes; with a signing key `timestamp` (milliseconds) and `sign`
          in the address: base64 of HMAC-SHA256 by the key over "timestamp\nkey".
飞书      {"msg_type": "text", "content": {"text": …}}, at most 20,000 bytes; code 0 is done; with
          a signing key `timestamp` (seconds) and `sign` in the body: base64 of HMAC-SHA256 by
          "timestamp\nkey" over nothing.
"""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote_plus, urlsplit

from data import settings
from data.errors import LogNotWritten, ProductError, UsageError
from data.log import journal
from data.settings import DINGTALK, FEISHU, WECOM, Robot
from pages.exports import usual
from pages.exports.news import words
from pages.exports.news.compare import Moment, earlier, of_area
from queries.engine import Engine, Scope

_LONGEST = {WECOM: 2_048, DINGTALK: 20_000, FEISHU: 20_000}
_WAITS = (1.0, 4.0)  # seconds before the second and the third try
_TIMEOUT = 10  # seconds
_MORE = "\n（其余见看板）"


class RobotError(ProductError):
    """The robot did not take the message; it never names the address."""


def post(robot: Robot, text: str, *, wait: Callable[[float], object] = time.sleep) -> None:
    """Post a message, trying again where the network or the robot's server failed.

    raises  RobotError when it was refused, or not taken after three tries.
    """
    for seconds in (*_WAITS, None):
        try:
            return _refused(robot, _answer(*_request(robot, text)))
        except (OSError, ValueError, HTTPException) as error:
            if seconds is None or not _worth_another(error):
                raise RobotError(f"群机器人（{robot.kind}）没有收下：{_why(error)}。") from None
        wait(seconds)
    return None


def wanted(store: Path) -> Robot:
    """The robot that the settings name. raises UsageError where they name none."""
    if robot := settings.load(store).robot:
        return robot
    raise UsageError(
        f"设置文件 {store / settings.FILE_NAME} 里没有 robot，没有地方可发。"
        "写法见 .office/README.md。"
    )


def tell(engine: Engine, robot: Robot, area: str, now: Moment, before: Moment, *, who: str) -> None:
    """Post the news of an area, without sensitive figures, and write it into the log.

    raises  RobotError; LogNotWritten: then nothing leaves.
    """
    store = engine.store
    news, place = of_area(engine, area, now, before, Scope(hide_sensitive=True))
    said = words.message(news, place=place, demo=store.manifest(now.snapshot).demo)
    result = "failed"
    if not journal.is_writable(store.path):
        raise LogNotWritten
    try:
        post(robot, said)
        result = "done"
    finally:
        journal.append(
            store.path,
            now=datetime.now(UTC).astimezone(),
            who=who,
            ip="",
            action="export",
            what=f"新情况 {place} {now.period} 发到群机器人（{robot.kind}）",
            snapshot=now.snapshot,
            result=result,
        )


def tell_beside(engine: Engine, number: int, *, who: str) -> None:
    """After a publish: post the news where the settings want it, without holding anybody up."""
    robot = settings.current(engine.store.path).robot
    if robot is None or not robot.after_publish:
        return

    def run() -> None:
        try:
            area, period = usual.place_and_period(engine, number, area=None, period=None)
            now = Moment(number, period.text)
            tell(engine, robot, area, now, earlier(engine.store, now), who=who)
        except ProductError:
            return  # the log has it: a publish does not fail because a chat did

    Thread(target=run, name="robot", daemon=True).start()


def _request(robot: Robot, text: str) -> tuple[str, dict[str, Any]]:
    """The address and the body of a message."""
    address, key = robot.address_and_key()
    content = _cut(text, _LONGEST[robot.kind])
    if robot.kind == FEISHU:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": content}}
        if key:
            stamp = str(int(time.time()))
            body |= {"timestamp": stamp, "sign": _sign(f"{stamp}\n{key}", "")}
        return address, body
    if robot.kind == DINGTALK and key:
        stamp = str(int(time.time() * 1000))
        sign = quote_plus(_sign(key, f"{stamp}\n{key}"))
        address += f"{'&' if '?' in address else '?'}timestamp={stamp}&sign={sign}"
    return address, {"msgtype": "text", "text": {"content": content}}


def _sign(key: str, text: str) -> str:
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _cut(text: str, longest: int) -> str:
    """The text in so many bytes, cut between two letters."""
    content = text.encode()
    if len(content) <= longest:
        return text
    return content[: longest - len(_MORE.encode())].decode(errors="ignore") + _MORE


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: the address is a secret, and so is what is told."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(address: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        address,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
    )
    # What runs on this computer is reached without the office's proxy.
    is_here = urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
    proxies = [urllib.request.ProxyHandler({})] if is_here else []
    opener = urllib.request.build_opener(_StayHere, *proxies)
    with opener.open(request, timeout=_TIMEOUT) as found:
        answer = json.loads(found.read(65_536))
    return answer if isinstance(answer, dict) else {}


def _refused(robot: Robot, answer: dict[str, Any]) -> None:
    """Raise RobotError where the robot says no: it would say it again."""
    code = answer.get("code", answer.get("errcode"))
    if code != 0:
        raise RobotError(
            f"群机器人（{robot.kind}）没有收下：它回答的代码是 {code}。"
            "请核对地址、关键词或加签密钥。"
        )


def _worth_another(error: Exception) -> bool:
    """A server that is busy or down, or a network that failed; not one that says no."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code == 429 or error.code >= 500
    return isinstance(error, OSError)


def _why(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"它的服务器回答 {error.code}"
    return "连不上它的服务器" if isinstance(error, OSError) else "它的回答读不懂"
