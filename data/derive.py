"""Derived values: numerators and denominators of every indicator, for areas and periods.

Run at publish, by DuckDB, over the raw Parquet files of the new state; only what a change can
touch is computed again. Rates are never stored: they are divided in the queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from data import derive_sql as sql
from data.catalogue.expressions import as_literal
from data.catalogue.model import Catalogue, Indicator, Population, Table
from data.manifest import FileEntry
from data.periods import Period, containing
from data.store import Store

Pair = tuple[Indicator, Population]
# Which report tables each view is made from; `filings` is made from all of them.
VIEW_TABLES = {"clinic_state": "T07", "village_clinic_state": "T07"}
CLINIC_VIEWS = ("clinic_state", "village_clinic_state")
_STORED_LEVELS = ("township", "county", "city", "province")


@dataclass
class State:
    """The raw state to derive from.

    raw      Table id -> (cut, province) -> file.
    domain   Table id -> first and last period filed.
    derived  Derived files of the parent snapshot, by folder.
    touched  Table id -> (period, province) pairs that changed; None derives everything.
    """

    store: Store
    catalogue: Catalogue
    areas_path: Path
    raw: dict[str, dict[tuple[str, str], FileEntry]]
    domain: dict[str, tuple[str, str]]
    derived: dict[tuple[str, ...], FileEntry] = field(default_factory=dict)
    touched: dict[str, set[tuple[str, str]]] | None = None


def derive(state: State) -> list[FileEntry]:
    """Compute the derived values that a change touches and write them; the files of the new state.

    returns  All derived files of the new snapshot: those written now and those kept.
    """
    return _Derivation(state).run()


class _Derivation:
    def __init__(self, state: State) -> None:
        self.state = state
        self.catalogue = state.catalogue
        self.tables = state.catalogue.tables
        self.con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": True})
        self.provinces = self._provinces()
        self.recomputed: list[tuple[str, str]] = []

    def run(self) -> list[FileEntry]:
        if not self.provinces:
            return list(self.state.derived.values())
        self._areas()
        self._units()
        self.con.execute(_RESULT_TABLE)
        clinic_files = self._clinic_states()
        for sources, frequency, pairs in self._groups():
            wanted = self._wanted(sources, frequency)
            if wanted:
                self._group(sources, frequency, pairs, wanted)
        return self._write(clinic_files)

    # -- what to compute -------------------------------------------------------------------

    def _provinces(self) -> list[str]:
        """Two-digit province codes to compute."""
        if self.state.touched is None:
            return sorted({place for files in self.state.raw.values() for _, place in files})
        return sorted({place for pairs in self.state.touched.values() for _, place in pairs})

    def _groups(self) -> Iterator[tuple[tuple[str, ...], str, list[Pair]]]:
        """Indicators that read the same tables at the same frequency, computed together."""
        groups: dict[tuple[tuple[str, ...], str], list[Pair]] = defaultdict(list)
        for indicator in self.catalogue.indicators.values():
            if indicator.computed:
                for population in indicator.populations.values():
                    groups[population.sources, indicator.frequency].append((indicator, population))
        for (sources, frequency), pairs in groups.items():
            if all(self._tables_of(source) for source in sources):
                yield sources, frequency, pairs

    def _tables_of(self, source: str) -> list[str]:
        """The report tables behind a source that the store has rows of."""
        if source == "filings":
            return [name for name in self._filing_tables() if name in self.state.domain]
        name = VIEW_TABLES.get(source, source)
        return [name] if name in self.state.domain else []

    def _filing_tables(self) -> list[str]:
        obliged = set(self.catalogue.obligations["table_id"].to_list())
        return [
            table.id for table in self.tables.values() if table.id in obliged and not table.register
        ]

    def _domain(self, sources: Iterable[str], frequency: str) -> tuple[Period, Period] | None:
        """The first and last own-frequency period that can have a value.

        A period still running counts for nothing yet: its last sub-period must have been filed.
        """
        firsts, lasts = [], []
        for source in sources:
            names = self._tables_of(source)
            frequencies = {self.tables[name].frequency for name in names}
            spans = [[Period.parse(text) for text in self.state.domain[name]] for name in names]
            firsts.append(containing(frequency, min(first.start for first, _ in spans)))
            if source == "filings":
                lasts.append(containing(frequency, max(last.end for _, last in spans)))
                continue
            part_frequency = frequencies.pop()
            table = self.tables[names[0]]
            newest = self._newest(part_frequency) if table.register else spans[0][1]
            own = _own_period(newest, frequency)
            lasts.append(own if _parts(own, part_frequency)[-1] == newest else own.previous())
        # A second source only lends its newest denominator: it does not bound the end.
        first, last = max(firsts), lasts[0]
        return (first, last) if first.ordinal <= last.ordinal else None

    def _newest(self, frequency: str) -> Period:
        """The newest period of that frequency in the store: registers are carried that far."""
        return max(
            Period.parse(last)
            for name, (_, last) in self.state.domain.items()
            if self.tables[name].frequency == frequency
        )

    def _wanted(self, sources: tuple[str, ...], frequency: str) -> list[Period]:
        """The own-frequency periods whose values a change can touch, ascending."""
        span = self._domain(sources, frequency)
        if span is None:
            return []
        first, last = span
        everything = {Period(frequency, n) for n in range(first.ordinal, last.ordinal + 1)}
        if self.state.touched is None:
            return sorted(everything)
        hit: set[Period] = set()
        for source in sources:
            for name in self._tables_of(source):
                for text, _ in self.state.touched.get(name, ()):
                    period = Period.parse(text)
                    if source == "filings":
                        due = max(self._due_days(name), default=0)
                        hit.add(containing(frequency, period.end + timedelta(days=due)))
                        continue
                    own = _own_period(period, frequency)
                    hit.add(own)
                    if self.tables[name].register or len(sources) > 1:
                        # Carried forward: every later period stands on this one.
                        hit.update(
                            Period(frequency, n) for n in range(own.ordinal, last.ordinal + 1)
                        )
        if hit:
            # The newest periods carry the mark 暂; a new one takes it off an older one.
            newest = max((i.provisional_periods for i, _ in self._all_pairs(sources)), default=0)
            hit.update(Period(frequency, last.ordinal - n) for n in range(newest + 1) if newest)
        later = {period.next() for period in hit}
        a_year_on = {
            candidate
            for candidate in everything
            if (before := candidate.same_last_year()) and before in hit
        }
        return sorted((hit | later | a_year_on) & everything)

    def _all_pairs(self, sources: tuple[str, ...]) -> list[Pair]:
        return [pair for found, _, pairs in self._groups() if found == sources for pair in pairs]

    def _due_days(self, table_id: str) -> list[int]:
        obligations = self.catalogue.obligations
        return obligations.filter(obligations["table_id"] == table_id)["due_days"].to_list()

    # -- the ground: areas, units, periods -------------------------------------------------

    def _areas(self) -> None:
        """Areas of the provinces at hand, and each area's stored ancestors including itself."""
        inside = ", ".join(as_literal(place + "0000") for place in self.provinces)
        self.con.execute(f"""
            create table areas as
            select * from {sql.read_parquet([str(self.state.areas_path)])}
            where province_code in ({inside});
            create table villages as
            select * from areas where level = 'village' and kind = 'village';
            create table tree as
            select area_code as atom, area_code, level, 0 as distance
            from areas where level <> 'village'
            union all
            select area_code, county_code, 'county', 1
            from areas where level = 'township' and county_code is not null
            union all
            select area_code, city_code, 'city', 2
            from areas where level in ('township', 'county') and city_code is not null
            union all
            select area_code, province_code, 'province', 3
            from areas where level in ('township', 'county', 'city');
        """)

    def _units(self) -> None:
        """Which unit reports for each area, and how many units each area expects.

        Units come from the obligations: the nearest one above a row's area. A table without
        obligations in a place falls back to its usual level.
        """
        rows = [
            f"({as_literal(row['table_id'])}, {as_literal(row['unit_code'])}, "
            f"{as_literal(row['valid_from'])}::date, {as_literal(row['valid_to'])}::date, "
            f"{row['due_days']})"
            for row in self.catalogue.obligations.to_dicts()
            if row["unit_code"][:2] in self.provinces
        ]
        tables = ", ".join(
            f"({as_literal(table.id)}, {as_literal(table.unit_level)})"
            for table in self.tables.values()
        )
        self.con.execute(
            "create table obligations (table_id text, unit_code text, valid_from date, "
            "valid_to date, due_days integer)"
        )
        if rows:
            self.con.execute(f"insert into obligations values {', '.join(rows)}")
        self.con.execute(f"""
            create table usual_units as
            select * from (values {tables}) as t (table_id, unit_level);
            create table units as
            with obliged as (
                select obligations.table_id, tree.atom, obligations.unit_code,
                    row_number() over (
                        partition by obligations.table_id, tree.atom order by tree.distance
                    ) as nearest
                from (select distinct table_id, unit_code from obligations) as obligations
                join tree on tree.area_code = obligations.unit_code
            ),
            usual as (
                select usual_units.table_id, tree.atom,
                    coalesce(
                        min(case when tree.level = usual_units.unit_level then tree.area_code end),
                        tree.atom
                    ) as unit_code
                from usual_units
                cross join tree
                group by usual_units.table_id, tree.atom
            )
            select
                usual.table_id, usual.atom,
                coalesce(obliged.unit_code, usual.unit_code) as unit_code,
                obliged.unit_code is not null as is_obliged
            from usual
            left join obliged
                on obliged.table_id = usual.table_id and obliged.atom = usual.atom
                and obliged.nearest = 1;
        """)

    def _periods(self, wanted: list[Period], part_frequency: str) -> list[Period]:
        """Tables `wanted` and `parts` for the periods to compute and those they are compared with.

        returns  All periods in `wanted`: the asked ones, the ones before and a year before.
        """
        compared = {period.previous() for period in wanted}
        compared |= {last for period in wanted if (last := period.same_last_year())}
        everything = sorted(set(wanted) | compared)
        asked = set(wanted)
        values, parts = [], []
        for period in everything:
            inner = _parts(period, part_frequency)
            last_year = period.same_last_year()
            values.append(
                [
                    period.text,
                    period.start,
                    period.end,
                    period.ordinal,
                    inner[-1].start,
                    period.previous().text,
                    last_year.text if last_year else None,
                    period in asked,
                    len(inner),
                ]
            )
            mch_last = [part for part in inner if part.end.month <= 9] if len(inner) > 3 else inner
            for part in inner:
                parts.append(
                    [
                        period.text,
                        period.start,
                        period.end,
                        part.text,
                        part == inner[0],
                        part == inner[-1],
                        bool(mch_last) and part == mch_last[-1],
                    ]
                )
        self._table(
            "wanted",
            "p text, p_start date, p_end date, ordinal bigint, last_part_start date, "
            "previous text, last_year text, asked boolean, part_count integer",
            values,
        )
        self._table(
            "parts",
            "p text, p_start date, p_end date, period text, is_first boolean, is_last boolean, "
            "is_last_mch boolean",
            parts,
        )
        return everything

    def _table(self, name: str, columns: str, rows: list[list[Any]]) -> None:
        self.con.execute(f"create or replace table {name} ({columns})")
        if rows:
            values = ", ".join(f"({', '.join(as_literal(cell) for cell in row)})" for row in rows)
            self.con.execute(f"insert into {name} values {values}")

    # -- raw rows --------------------------------------------------------------------------

    def _raw(self, table: Table, first: Period, last: Period, *, carried: bool) -> str | None:
        """A read_parquet over the files that can hold rows of these periods."""
        start = None if carried else first.start
        chosen = [
            str(self.state.store.path / entry.path)
            for (cut, place), entry in sorted(self.state.raw.get(table.id, {}).items())
            if place in self.provinces and _overlaps(cut, start, last.end)
        ]
        return sql.read_parquet(chosen) if chosen else None

    def _roll(self, table: Table, periods: list[Period], frequency: str, *, latest: bool) -> bool:
        """Table `rolled`: the table's rows rolled up to the periods. False without any file."""
        carried = table.register or latest
        span = (periods[0], periods[-1])
        if latest and not table.register:
            span = (containing(frequency, span[0].start - timedelta(days=366)), span[1])
        raw = self._raw(table, *span, carried=table.register)
        if raw is None:
            return False
        if table.register:
            text = sql.rolled_register(raw, table)
        elif carried:
            text = sql.rolled_latest_filing(raw, table.id)
        elif table.frequency == frequency:
            text = sql.rolled_same_frequency(raw)
        else:
            text = sql.rolled_coarser(raw, table)
        self.con.execute(f"create or replace temp table rolled as {text}")
        return True

    def _complete_units(self, table: Table, periods: list[Period], frequency: str) -> None:
        """Table `partly_filed`: units that filed some but not all parts of a longer period."""
        self.con.execute("create or replace temp table partly_filed (p text, unit_code text)")
        if table.register or table.frequency == frequency:
            return
        raw = self._raw(table, periods[0], periods[-1], carried=False)
        self.con.execute(f"""
            insert into partly_filed
            select parts.p, units.unit_code
            from {raw} as filed
            join parts on parts.period = filed.period
            join units on units.table_id = {as_literal(table.id)} and units.atom = {sql.ATOM}
            join wanted on wanted.p = parts.p
            group by parts.p, units.unit_code
            having count(distinct filed.period) < max(wanted.part_count)
        """)

    # -- clinics ---------------------------------------------------------------------------

    def _clinic_states(self) -> list[FileEntry]:
        """Write the status of every clinic and village for the months that a change touches."""
        kept = [
            entry
            for folder, entry in self.state.derived.items()
            if folder[1] in CLINIC_VIEWS
        ]
        if not self._tables_of("clinic_state"):
            return kept
        wanted = self._wanted(("clinic_state",), "monthly")
        if not wanted:
            return kept
        for view in CLINIC_VIEWS:
            if not self._clinic_view(view, wanted):
                return kept
        self._table("recomputed_months", "p text", [[period.text] for period in wanted])
        written: dict[tuple[str, ...], FileEntry] = {entry.parts: entry for entry in kept}
        for view in CLINIC_VIEWS:
            for year in sorted({period.year for period in wanted}):
                for place in self.provinces:
                    folder = ("derived", view, str(year), place)
                    self._merge(
                        folder,
                        written,
                        fresh=f"select {_CLINIC_COLUMNS} from {view} where p[:4] = '{year}' "
                        f"and province_code = '{place}0000' "
                        "and p in (select p from recomputed_months)",
                        stays="period not in (select p from recomputed_months)",
                        order="county_code, township_code, village_code, period"
                        + (", clinic_code" if view == "clinic_state" else ""),
                    )
        return list(written.values())

    def _clinic_view(self, view: str, wanted: list[Period]) -> bool:
        """Table `clinic_state` or `village_clinic_state` for the months and those before them."""
        if view == "village_clinic_state":
            self.con.execute(f"create or replace table {view} as {sql.village_clinic_state()}")
            return True
        periods = self._periods(wanted, "monthly")
        if not self._roll(self.tables["T07"], periods, "monthly", latest=False):
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
        first_table = self._tables_of(sources[0])[0]
        part_frequency = frequency if sources[0] == "filings" else self.tables[first_table].frequency
        periods = self._periods(wanted, part_frequency)
        self.con.execute(_LONG_TABLE)
        if len(sources) == 1:
            if not self._measure_one(sources[0], frequency, pairs, periods):
                return
        else:
            self._measure_two(sources, frequency, pairs, periods)
        self._expected(sources, pairs)
        self.con.execute(_ROLL_UP)
        self.con.execute(_COMPLETE_ROWS)
        self._mark(pairs, sources, frequency)
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
            self.con.execute(f"create or replace temp view rolled_view as select * from {source}")
            self.con.execute("create or replace temp table rolled as from rolled_view")
            self.con.execute("create or replace temp table partly_filed (p text, unit_code text)")
        else:
            if not self._roll(self.tables[source], periods, frequency, latest=False):
                return False
            self._complete_units(self.tables[source], periods, frequency)
        for batch, dimension in _batches(pairs):
            self.con.execute(
                f"create or replace temp table wide as {sql.wide(batch, source, dimension=dimension)}"
            )
            for index, (indicator, population) in enumerate(batch):
                denominator = "null" if population.denominator is None else f"wide.d{index}"
                unit = "wide.atom" if source == "filings" else "units.unit_code"
                join = (
                    ""
                    if source == "filings"
                    else f"join units on units.table_id = '{table_id}' and units.atom = wide.atom"
                )
                self.con.execute(f"""
                    insert into long
                    select
                        '{indicator.id}', '{population.id}', '{indicator.grain}', wide.p,
                        wide.atom, {unit}, wide.dimension, wide.n{index}, {denominator},
                        partly_filed.p is null, wide.c{index} > 0
                    from wide
                    {join}
                    left join partly_filed
                        on partly_filed.p = wide.p and partly_filed.unit_code = {unit}
                    where wide.e{index} > 0
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
            self._periods_keep(periods, table.frequency)
            rolled = self._roll(table, periods, frequency, latest=part == 1)
            self.con.execute(f"create or replace temp table filed{part} (p text, unit_code text)")
            self.con.execute(
                f"create or replace temp table cells{part} "
                "(pair integer, p text, atom text, value decimal(18, 4), is_carried boolean)"
            )
            if not rolled:
                continue
            self.con.execute(f"""
                insert into filed{part}
                select distinct rolled.p, units.unit_code
                from rolled
                join units on units.table_id = '{source}' and units.atom = {sql.ATOM}
            """)
            letter = "nd"[part]
            for index, pair in enumerate(pairs):
                text = sql.wide([pair], source, dimension=None)
                cell = "coalesce(areas.county_code, areas.city_code, areas.province_code)"
                self.con.execute(f"""
                    insert into cells{part}
                    select {index}, wide.p, {cell}, sum(wide.{letter}0), bool_or(wide.c0 > 0)
                    from ({text}) as wide
                    join areas on areas.area_code = wide.atom
                    where wide.e0 > 0
                    group by wide.p, {cell}
                """)
        self._table(
            "pair_names",
            "pair integer, indicator text, population text, grain text, min_coverage integer",
            [
                [index, indicator.id, population.id, indicator.grain, indicator.min_coverage]
                for index, (indicator, population) in enumerate(pairs)
            ],
        )
        for part, source in enumerate(sources):
            self.con.execute(f"""
                create or replace temp table presence{part} as
                select
                    filed.p, tree.area_code as atom, count(distinct filed.unit_code) as reported
                from filed{part} as filed
                join tree on tree.atom = filed.unit_code and tree.level in ('county', 'city')
                group by filed.p, tree.area_code
            """)
            self.con.execute(f"""
                create or replace temp table needed{part} as
                select tree.area_code as atom, count(distinct units.unit_code) as expected
                from units
                join tree on tree.atom = units.unit_code and tree.level in ('county', 'city')
                where units.table_id = '{source}' and units.is_obliged
                group by tree.area_code
            """)
        self.con.execute("""
            insert into long
            select
                pair_names.indicator, pair_names.population, pair_names.grain, presence0.p,
                presence0.atom, presence0.atom, '',
                coalesce(cells0.value, 0), coalesce(cells1.value, 0), true,
                coalesce(cells0.is_carried, false) or coalesce(cells1.is_carried, false)
            from pair_names
            cross join presence0
            join areas on areas.area_code = presence0.atom and areas.level = 'county'
            join presence1 on presence1.p = presence0.p and presence1.atom = presence0.atom
            left join needed1 on needed1.atom = presence0.atom
            left join cells0
                on
                    cells0.pair = pair_names.pair
                    and cells0.p = presence0.p and cells0.atom = presence0.atom
            left join cells1
                on
                    cells1.pair = pair_names.pair
                    and cells1.p = presence0.p and cells1.atom = presence0.atom
            where presence1.reported * 100 >= pair_names.min_coverage * coalesce(needed1.expected, 0)
        """)

    def _periods_keep(self, periods: list[Period], part_frequency: str) -> None:
        """The tables `wanted` and `parts` again, for a second table of another frequency."""
        asked = [
            Period.parse(row[0])
            for row in self.con.execute("select p from wanted where asked order by p").fetchall()
        ]
        self._periods(asked or periods, part_frequency)

    def _filings(self, periods: list[Period]) -> None:
        """Table `rolled` for the view `filings`: every report that fell due in these weeks."""
        due_rows: list[list[Any]] = []
        first_parts = []
        obligations = self.catalogue.obligations
        for name in self._tables_of("filings"):
            table = self.tables[name]
            first, last = (Period.parse(text) for text in self.state.domain[name])
            raw = self._raw(table, first, last, carried=False)
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
            for days in sorted(
                set(obligations.filter(obligations["table_id"] == name)["due_days"].to_list())
            ):
                for n in range(first.ordinal, last.ordinal + 1):
                    period = Period(table.frequency, n)
                    due_on = period.end + timedelta(days=days)
                    week = containing("weekly", due_on)
                    if periods[0].ordinal <= week.ordinal <= periods[-1].ordinal:
                        due_rows.append([name, days, period.text, period.end, due_on, week.text])
        self._table(
            "due_dates",
            "table_id text, due_days integer, period text, period_end date, due_on date, p text",
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
            join areas on areas.area_code = obligations.unit_code;
            create or replace temp table first_filed as
            {" union all ".join(first_parts) or _NO_FILINGS};
            create or replace temp table rolled as {sql.filings()};
        """)

    def _expected(self, sources: tuple[str, ...], pairs: list[Pair]) -> None:
        """Table `expected`: how many units each area expects, per indicator and period."""
        names = [VIEW_TABLES.get(source, source) for source in sources]
        self.con.execute(_EXPECTED_TABLE)
        for indicator, population in pairs:
            filter_level = self._filing_level(population)
            if sources == ("filings",):
                obliged = "select distinct unit_code, valid_from, valid_to from obligations"
            elif len(sources) > 1:
                obliged = f"""
                    select distinct coalesce(areas.county_code, areas.area_code) as unit_code,
                        obligations.valid_from, obligations.valid_to
                    from obligations join areas on areas.area_code = obligations.unit_code
                    where obligations.table_id = '{names[0]}' and areas.county_code is not null
                """
            else:
                obliged = f"""
                    select distinct
                        obligations.unit_code, obligations.valid_from, obligations.valid_to
                    from obligations join areas on areas.area_code = obligations.unit_code
                    where obligations.table_id = '{names[0]}' {filter_level}
                """
            self.con.execute(f"""
                create or replace temp table obliged as {obliged};
                insert into expected
                with counted as (
                    select wanted.p, tree.area_code, tree.level,
                        count(distinct obliged.unit_code) as units
                    from obliged
                    join wanted
                        on
                            obliged.valid_from <= wanted.p_end
                            and coalesce(obliged.valid_to, date '9999-12-31') >= wanted.p_end
                    join tree on tree.atom = obliged.unit_code
                    group by wanted.p, tree.area_code, tree.level
                ),
                below as (
                    -- A township whose county files for it expects that one report.
                    select distinct counted.p, below_tree.atom as area_code, 'township' as level, 1
                    from counted
                    join tree as below_tree
                        on below_tree.area_code = counted.area_code and below_tree.distance > 0
                    join areas on areas.area_code = below_tree.atom and areas.level = 'township'
                    join obliged on obliged.unit_code = counted.area_code
                    where below_tree.atom not in (
                        select same.area_code from counted as same where same.p = counted.p
                    )
                )
                select '{indicator.id}', '{population.id}', p, area_code, level, units
                from (from counted union all from below)
                where level in ({_levels_from(indicator.grain)})
            """)

    def _filing_level(self, population: Population) -> str:
        """A table with columns that only counties fill has units of two kinds."""
        table = self.tables.get(population.numerator.source)
        if table is None:
            return ""
        county_columns = {column.name for column in table.columns if column.filed_at == "county"}
        if not county_columns:
            return ""
        if county_columns & set(population.numerator.sum.columns):
            return "and areas.level = 'county'"
        return "and areas.level <> 'county'"

    def _mark(self, pairs: list[Pair], sources: tuple[str, ...], frequency: str) -> None:
        """Set 暂 on the newest periods, and mask small numbers of sensitive indicators."""
        span = self._domain(sources, frequency)
        for indicator, population in pairs:
            same = f"indicator = '{indicator.id}' and population = '{population.id}'"
            if indicator.provisional_periods and span:
                newest = [
                    Period(frequency, span[1].ordinal - n).text
                    for n in range(indicator.provisional_periods)
                ]
                listed = ", ".join(as_literal(text) for text in newest)
                self.con.execute(
                    f"update derived_rows set provisional = true where {same} and period in ({listed})"
                )
            if indicator.sensitive or population.sensitive:
                limit = int(self.catalogue.settings["mask_below"])
                self.con.execute(_MASK.format(same=same, limit=limit))

    # -- files -----------------------------------------------------------------------------

    def _write(self, clinic_files: list[FileEntry]) -> list[FileEntry]:
        """Merge the fresh rows into the derived files of the parent snapshot."""
        written: dict[tuple[str, ...], FileEntry] = {
            folder: entry
            for folder, entry in self.state.derived.items()
            if folder[1] not in CLINIC_VIEWS
        }
        self._table(
            "recomputed", "indicator text, period text", [list(pair) for pair in set(self.recomputed)]
        )
        inside = ", ".join(as_literal(place) for place in self.provinces)
        stays = f"""
            area_code[:2] not in ({inside})
            or (indicator, period) not in (select (indicator, period) from recomputed)
        """
        folders = self.con.execute("""
            select distinct frequency, year, case when level = 'township' then area_code[:2] end
            from derived_rows order by all
        """).fetchall()
        self.con.execute("""
            create table sorted_rows as from derived_rows
            order by indicator, population, dimension, area_code, period
        """)
        for frequency, year, place in folders:
            scope = f"level = 'township' and area_code[:2] = '{place}'" if place else (
                "level <> 'township'"
            )
            folder = ("derived", "township", frequency, str(year), place) if place else (
                "derived", "area", frequency, str(year)
            )
            self._merge(
                folder,
                written,
                fresh=f"select * exclude (frequency, year) from sorted_rows "
                f"where frequency = '{frequency}' and year = {year} and {scope}",
                stays=stays,
                order="indicator, population, dimension, area_code, period",
            )
        self.con.close()
        return [*written.values(), *clinic_files]

    def _merge(
        self,
        folder: tuple[str, ...],
        written: dict[tuple[str, ...], FileEntry],
        *,
        fresh: str,
        stays: str,
        order: str,
    ) -> None:
        """One derived file anew: the parent's rows that stay, and the fresh ones."""
        old = written.get(folder)
        parts = [fresh]
        if old is not None:
            path = str(self.state.store.path / old.path)
            parts.insert(0, f"select * from {sql.read_parquet([path])} where {stays}")
        self.con.execute(
            f"create or replace temp table merged as select * from "
            f"({' union all by name '.join(parts)}) order by {order}"
        )
        rows = self.con.execute("select count(*) from merged").fetchall()[0][0]
        if not rows:
            written.pop(folder, None)
            return

        def write(path: Path) -> None:
            self.con.execute(
                f"copy merged to {as_literal(str(path))} "
                "(format parquet, compression zstd, row_group_size 30720)"
            )

        written[folder] = self.state.store.put_written("/".join(folder), write, rows)


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


