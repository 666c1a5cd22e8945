"""Telling the rows of a located table apart: data, numbering, totals, signatures, footnotes."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from data.filed.withheld import MARK
from data.intake import words
from data.intake.locate.located import (
    ALL,
    BEFORE,
    LONGEST_HEADER,
    PART,
    UNCOMPARED,
    Located,
    is_metadata,
    texts_of,
)
from data.intake.read import cells
from data.intake.read.workbook import CellError, Sheet

_STEMS = frozenset("甲乙丙丁戊己庚辛壬癸子丑寅卯")
_SIGNATURE = re.compile(
    r"(单位负责人|主要负责人|分管领导|分管负责人|审核人|复核人|填报人|填表人|制表人|经办人|联系电话"
    r"|负责人)(\([^)]*\))?\s*[::]"
)
_FOOTNOTE = re.compile(r"^(注|备注|说明|填表说明|填报说明|注释|口径|口径说明)\d?\s*[::.、]|^\*|^※")
_PLACES = "省|市|州|盟|县|区|旗|镇|乡|街道|村|社区|辖区|院|单位"
_WHOLE = rf"[全本](?:{_PLACES})"
_COUNTED = r"(?:\(.*\))?$"
# What a row of sums is called, in brackets perhaps how many it sums up, and what it stands for.
_TOTALS = (
    (ALL, re.compile(rf"^(?:.{{0,8}}[合总共]计数?|汇总数?|总数|计|全部|{_WHOLE}){_COUNTED}")),
    (ALL, re.compile(r"^(?:(?:grand)?total|sum|∑)s?$")),
    (PART, re.compile(rf"^(?:.{{0,10}}小计|本页(?:合计|计)?){_COUNTED}")),
    (BEFORE, re.compile(rf"^(?:[承接续][前上]页|[过转][次下]页)(?:.{{0,4}}计)?{_COUNTED}")),
    (UNCOMPARED, re.compile(rf"^.{{0,6}}累计{_COUNTED}")),
)
_MAY_BE_TOTAL = "[计汇全总页本∑]|[Tt][Oo][Tt][Aa][Ll]|[Ss][Uu][Mm]"


def with_rows(sheet: Sheet, located: Located, end: int) -> Located:
    """The table with its data rows told from numbering, blank, total, signature and footnote rows.

    end  The first row below that belongs to something else.
    """
    start = located.bottom + 1
    while start < end and is_numbering(sheet, start):
        start += 1
    start = min(start + located.skip_rows, end)
    filled = _filled(sheet, located, start, end)
    own = len([name for name in located.matches if name in located.table.by_name])
    called = _total_rows(sheet, located, start, end)
    signatures = _signature_rows(sheet, start, end)
    few = max(1, own // 3)
    sparse = (filled <= few).arg_true() + start
    rows: list[int] = []
    totals: list[tuple[int, str]] = []
    after: list[int] = []
    below: list[int] = []
    done = start
    # Between the rows that stand out there is nothing but data.
    for row in sorted({*sparse.to_list(), *called, *signatures}):
        rows.extend(range(done, row))
        done = row + 1
        count = filled[row - start]
        texts = [words.plain(text) for text in texts_of(sheet, row)]
        if row in signatures or (count <= few and is_closing(texts)):
            # From here on what looks like data is out of place.
            many = set(((filled > few).arg_true() + start).to_list()) - called.keys() - signatures
            after = [at for at in range(row, end) if at in many]
            below += [at for at in range(row, end) if at not in many and texts_of(sheet, at)]
            done = end
            break
        if count == 0 and not _has_area(sheet, located, row):
            if texts:
                below.append(row)
        elif row in called:
            totals.append((row, called[row]))
        else:
            rows.append(row)
    rows.extend(range(done, end))
    if located.without:
        left = _rows_of(sheet, located)
        rows = [row for row in rows if row not in left]
    parts = {"rows": rows, "totals": totals, "after": after, "below": below}
    return replace(located, **{name: tuple(part) for name, part in parts.items()})


def is_numbering(sheet: Sheet, row: int) -> bool:
    """甲 乙 1 2 3 under the header, or an empty row."""
    cells = [cell for cell in sheet.row(row) if cell != ""]
    if not cells:
        return True
    numbers = last = stems = 0
    for cell in cells:
        text = words.plain(str(cell)).strip("()栏")
        if text in _STEMS or text in ("—", "-", "编号", "栏次"):
            stems += text in _STEMS
            continue
        try:
            value = float(text)
        except ValueError:
            return False
        if not value.is_integer() or not 0 < value <= 99:
            return False
        numbers += 1
        # A form from which a column was taken out has a gap in its numbers.
        if value != numbers and not (stems and value > last):
            return False
        last = value
    return numbers >= 2 or bool(numbers == 0 and len(cells) >= 2)


def _filled(sheet: Sheet, located: Located, start: int, end: int) -> pl.Series:
    """How many of the table's own columns each row fills."""
    counts = pl.repeat(0, end - start, dtype=pl.Int64, eager=True)
    always = 0
    for name, match in located.matches.items():
        if name not in located.table.by_name:
            continue
        if sheet.has_empty(match.column):
            counts += cells.is_filled(sheet.columns[match.column][start:end])
        else:
            always += 1
    return counts + always


