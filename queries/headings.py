"""What the columns of an answer are called where people meet them: in Chinese, with their units."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data.catalogue.model import Catalogue
from queries.headers import Header, Returned

_FILE = Path(__file__).with_name("headings.yaml")
# Units that are another column of the same answer; they differ from row to row.
ROW_UNITS = ("unit", "change_unit", "target_unit")


@dataclass(frozen=True)
class Heading:
    """One column of an answer as a person should meet it.

    column  Its name in the query.    words  What it is called, without its unit.
    type    text | integer | bigint | double | boolean | date.
    unit    Its unit where all rows have the same, else empty.
    unit_column  The column that holds the unit of each row, else empty.
    omitted  It serves the program only and may be left out of a workbook.
    is_mark  It is worth a column only where it is true in some row.
    meaning  A sentence for programs that read it; may be empty.
    """

    column: str
    words: str
    type: str
    unit: str = ""
    unit_column: str = ""
    omitted: bool = False
    is_mark: bool = False
    meaning: str = ""

    @property
    def text(self) -> str:
        """The heading with its unit: 签约人数(人)."""
        return f"{self.words}({self.unit})" if self.unit else self.words


def headings(header: Header, catalogue: Catalogue) -> list[Heading]:
    """Return the headings of a question's columns, in their order.

    A column without words of its own is called as in the report tables that the question reads;
    one that nobody has named is 第3列 (a test keeps that from happening).
    """
    return [
        _heading(header, column, place, catalogue)
        for place, column in enumerate(header.returns, start=1)
    ]


def named(column: str, question: str = "") -> str | None:
    """Return the words of a column, or None when the list has none."""
    told = _told()
    return told["questions"].get(question, {}).get(column) or told["words"].get(column)


def meaning(column: str) -> str:
    """Return what a column holds, in a sentence; empty where its words say it."""
    return _told()["meanings"].get(column, "")


def value_words(column: str) -> Mapping[str, str]:
    """Return what the codes in a column mean; empty where its values are words already."""
    return _told()["values"].get(column, {})


def measured(column: Returned) -> tuple[str, str]:
    """Return a column's unit where all rows have the same, else the column that holds each row's.

    A difference that is points for a rate and people for a count has neither.
    """
    if column.name in _told()["differences"]:
        return "", ""
    by_row = next((each for each in ROW_UNITS if column.unit.split(" ")[0] == each), "")
    return "" if by_row else column.unit.partition(",")[0], by_row


def _heading(header: Header, column: Returned, place: int, catalogue: Catalogue) -> Heading:
    words = named(column.name, header.name) or _filed(header, column.name, catalogue)
    unit, by_row = measured(column)
    return Heading(
        column.name,
        words or f"第{place}列",
        column.type,
        unit,
        by_row,
        column.name in _told()["omitted"],
        column.name in _told()["marks"],
        meaning(column.name),
    )


def _filed(header: Header, name: str, catalogue: Catalogue) -> str | None:
    """Return a report column's own header: of a table that the question reads, else of any."""
    read = [each.upper().partition("_")[0] for each in header.reads]
    tables = sorted(catalogue.tables.values(), key=lambda table: table.id not in read)
    return next((table.by_name[name].header for table in tables if name in table.by_name), None)


@cache
def _told() -> dict[str, Any]:
    return yaml.safe_load(_FILE.read_text("utf-8"))
