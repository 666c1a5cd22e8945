"""The sentences of the briefing: patterns from a text file, checked when they are read.

Unlike definitions they change no figure, so a snapshot does not keep them: an old snapshot is
told in today's words. The store may lay its own over the product's, line by line.
"""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.catalogue import OVERLAY, PRODUCT, files
from data.catalogue.files import Entry
from data.errors import CatalogueError

FILE = "sentences.yaml"
BANNED = "banned"
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Sentences:
    """The patterns by dotted name (`change.flat`), and the words that no sentence may hold."""

    patterns: Mapping[str, str]
    banned: tuple[str, ...]

    def say(self, name: str, /, **fields: object) -> str:
        """Fill one pattern. raises KeyError for a name or a field that the product lacks."""
        return self.patterns[name].format(**fields)

    def banned_in(self, text: str) -> list[str]:
        """The banned words that a text holds."""
        return [word for word in self.banned if word in text]


def load(store: Path | None = None) -> Sentences:
    """The product's sentences with the store's laid over them.

    raises CatalogueError naming file, line and what to do: an unknown or missing sentence, a
    field the product's own pattern does not have, a figure written out, a banned word.
    """
    shipped = _read(PRODUCT / FILE, f"data/catalogue/{FILE}")
    patterns = _patterns(shipped)
    banned = _banned(shipped)
    fields = {name: _fields(text) for name, text in patterns.items()}
    own = store / OVERLAY / FILE if store is not None else None
    if own is not None and own.exists():
        entry = _read(own, f"{store.name if store else ''}/{OVERLAY}/{FILE}")
        entry.only(shipped.values)
        for group, lines in entry.values.items():
            if group != BANNED:
                _group(entry, group).only(_group(shipped, group).values)
                _check(entry, group, lines, fields, banned)
        patterns |= _patterns(entry)
        banned = tuple(dict.fromkeys((*banned, *_banned(entry))))
    for group, lines in shipped.values.items():
        if group != BANNED:
            _check(shipped, group, lines, fields, banned)
    return Sentences(patterns, banned)


def _read(path: Path, shown: str) -> Entry:
    entry = files.read_yaml(path, shown)
    if not isinstance(entry, Entry):
        raise CatalogueError(f"{shown} 第 1 行：应由「键: 值」组成。请对照产品自带的同名文件。")
    return entry


def _group(entry: Entry, name: str) -> Entry:
    found = entry.values[name]
    if not isinstance(found, Entry):
        raise entry.at(name).fail(f"「{name}」下面应是「键: 句子」。请对照产品自带的同名文件。")
    return found


def _patterns(entry: Entry) -> dict[str, str]:
    return {
        f"{group}.{name}": str(text)
        for group in entry.values
        if group != BANNED
        for name, text in _group(entry, group).values.items()
    }


def _banned(entry: Entry) -> tuple[str, ...]:
    listed = entry.values.get(BANNED) or []
    if not isinstance(listed, list):
        raise entry.at(BANNED).fail("「banned」应是词的清单。请每行写一个「- 词」。")
    return tuple(str(word) for word in listed)


def _check(
    entry: Entry,
    group: str,
    lines: Any,
    fields: Mapping[str, frozenset[str]],
    banned: tuple[str, ...],
) -> None:
    for name, text in lines.values.items():
        place = lines.at(name)
        if not isinstance(text, str) or not text:
            raise place.fail(f"「{group}.{name}」应是一句话，不能是空的。请补上，或删去这一行。")
        try:
            used = _fields(text)
        except ValueError as error:
            raise place.fail(f"「{group}.{name}」的花括号不成对。请改正。") from error
        if wrong := used - fields[f"{group}.{name}"]:
            known = "、".join(sorted(fields[f"{group}.{name}"])) or "（没有）"
            raise place.fail(
                f"「{group}.{name}」里不能用 {'、'.join(sorted(wrong))}；可用的有 {known}。"
            )
        if _DIGIT.search(text):
            raise place.fail(f"「{group}.{name}」里写死了数字。数字由程序填，请删去。")
        if found := [word for word in banned if word in text]:
            raise place.fail(f"「{group}.{name}」里有不用的词「{found[0]}」。请换一个说法。")


def _fields(text: str) -> frozenset[str]:
    names = set()
    for _, name, detail, conversion in string.Formatter().parse(text):
        if name is not None:
            # Only plain names: `{a.b}` or `{a[0]}` would reach into the program.
            if not name.isidentifier() or detail or conversion:
                raise ValueError(name)
            names.add(name)
    return frozenset(names)
