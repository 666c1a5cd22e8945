"""What stands around a table: title, 填报单位, 填报日期, 报告期, who signed, and in what units.

Units are said in many ways: 「单位:人、万元」, 「金额均以元为单位」, 「(元)」.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from data.intake import words
from data.intake.read.workbook import CellError, Sheet

_LABELS = {
    "reporting_unit": r"填报单位|填表单位|报送单位|单位名称|编报单位",
    "reported_on": r"填报日期|填表日期|报出日期|上报日期|报送日期|填报时间",
    "period": r"报告期别?|填报期|所属期|统计期|报表期|数据期",
    "division_code": r"行政区划代码|区划代码|行政区划编码|地区代码",
    "unit_head": r"单位负责人|主要负责人|负责人|分管领导",
    "filled_by": r"填报人|填表人|经办人|制表人",
    "unit_line": r"计量单位|金额单位|单位",
    "other": r"审核人|复核人|联系电话|联系人|电话|制表机关|批准机关|批准文号"
    r"|有效期至|表号|制定机关",
}
_ANY_LABEL = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _LABELS.items()))
_LABEL_END = re.compile(r"^\s*(?:\([^)]*\))?\s*:")
# A label alone in its cell needs no colon: its value stands in the next one.
_CELL_END = re.compile(r"^ *(?:\([^)]*\))? *\t")
_STAMP = re.compile(r"\s*\((?:公章|盖章|签章|章)\)$")
_DAY = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")
_BLANK_DATE = re.compile(r"^[\s年月日/.\-_—]*$")
_MONEY = "|".join(sorted(words.MONEY, key=len, reverse=True))
_AND = r"[、,/;和及\s]+"
# Beside a number it is an amount (满30元), inside other words no money at all (广元市, 元旦).
_SEEN = re.compile(
    rf"(?<![\d.])(?<![^\W币到按以为是额位用费均计和或])(?:{_MONEY})(?![^\W为计填整以的])(?!/)"
)


@dataclass(frozen=True)
class Caption:
    """A value from around the table and the cell it stands in; value "" when left blank."""

    value: str
    row: int
    column: int


@dataclass(frozen=True)
class Surroundings:
    """What was said around a table.

    entries  by common column name (reporting_unit, reported_on, period, unit_head, filled_by …);
             unit_line is the 「单位:人、万元」 of the figures.
    titles   texts that are no labelled entries, top to bottom: the title is among them.
    """

    entries: dict[str, Caption]
    titles: list[Caption]


def read(sheet: Sheet, rows: Iterable[int], units: frozenset[str] = words.NO_UNITS) -> Surroundings:
    """Read title and signature rows. Values may share a cell with their label or follow it.

    units  those of the catalogue.
    """
    entries: dict[str, Caption] = {}
    titles: list[Caption] = []
    for row in rows:
        cells = [(column, _text(cell)) for column, cell in enumerate(sheet.row(row)) if cell != ""]
        labelled = _labelled(row, cells)
        for name, entry in labelled:
            if name != "other" and (name not in entries or not entries[name].value):
                entries[name] = entry
        if labelled:
            titles.extend(_before_labels(row, cells))
        else:
            titles.extend(Caption(text, row, column) for column, text in cells)
    line = entries.get("unit_line")
    if line and line.value and "reporting_unit" not in entries and not _is_of_figures(line, units):
        # 「单位:宋集镇卫生院」 is who files, not what is counted.
        entries["reporting_unit"] = line
    return Surroundings(entries, titles)


def _is_of_figures(line: Caption, units: frozenset[str]) -> bool:
    return bool(units_said(f"单位:{line.value}", units).stated)


def _labelled(row: int, cells: Sequence[tuple[int, str]]) -> list[tuple[str, Caption]]:
    """Every label of a row with its value, in one cell or over several."""
    joined, starts = "", []
    for column, text in cells:
        starts.append((len(joined), column))
        joined += text + "\t"
    marks = []
    for match in _ANY_LABEL.finditer(joined):
        name = match.lastgroup or "other"
        is_first = match.start() == 0 or joined[match.start() - 1] == "\t"
        rest = joined[match.end() :]
        end = _LABEL_END.match(rest)
        if end is None and is_first and name != "unit_line":
            end = _CELL_END.match(rest)
        if end and (not marks or match.start() >= marks[-1][2]):
            marks.append((name, match.start(), match.end() + end.end()))
    found = []
    for index, (name, start, end) in enumerate(marks):
        stop = marks[index + 1][1] if index + 1 < len(marks) else len(joined)
        raw = joined[end:stop]
        lead = len(raw) - len(raw.lstrip())
        value = _value(name, raw.strip())
        column = next(c for at, c in reversed(starts) if at <= (end + lead if value else start))
        found.append((name, Caption(value, row, column)))
    return found


def _before_labels(row: int, cells: Sequence[tuple[int, str]]) -> list[Caption]:
    """A title that shares its row with labels: 「2020年11月基金月报表(单位:元)」."""
    column, text = cells[0]
    label = _ANY_LABEL.search(text)
    before = text[: label.start()].strip(" (") if label else text.strip()
    return [Caption(before, row, column)] if before else []


def _value(name: str, raw: str) -> str:
    """What was filled in after a label; a form's blank 「  年  月  日」 is nothing."""
    if name in ("reported_on", "period"):
        day = _DAY.search(raw) if name == "reported_on" else None
        value = day[0] if day else re.split(r"\t| {3,}", raw)[0].strip()
        return "" if _BLANK_DATE.match(value) else value
    return _STAMP.sub("", re.split(r"\t| {2,}", raw)[0].strip())


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, CellError):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, str):
        # Runs of spaces part the entries of one cell: keep them.
        return "".join(words.plain(c) if not c.isspace() else " " for c in cell)
    return str(cell)


# Units -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitsSaid:
    """What a text says of units.

    stated  the units that it gives its figures.
    seen    units of money that stand in it otherwise.
    """

    stated: tuple[str, ...]
    seen: tuple[str, ...]


@lru_cache(maxsize=16)
def _stating(units: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """The ways in which a text gives its figures one of the units, or several."""
    one = rf"(?:(?:人民币|RMB|¥)\s*:?\s*)?(?:{words.unit_words(units)})(?:\(?人民币\)?)?"
    several = rf"({one}(?:{_AND}{one})*)"
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"单位\s*[均都]?[为是:(\[]*\s*{several}(?!\w)",
            rf"[以按]\s*{several}\s*(?:为|作为|计|填|统计|表示|反映)",
            rf"(?:金额|费用|资金|经费|支付)\s*[均都]?\s*[为是:(\[]*\s*{several}(?!\w)",
            rf"[(\[]\s*{several}\s*[)\]]",
        )
    )


def units_said(text: str, units: frozenset[str] = words.NO_UNITS) -> UnitsSaid:
    """The units that a text names; units: those of the catalogue."""
    text, stated = words.plain(text), []
    for pattern in _stating(units.union(words.MONEY)):
        for match in pattern.finditer(text):
            parts = re.split(_AND, re.sub(r"\(?(?:人民币|RMB|¥)\)?\s*:?", " ", match[1]))
            stated += [part for part in parts if part]
        text = pattern.sub("\0", text)
    return UnitsSaid(tuple(dict.fromkeys(stated)), tuple(dict.fromkeys(_SEEN.findall(text))))
