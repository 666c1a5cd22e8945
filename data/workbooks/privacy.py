"""Personal data in a workbook: found by its form, named by its cell, never quoted."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from data.workbooks import words
from data.workbooks.read import Sheet

ID_RULE = "privacy.id"
MOBILE_RULE = "privacy.mobile"
NAME_RULE = "privacy.name"

_ID = re.compile(r"(?<!\d)\d{17}[\dXxＸｘ](?!\d)")
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
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
    last = "X" if text[17] in "XxＸｘ" else str(int(text[17]))
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _plausible(digits) and _CHECK_DIGITS[total % 11] == last


def has_id_number(text: str) -> bool:
    """Whether an ID number stands anywhere in a text, also with spaces in between."""
    for candidate in (text, "".join(text.split())):
        if any(is_id_number(found) for found in _ID.findall(candidate)):
            return True
    return False


def has_mobile(text: str) -> bool:
    """Whether a mobile number stands anywhere in a text."""
    return _MOBILE.search(text) is not None


def is_personal_header(text: str) -> bool:
    """Whether a column of this header holds names, ID numbers or telephone numbers."""
    return _PERSONAL_HEADER.search(words.key(text)) is not None


def hide(text: str) -> str:
    """A file or sheet name with every ID or mobile number taken out, fit to be shown."""
    return _MOBILE.sub("…", _ID.sub("…", text))


def id_cells(sheet: Sheet) -> list[tuple[int, int]]:
    """Rows and columns of every cell with an ID number.

    A number cell keeps only 15 digits of an ID number; region and date of birth must do.
    """
    found: list[tuple[int, int]] = []
    for column, cells in enumerate(sheet.columns):
        hits = {cell for cell in set(cells) if _may_be_id(cell)}
        if hits:
            found.extend((row, column) for row, cell in enumerate(cells) if cell in hits)
    return sorted(found)


def mobile_rows(cells: Iterable[Any]) -> list[int]:
    """Positions of the cells with a mobile number, as text or as a number."""
    cells = list(cells)
    hits = {cell for cell in set(cells) if _may_be_mobile(cell)}
    return [row for row, cell in enumerate(cells) if cell in hits] if hits else []


def _may_be_id(cell: Any) -> bool:
    if isinstance(cell, str):
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
