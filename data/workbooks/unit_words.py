"""Units that a text says its figures are in: 「单位:人、万元」, 「金额均以元为单位」, 「(元)」."""

import re
from dataclasses import dataclass

from data.workbooks import words
from data.workbooks.number_values import MONEY

_UNIT = "|".join(sorted({*words.UNIT_WORDS.split("|"), *MONEY}, key=len, reverse=True))
_MONEY = "|".join(sorted(MONEY, key=len, reverse=True))
_ONE = rf"(?:人民币\s*)?(?:{_UNIT})(?:\(?人民币\)?)?"
_AND = r"[、,/;和及\s]+"
_SEVERAL = rf"({_ONE}(?:{_AND}{_ONE})*)"
_STATED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"单位\s*[均都]?[为是:(\[]*\s*{_SEVERAL}(?!\w)",
        rf"[以按]\s*{_SEVERAL}\s*(?:为|作为|计|填|统计|表示|反映)",
        rf"(?:金额|费用|资金|经费|支付)\s*[均都]?\s*[为是:(\[]*\s*{_SEVERAL}(?!\w)",
        rf"[(\[]\s*{_SEVERAL}\s*[)\]]",
    )
)
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


def said(text: str) -> Said:
    """The units that a text names."""
    text, stated = words.plain(text), []
    for pattern in _STATED:
        for match in pattern.finditer(text):
            parts = re.split(_AND, re.sub(r"\(?人民币\)?", " ", match[1]))
            stated += [part for part in parts if part]
        text = pattern.sub("\0", text)
    return Said(tuple(dict.fromkeys(stated)), tuple(dict.fromkeys(_SEEN.findall(text))))