def _total_rows(sheet: Sheet, located: Located, start: int, end: int) -> dict[int, str]:
    """Rows called 合计, 小计 and the like with what they sum up, by the columns left of figures."""
    last = _first_figure(sheet, located)
    codes = located.matches.get("division_code")
    rows: dict[int, str] = {}
    for column in range(last):
        called = {}
        for cell in sheet.texts(column, 20, _MAY_BE_TOTAL):
            kinds = [kind for kind, pattern in reversed(_TOTALS) if pattern.match(words.key(cell))]
            if kinds:
                called[cell] = kinds[0]
        for row in cells.positions(sheet.columns[column], set(called)) if called else ():
            if start <= row < end and not (codes and _is_code(sheet, row, codes.column)):
                rows[row] = called[sheet.columns[column][row]]
    return rows


def _rows_of(sheet: Sheet, located: Located) -> set[int]:
    """The rows that the form leaves out, by the words left of its figures."""
    left: set[int] = set()
    for column in range(_first_figure(sheet, located)):
        said = {
            cell
            for cell in sheet.texts(column, LONGEST_HEADER)
            if words.key(cell) in located.without
        }
        left.update(cells.positions(sheet.columns[column], said) if said else ())
    return left


def _first_figure(sheet: Sheet, located: Located) -> int:
    """The first column of figures; the width of the sheet where there is none."""
    figures = [
        match.column
        for name, match in located.matches.items()
        if name in located.table.by_name and located.table.column(name).type in ("int", "decimal")
    ]
    return min(figures, default=sheet.width)


def _is_code(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a row has an area code, so that it is about one area whatever it is called."""
    cell = sheet.columns[column][row]
    return type(cell) in (int, float) or (type(cell) is str and cell.strip().isdigit())


def is_closing(texts: Sequence[str]) -> bool:
    """Whether texts are of a row of signatures or a footnote."""
    told = [text for text in texts if text != MARK]
    return any(_SIGNATURE.search(text) or _FOOTNOTE.match(text) for text in told)


def _signature_rows(sheet: Sheet, start: int, end: int) -> set[int]:
    """Rows of labels with at most one value each: signatures spread over many cells."""
    labels: Counter[int] = Counter()
    for column in range(sheet.width):
        called = {
            cell
            for cell in sheet.texts(column, LONGEST_HEADER, r"[^\x00-\x7F]")
            if _SIGNATURE.match(words.plain(cell))
        }
        if called:
            labels.update(cells.positions(sheet.columns[column], called))
    return {
        row
        for row, count in labels.items()
        if start <= row < end and sum(cell != "" for cell in sheet.row(row)) <= 2 * count
    }


def _has_area(sheet: Sheet, located: Located, row: int) -> bool:
    for name in ("division_code", "division_name", located.table.area_column):
        match = located.matches.get(name)
        if match is None:
            continue
        cell = sheet.columns[match.column][row]
        if cell != "" and type(cell) is not CellError:
            return not is_metadata(str(cell))
    return False
