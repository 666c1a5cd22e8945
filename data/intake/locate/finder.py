"""Finding report tables in a sheet by their headers, wherever they stand and however merged."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from data.catalogue.model import Catalogue, Column, Table
from data.intake import words
from data.intake.locate.located import LONGEST_HEADER, Located, Match, is_metadata, texts_of
from data.intake.locate.rows import is_closing, with_rows
from data.intake.read import cells
from data.intake.read.cells import Cells
from data.intake.read.workbook import Sheet

_MANY_TEXTS = 2000
_FIRST_ROWS = 300
_DEEPEST = 3
_DEEPEST_TITLE = 8
_LOOKED_AT = 5
NUMBERING_COLUMN = frozenset({"序号", "行号", "no", "行次", "栏次"})
# What stands at the edge of a printed page.
_PAGE = re.compile(r"^[第(]?\s*\d*\s*[页/]|^共\s*\d+\s*页|^续|^[承接过转].{1,2}页|^本页")
# Names printed beside codes so that people know whom they stand for; the codes are read.
_NAMES_BESIDE_CODES = frozenset(
    {"机构名称", "医院名称", "卫生室名称", "卫生院名称", "支援单位名称", "受援单位名称", "村名"}
)


@dataclass(frozen=True)
class _Headers:
    """What a table's headers may say: header key → column name; units: of the catalogue."""

    table: Table
    units: frozenset[str]
    own: Mapping[str, str]
    common: Mapping[str, str]

    def key(self, text: str) -> str:
        return words.key(text, self.units)

    def name_of(self, header: str) -> str | None:
        return self.own.get(header) or self.common.get(header)


@dataclass(frozen=True)
class _Label:
    """The header over a column: its levels from top to bottom, and what they may be known by.

    keys  From all levels joined to the lowest alone; 「其中」, which belongs to the child, may be
          left out between two.
    """

    levels: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(levels: tuple[str, ...], units: frozenset[str]) -> "_Label":
        keys = []
        for depth in range(len(levels), 0, -1):
            ways = ["".join(levels[-depth:])]
            if depth > 1:
                ways.append("".join(levels[-depth:-1]) + _without_of(levels[-1]))
            keys.append(tuple(dict.fromkeys(words.key(way, units) for way in ways)))
        return _Label(levels, tuple(keys))

    @property
    def leaf(self) -> str:
        return self.keys[-1][0]


