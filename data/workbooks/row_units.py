"""The unit of the figures where it stands once for the whole table, wherever around it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.catalogue.model import Column
from data.findings import EXPLAIN, HINT
from data.workbooks import unit_words, values
from data.workbooks.found import LONGEST_HEADER
from data.workbooks.number_values import MONEY
from data.workbooks.work import Work


@dataclass(frozen=True)
class _Place:
    """A text around the table; cell is "" for the names of the sheet and of the file."""

    text: str
    cell: str
    said: unit_words.Said


def apply_units(work: Work) -> None:
    """Give columns whose header names no unit the one that stands around the table.

    A conversion is told as 提示: forms are copied with their old line. A unit of money that was
    seen and not used wants to be explained: figures in yuan taken for 万元 are 10,000 times wrong.
    """
    places = list(_places(work))
    told = {unit: place for place in reversed(places) for unit in place.said.stated}
    used: set[str] = set()
    for name, column in _figures(work):
        match = work.found.matches[name]
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
                work.found.matches[name] = replace(match, unit=unit)
                _converted(work, column, unit, told[unit])
    if any(column.unit in MONEY for _, column in _figures(work)):
        for place in places:
            _report_unused(work, place, used)


def _figures(work: Work) -> Iterator[tuple[str, Column]]:
    for name in work.found.matches:
        column = work.table.by_name.get(name)
        if column is not None and column.type in ("int", "decimal"):
            yield name, column


def _places(work: Work) -> Iterator[_Place]:
    """The texts around the table that say something of units, from top to bottom."""
    for row in (*work.found.above, *work.found.below):
        for column, cell in enumerate(work.sheet.row(row)):
            if type(cell) is str and cell.strip():
                yield from _place(work, cell, work.sheet.address(row, column))
    yield from _place(work, work.sheet.name, "")
    yield from _place(work, work.source.stem, "")


def _place(work: Work, text: str, cell: str) -> Iterator[_Place]:
    said = unit_words.said(text, work.catalogue.units)
    # A long footnote may speak of money for many reasons.
    seen = said.seen if len(text) <= LONGEST_HEADER else ()
    if said.stated or seen:
        yield _Place(text, cell, replace(said, seen=seen))


def _converted(work: Work, column: Column, unit: str, place: _Place) -> None:
    work.notes.add(
        "unit.converted",
        HINT,
        f"表头没有单位,按「{values.shown(place.text)}」把{unit}换算成{column.unit}",
        f"以{column.unit}为单位",
        "请核对;填的就是目录中的单位时,请改正单位一行。",
        cell=place.cell,
        column=column.header,
    )


def _report_unused(work: Work, place: _Place, used: set[str]) -> None:
    known = (*place.said.stated, *place.said.seen)
    unused = [unit for unit in known if unit in MONEY and unit not in used]
    if not unused:
        return
    units = {column.unit for _, column in _figures(work) if column.unit in MONEY}
    work.notes.add(
        "unit.unused",
        EXPLAIN,
        f"「{values.shown(place.text)}」写着{'、'.join(unused)},金额没有按它换算",
        f"金额按{'、'.join(sorted(units))}填写,或在表头写明单位",
        f"填的是{unused[0]}的,请在金额各列的表头写「({unused[0]})」;不是的,请改正这一处。",
        cell=place.cell,
        area=work.area_of_all(),
    )


def _shift(unit: str, written: str) -> int | None:
    """The power of ten between two units of one kind, None for others."""
    if not unit or unit == "-":
        return None
    try:
        return values.header_shift(unit, written)
    except values.Unreadable:
        return None
