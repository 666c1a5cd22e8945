"""Which readings a question asks for: the calls of `readings` and `as_of` in its text.

The engine keeps whole blocks of readings (queries/boards.py). To know whether a question is
answered by one, it reads the arguments of the calls: parameters, constants, or the first of
several that is not null. Any other argument makes the question run on the files themselves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CALL = re.compile(r"\b(readings|as_of)\s*\(")
_COMMENT = re.compile(r"--[^\n]*")
_COALESCE = re.compile(r"^coalesce\s*\((.*)\)$", re.DOTALL)
_KEYWORDS = {"null": None, "true": True, "false": False}


class UnknownArgument(Exception):
    """An argument that is neither a parameter nor a constant."""


@dataclass(frozen=True)
class Wanted:
    """What one call asks for.

    judge     The area whose coverage chooses the period, and under which areas are shown.
    period    The chosen period.
    level     The level shown, None for the judge alone; "" when only periods are asked for.
    every     All indicators, not a single one.
    """

    judge: str
    period: str
    level: str | None
    every: bool


@dataclass(frozen=True)
class Call:
    """One call in the text of a question: which macro, and its arguments as written."""

    macro: str
    arguments: tuple[str, ...]

    def wanted(self, params: Mapping[str, Any]) -> Wanted:
        """What it asks for with these parameters.

        raises UnknownArgument when an argument cannot be read, or a parent judges another area.
        """
        values = [_value(text, params) for text in self.arguments]
        every = values[0] is None
        if self.macro == "as_of":
            _, _, judge, period, _ = values
            return Wanted(judge, period, "", every)
        _, _, judge, period, within, level, _, _ = values
        if judge != within:
            raise UnknownArgument
        return Wanted(judge, period, level, every)


def calls(text: str) -> tuple[Call, ...]:
    """All calls of `readings` and `as_of` in a question's text, comments left out."""
    bare = _COMMENT.sub("", text)
    return tuple(
        Call(found[1], tuple(_arguments(bare, found.end()))) for found in _CALL.finditer(bare)
    )


def reads_villages(text: str) -> bool:
    """Whether the question names village values itself, whatever its parameters say."""
    return re.search(r"place\s*(?:=|in\s*\()\s*'village'", _COMMENT.sub("", text)) is not None


def names(text: str, view: str) -> bool:
    """Whether the question reads a view."""
    return re.search(rf"\b{view}\b", _COMMENT.sub("", text)) is not None


def reads_figures(text: str) -> bool:
    """Whether the question calls one of the macros of queries/figures.py."""
    return re.search(r"\bfiled_(?:figures|prints|endings)\b", _COMMENT.sub("", text)) is not None


def _arguments(text: str, start: int) -> list[str]:
    """The arguments after an opening bracket, up to the closing one."""
    depth, piece, found = 0, "", []
    for char in text[start:]:
        if char == ")" and depth == 0:
            break
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            found.append(piece.strip())
            piece = ""
        else:
            piece += char
    return [*found, piece.strip()]


def _value(text: str, params: Mapping[str, Any]) -> Any:
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    if text.startswith("$") and text[1:] in params:
        return params[text[1:]]
    if text.startswith("'") and text.endswith("'") and text.count("'") == 2:
        return text[1:-1]
    if several := _COALESCE.match(text):
        values = (_value(piece, params) for piece in _arguments(several[1] + ")", 0))
        return next((value for value in values if value is not None), None)
    raise UnknownArgument
