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
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from data.errors import ProductError

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


def default_path() -> Path:
    """The store's folder: what HPA_STORE says, else data/store."""
    return _path_of(os.environ.get(STORE) or str(_STORE))


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
class Settings:
    """The settings of one store.

    open           True lets everybody in without sign-in; then nothing can be changed from
                   beyond this computer, and sensitive indicators are masked.
    hosts          Names of this computer in addresses, beside localhost and 127.0.0.1.
    trusted_proxy  None, or the proxy that signs people in.
    people         `one_name` of a person -> role and area; whoever is missing stays outside,
    default_role   unless these two
    default_area   are written down (an area, or empty for everything).
    contact        Whom to ask for access, in words.
    idle_minutes   After so many without a click somebody is signed out.
    tokens         Name of a program -> the hash of its token, role and area.
    memory_limit   What one process may use for queries, as DuckDB writes it (`4GB`).
    threads        Threads for queries.
    time_limit     Seconds after which a query is stopped.
    log_months     How many whole months of the log gc leaves; the law asks for six.
    syslog         None, or the office's collector of logs.
    """

    open: bool = False
    hosts: frozenset[str] = frozenset()
    trusted_proxy: TrustedProxy | None = None
    people: dict[str, Person] = field(default_factory=dict)
    default_role: str | None = None
    default_area: str | None = None
    contact: str = "本单位的看板管理员"
    idle_minutes: int = 30
    tokens: dict[str, Token] = field(default_factory=dict)
    memory_limit: str = "2GB"
    threads: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    time_limit: int = 15
    log_months: int = 12
    syslog: Collector | None = None

    @property
    def loopback_only(self) -> bool:
        """Say whether only this computer may use the dashboard (the default)."""
        return not self.open and self.trusted_proxy is None

    @property
    def has_gateway(self) -> bool:
        """Say whether a proxy signs people in; otherwise they have accounts here, or none."""
        return self.trusted_proxy is not None and bool(self.trusted_proxy.user_header)

    def person(self, name: str) -> Person | None:
        """Return what a person of this name may do, however it is written; None: nothing."""
        known = self.people.get(one_name(name))
        if known or self.default_role is None:
            return known
        return Person(self.default_role, self.default_area or "", one_name(name))


def one_name(name: str) -> str:
    """Return the form in which names are compared: ZHANG is zhang, in letters of any width."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def current(store: Path | None = None) -> Settings:
    """Return the settings as their file says now; it is read again when it has changed.

    store   None: the one of this process.
    raises  SettingsError as `load` does: nobody comes in by rules that cannot be read.
    """
    store = store or default_path()
    return _loaded(store, state_of(store / FILE_NAME))


@lru_cache(maxsize=8)
def _loaded(store: Path, _state: tuple[int, ...]) -> Settings:
    return load(store)


def state_of(file: Path) -> tuple[int, ...]:
    """Return what changes with every saving of a file; empty while there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


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
            f"设置文件 {file} 读不出来:请确认它是 UTF-8 文本且有读权限。"
        ) from error
    try:
        entries = yaml.load(text, _NoRepeats)
    except yaml.YAMLError as error:
        raise SettingsError(f"设置文件 {file} 不是正确的 YAML:{_where(error)},请改正。") from error
    if entries is None:
        return Settings()
    if not isinstance(entries, dict):
        raise SettingsError(f"设置文件 {file} 应为“名称: 值”的形式,请改正。")
    entries = {name: value for name, value in entries.items() if name not in _RETIRED}
    if unknown := [str(name) for name in entries if name not in _READERS]:
        raise SettingsError(
            f"设置文件 {file} 有不认识的设置项 {'、'.join(unknown)};"
            f"可用的有 {'、'.join(_READERS)}。"
        )
    if ("default_role" in entries) != ("default_area" in entries):
        raise SettingsError(
            f"设置文件 {file} 的 default_role 和 default_area 要一起写:"
            f"没列出的人是什么角色、看哪个区划(“{_EVERYWHERE}”是不限)。"
        )
    if entries.get("open") and "trusted_proxy" in entries:
        raise SettingsError(
            f"设置文件 {file} 的 open 和 trusted_proxy 只能写一个:要么不登录就能看,要么由代理登录。"
        )
    return Settings(**{name: _READERS[name](file, name, value) for name, value in entries.items()})


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
    return f"{line}({problem})" if "写了两次" in problem else line


