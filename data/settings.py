"""What the administrator decides for one store: who may come in, how much the machine may use.

Read from `<store>/settings.yaml`; without that file the defaults below hold. Definitions of
figures are not here: they belong to the catalogue.
"""

import hashlib
import hmac
import ipaddress
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from data.errors import ProductError
from data.machine import stores
from data.machine.stores import state_of
from data.oidc import Oidc

FILE_NAME = "settings.yaml"
STORE = "HPA_STORE"
_STORE = Path(__file__).parent / "store"
_MEMORY = re.compile(r"^\d+(\.\d+)?\s?(MB|GB)$")
_HEADER = re.compile(r"^[A-Za-z0-9-]+$")
_AREA = re.compile(r"^\d{2,12}$")
_HOST = re.compile(r"^[A-Za-z0-9.:-]+$")
_EVERYWHERE = "全部"
_SYSLOG = re.compile(
    r"^(?P<protocol>udp|tcp)://(?P<host>[\w.-]+|\[[0-9A-Fa-f:]+\]):(?P<port>\d{1,5})$"
)
_LEAST_MONTHS = 6
_DIGEST = re.compile(r"^[0-9a-f]{64}$")
# What the guard at the door writes into a request for the pages behind it, and takes away from
# whoever sends it himself: how somebody came in (local | person | anonymous), name and address.
VISITOR_HEADER = "X-Hpa-Visitor"
LEADER, ANALYST, STEWARD = "领导", "分析", "管理"
ROLES = (LEADER, ANALYST, STEWARD)
WECOM, DINGTALK, FEISHU = "企业微信", "钉钉", "飞书"
# In the list of people: whoever else lets him in, he has no access.
BARRED = "停用"


def home() -> Path:
    """The machine's own store, whose settings and accounts say who may come in, whatever is open.

    What HPA_STORE says, else data/store.
    """
    return _path_of(os.environ.get(STORE) or str(_STORE))


def default_path() -> Path:
    """The folder of the store that is open: the machine's own one unless another was chosen.

    raises  StoreError as data/machine/stores.py.
    """
    return stores.known(home()).open


@lru_cache(maxsize=8)  # asked for hundreds of times while a page runs
def _path_of(text: str) -> Path:
    return Path(text)


class SettingsError(ProductError):
    """The settings file has a mistake; the message names the file, the entry and the remedy."""


