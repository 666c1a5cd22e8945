"""Tokens of programs that ask for figures: made once, shown once, kept only as a hash.

Kept in `<store>/tokens.json`, readable by the owner only; those of the settings file hold too.
What is changed holds at once in every process.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from data import settings
from data.errors import ProductError, reason_zh
from data.people import kept
from data.settings import Token

FILE_NAME = "tokens.json"
_BYTES = 32


class TokenError(ProductError):
    """A token that cannot be made, revoked or read; the message says what to do."""


def make() -> str:
    """Return a new token, 43 letters and figures that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def own(store: Path) -> Mapping[str, Token]:
    """Return the rights of each program of the file, by its name; raises TokenError."""
    return _loaded(store, settings.state_of(store / FILE_NAME))


def add(store: Path, name: str, *, role: str, area: str = "") -> str:
    """Let a program in and return its token.

    raises TokenError for a name that is taken or no name, or a wrong area.
    """
    token = make()
    if not name.isprintable() or not 0 < len(name.strip()) <= 40:
        raise TokenError("名称应为一行，不超过 40 个字。")
    if area and not (area.isdecimal() and 2 <= len(area) <= 12):
        raise TokenError("区划应为 2 至 12 位数字的代码。")

    def added(known: dict[str, Token]) -> None:
        if name in known or name in settings.current(store).tokens:
            raise TokenError(f"已有名为“{name}”的口令。请换一个名称，或先停用（--revoke）。")
        known[name] = Token(digest(token), role, area)

    _change(store, added)
    return token


def revoke(store: Path, name: str) -> None:
    """Let a program in no more, at once; raises TokenError where the settings let it in."""

    def revoked(known: dict[str, Token]) -> None:
        if name in known:
            del known[name]
        elif name in settings.current(store).tokens:
            file = store / settings.FILE_NAME
            raise TokenError(f"口令“{name}”写在 {file} 的 tokens 里。请在那里删去它的几行。")
        else:
            raise TokenError(f"没有名为“{name[:40]}”的口令。用 --list 看全部。")

    _change(store, revoked)


def holder(token: str, known: Mapping[str, Token]) -> tuple[str, Token] | None:
    """Return name and rights of whoever sends this token; None when nobody has it.

    All hashes are compared, each in the same time: how long it takes tells nothing.
    """
    asked = digest(token)
    found = [each for each in known.items() if hmac.compare_digest(each[1].sha256, asked)]
    return found[0] if found else None


@lru_cache(maxsize=8)
def _loaded(store: Path, _state: tuple[int, ...]) -> Mapping[str, Token]:
    return MappingProxyType(_read(store))


def _read(store: Path) -> dict[str, Token]:
    file = store / FILE_NAME
    try:
        listed = json.loads(file.read_text("utf-8"))["tokens"]
        return {name: Token(**each) for name, each in listed.items()}
    except (FileNotFoundError, NotADirectoryError):  # the store itself may not be there yet
        return {}
    except OSError as error:
        raise TokenError(f"口令文件 {file} 读不出来：{reason_zh(error)}。") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TokenError(f"口令文件 {file} 已损坏，请从备份恢复。") from error


def _change(store: Path, change: Callable[[dict[str, Token]], None]) -> None:
    def written() -> str:
        known = _read(store)
        change(known)
        listed = {name: asdict(each) for name, each in known.items()}
        return json.dumps({"tokens": listed}, indent=1, ensure_ascii=False)

    try:
        kept.change(store / FILE_NAME, written)
    except OSError as error:
        raise TokenError(f"口令没有改：{store} 写不进去（{reason_zh(error)}）。") from error
