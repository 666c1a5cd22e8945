"""The headers over a table: their levels over each column, and which columns they stand for."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from data.catalogue.model import Column, Table
from data.intake import words
from data.intake.locate.located import Located, Match
from data.intake.read.workbook import Sheet

NUMBERING_COLUMN = frozenset({"序号", "行号", "no", "行次", "栏次"})
# Names printed beside codes so that people know whom they stand for; the codes are read.
_NAMES_BESIDE_CODES = frozenset(
    {"机构名称", "医院名称", "卫生室名称", "卫生院名称", "支援单位名称", "受援单位名称", "村名"}
)


@dataclass(frozen=True)
class Headers:
    """What a table's headers may say: header key → column name; units: of the catalogue."""

    table: Table
    units: frozenset[str]
    own: Mapping[str, str]
    common: Mapping[str, str]

    def key(self, text: str) -> str:
        """A header as it is compared."""
        return words.key(text, self.units)

    def name_of(self, header: str) -> str | None:
        """The column that a header key stands for."""
        return self.own.get(header) or self.common.get(header)


@dataclass(frozen=True)
class HeaderLabel:
    """The header over a column: its levels from top to bottom, and what they may be known by.

    keys  From all levels joined to the lowest alone; 「其中」, which belongs to the child, may be
          left out between two.
    """

    levels: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(levels: tuple[str, ...], units: frozenset[str]) -> "HeaderLabel":
        """The label of header levels; units: of the catalogue."""
        keys = []
        for depth in range(len(levels), 0, -1):
            ways = ["".join(levels[-depth:])]
            if depth > 1:
                ways.append("".join(levels[-depth:-1]) + _without_of(levels[-1]))
            keys.append(tuple(dict.fromkeys(words.key(way, units) for way in ways)))
        return HeaderLabel(levels, tuple(keys))

    @property
    def leaf(self) -> str:
        """The key of the lowest level."""
        return self.keys[-1][0]


def keys_of(columns: Iterable[Column], units: frozenset[str]) -> dict[str, str]:
    """Header keys of columns; 其中 may be left out where nothing else has that name."""
    keys: dict[str, str] = {}
    columns = list(columns)
    for column in columns:
        keys.setdefault(words.key(column.header, units), column.name)
    for column in columns:
        for header in (*column.header_by_era.values(), *column.aliases):
            keys.setdefault(words.key(header, units), column.name)
    for key, name in list(keys.items()):
        if key.startswith("其中") and len(key) > 3:
            keys.setdefault(key[2:], name)
    return keys


def labels_over(sheet: Sheet, top: int, bottom: int, units: frozenset[str]) -> list[HeaderLabel]:
    """The header levels over every column, merged cells filled, repeated words left out."""
    rows = [[_text(cell) for cell in sheet.row(row)] for row in range(top, bottom + 1)]
    for first, left, last, right in sheet.merged:
        if first < top or first > bottom:
            continue
        text = _text(sheet.columns[left][first])
        for row in range(first, min(last, bottom) + 1):
            for column in range(left, right + 1):
                rows[row - top][column] = text
    for upper, lower in pairwise(rows):
        # Files without merged cells (CSV) leave the parent over its first column only.
        for column in range(1, len(upper)):
            below, before = lower[column].strip(), lower[column - 1].strip()
            parent = upper[column - 1].strip()
            if not upper[column].strip() and below and before and parent and before != parent:
                upper[column] = upper[column - 1]
    labels = []
    for column in range(sheet.width):
        levels: list[str] = []
        for row in rows:
            text = words.plain(row[column])
            if text and (not levels or words.key(levels[-1], units) != words.key(text, units)):
                levels.append(text)
        labels.append(HeaderLabel.of(tuple(levels), units))
    return labels


def _text(cell: Any) -> str:
    """A cell as a header: a number heads no column."""
    return cell if isinstance(cell, str) else ""


def matched(headers: Headers, labels: list[HeaderLabel], top: int, bottom: int) -> Located:
    """A table under these labels, with no rows yet: which of its columns are there, and where."""
    leaves = Counter(label.leaf for label in labels if label.levels)
    claims: dict[str, list[tuple[int, Match]]] = {}
    unknown: list[tuple[int, str]] = []
    for column, heading in enumerate(labels):
        levels = heading.levels
        if not levels:
            continue
        label = "/".join(levels)
        name, rank = _name(headers, heading, leaves)
        if name is None:
            if heading.leaf not in NUMBERING_COLUMN | _NAMES_BESIDE_CODES:
                unknown.append((column, label))
            continue
        unit = next(
            (u for level in reversed(levels) if (u := words.unit_in(level, headers.units))), None
        )
        claims.setdefault(name, []).append((rank, Match(column, name, label, unit, rank < 2)))
    matches: dict[str, Match] = {}
    duplicates: dict[str, tuple[Match, ...]] = {}
    places: tuple[Match, ...] = ()
    for name, claimed in claims.items():
        if name == "division_name":
            places = tuple(match for _, match in claimed)
            continue
        best = min(rank for rank, _ in claimed)
        first = [match for rank, match in claimed if rank == best]
        unknown += [(match.column, match.label) for rank, match in claimed if rank != best]
        if len(first) > 1:
            duplicates[name] = tuple(first)
        else:
            matches[name] = first[0]
    if places:
        matches["division_name"] = division_name(places)
    told = tuple(sorted(unknown))
    return Located(headers.table, top, bottom, matches, places, told, duplicates)


def _name(headers: Headers, label: HeaderLabel, leaves: Counter[str]) -> tuple[str | None, int]:
    """The column a header stands for, and how sure that is (0 best)."""
    for keys in label.keys:
        name = next(filter(None, map(headers.name_of, keys)), None)
        if name is None:
            continue
        if keys is not label.keys[-1] or len(label.levels) == 1:
            return name, 0
        if leaves[label.leaf] > 1:
            return None, 9
        column = headers.table.by_name.get(name)
        printed = [] if column is None else [column.header, *column.header_by_era.values()]
        exact = column is None or label.leaf in map(headers.key, printed)
        return name, 1 if exact else 2
    return None, 9


def _without_of(text: str) -> str:
    return re.sub(r"^其中[::]?", "", text)


def division_name(places: Sequence[Match]) -> Match:
    """Which of several area columns tells the row's area."""
    return max(places, key=_preference)


def _preference(place: Match) -> tuple[int, bool, int]:
    """Which of several area columns tells the row's area: the finest, then the official header."""
    return _fineness(place), "区划" in place.label, -place.column


def _fineness(place: Match) -> int:
    """How fine the areas of a column are, by its header."""
    key = words.key(place.label)
    if re.search(r"村|社区", key):
        return 3
    if re.search(r"乡|镇|街道", key):
        return 1
    if re.search(r"县|市|区$|旗", key) and "区划" not in key:
        return 0
    return 2
