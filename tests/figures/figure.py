"""One indicator over one population: what was filed, added up over any area and period."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from tests.figures import clinics, rows
from tests.figures.periods import Period, containing, ending_by
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


Periods = dict[int, list[Cell]]
VillageParts = tuple[Decimal, Decimal | None, bool]


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
        world, found = self.world, []
        for table in self.filing_tables:
            raw = world.tables[table].select("area_code", "period", "period_end", "first_imported")
            came = rows.with_units(world, table, raw.collect()).group_by("unit", "period_end")
            came = came.agg(col("first_imported").min())
            came_on = {(unit, end): day for unit, end, day in came.iter_rows()}
            for duty in (duty for duty in world.obligations if duty.table == table):
                province = world.province(duty.unit)
                first, last = world.filed(table).get(province, (None, None))
                while first and last and first <= last:
                    due = first.end + timedelta(days=duty.due_days)
                    week = containing("weekly", due).ordinal
                    if world.owes(duty, first.end) and week in self.spans[province]:
                        came = came_on.get((duty.unit, first.end), date.max)
                        found.append((week, duty.unit, table, came <= due))
                    first = first.moved(1)
        names = ["p", "area_code", "table_id", "on_time"]
        return pl.DataFrame(found, schema=names, orient="row").with_columns(
            carried=False, whole=True
        )

    def unit(self, place: str) -> str:
        """The unit that files this figure for a place."""
        if self.sources == ["filings"] or len(self.sources) == 2:
            return place
        return self.world.unit(self.table, place)

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

    @cached_property
    def part_of(self) -> str:
        """The column that the numerator is a part of, if the definitions say so (rule 11)."""
        columns = (
            self.world.definitions["tables"].get(self.numerator["from"], {}).get("columns", {})
        )
        names = expression(self.numerator["sum"]).meta.root_names()
        return next((columns[n]["part_of"] for n in names if "part_of" in columns.get(n, {})), "")

    @cached_property
    def unlisted(self) -> list[str]:
        """The kinds whose rows are not listed below the county (rule 11)."""
        table = self.world.definitions["tables"].get(self.numerator["from"], {})
        if "sensitive_rows" not in table or self.dimension == "none":
            return []
        kinds = pl.DataFrame({self.dimension: table["columns"][self.dimension]["values"]})
        return kinds.filter(expression(table["sensitive_rows"])).to_series().to_list()

    @property
    def unlisted_sensitive(self) -> list[str]:
        """Those of them that the rest hides."""
        words = self.world.definitions["words"]["words"]["dimensions"].get(self.dimension, {})
        return [kind for kind in self.unlisted if kind in words.get("sensitive", ())]

    def files(self, unit: str) -> bool:
        """Whether the figure is one of those that this unit files."""
        return not self.filer or (self.filer == "county") == (self.world.level(unit) == "county")

    @cached_property
    def cells(self) -> dict[str, Periods]:
        """Dimension value ("" for all) -> period -> what the units filed."""
        if len(self.sources) == 2:
            return self._settled({"": self._of_two()})
        found = {"": self._cells(self.rows)}
        if self.dimension != "none":
            for (value,), part in self.rows.drop_nulls(self.dimension).group_by(self.dimension):
                found[str(value)] = self._cells(part)
        return found if self.sources == ["filings"] else self._settled(found)

    def _settled(self, found: dict[str, Periods]) -> dict[str, Periods]:
        """What one that is gone filed all the same is its heir's, where that is one and filed too.

        The last days of a week, or a register that is carried on (rule 2.9).
        """
        if not self.world.successors:
            return found
        moved = {
            (p, cell.place): place
            for p, cells in found[""].items()
            for cell in cells
            if (place := self._sole_heir(cell.place, p))
            and (cell.carried or any(other.place == place for other in cells))
        }

        def settled(cell: Cell, p: int) -> Cell:
            if (p, cell.place) not in moved:
                return cell
            place = moved[p, cell.place]
            lives = self.world.lives(cell.unit, Period(self.frequency, p).end)
            whole = cell.whole and (cell.carried or cell.unit != cell.place)
            unit = cell.unit if lives else self.unit(place)
            return cell._replace(place=place, unit=unit, whole=whole)

        return {
            value: {p: [settled(cell, p) for cell in cells] for p, cells in periods.items()}
            for value, periods in found.items()
        }

    def _sole_heir(self, place: str, p: int) -> str | None:
        """The one area that stands for a place that is gone by a period's end."""
        day = Period(self.frequency, p).end
        heir, *others = self.world.heirs(place, day)
        has_begun = (self.world.areas[heir]["valid_from"] or day) <= day
        return heir if heir != place and not others and has_begun else None

    def _cells(self, read: pl.DataFrame) -> Periods:
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
        found: Periods = defaultdict(list)
        for p, place, n, d, carried, whole in added.sort("p", "place").iter_rows():
            unit = self.unit(place)
            if self.files(unit):
                below = None if self.is_count else Decimal(d)
                found[p].append(Cell(place, unit, Decimal(n), below, carried, whole))
        return found

    def _placed(self, read: pl.DataFrame, level: str) -> pl.DataFrame:
        """Rows with their place: the township or what is above it, or the area of a level."""
        frequency = self.frequency
        place = rows.lying(
            self.world,
            read["area_code"].unique(),
            lambda last: col("p") <= ending_by(frequency, last).ordinal,
        )
        read = read.with_columns(place=place)
        above = {code: self.world.above(code, level) or code for code in read["place"].unique()}
        return read.with_columns(col("place").replace_strict(above, return_dtype=pl.String))

    def _added(self, name: str) -> pl.Expr:
        """The sum of an amount, or how many different ones; null when nothing was filled."""
        if self.is_distinct:
            return col(name).drop_nulls().n_unique().alias(name)
        filled = col(name).is_not_null().any()
        return pl.when(filled).then(col(name).cast(pl.Decimal(38, 4)).sum()).alias(name)

    def _of_two(self) -> Periods:
        """Parts from two tables meet in the county (rule 1).

        A county counts when it filed the numerator's table and enough of its units filed the
        denominator's within the year.
        """
        lent = self.sources[1]
        below = rows.newest_of_units(
            self.world, lent, self.frequency, self._names(self.denominator), self.spans
        )
        below = self._placed(below.with_columns(d=self._amount(self.denominator)), "county")
        below = below.group_by("p", "place").agg(self._added("d"), col("unit").unique())
        above = self._placed(self.rows, "county").group_by("p", "place")
        above = above.agg(self._added("n"), col("carried").all())
        found: Periods = defaultdict(list)
        both = above.join(below, on=["p", "place"]).drop_nulls(["n", "d"]).sort("p", "place")
        for p, county, n, carried, d, came in both.iter_rows():
            day = Period(self.frequency, p).end
            living = [unit for unit in came if self.world.lives(unit, day)]
            needed = {
                duty.unit
                for duty in self.world.obligations
                if duty.table == lent
                and county in self.world.line(duty.unit)
                and self.world.owes(duty, day)
            }
            if len(living) * 100 >= self.min_coverage * len(needed):
                found[p].append(Cell(county, county, Decimal(n), Decimal(d), carried, True))
        return found

    @property
    def min_coverage(self) -> int:
        """Per cent of the expected units that must have filed (rule 2.2)."""
        return self.indicator.get("min_coverage", self.world.settings["min_coverage"])

    @cached_property
    def of_villages(self) -> dict[tuple[int, str], VillageParts]:
        """(period, village) -> what the village's own rows come to, and if all are carried on."""
        read = self.rows.filter(col("area_code").str.len_chars() == VILLAGE_CODE)
        read = read.filter(col("n").is_not_null() & col("d").is_not_null())
        added = read.group_by("p", "area_code").agg(
            self._added("n"), self._added("d"), col("carried").all()
        )
        found: dict[tuple[int, str], VillageParts] = {
            (p, area): (Decimal(n), None if self.is_count else Decimal(d), carried)
            for p, area, n, d, carried in added.iter_rows()
        }
        if self.sources == ["clinic_state"]:
            # A village without a clinic has 0 of 0, it is not silent.
            villages = clinics.states(self.world, "village_clinic_state").select("p", "area_code")
            none = (Decimal(0), None if self.is_count else Decimal(0), False)
            for p, area in villages.iter_rows():
                found.setdefault((p, area), none)
        return found
