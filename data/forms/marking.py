"""How a finding looks in a workbook: colour and comment at its cell, a line in the list."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink

from data import personal
from data.findings import ERROR, EXPLAIN, HINT, SEVERITIES, Finding
from data.intake.read.workbook import FINDING_LIST, FINDING_LIST_TITLE, is_finding_list_title

CSV_SHEET = "原表"
_AUTHOR = "核对"
_FONT = "宋体"
_COLOURS = {ERROR: "FFC7CE", EXPLAIN: "FFEB9C", HINT: "DDEBF7"}
_CLEARED = "C9CED6"
_ADDRESS = re.compile(r"^([A-Z]{1,3})([1-9]\d{0,6})$")
# Of one cell this many findings are written into its comment; all of them stand in the list.
_IN_COMMENT = 5
_LONGEST = 32_000
_COLUMNS = (
    ("序号", 5),
    ("级别", 7),
    ("文件", 24),
    ("工作表", 10),
    ("单元格", 8),
    ("列", 14),
    ("区划", 18),
    ("查到的", 28),
    ("应当是", 26),
    ("怎样改", 26),
    ("报表", 16),
    ("规则", 14),
)
_OF_ONE_FILE = tuple(column for column in _COLUMNS if column[0] != "文件")
_LINE_HEIGHT = 15
_LINE = Side(style="thin", color="B6BDC7")


def mark(pages: Mapping[str, Any], findings: Sequence[Finding]) -> None:
    """Colour and comment every cell that a finding names; hidden rows and sheets are shown."""
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.sheet in pages and _ADDRESS.match(finding.cell):
            by_cell.setdefault((finding.sheet, finding.cell), []).append(finding)
    for (name, address), found in by_cell.items():
        page = pages[name]
        cell = _anchor(page, address)
        worst = min(found, key=lambda each: SEVERITIES.index(each.severity))
        cell.fill = PatternFill("solid", fgColor=_COLOURS[worst.severity])
        lines = [_words(each) for each in found[:_IN_COMMENT]]
        if len(found) > _IN_COMMENT:
            lines.append(f"另有 {len(found) - _IN_COMMENT} 个问题，见「{FINDING_LIST}」。")
        _comment(cell, "\n".join(lines))
        page.row_dimensions[cell.row].hidden = False
        page.sheet_state = "visible"


def clear(page: Any, row: int, column: int) -> None:
    """Take a personal value out of a cell and say so; a label keeps its words."""
    cell = _anchor(page, page.cell(row, column).coordinate)
    text = cell.value if isinstance(cell.value, str) else ""
    kept = personal.hide(text) if (":" in text or ":" in text) else ""
    has_more = kept and not personal.has_any(kept)
    cell.value = kept if has_more else None
    cell.comment = None
    cell.hyperlink = None
    if not has_more:
        cell.fill = PatternFill("solid", fgColor=_CLEARED)
        _comment(cell, "此格有个人信息，已从副本中清除。")


def add_list(
    book: Workbook,
    findings: Sequence[Finding],
    pages: Mapping[str, Any],
    notes: Sequence[str],
) -> None:
    """The sheet 「问题清单」 in front, one line per finding, each linked to its cell."""
    for old in [page for page in book.worksheets if page.title.startswith(FINDING_LIST)]:
        if is_finding_list_title(old["A1"].value):
            book.remove(old)
    page: Any = book.create_sheet(FINDING_LIST, 0)
    page["A1"] = FINDING_LIST_TITLE
    page["A1"].font = Font(name=_FONT, size=16, bold=True)
    counts = "、".join(
        f"{severity} {sum(each.severity == severity for each in findings)} 处"
        for severity in SEVERITIES
    )
    names = "、".join(dict.fromkeys(each.file for each in findings if each.file))
    several = len({each.file for each in findings}) > 1
    told = [f"文件：{names}" if names and not several else "", f"{counts}。", *notes, _MEANING]
    row = 2
    for text in filter(None, told):
        _text(page, row, 1, text)
        row += 1
    _table(page, row, findings, pages, _COLUMNS if several else _OF_ONE_FILE)


_MEANING = (
    "错误须改正；需说明的，核对属实就在该行「备注」写明原因；提示供核对。"
    "点「单元格」可到原处；颜色：红 错误、黄 需说明、蓝 提示、灰 已清除的个人信息。"
)


def _table(
    page: Any,
    top: int,
    findings: Sequence[Finding],
    pages: Mapping[str, Any],
    columns: Sequence[tuple[str, int]],
) -> None:
    border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
    for column, (header, width) in enumerate(columns, start=1):
        cell = _text(page, top, column, header)
        cell.font = Font(name=_FONT, size=11, bold=True)
        cell.border = border
        page.column_dimensions[cell.column_letter].width = width
    at = {header: place for place, (header, _) in enumerate(columns, start=1)}
    order = {severity: place for place, severity in enumerate(SEVERITIES)}
    lines = sorted(findings, key=lambda each: order[each.severity])
    for number, finding in enumerate(lines, start=1):
        row = top + number
        told = _told(number, finding)
        values = [told[header] for header, _ in columns]
        for column, value in enumerate(values, start=1):
            cell = _text(page, row, column, value)
            cell.border = border
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[row].height = _LINE_HEIGHT * _lines(values, columns)
        page.cell(row, at["级别"]).fill = PatternFill("solid", fgColor=_COLOURS[finding.severity])
        _link(page.cell(row, at["单元格"]), finding, pages)
    page.freeze_panes = page.cell(top + 1, 1)
    page.auto_filter.ref = f"A{top}:{get_column_letter(len(columns))}{top + max(len(lines), 1)}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{top}:{top}"


def _told(number: int, finding: Finding) -> dict[str, str]:
    """What each column says of a finding."""
    return {
        "序号": str(number),
        "级别": finding.severity,
        "文件": finding.file,
        "工作表": finding.sheet,
        "单元格": finding.cell,
        "列": finding.column,
        "区划": finding.area,
        "查到的": finding.found or "空",
        "应当是": finding.expected,
        "怎样改": finding.action,
        "报表": finding.table,
        "规则": finding.rule,
    }


def _lines(values: Sequence[str], columns: Sequence[tuple[str, int]]) -> int:
    """How many lines the fullest cell of a row takes; no program measures that for us."""
    widths = [sum(1 if letter.isascii() else 2 for letter in value) for value in values]
    return max(
        -(-width // max(room - 1, 1)) or 1 for width, (_, room) in zip(widths, columns, strict=True)
    )


def _link(cell: Any, finding: Finding, pages: Mapping[str, Any]) -> None:
    page = pages.get(finding.sheet)
    if page is None or not _ADDRESS.match(finding.cell):
        return
    name = page.title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{finding.cell}")
    cell.font = Font(name=_FONT, size=11, color="12467F", underline="single")


def _text(page: Any, row: int, column: int, value: str) -> Any:
    """Write a text that no program takes for a formula."""
    cell = page.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    if cell.value:
        cell.data_type = "s"
    cell.font = Font(name=_FONT, size=11)
    return cell


def _words(finding: Finding) -> str:
    text = (
        f"[{finding.severity}] 查到：{finding.found or '空'}；应当：{finding.expected}。"
        f"{finding.action.rstrip('。')}。"
    )
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _comment(cell: Any, text: str) -> None:
    """Add to a cell's comment; what the unit wrote there stays."""
    before = cell.comment.text + "\n" if cell.comment is not None else ""
    comment = Comment((before + text)[:_LONGEST], _AUTHOR)
    comment.width, comment.height = 320, min(60 + 36 * (before + text).count("\n") + 60, 320)
    cell.comment = comment


def _anchor(page: Any, address: str) -> Any:
    """The cell itself, or the first cell of the merged area that it is part of."""
    cell = page[address]
    if not isinstance(cell, MergedCell):
        return cell
    for area in page.merged_cells.ranges:
        if address in area:
            return page.cell(area.min_row, area.min_col)
    return cell
