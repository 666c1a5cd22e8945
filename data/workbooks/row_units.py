"""The unit of the figures where it stands once for the whole table: 「单位:人、万元」."""

import re
from dataclasses import replace

from data.findings import HINT
from data.workbooks import values
from data.workbooks.work import Work

_BETWEEN = re.compile(r"[、,，/;;和\s]+")


def apply_unit_line(work: Work) -> None:
    """Give columns whose header names no unit the one of the unit line, where only one fits.

    A line that asks for a conversion is told as 提示: forms are copied with their old line.
    """
    entry = work.form.entries.get("unit_line")
    if entry is None or not entry.value:
        return
    told = [word for word in _BETWEEN.split(entry.value) if word]
    for name, match in list(work.found.matches.items()):
        column = work.table.by_name.get(name)
        if column is None or column.type not in ("int", "decimal") or match.unit is not None:
            continue
        shifts = {word: shift for word in told if (shift := _shift(column.unit, word)) is not None}
        if len(set(shifts.values())) != 1:
            continue
        unit, shift = next(iter(shifts.items()))
        if shift == 0:
            continue
        work.found.matches[name] = replace(match, unit=unit)
        work.notes.add(
            "unit.converted",
            HINT,
            f"表头没有单位,按「单位:{values.shown(entry.value)}」把{unit}换算成{column.unit}",
            f"以{column.unit}为单位",
            "请核对;填的就是目录中的单位时,请改正单位一行。",
            cell=work.sheet.address(entry.row, entry.column),
            column=column.header,
        )


def _shift(unit: str, written: str) -> int | None:
    """The power of ten between two units of one kind, None for others."""
    if not unit or unit == "-":
        return None
    try:
        return values.header_shift(unit, written)
    except values.Unreadable:
        return None
