"""Filling table `measured`: what each unit filed of each indicator and period, not added up yet."""

from collections import defaultdict
from collections.abc import Iterator

from data.catalogue.model import Measure, Population, Table
from data.derive import steps
from data.derive.ground import Ground
from data.derive.plan import Pair
from data.derive.rolling import Rolling
from data.filed.touched import VIEW_TABLES
from data.periods import Period


class Measuring:
    """Measures indicators that read the same tables, from rows rolled up to their periods.

    numbers  (indicator, population) -> the number that stands for them in every table.
    """

    def __init__(self, ground: Ground, numbers: dict[tuple[str, str], int]) -> None:
        self.ground = ground
        self.rolling = Rolling(ground)
        self.con = ground.con
        self.tables = ground.plan.tables
        self._numbers = numbers

    def number(self, pair: Pair) -> int:
        """The number that stands for an indicator and population."""
        return self._numbers[pair[0].id, pair[1].id]

    def one(self, source: str, frequency: str, pairs: list[Pair], periods: list[Period]) -> bool:
        """Fill `measured` for indicators of the same one table. False without any row."""
        table = self.tables.get(source)
        if source == "filings":
            self.rolling.roll_filings(periods)
        elif table is None:
            self.rolling.roll_view(source)
        elif not self.rolling.roll(table, periods, frequency):
            return False
        is_longer = table is not None and not table.register and table.frequency != frequency
        rolled = table if is_longer else None
        of_source = {"table_id": VIEW_TABLES.get(source, source)}
        for batch, dimension in _batches(pairs):
            # Placed once: each indicator then only picks its own columns.
            steps.run(
                self.con,
                "measured/wide",
                of_source,
                place=_place(batch),
                dimension=f"cast({dimension} as varchar)" if dimension else "''",
                measures=_measures(batch, source, rolled),
            )
            each = (self._long(index, pair, rolled) for index, pair in enumerate(batch))
            self.con.execute("insert into measured " + " union all ".join(each))
            self.con.execute("drop table wide")
        if source == "clinic_state":
            numbered = [[self.number(pair), pair[1].denominator is not None] for pair in pairs]
            self.ground.fill("clinic_pairs", numbered)
            steps.run(self.con, "clinics/places_without", of_source)
        return True

    def _long(self, index: int, pair: Pair, rolled: Table | None) -> str:
        """The rows of one indicator out of table `wide`."""
        return steps.text(
            "measured/long",
            pair=str(self.number(pair)),
            numerator=f"n{index}",
            denominator="null" if pair[1].denominator is None else f"d{index}",
            entered=f"e{index}",
            carried=f"c{index}",
            is_complete="is_whole" if rolled and sums_up(pair[1], rolled) else "true",
            is_filed=_FILED_LEVEL[self.filer(pair[1])],
        )

    def two(
        self, sources: tuple[str, ...], frequency: str, pairs: list[Pair], periods: list[Period]
    ) -> None:
        """Fill `measured` for indicators whose parts stand in two tables."""
        steps.run(self.con, "measured/two_tables")
        for part, source in enumerate(sources):
            table = self.tables[source]
            self._periods_keep(periods, table.frequency, sources)
            roll = self.rolling.roll_newest if part else self.rolling.roll
            if not roll(table, periods, frequency):
                continue
            of_part = {"part": part, "table_id": source}
            steps.run(self.con, "measured/filers", of_part)
            for pair in pairs:
                steps.run(
                    self.con,
                    "measured/cells",
                    of_part | {"pair": self.number(pair), "min_coverage": pair[0].min_coverage},
                    place=_place([pair]),
                    measures=_measures([pair], source, None),
                )
        steps.run(self.con, "measured/divided")

    def _periods_keep(
        self, periods: list[Period], part_frequency: str, sources: tuple[str, ...]
    ) -> None:
        """The tables `wanted` and `parts` again, for a second table of another frequency."""
        asked = [
            Period.parse(row[0])
            for row in self.con.execute("select p from wanted where asked order by p").fetchall()
        ]
        self.ground.periods(asked or periods, part_frequency, sources)

    def expected(self, sources: tuple[str, ...], families: dict[str, int]) -> None:
        """Add to `asked` and `expected`: where a value can be, how many units should report.

        families  Kind of filer -> the number of its indicators' family.
        """
        table_id = VIEW_TABLES.get(sources[0], sources[0])
        owing = (
            "measured/owing_reports"
            if sources == ("filings",)
            else "measured/owing_counties"
            if len(sources) > 1
            else "measured/owing_units"
        )
        for filer, family in families.items():
            steps.run(self.con, owing, {"table_id": table_id, "filer": filer})
            of_clinics = table_id in VIEW_TABLES.values()
            steps.run(self.con, "measured/expected", {"family": family, "of_clinics": of_clinics})

    def filer(self, population: Population) -> str:
        """Which units file an indicator: a table with columns for counties has two kinds."""
        table = self.tables.get(population.numerator.source)
        county_columns = {
            column.name
            for column in (table.columns if table else ())
            if column.filed_at == "county"
        }
        if not county_columns:
            return "all"
        used = county_columns & set(population.numerator.sum.columns)
        return "county" if used else "township"


