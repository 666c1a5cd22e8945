"""A copy of the workbook with its findings: cells coloured and commented, a list in front.

The copy goes back to the unit by mail or chat, so nothing personal may be in it: such cells are
cleared and said, and the finished file is searched once more before anybody gets it.
"""

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.workbook import Workbook

from data import personal
from data.findings import Finding
from data.forms import marking
from data.intake import privacy
from data.intake.read import files, kinds, safety, workbook
from data.intake.read.files import Given
from data.intake.read.limits import FileLimits
from data.intake.read.workbook import CellError, Sheet

# Above this the copy would take more memory than the check itself: only the list is written.
LARGEST_CELLS = 200_000
LARGEST_BYTES = 40 << 20
# A foreign writer's file may break the library that keeps its look in any of these ways.
_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OSError,
    EOFError,
    ArithmeticError,
    NotImplementedError,
    AssertionError,
    RecursionError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)
_LARGE = "文件较大，只列问题，没有附原表。请对照单元格地址在原文件中修改。"
_UNREAD = "原文件读不出来，只列问题。"
_PLAIN = "副本是新的 .xlsx：原文件的格式无法原样保留，各格的内容和位置不变。"
_CLEARED = "有 {} 格个人信息已从副本中清除，请在原文件中删去后重新报送。"


def of_file(findings: Sequence[Finding], shown: str) -> list[Finding]:
    """The findings about one file, by the name under which it was read."""
    return [finding for finding in findings if finding.file == shown]


def marked_copy(
    file: Given | Path | str,
    findings: Sequence[Finding],
    limits: FileLimits | None = None,
    *,
    member: str = "",
) -> bytes:
    """A workbook (.xlsx) with every finding at its cell and 「问题清单」 in front.

    findings  Those of this file only (see of_file).
    member    Which file, where it is in a zip.
    returns   An .xlsx keeps its look; .xls and .csv come as a new .xlsx with the cells placed
              the same; a file too large or unreadable as the list alone, and the list says so.
              Personal data is cleared; formulas that point to other files become their values.
    """
    limits = limits or FileLimits()
    try:
        checked = files.one(Given.of(file), member, limits)
        sheets = workbook.sheets(checked, limits)
    except safety.FileRefused:
        return list_of(findings, _UNREAD)
    if _is_large(checked, sheets):
        return list_of(findings, _LARGE)
    secrets = {sheet.name: privacy.cells_to_clear(sheet) for sheet in sheets}
    notes = []
    cleared = sum(map(len, secrets.values()))
    if cleared:
        notes.append(_CLEARED.format(cleared))
    if checked.kind == kinds.XLSX:
        try:
            kept = _with_look(checked.data, sheets, secrets, findings, notes)
        except _UNREADABLE:
            kept = b""
        if kept and is_clean(kept):
            return kept
    notes.append(_PLAIN)
    plain = _finished(_placed_again(sheets, secrets), sheets, secrets, findings, notes)
    return plain if is_clean(plain) else list_of(findings, _UNREAD)


def list_of(findings: Sequence[Finding], note: str = "") -> bytes:
    """「问题清单」 alone, as a workbook (.xlsx); of several files each line names its own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    marking.add_list(book, findings, {}, [note])
    return _saved(book)


def is_clean(data: bytes) -> bool:
    """Whether no part of a workbook's package holds an ID number, wherever it may stand."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return not any(
            personal.has_id_number(package.read(name).decode("utf-8", "replace"))
            for name in package.namelist()
        )


def _is_large(checked: safety.SafeFile, sheets: Sequence[Sheet]) -> bool:
    if sum(sheet.height * sheet.width for sheet in sheets) > LARGEST_CELLS:
        return True
    if checked.kind != kinds.XLSX:
        return False
    with zipfile.ZipFile(io.BytesIO(checked.data)) as package:
        return sum(info.file_size for info in package.infolist()) > LARGEST_BYTES


def _with_look(
    data: bytes,
    sheets: Sequence[Sheet],
    secrets: dict[str, set[tuple[int, int]]],
    findings: Sequence[Finding],
    notes: Sequence[str],
) -> bytes:
    """The file itself, opened and marked."""
    book: Any = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    by_name = {sheet.name: sheet for sheet in sheets}
    for page in book.worksheets:
        _without_extras(page)
        if page.title in by_name:
            _without_links(page, by_name[page.title])
    for name in list(book.defined_names):
        if personal.has_any(str(book.defined_names[name].value)) or "[" in str(
            book.defined_names[name].value
        ):
            del book.defined_names[name]
    book.properties = DocumentProperties(creator="")
    book.custom_doc_props = CustomPropertyList()
    return _finished(book, sheets, secrets, findings, notes)


