"""Native tables of the bulletin: heading repeated on every page, rows kept whole."""

from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from pages.exports.briefing.model import PaperColumn, PaperTable
from pages.exports.briefing.writers.document_style import FIRST, SIZE_TABLE, TABLE, write

UPRIGHT = 156.0  # mm between the margins
_MANY = 8  # columns; a table with more is set in the smaller type
_SMALL, _SMALL_LINE, _LINE = 9.0, 12.5, 15.0  # points


def add_table(word: Word, table: PaperTable, width: float) -> None:
    """Write a table of that width in mm, with its note below."""
    size = _SMALL if len(table.columns) > _MANY else SIZE_TABLE
    made = word.add_table(rows=0, cols=len(table.columns))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    _narrow_margins(made)
    whole = sum(column.weight for column in table.columns)
    widths = [Mm(width * column.weight / whole) for column in table.columns]
    for column, wide in zip(made.columns, widths, strict=True):
        column.width = wide
    heading = made.add_row()
    _mark(heading, "w:tblHeader")
    for cell, column, wide in zip(heading.cells, table.columns, widths, strict=True):
        _fill(cell, column.heading, wide, WD_ALIGN_PARAGRAPH.CENTER, size, face=FIRST)
    for number, row in enumerate(table.rows):
        line = made.add_row()
        bold = number < table.totals
        for cell, value, column, wide in zip(line.cells, row, table.columns, widths, strict=True):
            _fill(cell, value.text, wide, _side(column), size, bold=bold)
    for row in made.rows:
        _mark(row, "w:cantSplit")
    if said := f"{table.note}{table.more}":
        note = word.add_paragraph()
        _close(note, size)
        write(note, f"注：{said}", TABLE, size)


def _narrow_margins(made) -> None:
    """Half a millimetre beside the figures, so that wide tables need no second line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), "28")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.append(margins)


def _side(column: PaperColumn) -> WD_ALIGN_PARAGRAPH:
    return WD_ALIGN_PARAGRAPH.RIGHT if column.kind == "number" else WD_ALIGN_PARAGRAPH.LEFT


def _fill(
    cell, text: str, width, side, size: float, *, face: str = TABLE, bold: bool = False
) -> None:
    cell.width = width
    line = cell.paragraphs[0]
    line.alignment = side
    _close(line, size)
    write(line, text, face, size, bold=bold)


def _close(line, size: float) -> None:
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    line.paragraph_format.line_spacing = Pt(_SMALL_LINE if size == _SMALL else _LINE)


def _mark(row, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    made = OxmlElement(name)
    made.set(qn("w:val"), "true")
    properties.append(made)
