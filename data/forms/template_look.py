"""How a blank form looks: formats, widths, heights, who may write where."""

import unicodedata
from collections.abc import Sequence
from math import ceil
from typing import Any

from data.forms.template_parts import Head

SONG, HEI = "宋体", "黑体"
_BODY = 11
_NUMBER_FORMATS = {"int": "#,##0", "decimal": "#,##0.00##", "date": "yyyy-mm-dd"}
_WIDTHS = {"int": 7.2, "decimal": 9.5, "bool": 6.5, "enum": 10.0, "date": 11.5, "code": 12.0}
_TEXT_WIDTH = 22.0
_NAMED_WIDTHS = {"序号": 5.0, "乡镇（街道）": 10.0, "村名": 12.0, "机构名称": 28.0, "备注": 16.0}
_HEADER_LINES = 5
_LINE_HEIGHT = 15.0
_LOCKED_GREY = "#F2F2F2"
_CLOSED_GREY = "#D9D9D9"
MARGIN = 0.35  # inches at the left and at the right
_A4, _A3 = 9, 8  # as Excel numbers them
_A4_ACROSS = 842 - 2 * MARGIN * 72  # points
_LEAST_READ = 7.0  # points


class Look:
    """The formats of one workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.title = self._format(font_name=HEI, font_size=18, align="center", border=0)
        self.period = self._format(align="center", border=0)
        self.label = self._format(align="left", border=0)
        self.label_right = self._format(align="right", border=0)
        self.entry = self._format(align="left", border=0, bottom=1, locked=False)
        self.entry_date = self._format(
            align="left", border=0, bottom=1, locked=False, num_format='yyyy"年"m"月"d"日"'
        )
        self.header = self._format(bold=True, align="center", text_wrap=True)
        self.numbering = self._format(align="center", font_size=9)
        self.serial = self._format(align="center")
        self.note = self._format(align="left", valign="top", text_wrap=True, border=0, font_size=10)
        self.closed = self._format(align="center", bg_color=_CLOSED_GREY)
        self.total_word = self._format(bold=True, align="center")

    def value(self, kind: str, *, locked: bool) -> Any:
        """A cell of a data line."""
        look: dict[str, Any] = {"num_format": _NUMBER_FORMATS.get(kind, "@"), "locked": locked}
        look["align"] = {"int": "right", "decimal": "right", "text": "left"}.get(kind, "center")
        if locked:
            look["bg_color"] = _LOCKED_GREY
        if kind == "text":
            look["text_wrap"] = True
        return self._format(**look)

    def total(self, kind: str) -> Any:
        """A cell of the 合计 line."""
        return self._format(bold=True, align="right", num_format=_NUMBER_FORMATS.get(kind, "@"))

    def _format(self, **look: Any) -> Any:
        full = {"font_name": SONG, "font_size": _BODY, "valign": "vcenter", "border": 1} | look
        key = tuple(sorted(full.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(full)
        return self._made[key]


def width(head: Head, words: list[str]) -> float:
    """The width of a column in characters.

    words  what its cells hold beforehand or offer in a list.
    """
    base = _NAMED_WIDTHS.get(head.text) or _WIDTHS.get(head.type, _TEXT_WIDTH)
    if head.name in ("division_name",):
        base = 12.0
    longest = max((display_width(word) for word in words), default=0)
    base = max(base, min(longest + 1.5, 30.0))
    words_alone = head.text.split("\n")[0]
    return max(base, ceil(display_width(words_alone) / _HEADER_LINES / 2) * 2 + 1.5)


def paper(widths: Sequence[float]) -> int:
    """The paper on which all columns side by side can be read: A4, or A3 where A4 is too small.

    A printer without A3 shrinks the sheet to A4, which is where it would have been anyway.
    """
    points = sum((width * 7 + 5) * 0.75 for width in widths)
    return _A3 if _BODY * _A4_ACROSS / points < _LEAST_READ else _A4


def header_height(text: str, columns: float) -> float:
    """How high a header cell of that width must be to show its whole text."""
    return lines_of(text, columns) * _LINE_HEIGHT + 5


def lines_of(text: str, columns: float) -> int:
    """How many lines a text takes in a width of so many characters."""
    room = max(columns - 1.2, 2)
    return sum(ceil(display_width(part) / room) or 1 for part in text.split("\n"))


def display_width(text: str) -> int:
    """Width in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