def _own_period(period: Period, frequency: str) -> Period:
    return period if period.frequency == frequency else period.within(frequency)


def _parts(period: Period, frequency: str) -> list[Period]:
    """The sub-periods of a period, in order; itself when the frequencies are the same."""
    if period.frequency == frequency:
        return [period]
    part = containing(frequency, period.start)
    found = []
    while part.start <= period.end:
        if part.within(period.frequency) == period:
            found.append(part)
        part = part.next()
    return found


def _overlaps(cut: str, start: Any, end: Any) -> bool:
    """Whether a file's cut can hold rows of these days (weeks may reach into the next year)."""
    span = Period.parse(cut)
    margin = timedelta(days=4)
    return span.start - margin <= end and (start is None or span.end + margin >= start)


def _levels_from(grain: str) -> str:
    """The stored levels at which an indicator of that grain is shown, as SQL literals."""
    stop = {"village": 1, "township": 1, "county": 2, "city": 3, "province": 4}[grain]
    return ", ".join(as_literal(level) for level in _STORED_LEVELS[stop - 1 :])


# Stored clinic rows call the period by its name.
_CLINIC_COLUMNS = (
    "p as period, is_carried as carried, * exclude (p, period_start, division_code, is_carried)"
)
_NO_FILINGS = (
    "select null::text as table_id, null::text as unit_code, null::text as period, "
    "null::date as first_imported where false"
)
_LONG_TABLE = """
create or replace temp table long (
    indicator text, population text, grain text, p text, atom text, unit_code text,
    dimension text, n decimal(18, 4), d decimal(18, 4), is_complete boolean, is_carried boolean
)
"""
_EXPECTED_TABLE = """
create or replace temp table expected (
    indicator text, population text, p text, area_code text, level text, units bigint
)
"""
_RESULT_TABLE = """
create table derived_rows (
    indicator text, population text, period text, area_code text, level text, dimension text,
    period_end date, numerator decimal(18, 4), denominator decimal(18, 4),
    units_expected integer, units_reported integer, units_carried integer,
    provisional boolean, masked boolean,
    prev_numerator decimal(18, 4), prev_denominator decimal(18, 4),
    prev_self_numerator decimal(18, 4), prev_self_denominator decimal(18, 4), prev_units integer,
    yoy_numerator decimal(18, 4), yoy_denominator decimal(18, 4),
    yoy_self_numerator decimal(18, 4), yoy_self_denominator decimal(18, 4), yoy_units integer,
    frequency text, year integer
)
"""
# A comparison is taken over the units that filed in both periods: each period's row also sums
# the parts that its neighbours will need as their base.
_ROLL_UP = """
create or replace temp table rolled_up as
with present as (
    select distinct indicator, population, p, unit_code from long where dimension = ''
),
neighbours as (
    select
        present.indicator, present.population, present.p, present.unit_code,
        before.unit_code is not null as in_previous,
        after.unit_code is not null as in_next,
        year_before.unit_code is not null as in_last_year,
        year_after.unit_code is not null as in_next_year
    from present
    join wanted on wanted.p = present.p
    left join present as before
        on
            before.indicator = present.indicator and before.population = present.population
            and before.unit_code = present.unit_code and before.p = wanted.previous
    left join wanted as next_wanted on next_wanted.previous = present.p
    left join present as after
        on
            after.indicator = present.indicator and after.population = present.population
            and after.unit_code = present.unit_code and after.p = next_wanted.p
    left join present as year_before
        on
            year_before.indicator = present.indicator
            and year_before.population = present.population
            and year_before.unit_code = present.unit_code and year_before.p = wanted.last_year
    left join wanted as next_year_wanted on next_year_wanted.last_year = present.p
    left join present as year_after
        on
            year_after.indicator = present.indicator
            and year_after.population = present.population
            and year_after.unit_code = present.unit_code and year_after.p = next_year_wanted.p
)
select
    long.indicator, long.population, long.p, tree.area_code, tree.level, long.dimension,
    cast(sum(n) as decimal(18, 4)) as numerator,
    cast(sum(d) as decimal(18, 4)) as denominator,
    count(distinct case when is_complete then long.unit_code end) as units_reported,
    count(distinct case when is_carried then long.unit_code end) as units_carried,
    cast(sum(case when in_previous then n end) as decimal(18, 4)) as self_previous_n,
    cast(sum(case when in_previous then d end) as decimal(18, 4)) as self_previous_d,
    count(distinct case when in_previous then long.unit_code end) as units_previous,
    cast(sum(case when in_next then n end) as decimal(18, 4)) as base_next_n,
    cast(sum(case when in_next then d end) as decimal(18, 4)) as base_next_d,
    cast(sum(case when in_last_year then n end) as decimal(18, 4)) as self_year_n,
    cast(sum(case when in_last_year then d end) as decimal(18, 4)) as self_year_d,
    count(distinct case when in_last_year then long.unit_code end) as units_year,
    cast(sum(case when in_next_year then n end) as decimal(18, 4)) as base_year_n,
    cast(sum(case when in_next_year then d end) as decimal(18, 4)) as base_year_d
from long
join neighbours
    on
        neighbours.indicator = long.indicator and neighbours.population = long.population
        and neighbours.p = long.p and neighbours.unit_code = long.unit_code
join tree on tree.atom = long.atom
where
    (tree.level <> 'township' or (long.grain in ('village', 'township') and long.dimension = ''))
    and (tree.level <> 'county' or long.grain in ('village', 'township', 'county'))
group by
    long.indicator, long.population, long.p, tree.area_code, tree.level, long.dimension
"""
# Areas that expected a report and got none keep a row, so that silence stays visible. Without
# obligations the units that filed in the last three periods are the expected ones.
_COMPLETE_ROWS = """
insert into derived_rows
with recent as (
    select
        here.indicator, here.population, here.p, tree.area_code,
        count(distinct there.unit_code) as units
    from (select distinct indicator, population, p from long) as here
    join wanted on wanted.p = here.p
    join (
        select distinct long.indicator, long.population, long.unit_code, long.atom, wanted.ordinal
        from long join wanted on wanted.p = long.p
    ) as there
        on
            there.indicator = here.indicator and there.population = here.population
            and there.ordinal between wanted.ordinal - 2 and wanted.ordinal
    join tree on tree.atom = there.atom
    group by here.indicator, here.population, here.p, tree.area_code
),
keys as (
    select indicator, population, p, area_code, level, dimension from rolled_up
    union
    select indicator, population, p, area_code, level, '' from expected
)
select
    keys.indicator, keys.population, keys.p, keys.area_code, keys.level, keys.dimension,
    wanted.p_end, now_row.numerator, now_row.denominator,
    coalesce(expected.units, recent.units),
    coalesce(now_row.units_reported, 0), coalesce(now_row.units_carried, 0), false, false,
    before.base_next_n, before.base_next_d,
    now_row.self_previous_n, now_row.self_previous_d, coalesce(now_row.units_previous, 0),
    year_before.base_year_n, year_before.base_year_d,
    now_row.self_year_n, now_row.self_year_d, coalesce(now_row.units_year, 0),
    case
        when length(keys.p) = 4 then 'yearly'
        when keys.p like '%W%' then 'weekly'
        when keys.p like '%Q%' then 'quarterly'
        else 'monthly'
    end,
    cast(substr(keys.p, 1, 4) as integer)
from keys
join wanted on wanted.p = keys.p and wanted.asked
left join rolled_up as now_row
    on
        now_row.indicator = keys.indicator and now_row.population = keys.population
        and now_row.p = keys.p and now_row.area_code = keys.area_code
        and now_row.dimension = keys.dimension
left join rolled_up as before
    on
        before.indicator = keys.indicator and before.population = keys.population
        and before.p = wanted.previous and before.area_code = keys.area_code
        and before.dimension = keys.dimension
left join rolled_up as year_before
    on
        year_before.indicator = keys.indicator and year_before.population = keys.population
        and year_before.p = wanted.last_year and year_before.area_code = keys.area_code
        and year_before.dimension = keys.dimension
left join expected
    on
        expected.indicator = keys.indicator and expected.population = keys.population
        and expected.p = keys.p and expected.area_code = keys.area_code
left join recent
    on
        recent.indicator = keys.indicator and recent.population = keys.population
        and recent.p = keys.p and recent.area_code = keys.area_code
"""
# Below the county a small number could point at a person. Where only one township of a county
# would be hidden, the next smallest is hidden too: the total would give the first away.
_MASK = """
create or replace temp table small as
with judged as (
    select
        period, area_code, substr(area_code, 1, 6) as county, numerator, denominator,
        least(numerator, coalesce(denominator, numerator)) < {limit} as is_small
    from derived_rows
    where {same} and level = 'township' and numerator is not null
),
ranked as (
    select
        period, area_code, is_small,
        sum(case when is_small then 1 else 0 end) over (partition by period, county) as hidden,
        row_number() over (
            partition by period, county, is_small order by coalesce(denominator, numerator)
        ) as place
    from judged
)
select period, area_code from ranked
where is_small or (hidden = 1 and place = 1);
update derived_rows set masked = true, numerator = null, denominator = null
from small
where
    {same} and level = 'township'
    and derived_rows.period = small.period and derived_rows.area_code = small.area_code;
-- A comparison would tell what the mask of another period hides.
update derived_rows set
    prev_numerator = null, prev_denominator = null,
    prev_self_numerator = null, prev_self_denominator = null,
    yoy_numerator = null, yoy_denominator = null,
    yoy_self_numerator = null, yoy_self_denominator = null
where {same} and level = 'township'
"""
