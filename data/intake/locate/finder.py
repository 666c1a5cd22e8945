"""Finding report tables in a sheet by their headers, wherever they stand and however merged."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from data.catalogue.forms import SavedForm
from data.catalogue.model import Catalogue
from data.intake import words
from data.intake.locate.headers import Headers, keys_of, labels_over, matched
from data.intake.locate.located import LONGEST_HEADER, Located, is_metadata, texts_of
from data.intake.locate.own_forms import OwnForms
from data.intake.locate.rows import is_closing, with_rows
from data.intake.read import cells
from data.intake.read.cells import Cells
from data.intake.read.workbook import Sheet

_MANY_TEXTS = 2000
_FIRST_ROWS = 300
_DEEPEST = 3
_DEEPEST_TITLE = 8
# What stands at the edge of a printed page.
_PAGE = re.compile(r"^[第(]?\s*\d*\s*[页/]|^共\s*\d+\s*页|^续|^[承接过转].{1,2}页|^本页")


class Finder:
    """Knows the headers of every table of a catalogue, and of the office's own forms."""

    def __init__(self, catalogue: Catalogue, forms: Sequence[SavedForm] = ()) -> None:
        self._units = units = catalogue.units
        self._own = OwnForms(forms, units)
        shared = keys_of(catalogue.common, units)
        self._headers = [
            Headers(table, units, keys_of(table.columns, units), shared)
            for table in catalogue.tables.values()
        ]
        self._known = {key for headers in self._headers for key in headers.own} | set(shared)

    def find(self, sheet: Sheet) -> list[Located]:
        """Every report table of a sheet, from top to bottom."""
        own = self._own.find(sheet)
        chosen: list[Located] = []
        for _, located in sorted(self._windows(sheet), key=lambda pair: -pair[0]):
            near = (
                each.top - 1 <= located.bottom and located.top <= each.bottom + 1
                for each in (*own, *chosen)
            )
            if not any(near):
                chosen.append(located)
        tables = chosen
        known = {located.top for located in tables}
        tables += [
            again
            for located in list(
                {tuple(sheet.row(located.top)): located for located in tables}.values()
            )
            for again in _printed_again(sheet, located)
            if again.top not in known
        ]
        tables += own
        tables.sort(key=lambda located: located.top)
        tables = [*self._with_rows(sheet, tables)]
        return _without_page_breaks(sheet, tables)

    def _with_rows(self, sheet: Sheet, tables: list[Located]) -> Iterator[Located]:
        """The tables, from top to bottom, each with what stands over it and its own rows."""
        start = 0
        said: set[str] = set()
        # Several of the office's own forms may share a header: each takes its columns of it.
        shared = [list(group) for _, group in groupby(tables, key=lambda located: located.top)]
        tops = [*(group[0].top for group in shared[1:]), sheet.height]
        for (located, *others), next_top in zip(shared, tops, strict=False):
            above = tuple(row for row in range(start, located.top) if texts_of(sheet, row))
            said |= {words.key(text) for row in above for text in texts_of(sheet, row)}
            end = self._end(sheet, next_top, said) if next_top < sheet.height else next_top
            whole = with_rows(sheet, replace(located, above=above), end)
            start = max([whole.bottom + 1, *(row + 1 for row in whole.rows[-1:])])
            yield whole
            for other in others:
                yield with_rows(sheet, replace(other, above=above), end)

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
        if not all(may_be_header(sheet, row) for row in range(top, bottom + 1)):
            return []
        if len(set(texts_of(sheet, top))) < 2 or not texts_of(sheet, bottom):
            return []
        labels = labels_over(sheet, top, bottom, self._units)
        seen = {key for label in labels for keys in label.keys for key in keys}
        title = words.key("".join("".join(texts_of(sheet, r)) for r in range(max(0, top - 6), top)))
        # A row of further headers below belongs to them, even where it adds nothing known.
        cut_short = hits[bottom + 1] > 0 and may_be_header(sheet, bottom + 1)
        scored = []
        for headers in self._headers:
            if len(seen & headers.own.keys()) < 2:
                continue
            located = matched(headers, labels, top, bottom)
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
        same = [at for at, each in enumerate(whole) if each.saved_as == located.saved_as][-1:]
        if same and _is_next_page(sheet, whole[same[0]], located):
            whole[same[0]] = whole[same[0]].with_page(located)
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


def may_be_header(sheet: Sheet, row: int) -> bool:
    """Only words, no numbers, no 「填报单位:…」."""
    for cell in sheet.row(row):
        if type(cell) is not str:
            return False
        if cell and (len(cell) > LONGEST_HEADER or is_metadata(cell) or cell.strip().isdigit()):
            return False
    return True
