"""The body style of the bulletin: page, grid, typefaces and page numbers as GB/T 9704 has them.

Only what the body of a 通报 needs; the red head and the seal are the business of the office's
own document system, and conformity is not claimed.
"""

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY, TITLE, FIRST, SECOND, TABLE = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
LATIN = "Times New Roman"
SIZE_BODY, SIZE_TITLE, SIZE_PAGE, SIZE_TABLE = 16, 22, 14, 10.5
# 225 mm for 22 lines, 156 mm for 28 characters: the characters stand a little closer than 16 pt.
_LINE = 225 / 25.4 * 72 / 22
_CHAR = 156 / 25.4 * 72 / 28
_CLOSER = -0.25  # points between characters; 28 fit with or without the grid
_TOP, _BOTTOM, _LEFT, _RIGHT = 37, 35, 28, 26


def new_document() -> Word:
    """An empty document: A4, margins, grid, base style, page numbers."""
    word = Document()
    _base_style(word)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    _margins(section, _TOP, _BOTTOM, _LEFT, _RIGHT)
    _grid(section)
    _page_number(section)
    word.settings.odd_and_even_pages_header_footer = True
    return word


def title(word: Word, lines: Sequence[str]) -> None:
    """The title: 2号小标宋, centred, its lines broken by sense."""
    for line in lines:
        made = word.add_paragraph()
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _exact(made, 32)
        write(made, line, TITLE, SIZE_TITLE)


def small(word: Word, text: str) -> None:
    """A line in the type of tables, for what is looked up and not read."""
    made = word.add_paragraph()
    _exact(made, 15)
    write(made, text, TABLE, SIZE_TABLE)


def heading(word: Word, text: str, level: int) -> Paragraph:
    """一、 in 黑体 (level 1), （一） in 楷体 (level 2)."""
    made = _indented(word.add_paragraph())
    made.paragraph_format.keep_with_next = True
    write(made, text, FIRST if level == 1 else SECOND, SIZE_BODY)
    properties = made._p.get_or_add_pPr()
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level - 1))
    properties.append(outline)
    return made


def paragraph(word: Word, text: str, *, indent: bool = True) -> Paragraph:
    """A paragraph of the body: 3号仿宋, first line indented by two characters."""
    made = word.add_paragraph()
    _exact(made, _LINE)
    if indent:
        _indented(made)
    write(made, text, BODY, SIZE_BODY)
    return made


def write(paragraph: Paragraph, text: str, face: str, size: float, *, bold: bool = False) -> Run:
    """Add text with its typefaces for Latin and Chinese."""
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    properties = run._r.get_or_add_rPr()
    _faces(properties, face)
    if size == SIZE_BODY:
        closer = _element("w:spacing", {"w:val": str(round(_CLOSER * 20))})
        properties.find(qn("w:sz")).addprevious(closer)
    return run


def _faces(properties, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(kind), LATIN)
    fonts.set(qn("w:eastAsia"), face)


def _base_style(word: Word) -> None:
    normal: Any = word.styles["Normal"]
    normal.font.size = Pt(SIZE_BODY)
    _faces(normal.element.get_or_add_rPr(), BODY)
    # The grid is stated for the office's own templates; snapping to it differs from program to
    # program (some give a character two cells), so lines and spacing are exact instead.
    off = {"w:val": "0"}
    normal.element.get_or_add_pPr().append(_element("w:snapToGrid", off))
    normal.element.get_or_add_rPr().append(_element("w:snapToGrid", off))
    normal.paragraph_format.widow_control = False  # every page is filled to its last line
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)


def _margins(section: Section, top: float, bottom: float, left: float, right: float) -> None:
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(max(bottom - 7 - 5, 8))  # the number, 7 mm below the text
    section.header_distance = Mm(15)


def _grid(section: Section) -> None:
    """22 lines a page and 28 characters a line."""
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    extra = round((_CHAR - SIZE_BODY) * 4096)
    section._sectPr.append(
        _element(
            "w:docGrid",
            {
                "w:type": "linesAndChars",
                "w:linePitch": str(round(_LINE * 20)),
                "w:charSpace": str(extra),
            },
        )
    )


def _page_number(section: Section) -> None:
    """— 1 —: 4号半角宋体, odd pages at the right, even pages at the left, one character in."""
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = side
        indent = Pt(SIZE_PAGE)
        if side == WD_ALIGN_PARAGRAPH.RIGHT:
            line.paragraph_format.right_indent = indent
        else:
            line.paragraph_format.left_indent = indent
        write(line, "— ", TABLE, SIZE_PAGE)
        _field(line, "PAGE")
        write(line, " —", TABLE, SIZE_PAGE)


def _field(line: Paragraph, code: str) -> None:
    for kind in ("begin", "code", "separate", "text", "end"):
        run = write(line, "1" if kind == "text" else "", TABLE, SIZE_PAGE)
        if kind == "code":
            instruction = _element("w:instrText", {"xml:space": "preserve"})
            instruction.text = f" {code} "
            run._r.append(instruction)
        elif kind != "text":
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))


def _indented(made: Paragraph) -> Paragraph:
    _exact(made, _LINE)
    indent = _element("w:ind", {"w:firstLineChars": "200", "w:firstLine": str(2 * SIZE_BODY * 20)})
    made._p.get_or_add_pPr().append(indent)
    return made


def _exact(made: Paragraph, points: float) -> None:
    made.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    # Rounded down to a twentieth: rounded up, the last line of a page would not fit.
    made.paragraph_format.line_spacing = Pt(int(points * 20) / 20)


def _element(name: str, attributes: dict[str, str]):
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(
            "{http://www.w3.org/XML/1998/namespace}space" if key == "xml:space" else qn(key), value
        )
    return made
