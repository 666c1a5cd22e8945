"""The people of an office without a sign-in gateway: who they are, and their passwords as Argon2id.

Kept in `<store>/accounts.json`, readable by the owner only. As long as nobody stands in it, nobody
signs in; with the first one, everybody does. What is changed here holds at once in every process.
"""

import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from data import settings
from data.errors import ProductError, reason_zh
from data.people import kept
from data.settings import ROLES, Person, one_name

FILE_NAME = "accounts.json"
SHORTEST, LONGEST = 10, 128
_FEWEST = 5  # different letters
# What a password may not be once figures and signs are taken away, or when it has nothing else.
_COMMON = frozenset(
    "abc abcd abcde abcdef admin administrator asdf asdfgh asdfghjkl changeme guanli hello iloveyou"
    " jiankang letmein login mima monkey passwd password pass passw p ssw rd qaz qazwsx qwe qwer"
    " qwert qwerty qwertyuiop root shuju test user welcome woaini woaiwo xyz zhongguo zxc zxcvbn"
    " zxcvbnm aaa a aa qwertyuiopasdfghjkl onetwothree".split()
)
_NAME = re.compile(r"^[^\W_][\w .@-]{0,39}$")
_AREA = re.compile(r"^\d{2,12}$")
_HASHER = PasswordHasher()  # the library's own choice follows RFC 9106


class AccountError(ProductError):
    """An account that cannot be made, changed or read; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """One person.

    name         As he writes it; compared in the form of `one_name`.
    role, area   As for a Person of the settings.
    password     Argon2id, never the password itself.
    mark         Changes with every change: what was begun under another one has ended.
    is_new       The password is the one that was printed, and is changed at the next sign-in.
    is_disabled  He stands in the list and may not come in.
    """

    name: str
    role: str
    area: str
    password: str
    mark: str
    is_new: bool = True
    is_disabled: bool = False

    @property
    def person(self) -> Person:
        """What he may do and see."""
        return Person(self.role, self.area, self.name)


def every(store: Path) -> Mapping[str, Account]:
    """Return the accounts by `one_name`; raises AccountError for a file that cannot be read."""
    return _loaded(store, settings.state_of(store / FILE_NAME))


def is_right(account: Account | None, password: str) -> bool:
    """Say whether this is the account's password; for nobody it takes as long."""
    hashed = account.password if account else _nobody()
    try:
        right = _HASHER.verify(hashed, _normal(password))
    except (Argon2Error, InvalidHashError):
        return False
    return right and account is not None and not account.is_disabled


def fault(password: str, name: str) -> str | None:
    """Say in Chinese why a password will not do; None when it will."""
    text = _normal(password).casefold()
    if not SHORTEST <= len(text) <= LONGEST:
        return f"密码要有 {SHORTEST} 到 {LONGEST} 个字。"
    if one_name(name).replace(" ", "") in text:
        return "密码里不能有用户名。"
    letters = "".join(each for each in text if each.isalpha())
    if not letters or letters in _COMMON or len(set(text)) < _FEWEST:
        return "这个密码太常见，容易被猜中。请换一个，例如四个不相干的词。"
    return None


# -- what the administrator does ----------------------------------------------------------------


def refused(name: str, role: str, area: str = "") -> str | None:
    """Say in Chinese why there can be no such account; None when there can."""
    if not _NAME.match(_typed(name)):
        return f"用户名“{name[:40]}”不行：用汉字、字母、数字，不超过 40 个字。"
    if role not in ROLES:
        return f"角色应为 {'、'.join(ROLES)} 之一。"
    if area and not _AREA.match(area):
        return "区划应为 2 至 12 位数字的代码。"
    return None


def one_time_password() -> str:
    """Return a password for the first sign-in."""
    return secrets.token_urlsafe(12)


def add(store: Path, name: str, *, role: str, area: str = "", once: str | None = None) -> str:
    """Add a person and return his one-time password.

    once    The password, where somebody was told it before.
    raises AccountError for a name that is taken or cannot be typed, a wrong role or area.
    """
    if wrong := refused(name, role, area):
        raise AccountError(wrong)
    name = _typed(name)
    once, hashed = _one_time(once)

    def added(known: dict[str, Account]) -> None:
        if taken := known.get(one_name(name)):
            raise AccountError(f"已有“{taken.name}”。重设密码用 reset。")
        known[one_name(name)] = Account(name, role, area, hashed, secrets.token_hex(8))

    _change(store, added)
    return once


def reset(store: Path, name: str) -> str:
    """Give a person a new one-time password, let him in again, and end all he has open."""
    once, hashed = _one_time()
    _alter(store, name, password=hashed, is_new=True, is_disabled=False)
    return once


def disable(store: Path, name: str) -> None:
    """Keep a person out, at once, without forgetting him."""
    _alter(store, name, is_disabled=True)


def remove(store: Path, name: str) -> None:
    """Forget a person, and end all he has open."""

    def removed(known: dict[str, Account]) -> None:
        _known(known, name)
        del known[one_name(name)]

    _change(store, removed)


def change_password(store: Path, name: str, password: str) -> None:
    """Let a person have a password of his own; all that he has open elsewhere ends.

    raises AccountError where `fault` finds one.
    """
    if wrong := fault(password, name):
        raise AccountError(wrong)
    _alter(store, name, password=_HASHER.hash(_normal(password)), is_new=False)


# -- the file -----------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _loaded(store: Path, _state: tuple[int, ...]) -> Mapping[str, Account]:
    return MappingProxyType(_read(store))


def _read(store: Path) -> dict[str, Account]:
    file = store / FILE_NAME
    try:
        listed = json.loads(file.read_text("utf-8"))["people"]
        return {one_name(each["name"]): Account(**each) for each in listed}
    except (FileNotFoundError, NotADirectoryError):  # the store itself may not be there yet
        return {}
    except OSError as error:
        raise AccountError(f"账号文件 {file} 读不出来：{reason_zh(error)}。") from error
    except (ValueError, KeyError, TypeError) as error:
        raise AccountError(f"账号文件 {file} 已损坏，请从备份恢复。") from error


def _alter(store: Path, name: str, **changes: str | bool) -> None:
    def altered(known: dict[str, Account]) -> None:
        old = _known(known, name)
        known[one_name(name)] = replace(old, mark=secrets.token_hex(8), **changes)  # type: ignore[arg-type]

    _change(store, altered)


def _known(known: Mapping[str, Account], name: str) -> Account:
    try:
        return known[one_name(name)]
    except KeyError:
        raise AccountError(f"没有“{name[:40]}”这个用户。用 account list 看全部。") from None


def _change(store: Path, change: Callable[[dict[str, Account]], None]) -> None:
    def written() -> str:
        known = _read(store)
        change(known)
        return json.dumps({"people": [asdict(each) for each in known.values()]}, indent=1)

    try:
        kept.change(store / FILE_NAME, written)
    except OSError as error:
        raise AccountError(f"账号没有改：{store} 写不进去（{reason_zh(error)}）。") from error


def _typed(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split())


def _one_time(told: str | None = None) -> tuple[str, str]:
    once = told or one_time_password()
    return once, _HASHER.hash(once)


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def _normal(password: str) -> str:
    """Return a password in the form that every keyboard gives it."""
    return unicodedata.normalize("NFKC", password)
