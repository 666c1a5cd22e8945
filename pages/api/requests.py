"""Who asks and what: the parts of a request that every address of the interface reads alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

from data.errors import ProductError
from data.people import rights
from data.settings import VISITOR_HEADER, Settings
from queries.scope import Scope

FORMATS = ("json", "csv", "parquet")
MOST_JSON, MOST_ROWS = 10_000, 500_000
MOST_WHOLE = 999_999_999  # as a snapshot's number, a limit, an offset
_OWN = ("format", "snapshot", "limit", "offset", "names")


class RequestError(ProductError):
    """A request that cannot be answered as it stands; `status` is what the answer says."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Asking:
    """Who asks: a name for the log, the address, what he may see."""

    name: str
    ip: str
    scope: Scope


@dataclass(frozen=True)
class TableRequest:
    """What is asked for beside the question's own parameters.

    limit     At most so many rows, from `offset` on; None: as many as the format may have.
    names     code or zh: how the columns of a CSV file are headed.
    params    The question's own parameters, as they were written.
    """

    format: str
    snapshot: int | None
    limit: int | None
    offset: int
    names: str
    params: Mapping[str, str]


def asking(request: Request, settings: Settings) -> Asking:
    """Return who asks.

    It is whom the guard at the door has recognised, with the rights that he has at this moment:
    this computer sees all, a person or program its area, whoever has no right to them nothing
    sensitive.
    raises RequestError where nobody has been recognised.
    """
    seen = parse_qs(request.headers.get(VISITOR_HEADER, ""), keep_blank_values=True)
    kind, name, ip, role, area = (
        seen.get(key, [""])[0] for key in ("kind", "name", "ip", "role", "area")
    )
    if not seen and settings.loopback_only:
        kind = "local"
    sees = "sensitive" in rights.of(kind, role, area)
    if kind == "local":
        return Asking("接口:本机", ip, Scope())
    if kind in ("person", "program") and name:
        return Asking(f"接口:{name}", ip, Scope(area, hide_sensitive=not sees))
    if kind == "anonymous" and settings.open:
        return Asking("接口:未登录", ip, Scope(hide_sensitive=True))
    raise RequestError("需要口令。请在请求头写 Authorization: Bearer 口令。", 401)


def wanted(request: Request, known: tuple[str, ...]) -> TableRequest:
    """Return what is asked for.

    known   Parameters of the question.
    raises  RequestError naming what is unknown, repeated or mistyped.
    """
    given = request.query_params
    allowed = (*known, *_OWN)
    if unknown := [key for key in given if key not in allowed]:
        raise RequestError(f"没有参数 {'、'.join(unknown)}；可用的有 {'、'.join(allowed)}。")
    if twice := [key for key in set(given) if len(given.getlist(key)) > 1]:
        raise RequestError(f"参数 {'、'.join(sorted(twice))} 写了两次。请只留一个。")
    chosen = given.get("format", "json")
    if chosen not in FORMATS:
        raise RequestError(f"不认识格式“{chosen[:20]}”，只能是 {'、'.join(FORMATS)}。")
    names = given.get("names", "zh")
    if names not in ("zh", "code"):
        raise RequestError("names 只能是 zh（中文表头）或 code（列名）。")
    params = {key: given[key] for key in known if given.get(key)}
    snapshot, limit = _whole(request, "snapshot", 1), _whole(request, "limit", 1)
    return TableRequest(chosen, snapshot, limit, _whole(request, "offset", 0) or 0, names, params)


def _whole(request: Request, key: str, least: int) -> int | None:
    text = request.query_params.get(key)
    if not text:
        return None
    is_whole = text.isascii() and text.isdigit()
    if not is_whole or len(text) > len(str(MOST_WHOLE)) or int(text) < least:
        raise RequestError(f"参数 {key} 应为 {least} 至 {MOST_WHOLE} 的整数。")
    return int(text)
