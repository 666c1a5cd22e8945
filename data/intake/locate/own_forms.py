"""Sheets that are forms of the office's own: a saved file says what stands under which header."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from data.catalogue.forms import SavedForm
from data.intake import privacy, words
from data.intake.locate.headers import NUMBERING_COLUMN, HeaderLabel, division_name, labels_over
from data.intake.locate.located import Located, Match, Rate
from data.intake.read.workbook import Sheet

# Where the header of such a form may stand, and how many levels it may have.
_FIRST_ROWS = 300
_DEEPEST = 5
# A header may carry its day, 「截至11月底签约人数」: it is the same column next month.
_DAYS = re.compile(
    r"截[至止]到?|20\d\d年度?|第?\d{1,2}(?:周|季度)|\d{1,2}月(?:份|底|\d{1,2}[日号])?"
)
_ANOTHER = re.compile(r"#\d{1,2}$")


def headers_over(labels: Sequence[HeaderLabel]) -> list[str]:
    """How each column is called in a form's file, "" where nothing stands over it.

    Of two that are called the same the second ends in #2.
    """
    called: list[str] = []
    for label in labels:
        joined = "/".join(label.levels)
        number = sum(each.partition("#")[0] == joined for each in called) + 1
        called.append(f"{joined}#{number}" if joined and number > 1 else joined)
    return called


class OwnForms:
    """Knows the headers of the forms that an office saved; units: of the catalogue."""

    def __init__(self, forms: Sequence[SavedForm], units: frozenset[str]) -> None:
        self._forms, self._units = forms, units
        self._lowest = {
            self._undated(_ANOTHER.sub("", header).rpartition("/")[2])
            for form in forms
            for header in form.headers
        }

    def find(self, sheet: Sheet) -> list[Located]:
        """Every header of a sheet that is one of the forms', from top to bottom; no rows yet."""
        found: list[Located] = []
        for bottom in self._rows(sheet):
            if found and bottom <= found[-1].bottom:
                continue
            for top in range(bottom, max(bottom - _DEEPEST, -1), -1):
                here = self._under(sheet, top, bottom)
                if here:
                    while _goes_on(sheet, here):
                        here = self._under(sheet, top, here[0].bottom + 1)
                    found += here
                    break
        return found

    def _rows(self, sheet: Sheet) -> Iterator[int]:
        """The rows that hold one of the lowest headers."""
        if not self._forms:
            return
        for row in range(min(sheet.height, _FIRST_ROWS)):
            texts = (cell for cell in sheet.row(row) if type(cell) is str and cell)
            if any(self._undated(text) in self._lowest for text in texts):
                yield row

    def _under(self, sheet: Sheet, top: int, bottom: int) -> list[Located]:
        """The forms whose every header stands over the sheet between two rows."""
        labels = labels_over(sheet, top, bottom, self._units)
        placed = self._placed(labels)
        here: list[tuple[SavedForm, dict[str, int]]] = []
        for form in self._forms:
            places = {header: placed(header) for header in form.headers}
            if None not in places.values() and len(set(places.values())) == len(places):
                here.append((form, {header: at or 0 for header, at in places.items()}))
        told = {placed(each) for form, _ in here for each in (*form.headers, *form.left_out)}
        unknown = tuple(
            (column, "/".join(label.levels))
            for column, label in enumerate(labels)
            if label.levels
            and (column not in told or privacy.is_personal_header("".join(label.levels)))
            and label.leaf not in NUMBERING_COLUMN
        )
        return [self._located(*each, labels, (top, bottom), unknown) for each in here]

    def _placed(self, labels: Sequence[HeaderLabel]) -> Callable[[str], int | None]:
        """Which column a header stands over: as it is written, or as no other but for its day."""
        headers = headers_over(labels)
        exact = {
            words.key(header, self._units): at for at, header in reversed([*enumerate(headers)])
        }
        dated = Counter(map(self._undated, headers))
        undated = {
            key: at for at, header in enumerate(headers) if dated[key := self._undated(header)] == 1
        }

        def placed(header: str) -> int | None:
            at = exact.get(words.key(header, self._units))
            return undated.get(self._undated(header)) if at is None else at

        return placed

    def _undated(self, header: str) -> str:
        key = words.key(header, self._units)
        return _DAYS.sub("", key) or key

    def _located(
        self,
        form: SavedForm,
        places: Mapping[str, int],
        labels: Sequence[HeaderLabel],
        rows: tuple[int, int],
        unknown: tuple[tuple[int, str], ...],
    ) -> Located:
        matches: list[Match] = []
        for each in form.columns:
            column = places[each.header]
            levels = labels[column].levels
            printed = (words.unit_in(level, self._units) for level in reversed(levels))
            unit = each.unit or next(filter(None, printed), None)
            matches.append(Match(column, each.name, "/".join(levels), unit, sure=True))
        areas = tuple(match for match in matches if match.name == "division_name")
        by_name = {match.name: match for match in matches}
        if areas:
            by_name["division_name"] = division_name(areas)
        return Located(
            form.table,
            *rows,
            by_name,
            areas,
            unknown,
            {},
            saved_as=form.name,
            rates=tuple(
                Rate(
                    places[each.header],
                    each.header,
                    each.numerator,
                    each.denominator,
                    each.per,
                )
                for each in form.checked
            ),
            absent=frozenset(form.absent),
            constants=form.constants,
            skip_rows=form.skip_rows,
            without=frozenset(words.key(each) for each in form.without),
        )


def _goes_on(sheet: Sheet, here: Sequence[Located]) -> bool:
    """Whether the row below is of the header too: words, and none under the forms' own columns."""
    below = here[0].bottom + 1 if here else sheet.height
    if below >= sheet.height:
        return False
    cells = sheet.row(below)
    own = {match.column for located in here for match in located.matches.values()}
    words_only = all(type(cell) is str for cell in cells)
    return words_only and any(cells) and not any(cells[column] for column in own)
