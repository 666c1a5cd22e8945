"""Derived values: numerators and denominators of every indicator, for areas and periods.

Run at publish, by DuckDB, over the raw Parquet files of the new state; only what a change can
touch is computed again. Rates are never stored: they are divided in the queries.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb

from data import derive_sql as sql
from data.catalogue.expressions import as_literal
from data.catalogue.model import Population
from data.derive_ground import Ground
from data.derive_plan import (
    CLINIC_VIEWS,
    VIEW_TABLES,
    Files,
    Pair,
    Plan,
    State,
    between,
)
from data.manifest import FileEntry
from data.periods import FREQUENCIES, Period, containing

_THREADS = 2
_MUCH = 5_000_000  # raw rows
_ORDER = "indicator, population, dimension, area_code, period"


def derive(state: State) -> list[FileEntry]:
    """Compute the derived values that a change touches and write them; the files of the new state.

    returns  All derived files of the new snapshot: those written now and those kept.
    """
    places = _places(state)
    if not places:
        return list(state.derived.values())
    if state.touched is not None or len(places) == 1:
        return list(_Derivation(state, places, FREQUENCIES, threads=_THREADS).run().values())
    # Everything at once: small tables keep one thread of DuckDB busy, so the work goes side by
    # side in parts that share no file: by frequency, and by province where there is much of it,
    # for every part plans the same statements again.
    rows = sum(entry.rows for files in state.raw.values() for entry in files.values())
    shares = _shares(state, places, _THREADS) if rows > _MUCH else [places]
    parts = [
        (share, frequencies)
        for share in shares
        for frequencies in (FREQUENCIES[:1], FREQUENCIES[1:])
    ]
    with ThreadPoolExecutor(_THREADS) as pool:
        done = pool.map(lambda part: _Derivation(state, *part, threads=1).run(), parts)
        return [entry for files in done for entry in files.values()]


def _places(state: State) -> list[str]:
    """Two-digit codes of the provinces to compute."""
    if state.touched is None:
        return sorted({place for files in state.raw.values() for _, place in files})
    return sorted({place for pairs in state.touched.values() for _, place in pairs})


def _shares(state: State, places: list[str], count: int) -> list[list[str]]:
    """The provinces in so many shares of about the same number of rows."""
    rows = dict.fromkeys(places, 0)
    for files in state.raw.values():
        for (_, place), entry in files.items():
            rows[place] += entry.rows
    shares: list[list[str]] = [[] for _ in range(min(count, len(places)))]
    for place in sorted(places, key=lambda place: -rows[place]):
        min(shares, key=lambda share: sum(rows[one] for one in share)).append(place)
    return [sorted(share) for share in shares]


def _copy(con: duckdb.DuckDBPyConnection, rows: str, path: Path) -> int:
    """Write rows as one Parquet file; how many there were."""
    return con.execute(
        f"copy ({rows}) to {as_literal(str(path))} "
        "(format parquet, compression zstd, row_group_size 30720)"
    ).fetchall()[0][0]


class _Derivation:
    """The derived values of some provinces and frequencies, in one in-memory database."""

    def __init__(
        self, state: State, provinces: list[str], frequencies: Sequence[str], *, threads: int
    ) -> None:
        self.state = state
        self.plan = Plan(state, provinces, frequencies)
        self.catalogue = state.catalogue
        self.tables = state.catalogue.tables
        # What does not fit into memory goes to the system's temporary folder, not to where the
        # program happens to stand.
        self.con = duckdb.connect(
            config={"threads": threads, "memory_limit": "3GB", "temp_directory": gettempdir()}
        )
        self.con.execute("set enable_progress_bar = false; set parquet_metadata_cache = true")
        self.ground = Ground(self.con, self.plan)
        self.recomputed: list[tuple[str, str]] = []
        names = sorted(
            (indicator.id, population, indicator.frequency)
            for indicator in self.catalogue.indicators.values()
            for population in indicator.populations
        )
        self.pair_rows = [[number, *name] for number, name in enumerate(names)]
        self.pairs = {(row[1], row[2]): row[0] for row in self.pair_rows}

    def run(self) -> Files:
        """Compute and write; the derived files of the new state by folder."""
        self.ground.areas()
        self.ground.units()
        self.con.execute(sql.RESULT_TABLE)
        self._names()
        clinic_files = self._clinic_states() if "monthly" in self.plan.frequencies else {}
        for sources, frequency, pairs in self.plan.groups():
            wanted = self._wanted(sources, frequency)
            if wanted:
                self._group(sources, frequency, pairs, wanted)
        return self._write(clinic_files)

    def _wanted(self, sources: tuple[str, ...], frequency: str) -> list[Period]:
        """The periods to compute; table `spans` says which can have a value in which province."""
        spans = self.plan.spans(sources, frequency)
        self.ground.table(
            "spans",
            "province_code text, first_ordinal bigint, last_ordinal bigint",
            [[f"{place}0000", span[0], span[-1]] for place, span in spans.items() if span],
        )
        return self.plan.wanted(sources, frequency, self.ground.reach(sources))

    def _names(self) -> None:
        """What the numbers of indicators and periods stand for."""
        self.ground.table(
            "pair_names",
            "pair integer, indicator text, population text, frequency text",
            self.pair_rows,
        )
        self.ground.table(
            "period_names",
            "frequency text, ordinal bigint, period text, period_end date, year integer",
            [],
        )

    def _number(self, pair: Pair) -> int:
        """The number that stands for an indicator and population."""
        return self.pairs[pair[0].id, pair[1].id]

    # -- clinics ---------------------------------------------------------------------------

    def _clinic_states(self) -> Files:
        """Write the status of every clinic and village for the months that a change touches."""
        kept = {
            folder: entry
            for folder, entry in self.state.derived.items()
            if folder[1] in CLINIC_VIEWS
        }
        wanted = self._wanted(("clinic_state",), "monthly")
        if not wanted:
            return kept
        for view in CLINIC_VIEWS:
            if not self._clinic_view(view, wanted):
                return kept
        self.ground.table("recomputed_months", "p text", [[period.text] for period in wanted])
        self.con.execute("""
            create or replace table clinic_months as
            select wanted.p, spans.province_code from wanted join spans
                on wanted.ordinal between spans.first_ordinal and spans.last_ordinal
            where wanted.asked
        """)
        written = dict(kept)
        for view in CLINIC_VIEWS:
            for year in sorted({period.year for period in wanted}):
                for place in self.plan.provinces:
                    folder = ("derived", view, str(year), place)
                    self._merge(
                        folder,
                        written,
                        fresh=f"select {_CLINIC_COLUMNS} from {view} where p[:4] = '{year}' "
                        f"and province_code = '{place}0000' "
                        "and (p, province_code) in (select (p, province_code) from clinic_months)",
                        stays="period not in (select p from recomputed_months)",
                        order="county_code, township_code, village_code, period"
                        + (", clinic_code" if view == "clinic_state" else ""),
                    )
        return written

    def _clinic_view(self, view: str, wanted: list[Period]) -> bool:
        """Table `clinic_state` or `village_clinic_state` for the months and those before them."""
        if view == "village_clinic_state":
            self.con.execute(f"create or replace table {view} as {sql.village_clinic_state()}")
            return True
        periods = self.ground.periods(wanted, "monthly", ("clinic_state",))
        if not self.ground.roll(self.tables["T07"], periods, "monthly", latest=False):
            return False
        settings = self.catalogue.settings
        text = sql.clinic_state(
            int(settings["clinic_floor_area"]), int(settings["clinic_exempt_service_pop"])
        )
        self.con.execute(f"create or replace table {view} as {text}")
        return True

    # -- indicators ------------------------------------------------------------------------

    def _group(
        self, sources: tuple[str, ...], frequency: str, pairs: list[Pair], wanted: list[Period]
    ) -> None:
        """Add the rows of all indicators over the same sources to `derived_rows`."""
        first_table = self.plan.tables_of(sources[0])[0]
        part_frequency = (
            frequency if sources[0] == "filings" else self.tables[first_table].frequency
        )
        periods = self.ground.periods(wanted, part_frequency, sources)
        self.ground.table(
            "pairs",
            "pair integer, lowest integer, min_coverage integer, filer text",
            [
                [
                    self._number((indicator, population)),
                    _LOWEST[indicator.grain],
                    indicator.min_coverage,
                    self._filer(population),
                ]
                for indicator, population in pairs
            ],
        )
        self.con.execute(sql.LONG_TABLE)
        if len(sources) == 1:
            if not self._measure_one(sources[0], frequency, pairs, periods):
                return
        else:
            self._measure_two(sources, frequency, pairs, periods)
        self._expected(sources, pairs)
        self.con.execute(sql.FLAGGED)
        self.con.execute(sql.summed_over_areas())
        self.con.execute(sql.COUNTED)
        self.con.execute(sql.COMPLETE_ROWS)
        self._mark(pairs)
        self.con.execute(
            f"insert into period_names select '{frequency}', ordinal, p, p_end, "
            "cast(substr(p, 1, 4) as integer) from wanted where asked and ordinal not in "
            f"(select ordinal from period_names where frequency = '{frequency}')"
        )
        for indicator, _ in pairs:
            self.recomputed += [(indicator.id, period.text) for period in wanted]

    def _measure_one(
        self, source: str, frequency: str, pairs: list[Pair], periods: list[Period]
    ) -> bool:
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
            for index, pair in enumerate(batch):
                denominator = "null" if pair[1].denominator is None else f"d{index}"
                whole = "is_whole"
                if rolled is None or not sql.sums_up(pair[1], rolled):
                    whole = "true"
                self.con.execute(f"""
                    insert into long
                    select
                        {self._number(pair)}, ordinal, id, unit, dimension,
                        n{index}, {denominator}, {whole}, c{index} > 0
                    from wide
                    where e{index} > 0 {_FILED_LEVEL[self._filer(pair[1])]}
                """)
        return True

    def _measure_two(
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
                "(pair integer, p text, atom text, value decimal(18, 4), is_carried boolean)"
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
                        {self._number(pair)}, wide.p, {cell},
                        sum(wide.{letter}0), bool_or(wide.c0 > 0)
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
                group by filed.p, tree.area
            """)
            self.con.execute(f"""
                create or replace temp table needed{part} as
                select tree.area, count(distinct obligations.unit) as expected
                from obligations
                join tree on tree.atom = obligations.unit and tree.level = 'county'
                where obligations.table_id = '{source}'
                group by tree.area
            """)
        self.con.execute("""
            insert into long
            select
                pairs.pair, wanted.ordinal, presence0.area, presence0.area, '',
                cells0.value, cells1.value, true, cells0.is_carried or cells1.is_carried
            from pairs
            cross join presence0
            join wanted on wanted.p = presence0.p
            join places on places.id = presence0.area
            join presence1 on presence1.p = presence0.p and presence1.area = presence0.area
            left join needed1 on needed1.area = presence0.area
            join cells0
                on
                    cells0.pair = pairs.pair
                    and cells0.p = presence0.p and cells0.atom = places.area_code
            join cells1
                on
                    cells1.pair = pairs.pair
                    and cells1.p = presence0.p and cells1.atom = places.area_code
            where presence1.reported * 100 >= pairs.min_coverage * coalesce(needed1.expected, 0)
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
                for place, span in self.state.domain[name].items()
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

    def _expected(self, sources: tuple[str, ...], pairs: list[Pair]) -> None:
        """Table `expected`: how many units each area expects, by kind of filer and period."""
        table_id = VIEW_TABLES.get(sources[0], sources[0])
        self.con.execute(sql.EXPECTED_TABLE)
        for filer in sorted({self._filer(population) for _, population in pairs}):
            if sources == ("filings",):
                units = "select distinct unit, valid_from, valid_to from obligations"
            elif len(sources) > 1:
                units = f"""
                    select distinct
                        coalesce(places.county_id, places.id) as unit, valid_from, valid_to
                    from obligations join places on places.id = obligations.unit
                    where table_id = '{table_id}' and places.county_id is not null
                """
            else:
                units = f"""
                    select distinct unit, valid_from, valid_to from obligations
                    where table_id = '{table_id}' {_FILER_LEVEL[filer]}
                """
            self.con.execute(f"""
                insert into obliged select '{filer}', * from ({units});
                insert into expected
                with obliged_units as (
                    select unit, valid_from, valid_to from obliged where filer = '{filer}'
                ),
                counted as (
                    select wanted.ordinal, tree.area, tree.level,
                        count(distinct obliged_units.unit) as units
                    from obliged_units
                    join wanted
                        on
                            obliged_units.valid_from <= wanted.p_end
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
                    anti join counted as same
                        on same.ordinal = counted.ordinal and same.area = inner_tree.atom
                )
                select '{filer}', * from (from counted union all from below)
            """)

    def _filer(self, population: Population) -> str:
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

    def _mark(self, pairs: list[Pair]) -> None:
        """Set 暂 on the newest periods, and mask small numbers of sensitive indicators."""
        for indicator, population in pairs:
            pair = self._number((indicator, population))
            if indicator.provisional_periods:
                self.con.execute(f"""
                    update derived_rows set provisional = true
                    from spans join areas on areas.province_code = spans.province_code
                    where pair = {pair} and areas.id = derived_rows.area
                        and ordinal > spans.last_ordinal - {indicator.provisional_periods}
                """)
            if indicator.sensitive or population.sensitive:
                limit = int(self.catalogue.settings["mask_below"])
                self.con.execute(sql.MASK.format(pair=pair, limit=limit))

    # -- files -----------------------------------------------------------------------------

    def _write(self, clinic_files: Files) -> Files:
        """Merge the fresh rows into the derived files of the parent snapshot."""
        written = {
            folder: entry
            for folder, entry in self.state.derived.items()
            if folder[1] not in CLINIC_VIEWS
        }
        self.ground.table(
            "recomputed",
            "indicator text, period text",
            [list(pair) for pair in set(self.recomputed)],
        )
        inside = ", ".join(as_literal(place) for place in self.plan.provinces)
        stays = f"""
            area_code[:2] not in ({inside})
            or (indicator, period) not in (select (indicator, period) from recomputed)
        """
        folders = self.con.execute("""
            select
                case when derived_rows.level = 'township' then 'township' else 'area' end,
                period_names.frequency, period_names.year, areas.province_code[:2],
                min(derived_rows.ordinal), max(derived_rows.ordinal),
                min(derived_rows.area), max(derived_rows.area)
            from derived_rows
            join pair_names on pair_names.pair = derived_rows.pair
            join period_names
                on
                    period_names.frequency = pair_names.frequency
                    and period_names.ordinal = derived_rows.ordinal
            join areas on areas.id = derived_rows.area
            group by all
            order by all
        """).fetchall()
        for kind, frequency, year, place, first, last, lowest, highest in folders:
            # Province by province: a publish writes little, and a page reads little.
            folder = ("derived", kind, frequency, str(year), place)
            level = "=" if kind == "township" else "<>"
            # The numbers say the same as the names, before anything is joined.
            scope = (
                f"derived_rows.level {level} 'township' and areas.province_code = '{place}0000' "
                f"and derived_rows.ordinal between {first} and {last} "
                f"and derived_rows.area between {lowest} and {highest}"
            )
            self._merge(
                folder,
                written,
                fresh=f"{sql.STORED_ROWS} where period_names.frequency = '{frequency}' "
                f"and period_names.year = {year} and {scope}",
                stays=stays,
                order=_ORDER,
                fresh_order="derived_rows.pair, derived_rows.dimension, derived_rows.area, "
                "derived_rows.ordinal",
            )
        self.con.close()
        return written | clinic_files

    def _merge(
        self,
        folder: tuple[str, ...],
        written: Files,
        *,
        fresh: str,
        stays: str,
        order: str,
        fresh_order: str = "",
    ) -> None:
        """One derived file anew: the parent's rows that stay, and the fresh ones.

        fresh_order  The same order in the numbers of the fresh rows, which sort faster than text.
        """
        old = written.get(folder)
        rows = f"{fresh} order by {fresh_order or order}"
        if old is not None:
            path = str(self.state.store.path / old.path)
            kept = f"select * from {sql.read_parquet([path])} where {stays}"
            rows = f"select * from ({kept} union all by name {fresh}) order by {order}"
        count = 0

        def write(path: Path) -> None:
            nonlocal count
            count = _copy(self.con, rows, path)

        entry = self.state.store.put_written("/".join(folder), write)
        if count:
            written[folder] = replace(entry, rows=count)
        else:
            written.pop(folder, None)


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


# The lowest stored level at which an indicator of that grain is shown: 1 township … 4 province.
_LOWEST = {"village": 1, "township": 1, "county": 2, "city": 3, "province": 4}
_FILER_LEVEL = {"all": "", "county": "and level = 'county'", "township": "and level <> 'county'"}
# A county's own row holds the columns that only counties fill, and is in no township sum.
_FILED_LEVEL = {name: text.replace("level", "filed_level") for name, text in _FILER_LEVEL.items()}
# Stored clinic rows call the period by its name.
_CLINIC_COLUMNS = (
    "p as period, is_carried as carried, * exclude (p, period_start, division_code, is_carried)"
)
