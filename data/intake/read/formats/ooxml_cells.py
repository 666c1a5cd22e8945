"""What the XML of an .xlsx says of cells: errors, formulas, how far they reach, shared texts."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] (compiled)

from data.intake import words
from data.intake.read import look_alikes
from data.intake.read.limits import Refusal

_FILLED = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,9})"(?:\s[^>]*[^>/])?>')
# Any such attribute anywhere: of one written twice the reader takes the last.
_ANY_CELL = re.compile(rb"\br\s*=\s*['\"]([A-Za-z]{1,9})(\d{1,9})")
_ANY_ROW = re.compile(rb"\br\s*=\s*['\"](\d{1,9})")
_ROW_END = re.compile(rb"</(?:\w+:)?row\b")
_FORMULA_CELL = re.compile(
    rb'<c r="([A-Za-z]{1,3})(\d{1,9})"([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*'
    rb"(?:<v\b[^>]*/>|<v\b[^>]*>([^<]*)</v>)?"
)
_ERROR_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,9})"[^>]* t="e"[^>]*>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_EMPTY_VALUE = re.compile(rb"<v\b[^>]*/>$")
_TEXT_RESULT = b't="str"'
_LAST_COLUMN = 16_384
_ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,9})")
_SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": True}
_RUN = re.compile(rb"<(?:\w+:)?r>(.*?)</(?:\w+:)?r>", re.DOTALL)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</")
_VERTICAL = re.compile(rb"vertAlign\s+val=[\"']su(?:per|b)script")
_STRUCK = re.compile(rb"<(?:\w+:)?strike(?:\s*/>|\s+val=[\"'](?:1|true)|>)")
CELL_START = re.compile(rb"<(?:\w+:)?c[\s>/]")

Cell = tuple[tuple[int, int], str, bool, str | None]


def plain_cells(data: bytes, *, errors: bool, formulas: bool) -> Iterator[Cell]:
    """Cells with an error or a formula: place, type, whether it is a formula, its value.

    errors, formulas  whether there are any: each is looked for in a pass of its own.
    """
    for name, number, body in _ERROR_CELL.findall(data) if errors else ():
        value = _VALUE.search(body)
        yield (
            place_of(name, number),
            "e",
            False,
            value[1].decode("utf-8", "replace") if value else "",
        )
    for found in _FORMULA_CELL.finditer(data) if formulas else ():
        name, number, attributes, value = found.groups()
        kind = "str" if _TEXT_RESULT in attributes else "e" if b't="e"' in attributes else ""
        if kind != "e":
            if value is None and _EMPTY_VALUE.search(found[0]):
                value = b""
            shown = None if value is None else value.decode("utf-8", "replace")
            yield place_of(name, number), kind, True, shown


def odd_cells(data: bytes) -> Iterator[Cell]:
    """The same of a sheet whose cells are written in an unusual way, perhaps without address."""
    row = column = -1
    try:
        for event, element in etree.iterparse(io.BytesIO(data), events=("start", "end"), **_SAFE):
            tag = etree.QName(element).localname
            if event == "start" and tag == "row":
                row, column = int(element.get("r", row + 2)) - 1, -1
            elif event == "start" and tag == "c":
                place = _ADDRESS.fullmatch(element.get("r", ""))
                column = words.column_number(place[1].upper()) if place else column + 1
                row = int(place[2]) - 1 if place else row
            elif event == "end" and tag == "c":
                parts = {etree.QName(part).localname: part for part in element}
                value = parts["v"].text or "" if "v" in parts else None
                yield (row, column), element.get("t", ""), "f" in parts, value
            elif event == "end" and tag == "row":
                element.clear()
    except (etree.XMLSyntaxError, ValueError):
        return  # the reader says what is wrong with it


def place_of(name: bytes, number: bytes) -> tuple[int, int]:
    """Row and column of an address, counted from 0."""
    return int(number) - 1, words.column_number(name.decode().upper())


def result(kind: str, value: str | None, *, is_computed: bool) -> str | None:
    """What a formula came to: "" for an empty text, None where nobody computed it.

    Programs that only write workbooks put a 0 there, and ask to be computed.
    """
    if value is None or kind == "str":
        return value
    made_up = ("",) if is_computed else ("", "0")
    return None if value.strip() in made_up else value


@dataclass(frozen=True)
class _Box:
    """A rectangle of cells, from its first to its last; rows and columns count from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return max(0, self.last_row - self.first_row + 1)

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return max(0, self.last_column - self.first_column + 1)

    @property
    def corner(self) -> str:
        """The address of its last cell."""
        return words.address(self.last_row, self.last_column)


def filled_box(data: bytes) -> _Box:
    """The rectangle around those cells that are not just formatted."""
    first_row, last_row, first_column, last_column = 1 << 30, -1, 1 << 30, -1
    for name, number in _FILLED.findall(data):
        row, column = int(number) - 1, words.column_number(name.decode().upper())
        first_row, last_row = min(first_row, row), max(last_row, row)
        first_column, last_column = min(first_column, column), max(last_column, column)
    return _Box(first_row, first_column, last_row, last_column)


def any_box(data: bytes) -> _Box:
    """At most such a rectangle, however cells and rows are written."""
    rows = _ROW_END.split(data)
    last_row = max(len(rows), max(map(int, _ANY_ROW.findall(data)), default=0))
    last_column = max(len(CELL_START.findall(row)) for row in rows)
    for name, number in _ANY_CELL.findall(data):
        last_row = max(last_row, int(number))
        last_column = max(last_column, words.column_number(name.decode().upper()) + 1)
    if last_column > _LAST_COLUMN:
        raise Refusal("file.damaged", "有单元格的地址超出工作表的最后一列（XFD）")
    return _Box(0, 0, last_row - 1, last_column - 1)


class SharedTexts:
    """The longest of the shared texts, whose XML comes in pieces, and those with marked digits.

    raised  number of the text → what is to be read.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._longest = self._count = 0
        self.raised: dict[str, str] = {}

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        whole = self._rest + piece
        *items, self._rest = whole.split(b"</si>")
        self._longest = max(self._longest, max(map(len, items), default=0))
        if b"vertAlign" in whole or b"strike" in whole:
            for at, item in enumerate(items, start=self._count):
                if text := _with_marks(item):
                    self.raised[str(at)] = text
        self._count += len(items)

    def longest(self) -> int:
        """The bytes of the longest text."""
        return max(self._longest, len(self._rest))


def _with_marks(item: bytes) -> str:
    """A text whose digits are raised or struck only by their format, with marks of its own.

    5 with a raised 3 behind it is 5³, not 53, and a struck 5 before it no digit. Empty where there
    is no such digit.
    """
    if b"vertAlign" not in item and b"strike" not in item:
        return ""
    parts, is_marked = [], False
    for run in _RUN.findall(item):
        text = unescape(b"".join(_RUN_TEXT.findall(run)).decode("utf-8", "replace"))
        marked = look_alikes.raised(text) if _VERTICAL.search(run) else text
        marked = look_alikes.struck(marked) if _STRUCK.search(run) else marked
        is_marked = is_marked or marked != text
        parts.append(marked)
    return "".join(parts) if is_marked else ""
