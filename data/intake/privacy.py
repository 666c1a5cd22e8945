"""Personal data in a workbook: found by its form, named by its cell, never quoted."""

import re
from typing import Any

from data import personal
from data.intake import words
from data.intake.read.cells import Cells, longer_than, positions
from data.intake.read.workbook import Sheet

ID_RULE = "privacy.id"
MOBILE_RULE = "privacy.mobile"
NAME_RULE = "privacy.name"

# An ID number that a spreadsheet took for a number and a CSV file wrote so.
_SCIENTIFIC = re.compile(r"^[1-9]\.[0-9]{12,14}[eE]\+?17$")
_LONGEST_HEADER = 30
# A label with its value, or a footnote that forbids names, is no header.
_SENTENCE = re.compile(r"[::。!!??]|不|勿|请|^\s*注")
_PERSONAL_HEADER = re.compile(
    r"姓名|身份证|证件号|公民身份号|手机|联系电话|电话号码|联系方式|^电话$|^户主$|^患者$"
)


def is_personal_header(text: str) -> bool:
    """Whether a column of this header holds names, ID numbers or telephone numbers."""
    return _PERSONAL_HEADER.search(words.key(text)) is not None


def id_cells(sheet: Sheet) -> list[tuple[int, int]]:
    """Rows and columns of every cell with an ID number.

    A number cell keeps only 15 digits of an ID number; region and date of birth must do.
    """
    found: list[tuple[int, int]] = []
    for column, cells in enumerate(sheet.columns):
        hits = {cell for cell in longer_than(cells, 18) if _may_be_id(cell)}
        if hits:
            found.extend((row, column) for row in positions(cells, hits))
    return sorted(found)


def cells_to_clear(sheet: Sheet) -> set[tuple[int, int]]:
    """Every cell of a sheet that may not be passed on: ID and mobile numbers, and what stands
    below a header of names, ID numbers or telephones. Needs no recognised table.
    """
    found = set(id_cells(sheet))
    for column, cells in enumerate(sheet.columns):
        found.update((row, column) for row in mobile_rows(cells))
        headers = {text for text in sheet.distinct(column) if _may_be_personal_header(text)}
        if not headers:
            continue
        # A header has neighbours; a line of text that says 姓名 has none.
        tops = [row for row in positions(cells, headers) if _stands_in_a_row(sheet, row, column)]
        if not tops:
            continue
        found.update(
            (row, column)
            for row, cell in enumerate(cells)
            if row > tops[0] and cell != "" and cell not in headers
        )
    return found


def mobile_rows(cells: Cells) -> list[int]:
    """Positions of the cells with a mobile number, as text or as a number."""
    hits = {cell for cell in longer_than(cells, 11) if _may_be_mobile(cell)}
    return positions(cells, hits) if hits else []


def _may_be_personal_header(cell: Any) -> bool:
    if not isinstance(cell, str) or not 0 < len(cell) <= _LONGEST_HEADER:
        return False
    return not _SENTENCE.search(cell) and is_personal_header(cell)


def _stands_in_a_row(sheet: Sheet, row: int, column: int) -> bool:
    """Whether another cell of the row is filled; in a sheet of one column, any row will do."""
    others = (cells[row] for at, cells in enumerate(sheet.columns) if at != column)
    return sheet.width == 1 or any(cell != "" for cell in others)


def _may_be_id(cell: Any) -> bool:
    if isinstance(cell, str):
        if _SCIENTIFIC.match(cell.strip()):
            return _may_be_id(float(cell))
        return len(cell) >= 18 and personal.has_id_number(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 1e17 <= cell < 1e18:
        return personal.is_plausible([int(character) for character in str(int(cell))[:17]])
    return False


def _may_be_mobile(cell: Any) -> bool:
    if isinstance(cell, str):
        return len(cell) >= 11 and personal.has_mobile(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return 1.3e10 <= cell < 2e10 and float(cell).is_integer()
    return False
