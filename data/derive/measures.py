"""Filling table `long`: what each unit filed for each indicator and period, not yet added up."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from data.catalogue.expressions import as_literal
from data.catalogue.model import Population, Table
from data.derive import clinic_sql as clinic_sql
from data.derive import sql
from data.derive.ground import Ground
from data.derive.plan import CLINIC_VIEWS, VIEW_TABLES, Pair, between
from data.periods import Period, containing


class Measuring:
    """Measures indicators that read the same tables, from rows rolled up to their periods.

    numbers  (indicator, population) -> the number that stands for them in every table.
    """

    def __init__(self, ground: Ground, numbers: dict[tuple[str, str], int]) -> None:
        self.ground = ground
        self.con = ground.con
        self.plan = ground.plan
        self.tables = ground.plan.tables
        self._numbers = numbers

    def number(self, pair: Pair) -> int:
        """The number that stands for an indicator and population."""
        return self._numbers[pair[0].id, pair[1].id]

    def one(self, source: str, frequency: str, pairs: list[Pair], periods: list[Period]) -> bool:
        """Fill `long` for indicators whose parts stand in the same table."""
        table_id = VIEW_TABLES.get(source, source)
        if source == "filings":
            self._filings(periods)
            self.con.execute("create or replace temp table partly_filed (p text, unit_code text)")
        elif source in CLINIC_VIEWS:
            self.ground.rolled(f"from {source}", kept=False)
            self.con.execute("create or replace temp table partly_filed (p text, unit_code text)")
        else:
            if not self.ground.roll(self.tables[source], periods, frequency, latest=False):
                return False
            self.ground.complete_units(self.tables[source], periods, frequency)
        if source == "filings":
            unit = (
                "(select places.id, places.area_code as atom, places.id as unit, "
                "places.area_code as unit_code, places.level from places)"
            )
        else:
            unit = (
                "(select places.id, units.atom, units.unit, units.unit_code, places.level "
                "from units join places on places.area_code = units.atom "
                f"where units.table_id = '{table_id}')"
            )
        table = self.tables.get(source)
        is_longer = table is not None and not table.register and table.frequency != frequency
        rolled = table if is_longer else None
        for batch, dimension in _batches(pairs):
            text = sql.wide(batch, source, dimension=dimension, rolled=rolled)
            # Placed once: each indicator then only picks its own columns.
            self.con.execute(f"""
                create or replace temp table wide as
                select
                    sums.* exclude (p, atom), wanted.ordinal, filer.id, filer.unit,
                    filer.level as filed_level, partly_filed.p is null as is_whole
                from ({text}) as sums
                join wanted on wanted.p = sums.p
                join {unit} as filer on filer.atom = sums.atom
                left join partly_filed
                    on
                        partly_filed.p = sums.p
                        and partly_filed.unit_code = filer.unit_code
            """)
            each = (self._long(index, pair, rolled) for index, pair in enumerate(batch))
            self.con.execute("insert into long " + " union all ".join(each))
        if source == "clinic_state":
            numbered = [[self.number(pair), pair[1].denominator is not None] for pair in pairs]
            self.ground.table("clinic_pairs", "pair integer, is_rate boolean", numbered)
            self.con.execute(clinic_sql.PLACES_WITHOUT)
        return True

    def _long(self, index: int, pair: Pair, rolled: Table | None) -> str:
        """The rows of one indicator out of table `wide`."""
        denominator = "null" if pair[1].denominator is None else f"d{index}"
        is_summed = rolled is not None and sql.sums_up(pair[1], rolled)
        return f"""
            select
                {self.number(pair)}, ordinal, id, unit, dimension, n{index}, {denominator},
                {"is_whole" if is_summed else "true"}, c{index} = e{index}
            from wide
            where e{index} > 0 {_FILED_LEVEL[self.filer(pair[1])]}
        """

    def two(
        self, sources: tuple[str, ...], frequency: str, pairs: list[Pair], periods: list[Period]
    ) -> None:
        """Fill `long` for indicators whose parts stand in two tables.

        Both are brought to the indicator's lowest level first; a place counts as reported when
        its units filed the numerator's table, and enough of them the denominator's.
        """
        for part, source in enumerate(sources):
            table = self.tables[source]
            self._periods_keep(periods, table.frequency, sources)
            rolled = self.ground.roll(table, periods, frequency, latest=part == 1)
            self.con.execute(f"create or replace temp table filed{part} (p text, unit integer)")
            self.con.execute(
                f"create or replace temp table cells{part} "
                "(pair integer, min_coverage integer, p text, atom text, value decimal(18, 4), "
                "is_carried boolean)"
            )
            if not rolled:
                continue
            self.con.execute(f"""
                insert into filed{part}
                select distinct rolled.p, units.unit
                from rolled
                join units on units.table_id = '{source}' and units.atom = {sql.ATOM}
            """)
            letter = "nd"[part]
            for pair in pairs:
                text = sql.wide([pair], source, dimension=None)
                cell = "coalesce(areas.county_code, areas.city_code, areas.province_code)"
                self.con.execute(f"""
                    insert into cells{part}
                    select
                        {self.number(pair)}, {pair[0].min_coverage}, wide.p, {cell},
                        sum(wide.{letter}0), bool_and(wide.c0 = wide.e0)
                    from ({text}) as wide
                    join areas on areas.area_code = wide.atom
                    where wide.e0 > 0
                    group by wide.p, {cell}
                """)
        for part, source in enumerate(sources):
            self.con.execute(f"""
                create or replace temp table presence{part} as
                select filed.p, tree.area, count(distinct filed.unit) as reported
                from filed{part} as filed
                join tree on tree.atom = filed.unit and tree.level = 'county'
                join wanted on wanted.p = filed.p
                join places on places.id = filed.unit
                where coalesce(places.valid_to, wanted.p_end) >= wanted.p_end
                group by filed.p, tree.area
            """)
            self.con.execute(f"""
                create or replace temp table needed{part} as
                select wanted.p, tree.area, count(distinct obligations.unit) as expected
                from obligations
                join wanted
                    on
                        obligations.valid_from <= wanted.p_end
                        and coalesce(obligations.valid_to, date '9999-12-31') >= wanted.p_end
                join tree on tree.atom = obligations.unit and tree.level = 'county'
                where obligations.table_id = '{source}'
                group by wanted.p, tree.area
            """)
        self.con.execute("""
            insert into long
            select
                cells0.pair, wanted.ordinal, presence0.area, presence0.area, '',
                cells0.value, cells1.value, true, cells0.is_carried
            from cells0
            join cells1
                on
                    cells1.pair = cells0.pair
                    and cells1.p = cells0.p and cells1.atom = cells0.atom
            join wanted on wanted.p = cells0.p
            join places on places.area_code = cells0.atom
            join presence0 on presence0.p = cells0.p and presence0.area = places.id
            join presence1 on presence1.p = cells0.p and presence1.area = places.id
            left join needed1 on needed1.p = cells0.p and needed1.area = places.id
            where presence1.reported * 100 >= cells0.min_coverage * coalesce(needed1.expected, 0)
        """)

    def _periods_keep(
        self, periods: list[Period], part_frequency: str, sources: tuple[str, ...]
    ) -> None:
        """The tables `wanted` and `parts` again, for a second table of another frequency."""
        asked = [
            Period.parse(row[0])
            for row in self.con.execute("select p from wanted where asked order by p").fetchall()
        ]
        self.ground.periods(asked or periods, part_frequency, sources)

    def _filings(self, periods: list[Period]) -> None:
        """Table `rolled` for the view `filings`: every report that fell due in these weeks."""
        due_rows: list[list[Any]] = []
        first_parts = []
        for name in self.plan.tables_of("filings"):
            table = self.tables[name]
            due = {
                place: between(span)
                for place, span in self.plan.state.domain[name].items()
                if place in self.plan.provinces
            }
            everywhere = set().union(*due.values())
            raw = self.ground.raw(table, min(everywhere), max(everywhere), carried=False)
            if raw is None:
                continue
            first_parts.append(f"""
                select '{name}' as table_id, units.unit_code, filed.period,
                    min(filed.first_imported) as first_imported
                from {raw} as filed
                join units on units.table_id = '{name}' and units.atom = {sql.ATOM}
                where filed.period_end >= {as_literal(periods[0].start - timedelta(days=200))}
                group by units.unit_code, filed.period
            """)
            for days in self.plan.due_days(name):
                for period in sorted(everywhere):
                    due_on = period.end + timedelta(days=days)
                    week = containing("weekly", due_on)
                    if periods[0].ordinal <= week.ordinal <= periods[-1].ordinal:
                        due_rows += [
                            [name, f"{place}0000", days, period.text, period.end, due_on, week.text]
                            for place, span in due.items()
                            if period in span
                        ]
        self.ground.table(
            "due_dates",
            "table_id text, province_code text, due_days integer, period text, period_end date, "
            "due_on date, p text",
            due_rows,
        )
        self.con.execute(f"""
            create or replace temp table due as
            select
                due_dates.table_id, obligations.unit_code, due_dates.period, due_dates.due_on,
                wanted.p, wanted.p_start, wanted.p_end,
                areas.province_code, areas.city_code, areas.county_code, areas.township_code
            from due_dates
            join obligations
                on
                    obligations.table_id = due_dates.table_id
                    and obligations.due_days = due_dates.due_days
                    and obligations.valid_from <= due_dates.period_end
                    and coalesce(obligations.valid_to, date '9999-12-31') >= due_dates.period_end
            join wanted on wanted.p = due_dates.p
            join areas
                on
                    areas.id = obligations.unit
                    and areas.province_code = due_dates.province_code;
            create or replace temp table first_filed as
            {" union all ".join(first_parts) or sql.NO_FILINGS};
        """)
        self.ground.rolled(sql.filings(), kept=True)

    def expected(self, sources: tuple[str, ...], families: dict[str, int]) -> None:
        """Add to `asked` and `expected`: where a value can be, how many units should report.

        families  Kind of filer -> the number of its indicators' family.
        """
        table_id = VIEW_TABLES.get(sources[0], sources[0])
        of_clinics = table_id in VIEW_TABLES.values()
        for filer, family in families.items():
            if sources == ("filings",):
                units = "select distinct unit, valid_from, valid_to from obligations"
            elif len(sources) > 1:
                units = f"""
                    select distinct
                        coalesce(places.county_id, places.id) as unit,
                        obligations.valid_from, obligations.valid_to
                    from obligations join places on places.id = obligations.unit
                    where table_id = '{table_id}' and places.county_id is not null
                """
            else:
                units = f"""
                    select distinct unit, valid_from, valid_to from obligations
                    where table_id = '{table_id}' {_FILER_LEVEL[filer]}
                """
            if of_clinics:
                units = clinic_sql.owed(units)
            self.con.execute(f"""
                insert into asked
                select
                    {family}, areas.id, wanted.ordinal, wanted.last_year,
                    spans.last_ordinal - wanted.ordinal
                from wanted
                join spans on wanted.ordinal between spans.first_ordinal and spans.last_ordinal
                join areas on areas.area_code = spans.province_code
                where wanted.asked;
                insert into obliged select {family}, * from ({units});
                insert into expected
                with obliged_units as (
                    select unit, valid_from, valid_to from obliged where family = {family}
                ),
                counted as (
                    select wanted.ordinal, tree.area, tree.level,
                        count(distinct obliged_units.unit) as units
                    from obliged_units
                    join wanted
                        on
                            wanted.asked and obliged_units.valid_from <= wanted.p_end
                            and coalesce(obliged_units.valid_to, date '9999-12-31')
                            >= wanted.p_end
                    join tree on tree.atom = obliged_units.unit
                    group by wanted.ordinal, tree.area, tree.level
                ),
                below as (
                    -- A township whose county files for it expects that one report.
                    select distinct counted.ordinal, inner_tree.atom as area, 'township', 1
                    from counted
                    join obliged_units on obliged_units.unit = counted.area
                    join tree as inner_tree
                        on inner_tree.area = counted.area and inner_tree.distance > 0
                    join places on places.id = inner_tree.atom and places.level = 'township'
                    join wanted
                        on
                            wanted.ordinal = counted.ordinal
                            and coalesce(places.valid_from, wanted.p_end) <= wanted.p_end
                            and coalesce(places.valid_to, wanted.p_end) >= wanted.p_end
                    {clinic_sql.WITH_VILLAGES if of_clinics else ""}
                    anti join counted as same
                        on same.ordinal = counted.ordinal and same.area = inner_tree.atom
                )
                select {family}, * from (from counted union all from below)
            """)

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
    plain = [pair for pair in pairs if not _is_distinct(pair)]
    if plain:
        yield plain, None
    for pair in pairs:
        if _is_distinct(pair):
            yield [pair], None
    by_dimension: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair[0].dimension:
            by_dimension[pair[0].dimension].append(pair)
    for dimension, group in by_dimension.items():
        yield group, dimension


def _is_distinct(pair: Pair) -> bool:
    population = pair[1]
    return population.numerator.distinct is not None or (
        population.denominator is not None and population.denominator.distinct is not None
    )


_FILER_LEVEL = {"all": "", "county": "and level = 'county'", "township": "and level <> 'county'"}
# A county's own row holds the columns that only counties fill, and is in no township sum.
_FILED_LEVEL = {name: text.replace("level", "filed_level") for name, text in _FILER_LEVEL.items()}
