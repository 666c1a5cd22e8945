"""Every address and the right that it asks for: what stands here under no right, nobody gets."""

import re
from dataclasses import dataclass

from starlette.types import Scope

from pages.api.door.sign_in_pages import PATHS

ANYBODY, NOBODY = "anybody", "nobody"
_READ = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Address:
    """Addresses that ask for the same right.

    path      The whole path matches it.
    right     As data/rights.py names it, or ANYBODY or NOBODY.
    methods   Any other one asks for NOBODY's.
    is_asset  A part of the page and no question: it is not counted.
    """

    path: re.Pattern[str]
    right: str
    methods: frozenset[str] = _READ
    is_asset: bool = False


def _at(path: str, right: str, *methods: str, is_asset: bool = False) -> Address:
    return Address(re.compile(path, re.DOTALL), right, frozenset(methods) or _READ, is_asset)


# The first one that matches holds.
STATED = (
    _at("|".join(PATHS), ANYBODY, "GET", "HEAD", "POST"),
    # In the interface a wrong method is told so.
    _at(r"/api/v1/tables/[^/]+", "rows", *_READ, "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
    _at(r"/api/v1/.*", "figures", *_READ, "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
    _at(r"/_stcore/upload_file/.*", "upload", "PUT", "DELETE", "OPTIONS"),
    _at(r"/_stcore/stream", "look", "WEBSOCKET"),
    _at(r"/_stcore/(health|host-config)", "look", *_READ, "OPTIONS", is_asset=True),
    _at(r"/_stcore/bidi-components/.*", "look", *_READ, "OPTIONS", is_asset=True),
    _at(r"/(static|component|app/static)/.*", "look", *_READ, "OPTIONS", is_asset=True),
    _at(r"/media/.*", "look", *_READ, "OPTIONS"),
    # What Streamlit would answer besides: its own sign-in, counts of its sessions, its tests.
    _at(r"/(auth/.*|oauth2callback|_stcore/.*)", NOBODY),
)
# A page, or an address that leads to one (pages/api/documents.py).
_PAGE = _at(r".*", "look")


def stated(path: str) -> Address | None:
    """Return the line of STATED for a path; None where only the pages are left."""
    return next((each for each in STATED if each.path.fullmatch(path)), None)


def of(scope: Scope) -> Address:
    """Return what a request asks for; of a wrong method, what nobody gets."""
    found = stated(scope["path"]) or _PAGE
    method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
    return found if method in found.methods else Address(found.path, NOBODY)