def _batches(pairs: list[Pair]) -> Iterator[tuple[list[Pair], str | None]]:
    """Indicators that can be measured in one pass: plain ones, then each special one alone."""
    plain = [pair for pair in pairs if not _distinct(pair)]
    if plain:
        yield plain, None
    for pair in pairs:
        if _distinct(pair):
            yield [pair], None
    by_dimension: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair[0].dimension:
            by_dimension[pair[0].dimension].append(pair)
    for dimension, group in by_dimension.items():
        yield group, dimension


def _distinct(pair: Pair) -> bool:
    """Whether a pair counts values rather than rows."""
    return any(measure.distinct for measure in _parts(pair[1]))


def _parts(population: Population) -> list[Measure]:
    parts = (population.numerator, population.denominator)
    return [measure for measure in parts if measure is not None]


# A county's own row holds the columns that only counties fill, and is in no township sum.
_FILED_LEVEL = {
    "all": "true",
    "county": "filed_level = 'county'",
    "township": "filed_level <> 'county'",
}

# -- what the catalogue says: the slots of measured/wide.sql and measured/cells.sql --------------

# Where a value is counted once in the whole of its area, not once in each township.
_CELL = {
    "county": "finest_area(null, county_code, city_code, province_code)",
    "city": "finest_area(null, null, city_code, province_code)",
    "province": "province_code",
}
# Which sub-period a column of a longer period stands on; the last one where nothing is said.
_STANDS_ON = {"flow": "true", "opening": "has_first", "ytd_mch": "has_last_mch"}


def _place(pairs: list[Pair]) -> str:
    counts_values = any(_distinct(pair) for pair in pairs)
    return _CELL.get(pairs[0][0].grain, "atom") if counts_values else "atom"


def _measures(pairs: list[Pair], source: str, rolled: Table | None) -> str:
    """Columns n0, d0, e0, c0, n1, … over the rows of one source.

    A row enters only when both its parts are there.

    rolled  The table whose rows were rolled up to a longer period: a row without the sub-period
            that its columns stand on does not enter.
    """
    columns = []
    for index, (_, population) in enumerate(pairs):
        complete = _complete(population, source, rolled)
        for letter, measure in (("n", population.numerator), ("d", population.denominator)):
            if measure is None or measure.source != source:
                columns.append(f"cast(null as decimal(18, 4)) as {letter}{index}")
            else:
                columns.append(f"{_added(measure, complete)} as {letter}{index}")
        columns.append(f"count(case when {complete} then 1 end) as e{index}")
        columns.append(f"count(case when {complete} and is_carried then 1 end) as c{index}")
    return ", ".join(columns)


def _complete(population: Population, source: str, rolled: Table | None) -> str:
    """True for a row none of whose wanted parts is null."""
    parts = []
    if rolled is not None:
        # Not even a condition can be judged on the state of a day that was not filed.
        parts += sorted({_STANDS_ON.get(kind, "has_last") for kind in _kinds(population, rolled)})
    for measure in _parts(population):
        if measure.source != source:
            continue
        kept = f"coalesce({measure.where.sql()}, false)" if measure.where else "true"
        for expression in (measure.sum, *([measure.distinct] if measure.distinct else [])):
            if expression.columns:
                parts.append(f"(not {kept} or ({expression.sql()}) is not null)")
    return f"({' and '.join(parts)})" if parts else "true"


def _added(measure: Measure, complete: str) -> str:
    kept = f"{complete} and coalesce({measure.where.sql()}, false)" if measure.where else complete
    if measure.distinct:
        counted = f"count(distinct case when {kept} then {measure.distinct.sql()} end)"
    else:
        counted = f"coalesce(sum(case when {kept} then {measure.sum.sql()} end), 0)"
    return f"cast({counted} as decimal(18, 4))"


def sums_up(population: Population, table: Table) -> bool:
    """Whether a longer period needs each of its sub-periods: only flows are added up."""
    return "flow" in _kinds(population, table)


def _kinds(population: Population, table: Table) -> set[str]:
    """The kinds of a table's columns, but for its key, that a population's measures read."""
    return {
        table.by_name[name].kind
        for name in population.columns_of(table.id)
        if name in table.by_name and name not in table.key
    }