@dataclass(frozen=True)
class TrustedProxy:
    """A sign-in proxy: the only peers that may speak for somebody, and the header that names them.

    addresses      IP addresses or networks of the proxy.
    user_header    Header in which the proxy writes the signed-in person's name; empty for a proxy
                   that only carries TLS: then people sign in here.
    secret_header  Header in which the proxy shows that it is the proxy and no neighbour of it.
    secret_sha256  Of what stands there, 64 small hexadecimal figures.
    """

    addresses: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    user_header: str
    secret_header: str
    secret_sha256: str

    def has(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        """Say whether the peer has the address of the proxy."""
        return any(address in network for network in self.addresses)

    @property
    def is_local(self) -> bool:
        """Say whether it runs on this computer."""
        return any(network.is_loopback for network in self.addresses)

    def knows(self, secret: str) -> bool:
        """Say whether this is the proxy's secret; how long it takes tells nothing."""
        sent = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
        return hmac.compare_digest(sent, self.secret_sha256)


@dataclass(frozen=True)
class Person:
    """What a signed-in person may do and see.

    role  领导 looks and exports, 分析 also asks own SQL, 管理 also uploads and publishes.
    area  Code of the area beyond which nothing is shown; empty for everything.
    name  As the list of people writes it: the one name that snapshots and log lines have for him.
    """

    role: str = LEADER
    area: str = ""
    name: str = ""


@dataclass(frozen=True)
class Token:
    """What a program that sends a token may see; the token itself is nowhere kept.

    sha256  Of the token, 64 small hexadecimal figures.
    role    As for a person; a program only reads.
    area    Code of the area beyond which nothing is shown; empty for everything.
    """

    sha256: str
    role: str = LEADER
    area: str = ""


@dataclass(frozen=True)
class Collector:
    """Where the lines of the log are sent to besides (RFC 5424).

    protocol  udp or tcp.
    """

    protocol: str
    host: str
    port: int


@dataclass(frozen=True)
class Robot:
    """A robot in the office's chat group that is told the news.

    kind           WECOM | DINGTALK | FEISHU.
    secret         File with its address, and in a second line its signing key where it has one.
    after_publish  Told after every publish too, not only by command.
    """

    kind: str
    secret: Path
    after_publish: bool = False

    def address_and_key(self) -> tuple[str, str]:
        """Return both; the key is empty without one. raises OSError."""
        address, _, key = self.secret.read_text("utf-8").strip().partition("\n")
        return address.strip(), key.strip()


@dataclass(frozen=True)
class Settings:
    """The settings of one store.

    open           True lets everybody in without sign-in; then nothing can be changed from
                   beyond this computer, and sensitive indicators are masked.
    hosts          Names of this computer in addresses, beside localhost and 127.0.0.1.
    trusted_proxy  None, or the proxy that signs people in.
    oidc           None, or the provider that signs people in.
    people         `one_name` of a person -> role and area; whoever is missing stays outside,
    default_role   unless these two
    default_area   are written down (an area, or empty for everything).
    contact        Whom to ask for access, in words.
    idle_minutes   After so many without a click somebody is signed out.
    requests_per_person   So many a minute, of a person or a program,
    requests_per_address  and of all who come from one address: fifty officials of one gateway.
    tokens         Name of a program -> the hash of its token, role and area.
    memory_limit   What one process may use for queries, as DuckDB writes it (`4GB`).
    threads        Threads for queries.
    time_limit     Seconds after which a query is stopped.
    log_months     How many whole months of the log gc leaves; the law asks for six.
    syslog         None, or the office's collector of logs.
    robot          None, or the robot of the office's chat group.
    """

    open: bool = False
    hosts: frozenset[str] = frozenset()
    trusted_proxy: TrustedProxy | None = None
    oidc: Oidc | None = None
    people: dict[str, Person] = field(default_factory=dict)
    default_role: str | None = None
    default_area: str | None = None
    contact: str = "本单位的看板管理员"
    idle_minutes: int = 30
    requests_per_person: int = 300
    requests_per_address: int = 6_000
    tokens: dict[str, Token] = field(default_factory=dict)
    memory_limit: str = "2GB"
    threads: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    time_limit: int = 15
    log_months: int = 12
    syslog: Collector | None = None
    robot: Robot | None = None

    @property
    def loopback_only(self) -> bool:
        """Say whether only this computer may use the dashboard (the default)."""
        return not (self.open or self.trusted_proxy or self.oidc)

    @property
    def has_gateway(self) -> bool:
        """Say whether a proxy signs people in; otherwise they have accounts here, or none."""
        return self.trusted_proxy is not None and bool(self.trusted_proxy.user_header)

    def person(self, name: str, claims: Mapping[str, Any] | None = None) -> Person | None:
        """Return what a person of this name may do, however it is written; None: nothing.

        claims  What the provider says of him: it holds where the list of people says nothing.
        """
        if known := self.people.get(one_name(name)):
            return None if known.role == BARRED else known
        role, area = self.default_role, self.default_area
        if self.oidc and claims and (claimed := self.oidc.role_in(claims)):
            role, area = claimed, self.oidc.area_in(claims)
        return None if role is None or area is None else Person(role, area, one_name(name))


def one_name(name: str) -> str:
    """Return the form in which names are compared: ZHANG is zhang, in letters of any width."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def current(store: Path | None = None) -> Settings:
    """Return the settings as their file says now; it is read again when it has changed.

    store   None, or the one that is open: those of the machine's own store.
    raises  SettingsError as `load` does: nobody comes in by rules that cannot be read.
    """
    if store is None or store == default_path():
        store = home()
    return _loaded(store, state_of(store / FILE_NAME))


@lru_cache(maxsize=8)
def _loaded(store: Path, _state: tuple[int, ...]) -> Settings:
    return load(store)


def load(store: Path) -> Settings:
    """Read the settings of a store; a store without the file has the defaults.

    raises SettingsError for a file that cannot be read, an unknown entry or a wrong value.
    """
    file = store / FILE_NAME
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"设置文件 {file} 读不出来：请确认它是 UTF-8 文本且有读权限。"
        ) from error
    try:
        entries = yaml.load(text, _NoRepeats)
    except yaml.YAMLError as error:
        raise SettingsError(
            f"设置文件 {file} 不是正确的 YAML：{_where(error)}，请改正。"
        ) from error
    if entries is None:
        return Settings()
    if not isinstance(entries, dict):
        raise SettingsError(f"设置文件 {file} 应为“名称: 值”的形式，请改正。")
    entries = {name: value for name, value in entries.items() if name not in _RETIRED}
    if unknown := [str(name) for name in entries if name not in _READERS]:
        raise SettingsError(
            f"设置文件 {file} 有不认识的设置项 {'、'.join(unknown)}；"
            f"可用的有 {'、'.join(_READERS)}。"
        )
    if ("default_role" in entries) != ("default_area" in entries):
        raise SettingsError(
            f"设置文件 {file} 的 default_role 和 default_area 要一起写："
            f"没列出的人是什么角色、看哪个区划（“{_EVERYWHERE}”是不限）。"
        )
    if entries.get("open") and (other := entries.keys() & {"trusted_proxy", "oidc"}):
        raise SettingsError(
            f"设置文件 {file} 的 open 和 {other.pop()} 只能写一个：要么不登录就能看，要么先登录。"
        )
    found = Settings(**{name: _READERS[name](file, name, value) for name, value in entries.items()})
    if found.oidc and found.has_gateway:
        raise SettingsError(
            f"设置文件 {file} 的 oidc 和 trusted_proxy 的 user_header 只能写一个："
            "要么由统一身份认证认人，要么由登录代理认人。"
        )
    return found


class _NoRepeats(yaml.SafeLoader):
    """YAML in which an entry may stand only once: the last of two would win in silence."""

    def construct_mapping(self, node, deep=False):  # type: ignore[override]
        seen = []
        for key, _ in node.value:
            name = self.construct_object(key)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{name} 写了两次", key.start_mark
                )
            seen.append(name)
        return super().construct_mapping(node, deep)


def _where(error: yaml.YAMLError) -> str:
    """Return the line and, where it is ours, the words of a YAML mistake."""
    mark = getattr(error, "problem_mark", None)
    line = f"第 {mark.line + 1} 行" if mark else "文件开头"
    problem = str(getattr(error, "problem", "") or "")
    return f"{line}（{problem}）" if "写了两次" in problem else line


def _wrong(file: Path, name: str, value: object, wanted: str) -> SettingsError:
    return SettingsError(
        f"设置文件 {file}{_line(file, name)}的 {name} 是 {value!r}，应为{wanted}。"
    )


def _line(file: Path, name: str) -> str:
    """Return where in the file an entry stands, or the last one above it that is there."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8-sig"))
    except (OSError, yaml.YAMLError):
        return " "
    line = 0
    while isinstance(node, yaml.MappingNode):
        for key, inside in node.value:
            if name == key.value or name.startswith(f"{key.value}."):
                line, node, name = key.start_mark.line + 1, inside, name[len(key.value) + 1 :]
                break
        else:
            break
    return f" 第 {line} 行" if line else " "


