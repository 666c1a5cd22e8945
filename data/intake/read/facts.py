"""What no reader tells of a workbook: errors, hidden rows, what stands outside the cells."""

from dataclasses import dataclass, field
from typing import Any

# What stands for a formula whose result was never computed.
NO_RESULT = "公式没有结果"
_ERROR_NAMES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def error_name(code: int) -> str:
    """How Excel writes an error that its binary formats give as a number."""
    return _ERROR_NAMES.get(code, "#错误")


@dataclass
class SheetFacts:
    """What the reader does not tell of a sheet. Rows and columns count from 0.

    merged  (first row, first column), (last row, last column), both ends included.
    texts   cells whose text is to be read otherwise than the reader does.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


@dataclass
class Formulas:
    """What became of the formulas of a workbook, told when all of them were seen.

    A program that computes may find nothing (""); then its other formulas have results. Where no
    formula has any, nobody computed.
    """

    is_computed: bool = False
    _empty: list[tuple[SheetFacts, tuple[int, int]]] = field(default_factory=list)

    def found(self, facts: SheetFacts, place: tuple[int, int], result: object) -> None:
        """Take one formula; result: "" for an empty text, None for none."""
        if result is None:
            facts.errors[place] = NO_RESULT
        elif result == "":
            self._empty.append((facts, place))
        else:
            self.is_computed = True

    def settle(self) -> None:
        """Note the formulas that were never computed."""
        for facts, place in () if self.is_computed else self._empty:
            facts.errors[place] = NO_RESULT


@dataclass
class BookFacts:
    """What is known of a workbook before its cells are read.

    sheets       by their place in the workbook, or nothing.
    other_texts  what stands outside the cells: names, links, headers, text boxes, properties.
    notes        the comments: the cell they hang on, and their text.
    is_1904      days are counted from 1904, as old Macintosh workbooks do.
    mended       parts of the package that the reader would not read whole, written so that it does.
    """

    sheets: list[SheetFacts] = field(default_factory=list)
    other_texts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    is_1904: bool = False
    mended: dict[str, bytes] = field(default_factory=dict)

    def of(self, sheet: int) -> SheetFacts:
        """What is known of a sheet, by its place."""
        return self.sheets[sheet] if sheet < len(self.sheets) else SheetFacts()


@dataclass
class Grid:
    """A sheet as a reader of our own found it.

    rows  lists of cells, "" where empty, as long as they are filled.
    """

    name: str
    rows: list[list[Any]]
    facts: SheetFacts = field(default_factory=SheetFacts)
    is_hidden: bool = False
