"""Personal numbers in a text: ID and mobile numbers, found by their form, never quoted."""

import re
from datetime import date

# What people put between the digits, by hand or by a form: spaces of any kind, hyphens, bars.
_GAP = r"[\s\-‐‑‒–—―_·•*|/\u200b-\u200f\u2060\ufeff]{0,3}"
_ID = re.compile(rf"(?<![0-9])[0-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9.])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
# Full-width forms, one for one, so that places in the text stay what they are.
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_REGIONS = frozenset(
    map(
        int,
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
        "61 62 63 64 65 71 81 82 83 91".split(),
    )
)


def is_id_number(text: str) -> bool:
    """Whether 18 characters are an ID number: region, a date of birth that exists, checksum."""
    digits = [int(character) for character in text[:17]]
    last = "X" if text[17] in "Xx" else text[17]
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return is_plausible(digits) and _CHECK_DIGITS[total % 11] == last


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


def hide(text: str) -> str:
    """A text with everything that looks like an ID or mobile number taken out, fit to be shown."""
    for pattern in (_ID, _MOBILE):
        spans = [found.span() for found in pattern.finditer(_plain(text))]
        for start, end in reversed(spans):
            text = text[:start] + "…" + text[end:]
    return text


def is_plausible(digits: list[int]) -> bool:
    """Whether 17 digits begin with a region and a date of birth that exist."""
    if digits[0] * 10 + digits[1] not in _REGIONS:
        return False
    year = int("".join(map(str, digits[6:10])))
    try:
        date(year, digits[10] * 10 + digits[11], digits[12] * 10 + digits[13])
    except ValueError:
        return False
    return 1880 <= year <= 2100


def _plain(text: str) -> str:
    """Full-width digits made half-width, place by place; other digits are no digits here."""
    return text if text.isascii() else text.translate(_WIDE)
