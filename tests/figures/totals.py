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
    """A figure of an area and period; parts are None when nothing was filed or it is hidden."""

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
    now: Parts | None
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

    @cache
    def expected(self, ordinal: int) -> dict[str, set[str]]:
        """Area -> the units expected to report inside it in a period.

        Those that owe; those that filed without owing; and of those that are never obliged the
        living ones that filed in the last three periods.
        """
        day = Period(self.figure.frequency, ordinal).end
        obliged = {unit for _, unit in self._duties}
        filed = [self._filed(ordinal - n) for n in range(LATELY)]
        lately = {unit for unit in set().union(*filed) - obliged if self.world.lives(unit, day)}
        found: dict[str, set[str]] = defaultdict(set)
        for unit in self.owing(ordinal) | filed[0] | lately:
            for area in self.world.line(unit):
                found[area].add(unit)
        return found

    def _filed(self, ordinal: int) -> set[str]:
        return {cell.unit for cell in self.figure.cells[""].get(ordinal, ())}

    def owes(self, area: str, ordinal: int) -> bool:
        """Whether a report is owed for a period: by the area, inside it, or for it from above.

        Where nobody in the province ever owes one, nobody can be told from those who do not.
        """
        world = self.world
        province = world.province(area)
        if not any(world.province(unit) == province for _, unit in self._duties):
            return True
        return self._has(area, Period(self.figure.frequency, ordinal).end) and any(
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
        reported = {cell.unit for cell in plain if cell.whole and area in world.line(cell.unit)}
        is_below = bool(plain) and not any(area in world.line(cell.unit) for cell in plain)
        # A unit's register is carried forward only if the unit filed nothing of it (rule 2.8).
        fresh = {cell.unit for cell in plain if not cell.carried}
        carried = {cell.unit for cell in plain if area in world.line(cell.unit)} - fresh
        silent = sorted(
            expected - reported - {area}, key=lambda unit: world.areas[unit]["order_no"]
        )
        newest = figure.spans[world.province(area)][-1]
        masked = self._masked(area, ordinal)
        return Row(
            parts=self.added(cells) if cells and not masked else None,
            expected=max(len(expected), 1),
            reported=1 if is_below else len(reported),
            carried=len(carried),
            missing=tuple(world.called(unit, within=area) for unit in silent),
            provisional=newest - ordinal < figure.indicator["provisional_periods"],
            masked=masked,
        )

    # -- comparisons (rules 2.6, 2.7, 2.9) -------------------------------------------------

    @cache
    def heirs(self, earlier: int, later: int) -> dict[str, tuple[str, ...]]:
        """Areas that went between two periods -> those that stand in their place."""
        first, last = (Period(self.figure.frequency, each).end for each in (earlier, later))
        return {
            area: self.world.heirs(area, last)
            for area in self.world.successors
            if self.world.lives(area, first) and not self.world.lives(area, last)
        }

    def base(self, area: str, ordinal: int, earlier: int, dimension: str = "") -> Base | None:
        """The comparison of a period with an earlier one, or None where no unit filed in both.

        What merged in between is one unit with what received it; it is in both periods only when
        all its parts that owed a report filed one, and at an area only when all of it lies there.
        """
        heirs = self.heirs(earlier, ordinal)
        group = _groups(heirs)

        def inside(at: int, dimension: str) -> list[Cell]:
            """What was filed in a period for the area as it is in the later one."""
            if not heirs:
                return self.cells(at, dimension).get(area, [])
            cells = self.figure.cells[dimension].get(at, [])
            ends = [heirs.get(cell.place, (cell.place,)) for cell in cells]
            return [
                cell
                for cell, after in zip(cells, ends, strict=True)
                if all(area in self.world.line(end) for end in after)
            ]

        def units(cells: Iterable[Cell]) -> set[str]:
            return {group.get(cell.place, self._who(cell, area)) for cell in cells}

        def common(cells: Iterable[Cell]) -> list[Cell]:
            return [cell for cell in cells if units([cell]) <= both]

        then, now = (units(inside(at, "")) for at in (earlier, ordinal))
        own = units(cell for at in (earlier, ordinal) for cell in self.cells(at).get(area, ()))
        whole = self._whole(earlier, ordinal) - self._astride(area, heirs, group)
        both = ((then & now) - set(group.values())) | ((then | now) & whole)
        before, after = (common(inside(at, dimension)) for at in (earlier, ordinal))
        if not before or not self.cells(ordinal, dimension).get(area):
            return None
        return Base(
            then=self.added(before),
            now=self.added(after) if after else None,
            filed=self.added(self.cells(earlier, dimension).get(area, [])),
            differ=then | now | own != both,
            merged=self._merged(area, before, heirs) if not dimension else (),
        )

    def _astride(
        self, area: str, heirs: dict[str, tuple[str, ...]], group: dict[str, str]
    ) -> set[str]:
        """The groups that lie in an area with a part of what stands for them."""
        sides: dict[str, set[bool]] = defaultdict(set)
        for gone, ends in heirs.items():
            sides[group[gone]] |= {area in self.world.line(end) for end in ends}
        return {one for one, inside in sides.items() if len(inside) == 2}

    @cache
    def _whole(self, earlier: int, later: int) -> set[str]:
        """The groups all of whose parts filed in both periods, as far as they owed or ever do."""
        group = _groups(self.heirs(earlier, later))
        wanted: dict[str, list[tuple[int, str]]] = {one: [] for one in group.values()}
        for ordinal in (earlier, later):
            day = Period(self.figure.frequency, ordinal).end
            for place in (place for place in group if self.world.lives(place, day)):
                units = self._filers.get(place, set()) | (self.owing(ordinal) & {place})
                wanted[group[place]] += [(ordinal, unit) for unit in units]
        # What one that is gone filed for its last days beside its heirs is on neither side.
        beside = {group[gone] for gone in self.heirs(earlier, later) if gone in self._filed(later)}
        return {
            one
            for one, reports in wanted.items()
            if {ordinal for ordinal, _ in reports} == {earlier, later}
            and all(unit in self._filed(ordinal) for ordinal, unit in reports)
        } - beside

    @cached_property
    def _filers(self) -> dict[str, set[str]]:
        """Place -> the units that ever filed for it."""
        found: dict[str, set[str]] = defaultdict(set)
        for cells in self.figure.cells[""].values():
            for cell in cells:
                found[cell.place].add(cell.unit)
        return found

    def _merged(
        self, area: str, before: list[Cell], heirs: dict[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        """What came into an area from elsewhere, by name; the whole county, not its townships."""
        world = self.world
        called = set()
        for cell in before:
            if area not in world.line(cell.place):
                gone = [one for one in world.line(cell.place) if one in heirs]
                whole = [o for o in gone if all(area in world.line(heir) for heir in heirs[o])]
                called.update(whole[-1:])
        names = (world.areas[one]["name"] for one in sorted(called))
        return tuple(name for name in names if name != world.areas[area]["name"])

    # -- small numbers (rule 11) -----------------------------------------------------------

    def shown_base(self, area: str, ordinal: int, earlier: int, dimension: str = "") -> Base | None:
        """The comparison of an area as it is kept: none that tells what is hidden."""
        base = self.base(area, ordinal, earlier, dimension)
        is_township = self.world.level(area) == "township"
        if base is None:
            return None
        if self.figure.sensitive and self.figure.filer != "county" and (is_township or base.differ):
            return None
        county = self.world.above(area, "county")
        if is_township and any(self._settled(county, each) for each in (ordinal, earlier)):
            return None
        return base

    def _masked(self, area: str, ordinal: int) -> bool:
        if self.world.level(area) != "township":
            return False
        county = self.world.above(area, "county")
        if self.figure.sensitive:
            filed = self._numbers(county, ordinal)
            return area in filed and area in self._hidden(county, ordinal)
        return self._settled(county, ordinal)

    @cache
    def _hidden(self, county: str, ordinal: int) -> set[str]:
        """The townships of a county with a small number, and one more where two numbers tell it."""
        limit = self.world.settings["mask_below"]
        family = [totals._numbers(county, ordinal) for totals in self._family]
        small = {area for known in family for area in known if min(known[area][:2]) < limit}
        needs_another = False
        for known in family:
            left = [known[area] for area in small & known.keys()]
            sums = [sum(column) for column in zip(*left, strict=True)]
            needs_another |= bool(left) and (len(left) == 1 or min(sums[:2]) < limit)
        others = {area for known in family for area in known if area not in small}
        people = {area: sum(k[area][2] for k in family if area in k) for area in others}
        return small | set(sorted(others, key=lambda a: (people[a], a))[: int(needs_another)])

    @cached_property
    def _family(self) -> list["Totals"]:
        """This figure, and those of the other parts of the total that it is a part of."""
        indicator, _ = self.figure.key
        whole = self.figure.part_of
        figures = [
            Figure(self.world, indicator, population)
            for population in self.figure.indicator["populations"]
        ]
        same = [Totals(each) for each in figures if whole and each.part_of == whole]
        return same or [self]

    def _numbers(self, county: str, ordinal: int) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
        """Township -> how many are counted, how many are not, and how many there are."""
        found = {}
        for area, cells in self.cells(ordinal).items():
            if self.world.level(area) == "township" and county in self.world.line(area):
                n, d = self.added(cells)
                found[area] = (n, n, n) if d is None else (n, d - n, d)
        return found

    @cache
    def _settled(self, county: str, ordinal: int) -> bool:
        """Whether a township's total less the kinds listed tells how many of a hidden one."""
        amounts: dict[tuple[str, str], list[Decimal]] = {}
        for kind in self.figure.unlisted:
            for area, cells in self.cells(ordinal, kind).items():
                if self.world.level(area) == "township" and county in self.world.line(area):
                    n, d = self.added(cells)
                    amounts[kind, area] = [n, n if d is None else d - n]
        for part in (0, 1):
            whole = sum(each[part] for each in amounts.values())
            in_one = _most(amounts, part, by=1)
            for kind in self.figure.unlisted_sensitive:
                its = sum(each[part] for key, each in amounts.items() if key[0] == kind)
                if its > 0 and max(its, in_one) > whole - 1:
                    return True
        return False


def _most(amounts: dict[tuple[str, str], list[Decimal]], part: int, by: int) -> Decimal:
    """The greatest sum of amounts that share one half of their key."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for key, each in amounts.items():
        sums[key[by]] += each[part]
    return max(sums.values(), default=Decimal(0))


def _groups(heirs: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Area that merged, split or received -> the group it is compared in."""
    group = {unit: unit for gone, after in heirs.items() for unit in (gone, *after)}
    for gone, after in heirs.items():
        joined = {group[unit] for unit in (gone, *after)}
        group = {unit: min(joined) if one in joined else one for unit, one in group.items()}
    return group
