"""What chat programs and editors do to an address on its way, undone before a page reads it."""

import re

# An address copied out of a document's source says `&amp;` where it means `&`.
_AMPERSAND = re.compile(r"^(?:amp(?:;|%3b))+", re.IGNORECASE)
# What WeChat writes behind an address that is passed on: a condition of 数据导出 has the same name.
_PASSED_ON = ("singlemessage", "groupmessage", "timeline")


def repaired(query: str) -> str:
    """Return a query string with the names of its conditions as the pages know them.

    `amp;period` is period, `Area` is area, and what chat programs add by themselves is left out;
    values, their order and what is said twice stay as they are.
    """
    named = (_named(piece) for piece in query.split("&"))
    return "&".join(f"{name}{rest}" for name, rest in named if name and not _is_added(name, rest))


def _named(piece: str) -> tuple[str, str]:
    name, sign, value = piece.partition("=")
    return _AMPERSAND.sub("", name).lower(), f"{sign}{value}"


def _is_added(name: str, rest: str) -> bool:
    if name == "from":
        return rest.removeprefix("=") in _PASSED_ON
    return name == "isappinstalled" or name.startswith("utm_")
