"""The ground of a derivation: areas, units and periods as tables, raw rows rolled up to periods."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.catalogue.expressions import as_literal
from data.catalogue.model import Table
from data.catalogue.succession import heirs
from data.derive import clinic_sql as clinic_sql
from data.derive import sql
from data.derive.plan import Plan, overlaps, parts_of
from data.periods import Period, containing

# The levels at which figures are stored; one byte in every row instead of a text.
LEVELS = ("township", "county", "city", "province")


class Ground:
    """Tables in the derivation's database that every indicator stands on."""

    def __init__(self, con: Any, plan: Plan) -> None:
        self.con = con
        self.plan = plan
        con.execute(f"create type place_level as enum ({', '.join(map(as_literal, LEVELS))})")

    def areas(self) -> None:
        """Areas of the provinces at hand, numbered, and each one's ancestors including itself."""
        inside = ", ".join(as_literal(place + "0000") for place in self.plan.provinces)
        self.con.execute(f"""
            create table areas as
            select *, cast(row_number() over (order by area_code) as integer) as id
            from {sql.read_parquet([str(self.plan.state.areas_path)])}
            where province_code in ({inside});
            {sql.VILLAGES};
            create table places as
            select
                here.id, here.area_code, cast(here.level as place_level) as level,
                here.valid_from, here.valid_to,
                county.id as county_id, city.id as city_id, province.id as province_id
            from areas as here
            left join areas as county on county.area_code = here.county_code
            left join areas as city on city.area_code = here.city_code
            left join areas as province on province.area_code = here.province_code
            where here.level <> 'village';
            create table tree (atom integer, area integer, level place_level, distance integer);
            insert into tree
            select id as atom, id as area, level, 0 as distance from places
            union all
            select id, county_id, 'county', 1 from places
            where level = 'township' and county_id is not null
            union all
            select id, city_id, 'city', 2 from places
            where level in ('township', 'county') and city_id is not null
            union all
            select id, province_id, 'province', 3 from places where level <> 'province';
        """)
        self.con.execute(f"create table village_places as {clinic_sql.VILLAGE_PLACES}")
        self._heirs()

    def _heirs(self) -> None:
        """Table `heirs`: which places stand for those that are gone, from when to when.

        The last of a line keeps what it took in: nobody else stands for it.
        """
        known = heirs(self.plan.catalogue.register.upper)
        self.table(
            "heir_codes",
            "area_code text, heir_code text, since date, until date",
            [list(row) for row in known.iter_rows()],
        )
        self.con.execute("""
            create table heirs as
            select
                gone.id as area, heir.id as heir, heir_codes.since,
                case
                    when heir.area_code in (select area_code from heir_codes)
                        then heir_codes.until
                    else date '9999-12-31'
                end as until
            from heir_codes
            join places as gone on gone.area_code = heir_codes.area_code
            join places as heir on heir.area_code = heir_codes.heir_code
        """)

    @cached_property
    def has_heirs(self) -> bool:
        """Whether any place is gone and others stand for it."""
        return self.con.execute("select count(*) > 0 from heirs").fetchall()[0][0]

    def units(self) -> None:
        """Which unit reports for each area, table by table.

        Units come from the obligations: the nearest one above a row's area. A table without
        obligations in a place falls back to its usual level.
        """
        with TemporaryDirectory() as folder:
            path = Path(folder) / "obligations.parquet"
            self.plan.catalogue.obligations.write_parquet(path)
            self.con.execute(f"""
                create table obligations as
                select filed.*, areas.id as unit, areas.level
                from {sql.read_parquet([str(path)])} as filed
                join areas on areas.area_code = filed.unit_code
            """)
        self.table(
            "usual_units",
            "table_id text, unit_level text",
            [[table.id, table.unit_level] for table in self.plan.tables.values()],
        )
        self.con.execute("""
            create table units as
            with obliged as (
                select obligations.table_id, tree.atom, obligations.unit,
                    row_number() over (
                        partition by obligations.table_id, tree.atom order by tree.distance
                    ) as nearest
                from (select distinct table_id, unit from obligations) as obligations
                join tree on tree.area = obligations.unit
            ),
            usual as (
                select usual_units.table_id, tree.atom,
                    coalesce(
                        min(case when tree.level = usual_units.unit_level then tree.area end),
                        tree.atom
                    ) as unit
                from usual_units
                cross join tree
                group by usual_units.table_id, tree.atom
            )
            select
                usual.table_id, places.area_code as atom,
                coalesce(obliged.unit, usual.unit) as unit, named.area_code as unit_code
            from usual
            join places on places.id = usual.atom
            left join obliged
                on obliged.table_id = usual.table_id and obliged.atom = usual.atom
                and obliged.nearest = 1
            join places as named on named.id = coalesce(obliged.unit, usual.unit);
        """)

    def periods(
        self, wanted: list[Period], part_frequency: str, sources: tuple[str, ...]
    ) -> list[Period]:
        """Tables `wanted` and `parts` for the periods to compute and those they are compared with.

        returns  All periods in `wanted`: the asked ones, the ones before and a year before.
        """
        compared = {
            Period(period.frequency, period.ordinal - n)
            for period in wanted
            for n in range(1, self.reach(sources) + 1)
        }
        compared |= {last for period in wanted if (last := period.same_last_year())}
        everything = sorted(set(wanted) | compared)
        asked = set(wanted)
        values, parts = [], []
        for period in everything:
            inner = parts_of(period, part_frequency)
            last_year = period.same_last_year()
            values.append(
                [
                    period.text,
                    period.start,
                    period.end,
                    period.ordinal,
                    inner[-1].start,
                    last_year.ordinal if last_year else None,
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
                        part.end,
                        part == inner[0],
                        part == inner[-1],
                        bool(mch_last) and part == mch_last[-1],
                    ]
                )
        self.table(
            "wanted",
            "p text, p_start date, p_end date, ordinal bigint, last_part_start date, "
            "last_year bigint, asked boolean, part_count integer",
            values,
        )
        self.table(
            "parts",
            "p text, p_start date, p_end date, period text, part_end date, is_first boolean, "
            "is_last boolean, is_last_mch boolean",
            parts,
        )
        return everything

    def table(self, name: str, columns: str, rows: list[list[Any]]) -> None:
        """A small table of rows made here."""
        self.con.execute(f"create or replace table {name} ({columns})")
        self.insert(name, [column.split()[1] for column in columns.split(", ")], rows)

    def insert(self, name: str, kinds: list[str], rows: list[list[Any]]) -> None:
        """Rows made here into a table, handed over column by column."""
        if rows:
            lists = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in kinds)
            columns_of = [list(cells) for cells in zip(*rows, strict=True)]
            self.con.execute(f"insert into {name} select {lists}", columns_of)

    # -- raw rows --------------------------------------------------------------------------

    def raw(self, table: Table, first: Period, last: Period, *, carried: bool) -> str | None:
        """A read_parquet over the files that can hold rows of these periods."""
        start = None if carried else first.start
        chosen = [
            str(self.plan.state.store.path / entry.path)
            for (cut, place), entry in sorted(self.plan.state.raw.get(table.id, {}).items())
            if place in self.plan.provinces and overlaps(cut, start, last.end)
        ]
        if not chosen:
            return None
        if self.plan.state.is_first:
            return sql.read_parquet(chosen)
        return self._with_later_columns(table, chosen)

    def _with_later_columns(self, table: Table, paths: list[str]) -> str:
        """The rows of files of several versions: a column that came later is null before."""
        rows = sql.read_parquet(paths, union_by_name=True)
        held = {row[0] for row in self.con.execute(f"describe select * from {rows}").fetchall()}
        later = ", ".join(
            f"cast(null as {sql.COLUMN_TYPES.get(column.type, 'text')}) as {column.name}"
            for column in table.stored_columns
            if column.name not in held
        )
        return f"(select *, {later} from {rows})" if later else rows

    def roll(self, table: Table, periods: list[Period], frequency: str, *, latest: bool) -> bool:
        """Table `rolled`: the table's rows rolled up to the periods. False without any file."""
        carried = table.register or latest
        span = (periods[0], periods[-1])
        if latest and not table.register:
            span = (containing(frequency, span[0].start - timedelta(days=366)), span[1])
        raw = self.raw(table, *span, carried=table.register)
        if raw is None:
            return False
        if table.register:
            text = sql.rolled_register(raw, table)
        elif carried:
            text = sql.rolled_latest_filing(raw, table.id, heirs=self.has_heirs)
        elif table.frequency == frequency:
            text = sql.rolled_same_frequency(raw)
        else:
            text = sql.rolled_coarser(raw, table)
        # Rows as filed need no copy: they are read once, straight from the files.
        self.rolled(text, kept=table.frequency != frequency or carried)
        return True

    def rolled(self, text: str, *, kept: bool) -> None:
        """Make `rolled` stand for these rows; kept means that they are computed only once."""
        if kept:
            self.con.execute(f"create or replace temp table rolled_rows as {text}")
            text = "from rolled_rows"
        self.con.execute(f"create or replace temp view rolled as {text}")

    def complete_units(self, table: Table, periods: list[Period], frequency: str) -> None:
        """Table `partly_filed`: units that filed some but not all parts of a longer period."""
        self.con.execute("create or replace temp table partly_filed (p text, unit_code text)")
        if table.register or table.frequency == frequency:
            return
        raw = self.raw(table, periods[0], periods[-1], carried=False)
        self.con.execute(f"""
            insert into partly_filed
            -- A unit that is new or gone files the parts in which it is there.
            with there as (
                select parts.p, places.area_code as unit_code, count(*) as part_count
                from parts
                join places
                    on
                        coalesce(places.valid_from, parts.part_end) <= parts.part_end
                        and coalesce(places.valid_to, parts.part_end) >= parts.part_end
                where places.valid_from is not null or places.valid_to is not null
                group by parts.p, places.area_code
            )
            select parts.p, units.unit_code
            from {raw} as filed
            join parts on parts.period = filed.period
            join units on units.table_id = {as_literal(table.id)} and units.atom = {sql.ATOM}
            join wanted on wanted.p = parts.p
            left join there on there.p = parts.p and there.unit_code = units.unit_code
            group by parts.p, units.unit_code
            having
                count(distinct filed.period)
                < coalesce(max(there.part_count), max(wanted.part_count))
        """)

    def reach(self, sources: tuple[str, ...]) -> int:
        """How many periods further a period's filings are looked at.

        The next one compares with them. Where units without an obligation file, those of the
        last three periods are expected: then it is two.
        """
        names = {name for source in sources for name in self.plan.tables_of(source)}
        return 2 if names & self._free and sources != ("filings",) else 1

    @cached_property
    def _free(self) -> set[str]:
        """The tables that some unit files without an obligation."""
        rows = self.con.execute("""
            select distinct units.table_id
            from units
            join usual_units on usual_units.table_id = units.table_id
            join places on places.area_code = units.atom and places.level = usual_units.unit_level
            anti join obligations
                on obligations.table_id = units.table_id and obligations.unit = units.unit
        """).fetchall()
        return {name for (name,) in rows}
