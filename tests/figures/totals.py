"""A figure added up over areas: coverage (rule 2.7), comparisons over common units (2.7, 2.9)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property

from tests.figures.figure import Cell, Figure
from tests.figures.periods import Period
from tests.figures.world import LEVELS, Obligation

Parts = tuple[Decimal, Decimal | None]
LATELY = 3  # periods


@dataclass(frozen=True)
class Row:
    """A figure of an area and period; parts are None when nothing was filed."""

    parts: Parts | None
    expected: int
    reported: int
    carried: int
    missing: tuple[str, ...]
    provisional: bool
    masked: bool = False


@dataclass(frozen=True)
class Base:
    """What a period is compared with.

    then, now  Both sides over the units that filed in both.
    filed      The earlier period by all its own units; differ: those are not the same units.
    merged     The areas that went into this one in between.
    """

    then: Parts
    now: Parts
    filed: Parts
    differ: bool
    merged: tuple[str, ...]


class Totals:
    """The figure of every area and period."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.world = figure.world

    # -- sums (rule 1) ---------------------------------------------------------------------

    @cache
    def cells(self, ordinal: int, dimension: str = "") -> dict[str, list[Cell]]:
        """Area -> what was filed for it and inside it in a period."""
        found: dict[str, list[Cell]] = defaultdict(list)
        for cell in self.figure.cells.get(dimension, {}).get(ordinal, ()):
            for area in self.world.line(cell.place):
                found[area].append(cell)
        return found

    def _filed(self, ordinal: int) -> list[Cell]:
        """What all units filed in a period."""
        return self.figure.cells[""].get(ordinal, [])

    def added(self, cells: list[Cell]) -> Parts:
        """The sums of both parts."""
        n = sum((cell.n for cell in cells), Decimal(0))
        if self.figure.is_count:
            return n, None
        return n, sum((cell.d for cell in cells if cell.d is not None), Decimal(0))

    def _who(self, cell: Cell, area: str) -> str:
        """Whose report a cell is, seen from an area: below the unit it is the place's own."""
        return cell.unit if area in self.world.line(cell.unit) else cell.place

    # -- coverage (rule 2.7) ---------------------------------------------------------------

    @cached_property
    def _duties(self) -> list[tuple[Obligation, str]]:
        figure = self.figure
        tables = figure.filing_tables if figure.sources == ["filings"] else [figure.table]
        found = {}
        for duty in self.world.obligations:
            unit = duty.unit
            if len(figure.sources) == 2:
                unit = self.world.above(unit, "county")
            if duty.table in tables and unit and figure.files(duty.unit):
                found[duty, unit] = None
        return list(found)

    @cache
    def owing(self, ordinal: int) -> frozenset[str]:
        """The units that owe a report for a period: their duty holds and they live."""
        day = Period(self.figure.frequency, ordinal).end
        return frozenset(
            unit
            for duty, unit in self._duties
            if self.world.owes(duty, day) and self.world.lives(unit, day) and self._has(unit, day)
        )

    def _has(self, area: str, day: date) -> bool:
        """Whether an area has anything of the kind that the table is about (rule 2.4)."""
        return self.figure.table != "T07" or self.world.has_villages(area, day)

    @cached_property
    def _free(self) -> dict[int, set[str]]:
        """Period -> the units that filed without ever being obliged."""
        obliged = {unit for _, unit in self._duties}
        return {
            ordinal: {cell.unit for cell in cells} - obliged
            for ordinal, cells in self.figure.cells[""].items()
        }

    @cache
    def expected(self, ordinal: int) -> dict[str, set[str]]:
        """Area -> the units expected to report inside it in a period, or that did so unasked."""
        day = Period(self.figure.frequency, ordinal).end
        lately = set().union(*(self._free.get(ordinal - n, set()) for n in range(LATELY)))
        lately = {unit for unit in lately if self.world.lives(unit, day)}
        filed = {cell.unit for cell in self._filed(ordinal)}
        found: dict[str, set[str]] = defaultdict(set)
        for unit in self.owing(ordinal) | lately | filed:
            for area in self.world.line(unit):
                found[area].add(unit)
        return found

    def owes(self, area: str, ordinal: int) -> bool:
        """Whether a report is owed for a period: by the area, inside it, or for it from above.

        Where nobody in the province ever owes one, nobody can be told from those who do not.
        """
        world = self.world
        province = world.province(area)
        if not any(world.province(unit) == province for _, unit in self._duties):
            return True
        return any(
            area in world.line(unit) or unit in world.line(area) for unit in self.owing(ordinal)
        )

    def row(self, area: str, ordinal: int, dimension: str = "") -> Row | None:
        """The figure of an area and period, or None where nothing is owed and nothing filed."""
        world, figure = self.world, self.figure
        if LEVELS.index(world.level(area)) < max(figure.lowest, 1):
            return None
        if ordinal not in figure.spans.get(world.province(area), ()):
            return None
        day = Period(figure.frequency, ordinal).end
        cells = self.cells(ordinal, dimension).get(area, [])
        plain = self.cells(ordinal).get(area, [])
        expected = self.expected(ordinal).get(area, set())
        if not expected & self.owing(ordinal) and not cells:
            # Below its unit, an area is owed that unit's one report.
            above = set(world.line(area)[1:]) & self.owing(ordinal)
            if not above or world.level(area) != "township":
                return None
            if not world.lives(area, day) or not self._has(area, day):
                return None
        reported = {self._who(cell, area) for cell in plain if cell.whole}
        # A unit's register is carried forward only if the unit filed nothing of it.
        fresh = {cell.unit for cell in plain if not cell.carried}
        carried = {cell.unit for cell in plain if area in world.line(cell.unit)} - fresh
        silent = sorted(
            expected - reported - {area}, key=lambda unit: world.areas[unit]["order_no"]
        )
        newest = figure.spans[world.province(area)][-1]
        return Row(
            parts=self.added(cells) if cells else None,
            expected=max(len(expected), 1),
            reported=len(reported),
            carried=len(carried),
            missing=tuple(world.areas[unit]["name"] for unit in silent),
            provisional=newest - ordinal < figure.indicator["provisional_periods"],
            masked=self._masked(area, ordinal),
        )

    # -- comparisons (rules 2.6, 2.7, 2.9) -------------------------------------------------

    @cache
    def heirs(self, earlier: int, later: int) -> dict[str, tuple[str, ...]]:
        """Areas that went between two periods -> those that stand in their place."""
        frequency = self.figure.frequency
        first, last = Period(frequency, earlier).end, Period(frequency, later).end
        gone = {area: after for area, after, day in self.world.successions if first <= day < last}

        def followed(area: str) -> tuple[str, ...]:
            if area not in gone:
                return (area,)
            return tuple(dict.fromkeys(end for after in gone[area] for end in followed(after)))

        return {area: followed(area) for area in gone}

    def base(self, area: str, ordinal: int, earlier: int, dimension: str = "") -> Base | None:
        """The comparison of a period with an earlier one, or None where no unit filed in both.

        What merged in between is one unit with what received it; it is in both periods only when
        all its parts that owed a report filed one, and compared where all of it lies now.
        """
        heirs = self.heirs(earlier, ordinal)
        group = _groups(heirs)
        ends: dict[str, set[str]] = defaultdict(set)
        for gone, after in heirs.items():
            ends[group[gone]].update(after)

        def groups(cells: Iterable[Cell]) -> set[str]:
            units = {self._who(cell, area) for cell in cells}
            return {group.get(unit, unit) for unit in units}

        def common(cells: Iterable[Cell]) -> list[Cell]:
            return [cell for cell in cells if groups([cell]) <= both]

        def came_here(cell: Cell) -> bool:
            now = ends.get(group.get(cell.place, ""), {cell.place})
            return all(area in self.world.line(end) for end in now)

        now = self.cells(ordinal).get(area, [])
        then = groups(filter(came_here, self._filed(earlier)))
        own = groups(self.cells(earlier).get(area, []))
        both = (then & groups(now)) - self._partly(earlier, heirs) - self._partly(ordinal, heirs)
        # What one that is gone filed beside its heirs is on neither side.
        both -= {group[cell.unit] for cell in self._filed(ordinal) if cell.unit in heirs}
        before = self.figure.cells[dimension].get(earlier, [])
        before = common(filter(came_here, before))
        if not before:
            return None
        return Base(
            then=self.added(before),
            now=self.added(common(self.cells(ordinal, dimension).get(area, []))),
            filed=self.added(self.cells(earlier, dimension).get(area, [])),
            differ=then | groups(now) | own != both,
            merged=self._merged(area, heirs, [cell.place for cell in before]),
        )

    def _merged(
        self, area: str, heirs: dict[str, tuple[str, ...]], counted: list[str]
    ) -> tuple[str, ...]:
        """The names of what went into an area, of those whose figures are counted in its base.

        A county that went there as a whole is named for what lay in it; a mere change of code
        that kept the name has nothing to say.
        """
        line = self.world.line

        def came(gone: str) -> bool:
            return area not in line(gone) and all(area in line(end) for end in heirs[gone])

        whole = {
            next(above for above in reversed(line(place)) if above in heirs and came(above))
            for place in counted
            if place in heirs and came(place)
        }
        names = [self.world.areas[gone]["name"] for gone in self.world.areas if gone in whole]
        return tuple(name for name in names if name != self.world.areas[area]["name"])

    def _partly(self, ordinal: int, heirs: dict[str, tuple[str, ...]]) -> set[str]:
        """The groups of what merged or split of which somebody owed a report and did not file."""
        filed = {cell.unit for cell in self._filed(ordinal)}
        group = _groups(heirs)
        return {group[unit] for unit in self.owing(ordinal) & group.keys() - filed}

    # -- small numbers (rule 11) -----------------------------------------------------------

    def _masked(self, area: str, ordinal: int) -> bool:
        if not self.figure.sensitive or self.world.level(area) != "township":
            return False
        return area in self._hidden(self.world.above(area, "county"), ordinal)

    @cache
    def _hidden(self, county: str, ordinal: int) -> set[str]:
        """The townships of a county whose number is small, and one more where it is only one."""
        known = {
            area: self.added(cells)
            for area, cells in self.cells(ordinal).items()
            if self.world.level(area) == "township" and county in self.world.line(area)
        }
        limit = self.world.settings["mask_below"]
        small = {area for area, parts in known.items() if min(filter(_known, parts)) < limit}
        others = sorted((parts[-1], area) for area, parts in known.items() if area not in small)
        return small | {area for _, area in others[:1] if len(small) == 1}


def _groups(heirs: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Area that merged, split or received -> the group it is compared in."""
    group = {unit: unit for gone, after in heirs.items() for unit in (gone, *after)}
    for gone, after in heirs.items():
        joined = {group[unit] for unit in (gone, *after)}
        group = {unit: min(joined) if one in joined else one for unit, one in group.items()}
    return group


def _known(part: Decimal | None) -> bool:
    return part is not None
