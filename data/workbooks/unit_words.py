"""Units that a text says its figures are in: 「单位:人、万元」, 「金额均以元为单位」, 「(元)」."""

import re
from dataclasses import dataclass
from functools import lru_cache

from data.workbooks import words
from data.workbooks.number_values import MONEY

_MONEY = "|".join(sorted(MONEY, key=len, reverse=True))
_AND = r"[、,/;和及\s]+"
# Beside a number it is an amount (满30元), inside other words no money at all (广元市, 元旦).
_SEEN = re.compile(
    rf"(?<![\d.])(?<![^\W币到按以为是额位用费均计和或])(?:{_MONEY})(?![^\W为计填整以的])(?!/)"
)


@dataclass(frozen=True)
class Said:
    """What a text says of units.

    stated  the units that it gives its figures.
    seen    units of money that stand in it otherwise.
    """

    stated: tuple[str, ...]
    seen: tuple[str, ...]


@lru_cache(maxsize=16)
def _stating(units: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """The ways in which a text gives its figures one of the units, or several."""
    one = rf"(?:人民币\s*)?(?:{words.unit_words(units)})(?:\(?人民币\)?)?"
    several = rf"({one}(?:{_AND}{one})*)"
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"单位\s*[均都]?[为是:(\[]*\s*{several}(?!\w)",
            rf"[以按]\s*{several}\s*(?:为|作为|计|填|统计|表示|反映)",
            rf"(?:金额|费用|资金|经费|支付)\s*[均都]?\s*[为是:(\[]*\s*{several}(?!\w)",
            rf"[(\[]\s*{several}\s*[)\]]",
        )
    )


def said(text: str, units: frozenset[str] = words.NO_UNITS) -> Said:
    """The units that a text names; units: those of the catalogue."""
    text, stated = words.plain(text), []
    for pattern in _stating(units.union(MONEY)):
        for match in pattern.finditer(text):
            parts = re.split(_AND, re.sub(r"\(?人民币\)?", " ", match[1]))
            stated += [part for part in parts if part]
        text = pattern.sub("\0", text)
    return Said(tuple(dict.fromkeys(stated)), tuple(dict.fromkeys(_SEEN.findall(text))))
