"""From a file file to sheets: typed cells by column, with exact addresses."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import python_calamine

from data.errors import is_panic
from data.intake import words
from data.intake.read import cells, kinds, look_alikes
from data.intake.read.cells import Cells
from data.intake.read.facts import SheetFacts
from data.intake.read.formats import text_file
from data.intake.read.limits import FileLimits, Refusal
from data.intake.read.safety import FileRefused, SafeFile

_ID_LENGTH = 12
# The sheet that a marked copy has in front: its name, and the title in its first cell.
FINDING_LIST = "问题清单"
FINDING_LIST_TITLE = "问题清单（核对结果，改好后可整本重新报送，不必删去本页）"


def is_finding_list_title(cell: object) -> bool:
    """Whether a cell is the title of such a sheet, of this version or one with other marks."""
    return isinstance(cell, str) and words.plain(cell) == words.plain(FINDING_LIST_TITLE)


class CellError(str):
    """A cell that shows an error (#REF!) or a formula without a result."""

    __slots__ = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet. Rows and columns of `columns` and `merged` count from the first filled cell.

    columns      one sequence per column, all `height` long; "" is an empty cell, others are str,
                 int, float, bool, date, datetime, time, timedelta or CellError.
    merged       (first row, first column, last row, last column), both ends included.
    hidden_rows  rows that a filter or a person hid.
    is_text      a CSV file: every value is text, columns are `cells.Texts`.
    is_hidden    a person hid the sheet.
    touched      column → rows in which letters that nobody sees were left out.
    """

    name: str
    columns: tuple[Cells, ...]
    height: int
    first_row: int = 0
    first_column: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    is_text: bool = False
    is_hidden: bool = False
    touched: Mapping[int, frozenset[int]] = field(default_factory=dict)
    _distinct: dict[int, set[Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.columns)

    @property
    def is_finding_list(self) -> bool:
        """Whether it is the list of an earlier marked copy, which now comes back."""
        named = self.name.startswith(FINDING_LIST)
        return named and self.width > 0 and is_finding_list_title(self.columns[0][0])

    def address(self, row: int, column: int) -> str:
        """The address of a cell as a person sees it, C7."""
        return words.address(self.first_row + row, self.first_column + column)

    def letters(self, column: int) -> str:
        """The letters of a column as a person sees them."""
        return words.letters(self.first_column + column)

    def row_number(self, row: int) -> int:
        """The number of a row as a person sees it."""
        return self.first_row + row + 1

    def distinct(self, column: int) -> set[Any]:
        """Every different cell of a column once; asked for often, so kept."""
        if column not in self._distinct:
            self._distinct[column] = cells.distinct(self.columns[column])
        return self._distinct[column]

    def texts(self, column: int, longest: int, pattern: str = "") -> Collection[str]:
        """Every different text of a column, at most so long, in which a pattern is found."""
        own = self.columns[column]
        own = own if isinstance(own, cells.Texts) else self.distinct(column)
        return cells.short_texts(own, longest, pattern)

    def has_empty(self, column: int) -> bool:
        """Whether a cell of a column is empty."""
        own = self.columns[column]
        return own.has_empty if isinstance(own, cells.Texts) else "" in self.distinct(column)

    def row(self, row: int) -> list[Any]:
        """The cells of a row."""
        return [column[row] for column in self.columns]


@dataclass(frozen=True)
class Workbook:
    """A file that was read: the result of the first stage.

    name  how it is called in findings; stem: its own name without ending, for a period in it.
    file  its bytes, and what the reader does not tell.
    """

    name: str
    stem: str
    file: SafeFile
    sheets: tuple[Sheet, ...]

    @property
    def id(self) -> str:
        """What its rows name it by: the beginning of its checksum."""
        return self.file.sha256[:_ID_LENGTH]


def sheets(file: SafeFile, limits: FileLimits) -> tuple[Sheet, ...]:
    """All sheets of a file, empty ones left out.

    raises FileRefused when the file cannot be parsed after all.
    """
    try:
        if file.kind == kinds.TEXT:
            return (_text_sheet(file, limits),)
        if file.grids:
            limits.refuse_sheets(len(file.grids))
            return tuple(_own_sheets(file))
        return tuple(_workbook_sheets(file, limits))
    except Refusal as refusal:
        raise FileRefused.of(refusal, file.name) from refusal
    except python_calamine.PasswordError as error:
        raise FileRefused("file.encrypted", "文件有密码", file=file.name) from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise FileRefused("file.damaged", "文件损坏，读不出来", file=file.name) from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise FileRefused("file.damaged", "文件损坏，读不出来", file=file.name) from error


def _workbook_sheets(file: SafeFile, limits: FileLimits) -> list[Sheet]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    limits.refuse_sheets(len(book.sheets_metadata))
    found = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        source = book.get_sheet_by_index(index)
        facts = file.book.of(index)
        rows = source.to_python(skip_empty_area=True)
        start = source.start or (0, 0)
        for (row, column), text in facts.texts.items():
            at, over = row - start[0], column - start[1]
            if 0 <= at < len(rows) and 0 <= over < len(rows[at]):
                rows[at][over] = text
        if facts.errors:
            rows, start = _with_errors(rows, start, facts.errors)
        if not rows:
            continue
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        merged = source.merged_cell_ranges or facts.merged
        found.append(_sheet(meta.name, rows, start, merged, facts, is_hidden=hidden))
    return found


def _own_sheets(file: SafeFile) -> list[Sheet]:
    """The sheets that readers of our own found."""
    found = []
    for grid in file.grids:
        rows, start = grid.rows, (0, 0)
        if grid.facts.errors:
            rows, start = _with_errors(rows, start, grid.facts.errors)
        width = max(map(len, rows), default=0)
        if width:
            full = [row + [""] * (width - len(row)) for row in rows]
            found.append(
                _sheet(
                    grid.name, full, start, grid.facts.merged, grid.facts, is_hidden=grid.is_hidden
                )
            )
    return found


def _sheet(
    name: str,
    rows: list[list[Any]],
    start: tuple[int, int],
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    facts: SheetFacts,
    *,
    is_hidden: bool,
) -> Sheet:
    first_row, first_column = start
    height, width = len(rows), max(map(len, rows))
    ranges = []
    for (top, left), (bottom, right) in merged:
        box = (
            max(top - first_row, 0),
            max(left - first_column, 0),
            min(bottom - first_row, height - 1),
            min(right - first_column, width - 1),
        )
        if box[0] <= box[2] and box[1] <= box[3]:
            ranges.append(box)
    hidden = frozenset(
        row - first_row for row in facts.hidden_rows if 0 <= row - first_row < height
    )
    columns, touched = _plain([list(map(itemgetter(column), rows)) for column in range(width)])
    return Sheet(
        name=name,
        columns=columns,
        touched=touched,
        height=height,
        first_row=first_row,
        first_column=first_column,
        merged=tuple(ranges),
        hidden_rows=hidden,
        is_hidden=is_hidden,
    )


def _with_errors(
    rows: list[list[Any]], start: tuple[int, int], errors: dict[tuple[int, int], str]
) -> tuple[list[list[Any]], tuple[int, int]]:
    """The reader shows error cells as empty ones; put them back, widening the grid if needed."""
    if not rows:
        start = (min(row for row, _ in errors), min(column for _, column in errors))
    width = max(map(len, rows), default=0)
    top = min(start[0], *(row for row, _ in errors))
    left = min(start[1], *(column for _, column in errors))
    bottom = max(start[0] + len(rows) - 1, *(row for row, _ in errors))
    right = max(start[1] + width - 1, *(column for _, column in errors))
    if (top, left) != start or bottom - top + 1 != len(rows) or right - left + 1 != width:
        before = [""] * (start[1] - left)
        after = [""] * (right - (start[1] + width - 1))
        empty = [""] * (right - left + 1)
        rows = [
            *(list(empty) for _ in range(start[0] - top)),
            *(before + row + after for row in rows),
            *(list(empty) for _ in range(bottom - (start[0] + len(rows) - 1))),
        ]
    for (row, column), shown in errors.items():
        rows[row - top][column - left] = CellError(shown)
    return rows, (top, left)


def _text_sheet(file: SafeFile, limits: FileLimits) -> Sheet:
    columns, height = text_file.columns(file.data, limits)
    plain, touched = _plain(columns)
    return Sheet(name="", columns=plain, height=height, is_text=True, touched=touched)


def _plain(columns: Sequence[Cells]) -> tuple[tuple[Cells, ...], dict[int, frozenset[int]]]:
    """Columns without letters that nobody sees, and where there were some."""
    plain = tuple(map(look_alikes.plain_cells, columns))
    pairs = enumerate(zip(columns, plain, strict=True))
    return plain, {at: look_alikes.touched(*pair) for at, pair in pairs if pair[0] is not pair[1]}
