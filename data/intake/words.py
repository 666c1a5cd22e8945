"""How texts of a form are compared and cells are addressed."""

import re
import unicodedata
from functools import lru_cache

# How people write units beside those that a catalogue names.
_COMMON_UNITS = (
    "元 人 户 个 人次 份 次 项 项次 例 剂次 对 种 天 处 名 家 张 平方米 ㎡ m2 m² 平米"
    " % ‰ 岁 年 月 日 周 条 笔 所 村 台 间"
).split()
# Units of money: the power of ten of each over 元.
MONEY = {"元": 0, "百元": 2, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}
_SCALES = "百万|千万|百|千|万|亿"
NO_UNITS: frozenset[str] = frozenset()
_SEPARATORS = re.compile(r"[\s:;,、。·_*\"'“”‘’\-—–/|]+")
_NUMBERING = re.compile(r"^(?:\(?\d{1,2}\)|\d{1,2}[.、](?!\d)|[一二三四五六七八九十]{1,3}[、.])")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Full-width forms made half-width, runs of white space made one space, ends stripped."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=16)
def unit_words(units: frozenset[str]) -> str:
    """A pattern for every way to write the units of a catalogue, and others that people know."""
    known = {*units, *_COMMON_UNITS} - {"", "-"}
    written = "|".join(map(re.escape, sorted(known, key=lambda unit: (-len(unit), unit))))
    return f"(?:{_SCALES})?(?:{written})"


@lru_cache(maxsize=16)
def _in_brackets(units: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"[(\[【〔](?:单位:?)?({unit_words(units).lower()})[)\]】〕]", re.IGNORECASE)


@lru_cache(maxsize=65536)
def key(text: str, units: frozenset[str] = NO_UNITS) -> str:
    """A header as it is compared: no white space, no separators, no unit in brackets.

    units  those of the catalogue; they say nothing about which column it is.
    """
    words = unicodedata.normalize("NFKC", text).lower()
    words = _NUMBERING.sub("", "".join(words.split()))
    words = _in_brackets(units).sub("", words)
    return _SEPARATORS.sub("", words)


def unit_in(text: str, units: frozenset[str] = NO_UNITS) -> str | None:
    """The unit in brackets at a header, as 元 in 「救治总费用(元)」, or None."""
    tight = "".join(unicodedata.normalize("NFKC", text).split())
    found = _in_brackets(units).findall(tight)
    return found[-1] if found else None


def letters(column: int) -> str:
    """The letters of a zero-based column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """The zero-based number of a column's letters: A is 0."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def address(row: int, column: int) -> str:
    """The address of a zero-based cell, as C7."""
    return f"{letters(column)}{row + 1}"