def _wrong(file: Path, name: str, value: object, wanted: str) -> SettingsError:
    return SettingsError(f"设置文件 {file} 的 {name} 是 {value!r},应为{wanted}。")


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
        "四项:addresses(代理服务器的地址列表)、user_header(写有用户名的请求头,用本看板的账号时不写)、"
        "secret_header(写有密语的请求头)和 secret_sha256(密语的校验值,"
        "由 python -m data token 网关 --proxy 生成)"
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
            raise _wrong(file, f"{name}.{entry}", value[entry], "请求头的名称,如 X-Remote-User")
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
            raise _wrong(file, place, entry, "role(角色)和 area(区划代码,可不写)")
        role = _role(file, f"{place}.role", entry.get("role", LEADER))
        area = _area(file, f"{place}.area", entry.get("area", ""))
        same = found.get(one_name(str(who)))
        if same:
            raise _wrong(file, place, entry, f"另一个名字:与 {same.name} 只差大小写或全角半角")
        found[one_name(str(who))] = Person(role, area, str(who))
    return found


def _role(file: Path, place: str, value: object) -> str:
    if value not in ROLES:
        raise _wrong(file, place, value, "、".join(ROLES) + " 之一")
    return str(value)


def _area(file: Path, place: str, value: object) -> str:
    if value and not _AREA.match(str(value)):
        raise _wrong(file, place, value, "2 至 12 位数字的区划代码")
    return str(value)


def _default_area(file: Path, name: str, value: object) -> str:
    if value == _EVERYWHERE:
        return ""
    if not value:
        raise _wrong(file, name, value, f"区划代码或“{_EVERYWHERE}”")
    return _area(file, name, value)


def _digest(file: Path, place: str, value: object) -> str:
    if not _DIGEST.match(str(value)):
        raise _wrong(file, place, value, "64 位的校验值,由 python -m data token 生成")
    return str(value)


def _hosts(file: Path, name: str, value: object) -> frozenset[str]:
    wanted = "本机名称的列表,如 [kanban.local]"
    if not isinstance(value, list):
        raise _wrong(file, name, value, wanted)
    if wrong := [each for each in value if not isinstance(each, str) or not _HOST.match(each)]:
        raise _wrong(file, name, wrong[0], wanted)
    return frozenset(each.lower() for each in value)


def _words(file: Path, name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(file, name, value, "一句话,如 统计股张三,分机 8012")
    return " ".join(value.split())


def _not_yet(file: Path, name: str, value: object) -> None:
    raise SettingsError(
        f"设置文件 {file} 的 {name} 暂不支持:请用本看板的账号(python -m pages account),"
        "或由登录代理负责登录(trusted_proxy)。"
    )


def _tokens(file: Path, name: str, value: object) -> dict[str, Token]:
    if not isinstance(value, dict):
        raise _wrong(file, name, value, "“名称: {sha256: …, role: 角色, area: 区划代码}”的列表")
    found = {}
    for who, entry in value.items():
        place = f"{name}.{who}"
        if not isinstance(entry, dict) or not set(entry) <= {"sha256", "role", "area"}:
            raise _wrong(file, place, entry, "sha256、role(角色)和 area(区划代码,可不写)")
        digest = _digest(file, f"{place}.sha256", entry.get("sha256", ""))
        role = _role(file, f"{place}.role", entry.get("role", LEADER))
        found[str(who)] = Token(digest, role, _area(file, f"{place}.area", entry.get("area", "")))
    return found


def _log_months(file: Path, name: str, value: object) -> int:
    months = _whole_number(file, name, value)
    if months < _LEAST_MONTHS:
        raise _wrong(file, name, value, f"不小于 {_LEAST_MONTHS} 的整数:日志至少留六个月")
    return months


def _collector(file: Path, name: str, value: object) -> Collector:
    found = _SYSLOG.match(value) if isinstance(value, str) else None
    if found is None or not 0 < int(found["port"]) < 65536:
        raise _wrong(file, name, value, "如 udp://10.1.2.3:514、tcp://主机名:601 的地址")
    return Collector(found["protocol"], found["host"].strip("[]"), int(found["port"]))


# What an earlier version took and nothing needs any more: it may stand, and says nothing.
_RETIRED = {"look_ahead"}
_READERS = {
    "open": _switch,
    "hosts": _hosts,
    "trusted_proxy": _proxy,
    "people": _people,
    "default_role": _role,
    "default_area": _default_area,
    "contact": _words,
    "idle_minutes": _whole_number,
    "tokens": _tokens,
    "memory_limit": _memory,
    "threads": _whole_number,
    "time_limit": _whole_number,
    "log_months": _log_months,
    "syslog": _collector,
    "sign_in": _not_yet,
}
