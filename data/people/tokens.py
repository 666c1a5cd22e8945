"""Tokens of programs that ask for figures: made once, shown once, kept only as a hash."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

import yaml

from data.settings import Token

_BYTES = 32


def make() -> str:
    """Return a new token, 43 letters and figures that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """Return what the settings keep of a token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def lines(name: str, token: str, *, role: str, area: str) -> str:
    """Return the lines of the settings file that let a token in."""
    entry = {"sha256": digest(token), "role": role} | ({"area": area} if area else {})
    return yaml.safe_dump({"tokens": {name: entry}}, allow_unicode=True, sort_keys=False)


def holder(token: str, known: Mapping[str, Token]) -> tuple[str, Token] | None:
    """Return name and rights of whoever sends this token; None when nobody has it.

    All hashes are compared, each in the same time: how long it takes tells nothing.
    """
    asked = digest(token)
    found = [each for each in known.items() if hmac.compare_digest(each[1].sha256, asked)]
    return found[0] if found else None
