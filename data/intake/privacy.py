"""Personal data in a workbook: found by its form, named by its cell, never quoted."""

import re
from datetime import date
from typing import Any

from data.intake import words
from data.intake.read.cells import Cells, longer_than, positions
from data.intake.read.workbook import Sheet

ID_RULE = "privacy.id"
MOBILE_RULE = "privacy.mobile"
NAME_RULE = "privacy.name"

# What people put between the digits, by hand or by a form: spaces of any kind, hyphens, bars.
_GAP = r"[\s\-‐‑‒–—―_·•*|/\u200b-\u200f\u2060\ufeff]{0,3}"
_ID = re.compile(rf"(?<![0-9])[0-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9.])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
# Full-width forms, one for one, so that places in the text stay what they are.
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
# An ID number that a spreadsheet took for a number and a CSV file wrote so.
_SCIENTIFIC = re.compile(r"^[1-9]\.[0-9]{12,14}[eE]\+?17$")
_LONGEST_HEADER = 30
# A label with its value, or a footnote that forbids names, is no header.
_SENTENCE = re.compile(r"[::。!!??]|不|勿|请|^\s*注")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_REGIONS = frozenset(
    map(
        int,
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
        "61 62 63 64 65 71 81 82 83 91".split(),
    )
)
_PERSONAL_HEADER = re.compile(
    r"姓名|身份证|证件号|公民身份号|手机|联系电话|电话号码|联系方式|^电话$|^户主$|^患者$"
)


def is_id_number(text: str) -> bool:
    """Whether 18 characters are an ID number: region, a date of birth that exists, checksum."""
    digits = [int(character) for character in text[:17]]
    last = "X" if text[17] in "Xx" else text[17]
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _plausible(digits) and _CHECK_DIGITS[total % 11] == last


def has_id_number(text: str) -> bool:
    """Whether an ID number stands anywhere in a text, also full-width or with gaps in between."""
    return any(
        is_id_number("".join(each for each in found if each.isdigit() or each in "Xx"))
        for found in _ID.findall(_plain(text))
    )


def has_mobile(text: str) -> bool:
    """Whether a mobile number stands anywhere in a text."""
    return _MOBILE.search(_plain(text)) is not None


def has_any(text: str) -> bool:
    """Whether an ID number or a mobile number stands anywhere in a text."""
    return has_id_number(text) or has_mobile(text)


def is_personal_header(text: str) -> bool:
    """Whether a column of this header holds names, ID numbers or telephone numbers."""
    return _PERSONAL_HEADER.search(words.key(text)) is not None


def hide(text: str) -> str:
    """A text with everything that looks like an ID or mobile number taken out, fit to be shown."""
    for pattern in (_ID, _MOBILE):
        spans = [found.span() for found in pattern.finditer(_plain(text))]
        for start, end in reversed(spans):
            text = text[:start] + "…" + text[end:]
    return text


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


def _plain(text: str) -> str:
    """Full-width digits made half-width, place by place; other digits are no digits here."""
    return text if text.isascii() else text.translate(_WIDE)


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
        return len(cell) >= 18 and has_id_number(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 1e17 <= cell < 1e18:
        return _plausible([int(character) for character in str(int(cell))[:17]])
    return False


def _may_be_mobile(cell: Any) -> bool:
    if isinstance(cell, str):
        return len(cell) >= 11 and has_mobile(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return 1.3e10 <= cell < 2e10 and float(cell).is_integer()
    return False


def _plausible(digits: list[int]) -> bool:
    if digits[0] * 10 + digits[1] not in _REGIONS:
        return False
    year = int("".join(map(str, digits[6:10])))
    try:
        date(year, digits[10] * 10 + digits[11], digits[12] * 10 + digits[13])
    except ValueError:
        return False
    return 1880 <= year <= 2100