class Finder:
    """Knows the headers of every table of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._units = units = catalogue.units
        shared = _keys(catalogue.common, units)
        self._headers = [
            _Headers(table, units, _keys(table.columns, units), shared)
            for table in catalogue.tables.values()
        ]
        self._known = {key for headers in self._headers for key in headers.own} | set(shared)

    def find(self, sheet: Sheet) -> list[Located]:
        """Every report table of a sheet, from top to bottom."""
        chosen: list[tuple[float, Located]] = []
        for score, located in sorted(self._windows(sheet), key=lambda pair: -pair[0]):
            near = [
                f for _, f in chosen if f.top - 1 <= located.bottom and located.top <= f.bottom + 1
            ]
            if near:
                continue
            chosen.append((score, located))
        tables = [located for _, located in chosen]
        known = {located.top for located in tables}
        tables += [
            again
            for located in list(
                {tuple(sheet.row(located.top)): located for located in tables}.values()
            )
            for again in _printed_again(sheet, located)
            if again.top not in known
        ]
        tables.sort(key=lambda located: located.top)
        tables = [*self._with_rows(sheet, tables)]
        return _without_page_breaks(sheet, tables)

    def _with_rows(self, sheet: Sheet, tables: list[Located]) -> Iterator[Located]:
        """The tables, from top to bottom, each with what stands over it and its own rows."""
        start = 0
        said: set[str] = set()
        tops = [*(located.top for located in tables[1:]), sheet.height]
        for located, next_top in zip(tables, tops, strict=False):
            above = tuple(row for row in range(start, located.top) if texts_of(sheet, row))
            said |= {words.key(text) for row in above for text in texts_of(sheet, row)}
            end = self._end(sheet, next_top, said) if next_top < sheet.height else next_top
            whole = with_rows(sheet, replace(located, above=above), end)
            start = max([whole.bottom + 1, *(row + 1 for row in whole.rows[-1:])])
            yield whole

    def nearest(self, sheet: Sheet) -> tuple[Table, int, list[Column]] | None:
        """The table that a sheet without one looks most like.

        returns  it, how many of its columns a row of the sheet names, and the required ones that
                 the row lacks; None where no row names two.
        """
        best: tuple[int, Located] | None = None
        hits = _header_rows(sheet, self._known, self._units)
        for row, _ in hits.most_common(_LOOKED_AT):
            labels = _labels(sheet, row, row, self._units)
            for headers in self._headers:
                located = _match(headers, labels, row, row)
                own = sum(name in headers.table.by_name for name in located.matches)
                if own >= 2 and (best is None or own > best[0]):
                    best = own, located
        return (best[1].table, best[0], best[1].missing) if best else None

    def _end(self, sheet: Sheet, next_top: int, said: set[str]) -> int:
        """Where a table ends above the next one's title, which may stand under its area column."""
        end = next_top
        while end and next_top - end < _DEEPEST_TITLE:
            texts = texts_of(sheet, end - 1)
            is_words = len(texts) == sum(cell != "" for cell in sheet.row(end - 1))
            if not is_words or not all(self._is_title(text, said) for text in texts):
                break
            end -= 1
        return end

    def _is_title(self, text: str, said: set[str]) -> bool:
        key = words.key(text)
        return (
            key in said
            or _PAGE.match(words.plain(text)) is not None
            or is_metadata(text)
            or any(words.key(headers.table.title) in key for headers in self._headers)
        )

    def _windows(self, sheet: Sheet) -> list[tuple[float, Located]]:
        """For every place where a header may stand the best table, with its score."""
        hits = _header_rows(sheet, self._known, self._units)
        rows = [row for row, count in hits.items() if count >= 2] or list(hits)
        best: list[tuple[float, Located]] = []
        seen: set[tuple[int, int]] = set()
        for row in sorted(rows)[:400]:
            for top in (row - 1, row):
                for bottom in range(row, min(top + _DEEPEST, sheet.height)):
                    if top < 0 or (top, bottom) in seen:
                        continue
                    seen.add((top, bottom))
                    best.extend(self._score(sheet, top, bottom, hits))
        return best

    def _score(
        self, sheet: Sheet, top: int, bottom: int, hits: Counter[int]
    ) -> list[tuple[float, Located]]:
        if not all(_may_be_header(sheet, row) for row in range(top, bottom + 1)):
            return []
        if len(set(texts_of(sheet, top))) < 2 or not texts_of(sheet, bottom):
            return []
        labels = _labels(sheet, top, bottom, self._units)
        seen = {key for label in labels for keys in label.keys for key in keys}
        title = words.key("".join("".join(texts_of(sheet, r)) for r in range(max(0, top - 6), top)))
        # A row of further headers below belongs to them, even where it adds nothing known.
        cut_short = hits[bottom + 1] > 0 and _may_be_header(sheet, bottom + 1)
        scored = []
        for headers in self._headers:
            if len(seen & headers.own.keys()) < 2:
                continue
            located = _match(headers, labels, top, bottom)
            own = [name for name in located.matches if name in headers.table.by_name]
            own += [name for name in located.duplicates if name in headers.table.by_name]
            needed = [c for c in headers.table.columns if c.required and c.filed_at is None]
            have = len(needed) - len(located.missing)
            if len(own) < 2 or (have * 2 < len(needed) if needed else len(own) < 3):
                continue
            named = words.key(headers.table.title) in title or headers.table.title in sheet.name
            unsure = sum(not match.sure for match in located.matches.values())
            common = len(located.matches) - len(own)
            score = len(own) - len(located.missing) + 0.1 * common - 0.05 * unsure
            score -= (
                0.3 * cut_short
                + 0.2 * len(located.duplicates)
                + 0.01 * (bottom - top)
                + 0.02 * len(located.unknown)
            )
            scored.append((score + (0.5 if named else 0), located))
        if not scored:
            return []
        top_score = max(score for score, _ in scored)
        winners = [located for score, located in scored if top_score - score < 1e-9]
        ties = tuple(other.table.title for other in winners[1:])
        return [(top_score, replace(winners[0], ties=ties))]