def _switch(file: Path, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(file, name, value, " true 或 false")
    return value


def _whole_number(file: Path, name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _wrong(file, name, value, "大于 0 的整数")
    return value


def _memory(file: Path, name: str, value: object) -> str:
    if not isinstance(value, str) or not _MEMORY.match(value):
        raise _wrong(file, name, value, "如 2GB、512MB 的大小")
    return value


def _proxy(file: Path, name: str, value: object) -> TrustedProxy:
    wanted = (
        "四项：addresses（代理服务器的地址列表）、user_header（写有用户名的请求头，用本看板的账号时不写）、"
        "secret_header（写有密语的请求头）和 secret_sha256（密语的校验值，"
        "由 python -m data token 网关 --proxy 生成）"
    )
    entries = {"addresses", "user_header", "secret_header", "secret_sha256"}
    if not isinstance(value, dict) or set(value) | {"user_header"} != entries:
        shown = sorted(map(str, value)) if isinstance(value, dict) else value
        raise _wrong(file, name, shown, wanted)
    addresses = value["addresses"]
    if not isinstance(addresses, list) or not addresses:
        raise _wrong(file, f"{name}.addresses", addresses, "至少一个地址的列表")
    for entry in set(value) & {"user_header", "secret_header"}:
        if not isinstance(value[entry], str) or not _HEADER.match(value[entry]):
            raise _wrong(file, f"{name}.{entry}", value[entry], "请求头的名称，如 X-Remote-User")
    try:
        networks = tuple(ipaddress.ip_network(str(address)) for address in addresses)
    except ValueError as error:
        raise _wrong(file, f"{name}.addresses", addresses, "IP 地址或网段") from error
    digest = _digest(file, f"{name}.secret_sha256", value["secret_sha256"])
    return TrustedProxy(networks, value.get("user_header", ""), value["secret_header"], digest)


def _people(file: Path, name: str, value: object) -> dict[str, Person]:
    if not isinstance(value, dict):
        raise _wrong(file, name, value, "“用户名: {role: 角色, area: 区划代码}”的列表")
    found: dict[str, Person] = {}
    for who, entry in value.items():
        place = f"{name}.{who}"
        if not isinstance(entry, dict) or not set(entry) <= {"role", "area"}:
            raise _wrong(file, place, entry, "role（角色）和 area（区划代码，可不写）")
        role = _role(file, f"{place}.role", entry.get("role", LEADER), BARRED)
        area = _area(file, f"{place}.area", entry.get("area", ""))
        same = found.get(one_name(str(who)))
        if same:
            raise _wrong(file, place, entry, f"另一个名字：与 {same.name} 只差大小写或全角半角")
        found[one_name(str(who))] = Person(role, area, str(who))
    return found


def _role(file: Path, place: str, value: object, *others: str) -> str:
    if value not in (*ROLES, *others):
        raise _wrong(file, place, value, "或".join(("、".join(ROLES) + " 之一", *others)))
    return str(value)


def _area(file: Path, place: str, value: object) -> str:
    if value and not _AREA.match(str(value)):
        raise _wrong(file, place, value, "2 至 12 位数字的区划代码")
    return str(value)


def _oidc(file: Path, name: str, value: object) -> Oidc:
    needed, texts = {"issuer", "client_id", "address"}, {"name_claim", "role_claim", "area_claim"}
    entries = needed | texts | {"secret_file", "roles", "areas", "area", "leeway"}
    if not isinstance(value, dict) or not set(value) <= entries:
        shown = sorted(map(str, set(value) - entries)) if isinstance(value, dict) else value
        raise _wrong(file, name, shown, f"这些项：{'、'.join(sorted(entries))}")
    if missing := needed - set(value):
        raise _wrong(
            file, name, sorted(map(str, value)), f"写全的：还缺 {'、'.join(sorted(missing))}"
        )
    for entry in (needed | texts | {"secret_file"}) & set(value):
        if not isinstance(value[entry], str) or not value[entry].strip():
            raise _wrong(file, f"{name}.{entry}", value[entry], "一行文字")
    if ("role_claim" in value) != ("roles" in value):
        raise _wrong(file, name, sorted(value), "role_claim 和 roles 一起写，或者都不写")
    if "areas" in value and "area_claim" not in value:
        raise _wrong(file, f"{name}.areas", value["areas"], "与 area_claim 一起写")
    if "role_claim" in value and ("area_claim" in value) == ("area" in value):
        wanted = f"role_claim 之外还有 area_claim 或 area（区划代码或“{_EVERYWHERE}”）中的一个"
        raise _wrong(file, name, sorted(value), wanted)
    roles = _mapped(file, f"{name}.roles", value.get("roles", {}), _role)
    return Oidc(
        issuer=_issuer(file, f"{name}.issuer", value["issuer"]),
        client_id=value["client_id"],
        address=_own_address(file, f"{name}.address", value["address"]),
        secret=_secret(file, f"{name}.secret_file", value["secret_file"], "认证系统给的密钥")
        if "secret_file" in value
        else None,
        roles=tuple(sorted(roles, key=lambda each: ROLES.index(each[1]))),
        areas=tuple(_mapped(file, f"{name}.areas", value.get("areas", {}), _default_area)),
        area=_default_area(file, f"{name}.area", value["area"]) if "area" in value else None,
        leeway=_whole_number(file, f"{name}.leeway", value.get("leeway", 60)),
        **{entry: value[entry] for entry in texts & set(value)},
    )


def _mapped(
    file: Path, place: str, value: object, read: Callable[[Path, str, Any], str]
) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        raise _wrong(file, place, value, "“认证系统里的值: 本看板的值”的列表")
    return [(str(each), read(file, f"{place}.{each}", given)) for each, given in value.items()]


def _issuer(file: Path, place: str, value: str) -> str:
    site = urlsplit(value)
    is_here = site.hostname in ("localhost", "127.0.0.1", "::1")
    if site.scheme != "https" and not (site.scheme == "http" and is_here):
        raise _wrong(file, place, value, "https 开头的地址：不加密时，网上任何人都能冒充认证系统")
    return value


def _own_address(file: Path, place: str, value: str) -> str:
    site = urlsplit(value.rstrip("/"))
    if site.scheme not in ("http", "https") or not site.netloc or site.path or site.query:
        wanted = "看板对外的地址，如 https://kanban.example：看板占网址的最上一层，后面没有路径"
        raise _wrong(file, place, value, wanted)
    return f"{site.scheme}://{site.netloc}"


def _secret(file: Path, place: str, value: str, what: str, *, lines: int = 1) -> Path:
    """Return the file with a secret, beside the settings where it is not absolute.

    what   What is in its first line; at most so many `lines`.
    """
    path = file.parent / value
    try:
        found = path.stat()
        is_open = os.name == "posix" and found.st_mode & 0o077
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise _wrong(file, place, value, f"读得出来的文件：里面一行，是{what}") from None
    if not text or text.count("\n") >= lines:
        raise _wrong(file, place, value, f"只有{lines}行的文件，第一行是{what}")
    if is_open:
        raise _wrong(file, place, value, f"只有属主能读的文件（chmod 600 {path}）")
    return path


def _default_area(file: Path, name: str, value: object) -> str:
    if value == _EVERYWHERE:
        return ""
    if not value:
        raise _wrong(file, name, value, f"区划代码或“{_EVERYWHERE}”")
    return _area(file, name, value)


def _digest(file: Path, place: str, value: object) -> str:
    if not _DIGEST.match(str(value)):
        raise _wrong(file, place, value, "64 位的校验值，由 python -m data token 生成")
    return str(value)


def _hosts(file: Path, name: str, value: object) -> frozenset[str]:
    wanted = "本机名称的列表，如 [kanban.local]"
    if not isinstance(value, list):
        raise _wrong(file, name, value, wanted)
    if wrong := [each for each in value if not isinstance(each, str) or not _HOST.match(each)]:
        raise _wrong(file, name, wrong[0], wanted)
    return frozenset(each.lower() for each in value)


def _words(file: Path, name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(file, name, value, "一句话，如 统计股张三，分机 8012")
    return " ".join(value.split())


def _tokens(file: Path, name: str, value: object) -> dict[str, Token]:
    if not isinstance(value, dict):
        raise _wrong(file, name, value, "“名称: {sha256: …, role: 角色, area: 区划代码}”的列表")
    found = {}
    for who, entry in value.items():
        place = f"{name}.{who}"
        if not isinstance(entry, dict) or not set(entry) <= {"sha256", "role", "area"}:
            raise _wrong(file, place, entry, "sha256、role（角色）和 area（区划代码，可不写）")
        digest = _digest(file, f"{place}.sha256", entry.get("sha256", ""))
        role = _role(file, f"{place}.role", entry.get("role", LEADER))
        found[str(who)] = Token(digest, role, _area(file, f"{place}.area", entry.get("area", "")))
    return found


def _log_months(file: Path, name: str, value: object) -> int:
    months = _whole_number(file, name, value)
    if months < _LEAST_MONTHS:
        raise _wrong(file, name, value, f"不小于 {_LEAST_MONTHS} 的整数：日志至少留六个月")
    return months


def _collector(file: Path, name: str, value: object) -> Collector:
    found = _SYSLOG.match(value) if isinstance(value, str) else None
    if found is None or not 0 < int(found["port"]) < 65536:
        raise _wrong(file, name, value, "如 udp://10.1.2.3:514、tcp://主机名:601 的地址")
    return Collector(found["protocol"], found["host"].strip("[]"), int(found["port"]))


def _robot(file: Path, name: str, value: object) -> Robot:
    kinds = (WECOM, DINGTALK, FEISHU)
    if not isinstance(value, dict) or not {"kind", "secret_file"} <= set(value) <= {
        *("kind", "secret_file", "after_publish")
    }:
        shown = sorted(map(str, value)) if isinstance(value, dict) else "不成对的值"
        raise _wrong(file, name, shown, "kind、secret_file 和 after_publish（可不写）")
    if value["kind"] not in kinds:
        raise _wrong(file, f"{name}.kind", value["kind"], f"{'、'.join(kinds)} 之一")
    place = f"{name}.secret_file"
    if not isinstance(value["secret_file"], str) or "://" in value["secret_file"]:
        # The address itself was written here: it must not stand in a message.
        wanted = "文件名：机器人的地址要写在单独的文件里，只有属主能读"
        raise _wrong(file, place, "一个地址", wanted)
    secret = _secret(file, place, value["secret_file"], "机器人的地址", lines=2)
    site = urlsplit(secret.read_text("utf-8").split()[0])
    is_here = site.hostname in ("localhost", "127.0.0.1", "::1")
    if site.scheme != "https" and not (site.scheme == "http" and is_here):
        raise _wrong(file, place, value["secret_file"], "第一行是 https 开头的地址的文件")
    after = _switch(file, f"{name}.after_publish", value.get("after_publish", False))
    return Robot(str(value["kind"]), secret, after)


# What an earlier version took and nothing needs any more: it may stand, and says nothing.
_RETIRED = {"look_ahead"}
_READERS = {
    "open": _switch,
    "hosts": _hosts,
    "trusted_proxy": _proxy,
    "oidc": _oidc,
    "people": _people,
    "default_role": _role,
    "default_area": _default_area,
    "contact": _words,
    "idle_minutes": _whole_number,
    "requests_per_person": _whole_number,
    "requests_per_address": _whole_number,
    "tokens": _tokens,
    "memory_limit": _memory,
    "threads": _whole_number,
    "time_limit": _whole_number,
    "log_months": _log_months,
    "syslog": _collector,
    "robot": _robot,
}
