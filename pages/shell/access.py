"""Who the visitor is, and what he may do: the guard at the door says it, nobody else.

The guard writes its finding into a header that no visitor can send himself. Where there is no
guard (a page under test), only a store that is closed to the network counts as this computer.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs

import streamlit as st

from data import settings
from data.errors import LogNotWritten, ProductError
from data.log import journal
from data.people import rights
from data.settings import STEWARD, VISITOR_HEADER
from pages.shell import opened
from queries.engine import Scope

_WORDS = {
    "upload": "上传报表",
    "publish": "发布数据",
    "restore": "恢复快照",
    "areas": "改区划登记",
    "begin": "建立和换数据仓",
    "console": "使用查询台",
    "export": "导出",
    "log": "查看操作日志",
    "brief": "修改简报文字",
}
_SIGNED_IN = "access.signed_in"


@dataclass(frozen=True)
class Visitor:
    """Who asks.

    name  As the list of people writes it; empty without sign-in.
    ip    The address at the other end of the connection; empty when not known.
    kind  local: at the computer on which the dashboard runs; person; anonymous.
    role  Of a person,
    area  and the code of the area beyond which he sees and files nothing; empty for everything.
    """

    name: str = ""
    ip: str = ""
    kind: str = "anonymous"
    role: str = ""
    area: str = ""

    @property
    def words(self) -> str:
        """How a snapshot or a log line names him."""
        return self.name or ("本机用户" if self.kind == "local" else "未登录访客")


def visitor() -> Visitor:
    """Return the visitor of this script run."""
    found = parse_qs(st.context.headers.get(VISITOR_HEADER) or "", keep_blank_values=True)
    if not found:
        return Visitor(kind="local" if settings.current().loopback_only else "anonymous")
    kind, name, ip, role, area = (
        found.get(key, [""])[0] for key in ("kind", "name", "ip", "role", "area")
    )
    return Visitor(name if kind == "person" else "", ip, kind, role, area)


def may(action: str) -> bool:
    """Say whether the visitor may upload | publish | restore | areas | console | export | log
    | brief.

    Nobody exports what could not be written down.
    """
    if action == "export" and not journal.is_writable(opened.path()):
        return False
    asking = visitor()
    return action in rights.of(asking.kind, asking.role, asking.area)


def refusal(action: str) -> str:
    """Return in one Chinese line why the visitor may not do it, and whom to ask."""
    words, asking = _WORDS[action], visitor()
    if action == "export" and not journal.is_writable(opened.path()):
        return str(LogNotWritten())
    if asking.name and action == "restore" and asking.role == STEWARD:
        return "恢复快照会影响全部区划，只有负责全部区划的管理员可以做。"
    if asking.name:
        ask = f"需要时请联系{settings.current().contact}。"
        return f"本账号的角色是“{asking.role}”，不能{words}。{ask}"
    return f"没有登录时，只能在安装本看板的这台电脑上{words}；从其他电脑只能查看和导出。"


def area() -> str:
    """Return the area beyond which the visitor sees and files nothing; empty for everything."""
    return visitor().area


def scope() -> Scope:
    """Return what the visitor may see: below which area, and whether sensitive figures too."""
    asking = visitor()
    sees = "sensitive" in rights.of(asking.kind, asking.role, asking.area)
    return Scope(area=asking.area, hide_sensitive=not sees or settings.current().open)


def record(
    action: str,
    what: str,
    *,
    snapshot: int | None = None,
    asking: Visitor | None = None,
    area: str = "",
    result: str | None = None,
) -> bool:
    """Write one line into the store's log; False when the store cannot be written.

    action    sign_in | export | publish | restore | areas | answer | console.
    what      What was exported or published: names and periods, never rows.
    snapshot  Its number, where there is one.
    asking    The visitor, as `visitor()` gave him on the script's thread; needed where a
              download is made on another.
    area      Whose matter it is beside the visitor's own: the stewards there see the line.
    result    refused | failed; None for what was done.
    """
    who = asking or visitor()
    return journal.append(
        opened.path(),
        now=datetime.now(UTC).astimezone(),
        who=who.words,
        ip=who.ip,
        action=action,
        what=what,
        snapshot=snapshot,
        area=area or who.area,
        result=result,
    )


@contextlib.contextmanager
def recorded_if_it_fails(
    action: str, what: str, *, asking: Visitor, area: str = ""
) -> Iterator[None]:
    """Write into the log, as `record` does, what comes to nothing, and why; raises it again."""
    try:
        yield
    except BaseException as error:
        why = str(error) if isinstance(error, ProductError) else "程序故障，详情见服务器日志"
        record(action, f"{what}；没有做成：{why}", asking=asking, area=area, result="failed")
        raise


def record_export(what: str, *, snapshot: int | None = None, asking: Visitor) -> None:
    """Write into the log what is about to leave, as `record` does.

    what    Which table or page, under which filter, how many rows.
    raises  LogNotWritten: then nothing may leave.
    """
    if not record("export", what, snapshot=snapshot, asking=asking):
        raise LogNotWritten


def arrived() -> None:
    """Record the sign-in of a person, once per session, and settings that were changed meanwhile.

    The frame calls it on every run.
    """
    journal.note_settings(settings.home(), now=datetime.now(UTC).astimezone())
    name = visitor().name
    if not settings.current().has_gateway:
        return  # the sign-in page has written it
    if name and st.session_state.get(_SIGNED_IN) != name:
        st.session_state[_SIGNED_IN] = name
        record("sign_in", "登录代理")
