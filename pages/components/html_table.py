"""A plain table of words and figures: readable aloud, printable, as wide as its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from pages.components import states


@dataclass(frozen=True)
class Cell:
    """One cell: text, or HTML of our own making (`html`), and a style class.

    value  What a sort by this column goes by; None stays last.
    sort   In the head: a click puts the rows in the order of this column.
    span   How many columns it takes.
    """

    text: str = ""
    html: str = ""
    style: str = ""
    value: float | None = None
    sort: bool = False
    span: int = 1

    def inner(self) -> str:
        """Return the cell's content as safe HTML."""
        words = self.html or escape(self.text)
        if not self.sort:
            return words
        return f'<button data-sort="1" title="按这一列排序，再点一次反过来">{words}</button>'


@dataclass(frozen=True)
class Row:
    """One row; a total stands out."""

    cells: Sequence[Cell]
    is_total: bool = False


def number(text: str, value: float | None = None) -> Cell:
    """Return a cell whose text is aligned as figures are; value: what a sort goes by."""
    return Cell(text=text, style="number", value=value)


def table_html(
    headers: Sequence[Cell], rows: Iterable[Row], *, caption: str = "", tall: bool = False
) -> str:
    """Return the table as HTML, empty without rows; the first cell of a row stays in sight.

    tall  For long lists: the table scrolls in a window of its own.
    """
    head = "".join(_element("th", cell, ' scope="col"') for cell in headers)
    body = "".join(_row(row) for row in rows)
    if not body:
        return ""
    note = f"<caption>{escape(caption)}</caption>" if caption else ""
    window = "table-wrap table-tall" if tall else "table-wrap"
    return (
        f'<div class="{window}" tabindex="0"><table>{note}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def html_table(
    headers: Sequence[Cell], rows: Iterable[Row], *, caption: str = "", tall: bool = False
) -> None:
    """Draw the table (see `table_html`), or say that there is nothing to list."""
    draw(table_html(headers, rows, caption=caption, tall=tall))


def draw(html: str) -> None:
    """Draw a table that `table_html` made, or say that there is nothing to list."""
    if html:
        st.html(html)
    else:
        states.empty("没有数据", "所选区划到这一期末为止没有报送")


def _row(row: Row) -> str:
    first, *others = row.cells
    cells = _element("th", first, ' scope="row"') + "".join(_element("td", c) for c in others)
    return f'<tr class="total">{cells}</tr>' if row.is_total else f"<tr>{cells}</tr>"


def _element(tag: str, cell: Cell, more: str = "") -> str:
    style = f' class="{cell.style}"' if cell.style else ""
    value = f' data-value="{cell.value}"' if cell.value is not None else ""
    span = f' colspan="{cell.span}"' if cell.span > 1 else ""
    return f"<{tag}{more}{style}{value}{span}>{cell.inner()}</{tag}>"
