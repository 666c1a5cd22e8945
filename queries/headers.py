"""Reads the header comment of a .sql file: what it asks, takes, reads and returns.

The form, one key per paragraph, continued on indented comment lines:

    -- title:    地区排名 (what people see in the list of questions)
    -- question: Which areas ...?
    -- grain:    one row per area
    -- params:   $area area, $population population = first (what it means)
    -- reads:    areas, derived_values
    -- returns:  area_code text, value double (unit)
    -- nulls:    value when nobody reported
"""

import re
from dataclasses import dataclass
from pathlib import Path

from queries.errors import HeaderError

KEYS = ("title", "question", "grain", "params", "reads", "returns", "nulls")
# What a parameter may hold. The first six are checked against the snapshot or the calendar.
PARAM_TYPES = (
    "indicator",
    "population",
    "area",
    "level",
    "period",
    "table_id",
    "text",
    "int",
    "date",
)
_START = re.compile(r"^--\s*([a-z]+):\s*(.*)$")
_MORE = re.compile(r"^--\s+(.*)$")
_PARAM = re.compile(
    r"^\$(?P<name>[a-z_][a-z0-9_]*)\s+(?P<type>[a-z_]+)"
    r"(?:\s*=\s*(?P<default>[^\s(]+))?(?:\s*\((?P<note>.*)\))?$"
)
_RETURN = re.compile(r"^(?P<name>[a-z_][a-z0-9_]*)\s+(?P<type>[a-z]+)(?:\s*\((?P<unit>.*)\))?$")
_NO_DEFAULT = object()


@dataclass(frozen=True)
class Param:
    """A named parameter. A default of None (`= null`) is a value; `required` says there is none."""

    name: str
    type: str
    required: bool
    default: str | int | None
    note: str


@dataclass(frozen=True)
class Returned:
    """A column of the answer; `unit` may be empty."""

    name: str
    type: str
    unit: str


@dataclass(frozen=True)
class Header:
    """The header of one question."""

    name: str
    title: str
    question: str
    grain: str
    params: tuple[Param, ...]
    reads: tuple[str, ...]
    returns: tuple[Returned, ...]
    nulls: str


def parse(name: str, text: str) -> Header:
    """Read the header of a .sql text.

    raises HeaderError naming the question and the part that is missing or not understood.
    """
    parts = _parts(text)
    missing = [key for key in KEYS if not parts.get(key)]
    if missing:
        raise HeaderError(f"查询 {name} 的文件头缺少 {'、'.join(missing)}。请补上。")
    return Header(
        name=name,
        title=parts["title"],
        question=parts["question"],
        grain=parts["grain"],
        params=tuple(_param(name, part) for part in _split(parts["params"])),
        reads=tuple(_split(parts["reads"])),
        returns=tuple(_returned(name, part) for part in _split(parts["returns"])),
        nulls=parts["nulls"],
    )


def relation_reads(text: str) -> tuple[str, ...]:
    """What a select of sql/staging reads, by its comment; nothing when it says nothing of it."""
    return tuple(_split(_parts(text).get("reads", "none")))


def read(path: Path) -> Header:
    """The header of a .sql file; the question's name is the file's stem."""
    return parse(path.stem, path.read_text("utf-8"))


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    current = ""
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if start := _START.match(line):
            current = start[1]
            parts[current] = start[2].strip()
        elif current and (more := _MORE.match(line)):
            parts[current] = f"{parts[current]} {more[1].strip()}".strip()
    return parts


def _split(text: str) -> list[str]:
    """Split at commas outside brackets; `none` is an empty list."""
    if text.strip() == "none":
        return []
    out, depth, piece = [], 0, ""
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            out.append(piece.strip())
            piece = ""
        else:
            piece += char
    return [part for part in (*out, piece.strip()) if part]


def _param(name: str, text: str) -> Param:
    match = _PARAM.match(text)
    if not match or match["type"] not in PARAM_TYPES:
        raise HeaderError(
            f"查询 {name} 的参数「{text}」写法不对,应为 $名称 类型 = 默认值(说明);"
            f"类型有 {'、'.join(PARAM_TYPES)}。"
        )
    default = _default(match["default"], match["type"])
    return Param(
        name=match["name"],
        type=match["type"],
        required=default is _NO_DEFAULT,
        default=None if default is _NO_DEFAULT else default,  # type: ignore[arg-type]
        note=match["note"] or "",
    )


def _default(text: str | None, kind: str) -> object:
    if text is None:
        return _NO_DEFAULT
    if text == "null":
        return None
    if kind == "int":
        return int(text)
    return text.strip("'")


def _returned(name: str, text: str) -> Returned:
    match = _RETURN.match(text)
    if not match:
        raise HeaderError(f"查询 {name} 的返回列「{text}」写法不对,应为 列名 类型(单位)。")
    return Returned(match["name"], match["type"], match["unit"] or "")
