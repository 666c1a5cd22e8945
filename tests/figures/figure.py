"""One indicator over one population: what was filed, added up over any area and period."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from tests.figures import clinics, rows
from tests.figures.periods import Period, containing
from tests.figures.rows import expression
from tests.figures.world import LEVELS, World

col = pl.col
CLINIC_VIEWS = ("clinic_state", "village_clinic_state")
VILLAGE_CODE = 12  # figures
CUMULATIVE = ("ytd_mch", "ytd", "itd")


class Cell(NamedTuple):
    """What one unit filed for one of its places."""

    place: str
    unit: str
    n: Decimal
    d: Decimal | None
    carried: bool
    whole: bool


class Figure:
    """One indicator over one population in a world."""

    def __init__(self, world: World, indicator: str, population: str) -> None:
        self.world = world
        self.key = (indicator, population)
        self.indicator = world.definitions["indicators"][indicator]
        measures = self.indicator["populations"][population]
        self.frequency = self.indicator["frequency"]
        self.numerator = measures["numerator"]
        self.denominator = measures["denominator"]
        self.is_count = self.denominator == "none"
        self.sources = [self.numerator["from"]]
        if not self.is_count and self.denominator["from"] not in self.sources:
            self.sources.append(self.denominator["from"])
        self.table = "T07" if self.sources[0] in CLINIC_VIEWS else self.sources[0]
        self.sensitive = self.indicator["sensitive"] or measures.get("sensitive", False)
        self.is_distinct = "distinct" in self.numerator
        self.dimension = self.indicator["dimension"]
        self.lowest = LEVELS.index(self.indicator["grain"])

    # -- measures (rule 1) -----------------------------------------------------------------

    def _names(self, measure: Any) -> set[str]:
        """The columns a measure reads."""
        texts = [measure[part] for part in ("sum", "where", "distinct") if part in measure]
        return {name for text in texts for name in expression(text).meta.root_names()}

    def kind(self, measure: Any) -> str:
        """The kind of a measure: that of the running totals in it, if any (rule 3)."""
        if measure == "none" or measure["from"] not in self.world.definitions["tables"]:
            return ""
        columns = self.world.columns(measure["from"])
        names = expression(measure["sum"]).meta.root_names()
        kinds = {columns[name]["kind"] for name in names if name in columns}
        return next((kind for kind in CUMULATIVE if kind in kinds), "")

    @cached_property
    def cumulative(self) -> str:
        """The kind of running total the figure is, if any."""
        kinds = {self.kind(self.numerator), self.kind(self.denominator)}
        return next((kind for kind in CUMULATIVE if kind in kinds), "")

    @staticmethod
    def _amount(measure: Any) -> pl.Expr:
        """What a row adds: 0 where it is not meant, null where it was not filled."""
        kept = expression(measure.get("where", "true")).fill_null(False)
        if "distinct" in measure:
            return pl.when(kept).then(expression(measure["distinct"]))
        return pl.when(kept).then(expression(measure["sum"])).otherwise(0)

    # -- what was filed --------------------------------------------------------------------

    @cached_property
    def spans(self) -> dict[str, range]:
        """Province -> ordinals of the periods that can have a value."""
        world = self.world
        if self.sources == ["filings"]:
            return self._weeks_due
        spans = {
            province: rows.periods(world, self.table, self.frequency, province)
            for province in world.filed(self.table)
        }
        for source in self.sources[1:]:
            lent = world.filed(source)
            first = {place: lent[place][0].within(self.frequency).ordinal for place in lent}
            spans = {
                place: range(max(span.start, first[place]), span.stop)
                for place, span in spans.items()
                if place in lent
            }
        return spans

    @property
    def _weeks_due(self) -> dict[str, range]:
        filed = [self.world.filed(table) for table in self.filing_tables]
        found = {}
        for province in {province for spans in filed for province in spans}:
            mine = [spans[province] for spans in filed if province in spans]
            first = containing("weekly", min(first.start for first, _ in mine))
            last = containing("weekly", max(last.end for _, last in mine))
            found[province] = range(first.ordinal, last.ordinal + 1)
        return found

    @cached_property
    def filing_tables(self) -> list[str]:
        """The tables whose filings are watched: filed, owed by somebody, and no register."""
        shapes = self.world.definitions["tables"]
        return [
            name
            for name in self.world.tables
            if not shapes[name]["register"] and self.world.obliged(name)
        ]

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The rows that count, with their amounts `n` and `d`."""
        source = self.sources[0]
        measures = [self.numerator]
        if not self.is_count and len(self.sources) == 1:
            measures.append(self.denominator)
        if source == "filings":
            read = self._filings()
        elif source in CLINIC_VIEWS:
            read = clinics.states(self.world, source)
        else:
            names = set().union(*map(self._names, measures)) | ({self.dimension} - {"none"})
            read = rows.rolled(self.world, source, self.frequency, names)
        d = self._amount(measures[1]) if len(measures) == 2 else pl.lit(0)
        return read.with_columns(n=self._amount(self.numerator), d=d)

    def _filings(self) -> pl.DataFrame:
        """One row per report that fell due: in the week of its due day, and whether in time."""
        found = []
        for table in self.filing_tables:
            raw = self.world.tables[table].select("area_code", "period", "first_imported").collect()
            units = {code: self.world.unit(table, code) for code in raw["area_code"].unique()}
            raw = raw.with_columns(unit=col("area_code").replace_strict(units))
            came = raw.group_by("unit", "period").agg(col("first_imported").min())
            came_on = {(unit, period): day for unit, period, day in came.iter_rows()}
            for duty in (duty for duty in self.world.obligations if duty.table == table):
                province = self.world.province(duty.unit)
                if province not in self.world.filed(table):
                    continue
                first, last = self.world.filed(table)[province]
                for period in (first.moved(n) for n in range(last.ordinal - first.ordinal + 1)):
                    due = period.end + timedelta(days=duty.due_days)
                    week = containing("weekly", due).ordinal
                    if self.world.owes(duty, period.end) and week in self.spans[province]:
                        day = came_on.get((duty.unit, period.text))
                        found.append((week, duty.unit, table, day is not None and day <= due))
        names = ["p", "area_code", "table_id", "on_time"]
        return pl.DataFrame(found, schema=names, orient="row").with_columns(
            carried=False, whole=True
        )

    def unit(self, area: str) -> str:
        """The unit that files this figure for an area."""
        if self.sources == ["filings"]:
            return area
        if len(self.sources) == 2:
            return self.world.above(area, "county") or self.world.atom(area)
        return self.world.unit(self.table, area)

    @cached_property
    def filer(self) -> str:
        """Who files it where a table has columns for counties only: county, township, or all."""
        if self.numerator["from"] not in self.world.definitions["tables"]:
            return ""
        columns = self.world.columns(self.numerator["from"])
        counties = {name for name, its in columns.items() if its.get("filed_at") == "county"}
        if not counties:
            return ""
        names = expression(self.numerator["sum"]).meta.root_names()
        return "county" if counties & set(names) else "township"

    def files(self, unit: str) -> bool:
        """Whether the figure is one of those that this unit files."""
        return not self.filer or (self.filer == "county") == (self.world.level(unit) == "county")

    @cached_property
    def cells(self) -> dict[str, dict[int, list[Cell]]]:
        """Dimension value ("" for all) -> period -> what the units filed."""
        if len(self.sources) == 2:
            return {"": self._of_two()}
        found = {"": self._cells(self.rows)}
        if self.dimension != "none":
            for (value,), part in self.rows.drop_nulls(self.dimension).group_by(self.dimension):
                found[str(value)] = self._cells(part)
        return found

    def _cells(self, read: pl.DataFrame) -> dict[int, list[Cell]]:
        """The rows added up by the smallest area that figures are kept for.

        A row enters only when both its amounts are there; a unit counts as reported when one of
        its rows entered.
        """
        level = self.indicator["grain"] if self.is_distinct else ""
        if not self.is_distinct:
            read = read.filter(col("n").is_not_null() & col("d").is_not_null())
        added = (
            self._placed(read, level)
            .group_by("p", "place")
            .agg(self._added("n"), self._added("d"), col("carried").all(), col("whole").all())
        )
        found: dict[int, list[Cell]] = defaultdict(list)
        for p, place, n, d, carried, whole in added.sort("p", "place").iter_rows():
            unit = self.unit(place)
            if self.files(unit):
                below = None if self.is_count else Decimal(d)
                found[p].append(Cell(place, unit, Decimal(n), below, carried, whole))
        if self.sources == ["filings"]:
            return found
        return {
            p: self._settled(cells, Period(self.frequency, p).end) for p, cells in found.items()
        }

    def _settled(self, cells: list[Cell], day: date) -> list[Cell]:
        """What an area that is gone filed all the same is its heir's, where that is one (2.9).

        It does not stand for an heir that filed nothing; a register is carried on.
        """
        filed = {cell.place for cell in cells}
        found: dict[str, Cell] = {}
        for cell in cells:
            ends = self.world.heirs(cell.place, day)
            if len(ends) == 1 and ends[0] != cell.place and (ends[0] in filed or cell.carried):
                whole = cell.whole and (cell.carried or cell.unit != cell.place)
                units = self.world.heirs(cell.unit, day)
                unit = units[0] if len(units) == 1 else cell.unit
                cell = cell._replace(place=ends[0], unit=unit, whole=whole)
            if other := found.get(cell.place):
                cell = cell._replace(
                    n=cell.n + other.n,
                    d=None if cell.d is None or other.d is None else cell.d + other.d,
                    carried=cell.carried or other.carried,
                    whole=cell.whole or other.whole,
                )
            found[cell.place] = cell
        return list(found.values())

    def _placed(self, read: pl.DataFrame, level: str) -> pl.DataFrame:
        """Rows with their place: the township or what is above it, or the area of a level."""
        atoms = {code: self.world.atom(code) for code in read["area_code"].unique()}
        places = {code: self.world.above(atom, level) or atom for code, atom in atoms.items()}
        place = col("area_code").replace_strict(places, return_dtype=pl.String)
        return read.with_columns(place=place)

    def _added(self, name: str) -> pl.Expr:
        """The sum of an amount, or how many different ones; null when nothing was filled."""
        if self.is_distinct:
            return col(name).drop_nulls().n_unique().alias(name)
        filled = col(name).is_not_null().any()
        return pl.when(filled).then(col(name).cast(pl.Decimal(38, 4)).sum()).alias(name)

    def _of_two(self) -> dict[int, list[Cell]]:
        """Parts from two tables meet in the county (rule 1).

        A county counts when it filed the numerator's table and enough of its units filed the
        denominator's within the year.
        """
        lent = self.sources[1]
        below = rows.newest_of_units(
            self.world, lent, self.frequency, self._names(self.denominator), self.spans
        )
        below = self._placed(below.with_columns(d=self._amount(self.denominator)), "county")
        below = below.group_by("p", "place").agg(
            self._added("d"), col("unit").n_unique(), carried_d=col("carried").any()
        )
        above = self._placed(self.rows, "county").group_by("p", "place")
        above = above.agg(self._added("n"), col("carried").any())
        found: dict[int, list[Cell]] = defaultdict(list)
        both = above.join(below, on=["p", "place"]).drop_nulls(["n", "d"]).sort("p", "place")
        for p, county, n, carried, d, came, carried_d in both.iter_rows():
            needed = self._owing_inside(lent, county, Period(self.frequency, p).end)
            if came * 100 >= self.min_coverage * len(needed):
                also = carried or carried_d
                found[p].append(Cell(county, county, Decimal(n), Decimal(d), also, True))
        return found

    def _owing_inside(self, table: str, area: str, day: date) -> set[str]:
        return {
            duty.unit
            for duty in self.world.obligations
            if duty.table == table
            and area in self.world.line(duty.unit)
            and self.world.owes(duty, day)
        }

    @property
    def min_coverage(self) -> int:
        """Per cent of the expected units that must have filed (rule 2.2)."""
        return self.indicator.get("min_coverage", self.world.settings["min_coverage"])

    @cached_property
    def of_villages(self) -> dict[tuple[int, str], tuple[Decimal, Decimal | None]]:
        """(period, village) -> what the village's own rows come to (rule 6)."""
        read = self.rows.filter(col("area_code").str.len_chars() == VILLAGE_CODE)
        read = read.filter(col("n").is_not_null() & col("d").is_not_null())
        sums = (col(name).cast(pl.Decimal(38, 4)).sum() for name in "nd")
        added = read.group_by("p", "area_code").agg(*sums)
        return {
            (p, area): (Decimal(n), None if self.is_count else Decimal(d))
            for p, area, n, d in added.iter_rows()
        }
