"""The unit of the figures where it stands once for the whole table, wherever around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.catalogue.model import Column
from data.findings import EXPLAIN, HINT
from data.intake.locate.located import LONGEST_HEADER
from data.intake.locate.surroundings import UnitsSaid, units_said
from data.intake.typed.form import Form
from data.intake.typed.number_values import header_shift
from data.intake.typed.value import Unreadable, shown
from data.intake.words import MONEY

# A label whose value stands in the next cell.
_LABEL = re.compile(r"单位\s*[:：]\s*$")


@dataclass(frozen=True)
class _Saying:
    """A text around the table; cell is "" for the names of the sheet and of the file."""

    text: str
    cell: str
    said: UnitsSaid


def apply_units(form: Form) -> None:
    """Give columns whose header names no unit the one that stands around the table.

    A conversion is told as 提示: forms are copied with their old line. A unit of money that was
    seen and not used wants to be explained: figures in yuan taken for 万元 are 10,000 times wrong.
    """
    places = list(_places(form))
    told = {unit: place for place in reversed(places) for unit in place.said.stated}
    used: set[str] = set()
    for name, column in _figures(form):
        match = form.located.matches[name]
        if match.unit is not None:
            used.add(match.unit)
            continue
        shifts = {unit: shift for unit in told if (shift := _shift(column.unit, unit)) is not None}
        if column.unit in shifts:
            used.add(column.unit)
        elif len(set(shifts.values())) == 1:
            unit, shift = next(iter(shifts.items()))
            used.add(unit)
            if shift:
                form.located = form.located.with_unit(name, unit)
                _converted(form, column, unit, told[unit])
    if any(column.unit in MONEY for _, column in _figures(form)):
        for place in places:
            _report_unused(form, place, used)


def _figures(form: Form) -> Iterator[tuple[str, Column]]:
    for name in form.located.matches:
        column = form.table.by_name.get(name)
        if column is not None and column.type in ("int", "decimal"):
            yield name, column


def _places(form: Form) -> Iterator[_Saying]:
    """The texts around the table that say something of units, from top to bottom."""
    for row in (*form.located.above, *form.located.below):
        label = ""
        for column, cell in enumerate(form.sheet.row(row)):
            if type(cell) is str and cell.strip():
                yield from _place(form, label + cell, form.sheet.address(row, column))
                label = cell if _LABEL.search(cell) else ""
    yield from _place(form, form.sheet.name, "")
    yield from _place(form, form.workbook.stem, "")


def _place(form: Form, text: str, cell: str) -> Iterator[_Saying]:
    said = units_said(text, form.catalogue.units)
    # A long footnote may speak of money for many reasons.
    seen = said.seen if len(text) <= LONGEST_HEADER else ()
    if said.stated or seen:
        yield _Saying(text, cell, replace(said, seen=seen))


def _converted(form: Form, column: Column, unit: str, place: _Saying) -> None:
    form.notes.add(
        "unit.converted",
        HINT,
        f"表头没有单位，按「{shown(place.text)}」把{unit}换算成{column.unit}",
        f"以{column.unit}为单位",
        "请核对；填的就是目录中的单位时，请改正单位一行。",
        cell=place.cell,
        column=column.header,
    )


def _report_unused(form: Form, place: _Saying, used: set[str]) -> None:
    known = (*place.said.stated, *place.said.seen)
    unused = [unit for unit in known if unit in MONEY and unit not in used]
    if not unused:
        return
    units = {column.unit for _, column in _figures(form) if column.unit in MONEY}
    form.notes.add(
        "unit.unused",
        EXPLAIN,
        f"「{shown(place.text)}」写着{'、'.join(unused)}，金额没有按它换算",
        f"金额按{'、'.join(sorted(units))}填写，或在表头写明单位",
        f"填的是{unused[0]}的，请在金额各列的表头写「（{unused[0]}）」；不是的，请改正这一处。",
        cell=place.cell,
        area=form.area_of_all(),
    )


def _shift(unit: str, written: str) -> int | None:
    """The power of ten between two units of one kind, None for others."""
    if not unit or unit == "-":
        return None
    try:
        return header_shift(unit, written)
    except Unreadable:
        return None