def _finished(
    book: Workbook,
    sheets: Sequence[Sheet],
    secrets: dict[str, set[tuple[int, int]]],
    findings: Sequence[Finding],
    notes: Sequence[str],
) -> bytes:
    """Clear what is personal, mark what was found, put the list in front."""
    pages = {page.title: page for page in book.worksheets}
    for sheet in sheets:
        page = pages.get(sheet.name or marking.CSV_SHEET)
        if page is None:
            continue
        for row, column in sorted(secrets[sheet.name]):
            marking.clear(page, sheet.first_row + row + 1, sheet.first_column + column + 1)
    for number, page in enumerate(book.worksheets, start=1):
        if personal.has_any(page.title):
            page.title = f"工作表{number}"
    names = {personal.hide(name): page for name, page in pages.items()}
    if marking.CSV_SHEET in pages:
        names[""] = pages[marking.CSV_SHEET]
    marking.mark(names, findings)
    marking.add_list(book, findings, names, notes)
    return _saved(book)


def _placed_again(sheets: Sequence[Sheet], secrets: dict[str, set[tuple[int, int]]]) -> Workbook:
    """A new workbook with the values where they stood."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, start=1):
        page = book.create_sheet(_title(sheet.name, number))
        page.title = _title(sheet.name, number)
        for column, cells in enumerate(sheet.columns):
            for row, value in enumerate(cells):
                if value == "" or (row, column) in secrets[sheet.name]:
                    continue
                cell = page.cell(sheet.first_row + row + 1, sheet.first_column + column + 1)
                _put(cell, value)
        for top, left, bottom, right in sheet.merged:
            page.merge_cells(
                start_row=sheet.first_row + top + 1,
                start_column=sheet.first_column + left + 1,
                end_row=sheet.first_row + bottom + 1,
                end_column=sheet.first_column + right + 1,
            )
    return book


def _put(cell: Any, value: Any) -> None:
    """A value as it was; a text is never taken for a formula."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "e" if isinstance(value, CellError) and value.startswith("#") else "s"
    elif isinstance(value, bool | int | float | date | datetime | time | timedelta):
        cell.value = value


def _title(name: str, number: int) -> str:
    """A name that a sheet may have."""
    kept = "".join(letter for letter in name if letter not in "[]:*?/\\'")[:31]
    return (kept if kept == name else f"工作表{number}") if name else marking.CSV_SHEET


def _without_extras(page: Any) -> None:
    """Take off what may hold figures or names out of sight: pictures, charts, filter values."""
    page._images, page._charts, page._pivots = [], [], []
    page.auto_filter.filterColumn = []
    for table in page.tables.values():
        if table.autoFilter is not None:
            table.autoFilter.filterColumn = []
    for side in (page.oddHeader, page.oddFooter, page.evenHeader, page.evenFooter):
        for part in (side.left, side.center, side.right):
            if part.text and personal.has_any(part.text):
                part.text = None


def _without_links(page: Any, sheet: Sheet) -> None:
    """Formulas that point to other files become the values they showed."""
    for row in page.iter_rows():
        for cell in row:
            if cell.comment is not None and personal.has_any(cell.comment.text):
                cell.comment = None
            if cell.hyperlink is not None and personal.has_any(
                f"{cell.hyperlink.target} {cell.hyperlink.tooltip} {cell.hyperlink.display}"
            ):
                cell.hyperlink = None
            if cell.data_type != "f" or not isinstance(cell.value, str) or "[" not in cell.value:
                continue
            at = cell.row - 1 - sheet.first_row, cell.column - 1 - sheet.first_column
            inside = 0 <= at[0] < sheet.height and 0 <= at[1] < sheet.width
            cell.value = None
            if inside and sheet.columns[at[1]][at[0]] != "":
                _put(cell, sheet.columns[at[1]][at[0]])


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.active = 0
    for page in book.worksheets:
        page.sheet_view.tabSelected = page is book.worksheets[0]
    book.save(out)
    return out.getvalue()