def _printed_again(sheet: Sheet, located: Located) -> list[Located]:
    """The same header further down, row for row."""
    block = [sheet.row(row) for row in range(located.top, located.bottom + 1)]
    first = next((column for column, cell in enumerate(block[0]) if cell != ""), 0)
    places = cells.positions(sheet.columns[first], {block[0][first]})
    return [
        located.moved(top)
        for top in places
        if top > located.bottom
        and top + len(block) <= sheet.height
        and all(sheet.row(top + at) == row for at, row in enumerate(block))
    ]


def _without_page_breaks(sheet: Sheet, tables: list[Located]) -> list[Located]:
    """Tables whose header was only printed again on the next page are one table."""
    whole: list[Located] = []
    for located in tables:
        if whole and _is_next_page(sheet, whole[-1], located):
            whole[-1] = whole[-1].with_page(located)
        else:
            whole.append(located)
    return whole


def _is_next_page(sheet: Sheet, first: Located, page: Located) -> bool:
    """Whether between two equal headers nothing is said that was not said over the first one."""
    width = page.bottom - page.top
    if any(sheet.row(first.top + at) != sheet.row(page.top + at) for at in range(width + 1)):
        return False
    said = {words.key(text) for row in first.above for text in texts_of(sheet, row)}
    between = [texts_of(sheet, row) for row in page.above]
    return all(
        is_closing([words.plain(text) for text in texts])
        or all(words.key(text) in said or _PAGE.match(words.plain(text)) for text in texts)
        for texts in between
    )


def has_data(sheet: Sheet) -> bool:
    """Whether a sheet without a table holds more than a few words."""
    filled = [row for row in range(min(sheet.height, 50)) if len(texts_of(sheet, row)) >= 2]
    return sheet.height > 0 and len(filled) >= 2


# Headers ----------------------------------------------------------------------------------------


def _keys(columns: Iterable[Column], units: frozenset[str]) -> dict[str, str]:
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


def _header_rows(sheet: Sheet, known: set[str], units: frozenset[str]) -> Counter[int]:
    """How many known headers each row holds."""
    hits: Counter[int] = Counter()
    wide: list[Cells] = []
    for column, column_cells in enumerate(sheet.columns):
        texts = sheet.texts(column, LONGEST_HEADER)
        if len(texts) > _MANY_TEXTS:
            wide.append(column_cells)
            continue
        headers = {text for text in texts if text and words.key(text, units) in known}
        if headers:
            hits.update(cells.positions(column_cells, headers))
    for column_cells in wide:
        # A column of names: only the start, and rows where other columns show headers.
        for row in {*range(min(_FIRST_ROWS, len(column_cells))), *hits}:
            cell = column_cells[row]
            if (
                type(cell) is str
                and len(cell) <= LONGEST_HEADER
                and words.key(cell, units) in known
            ):
                hits[row] += 1
    return hits


def _may_be_header(sheet: Sheet, row: int) -> bool:
    """Only words, no numbers, no 「填报单位:…」."""
    for cell in sheet.row(row):
        if type(cell) is not str:
            return False
        if cell and (len(cell) > LONGEST_HEADER or is_metadata(cell) or cell.strip().isdigit()):
            return False
    return True


def _labels(sheet: Sheet, top: int, bottom: int, units: frozenset[str]) -> list[_Label]:
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
        labels.append(_Label.of(tuple(levels), units))
    return labels


def _text(cell: Any) -> str:
    """A cell as a header: a number heads no column."""
    return cell if isinstance(cell, str) else ""


def _match(headers: _Headers, labels: list[_Label], top: int, bottom: int) -> Located:
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
        matches["division_name"] = max(places, key=_preference)
    told = tuple(sorted(unknown))
    return Located(headers.table, top, bottom, matches, places, told, duplicates)


def _name(headers: _Headers, label: _Label, leaves: Counter[str]) -> tuple[str | None, int]:
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
