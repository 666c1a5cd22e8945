"""Programs that ask for figures: the token that a request brings, and whose it is."""

import base64
import binascii
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Scope

from data.people import tokens
from data.settings import Settings, Token
from pages.api.door.refusals import Refused

# Where they ask.
QUESTIONS = "/api/v1/"


def brings_token(scope: Scope) -> bool:
    """Say whether a program asks, and shows who it is."""
    asks = scope["type"] == "http" and scope["path"].startswith(QUESTIONS)
    return asks and "authorization" in Headers(scope=scope)


def holder(scope: Scope, store: Path, settings: Settings) -> tuple[str, Token] | None:
    """Return name and rights of the program; None for a token that nobody has.

    raises Refused 401 for what is no token at all, TokenError for a file that cannot be read.
    """
    known = {**settings.tokens, **tokens.own(store)}
    return tokens.holder(_token(Headers(scope=scope)["authorization"]), known)


def _token(sent: str) -> str:
    """Return the token: as a bearer's, or as the password of a spreadsheet."""
    kind, _, value = sent.partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            pass
    raise Refused("口令不对（401）：请求头 Authorization 写法不对，应为 Bearer 口令。", status=401)
