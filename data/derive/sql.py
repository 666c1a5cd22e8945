"""The SQL of the derived values, built from validated measures only.

Every report table is first rolled up to the wanted period by the kind of each column
(rules.md 3), then measured row by row, then added over areas; nothing is divided here.
"""

from collections.abc import Iterable

from data import rounds
from data.catalogue.model import Column, Indicator, Measure, Population, Table

ANCESTORS = ("province_code", "city_code", "county_code", "township_code")
# The finest area that is stored: the row's township, or its own area above that.
ATOM = "coalesce(township_code, county_code, city_code, province_code)"
_CELL = {
    "county": "coalesce(county_code, city_code, province_code)",
    "city": "coalesce(city_code, province_code)",
    "province": "province_code",
}
_AREA_COLUMNS = ("area_code", "division_code", *ANCESTORS)


# The administrative villages, each with from when to when it lay where the row says. One whose
# township is gone lay in that until then, as its code tells.
VILLAGES = f"""
create table villages as
with listed as (
    select * from areas where level = 'village' and kind = 'village'
),
once as (
    select
        listed.area_code, before.valid_to as until,
        {", ".join(f"before.{name}" for name in ANCESTORS)}
    from listed
    join areas as before
        on
            before.area_code = listed.area_code[:9] and before.valid_to is not null
            and before.area_code <> listed.township_code
)
select
    listed.* replace (coalesce(once.until + 1, listed.valid_from) as valid_from)
from listed
left join once on once.area_code = listed.area_code
union all by name
select
    listed.* replace (
        {", ".join(f"once.{name} as {name}" for name in ANCESTORS)},
        once.township_code as parent_code, once.until as valid_to
    )
from listed
join once on once.area_code = listed.area_code
"""
# How the stored types of columns are called in SQL; all others are text.
COLUMN_TYPES = {"int": "bigint", "decimal": "decimal(18, 4)", "bool": "boolean", "date": "date"}


def read_parquet(paths: Iterable[str], *, union_by_name: bool = False) -> str:
    """A read_parquet call over an explicit list of files.

    union_by_name  The files may have different columns: what one lacks is null in its rows.
    """
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}]{', union_by_name = true' if union_by_name else ''})"


def rolled_same_frequency(raw: str) -> str:
    """Rows as filed, for an indicator that has the table's own frequency."""
    return f"""
    select
        wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
        filed.* exclude (period, period_start, period_end), false as is_carried
    from {raw} as filed
    join wanted on filed.period = wanted.p
    where not filed.is_removed
    """


def rolled_coarser(raw: str, table: Table) -> str:
    """Rows rolled up to a longer period, each column by its kind.

    Reads `parts` (p, period, is_first, is_last): the sub-periods of each wanted period.
    """
    keys = [name for name in table.key if name != "area_code"]
    grouped = ["parts.p", *(f"filed.{name}" for name in (*_AREA_COLUMNS, *keys))]
    columns = [
        f"{_rolled(column)} as {column.name}"
        for column in table.stored_columns
        if column.name not in keys and column.name not in _AREA_COLUMNS
    ]
    return f"""
    select
        parts.p,
        min(parts.p_start) as period_start, min(parts.p_end) as period_end,
        {", ".join(f"filed.{name}" for name in (*_AREA_COLUMNS, *keys))},
        {", ".join(columns)},
        bool_or(parts.is_first) as has_first, bool_or(parts.is_last) as has_last,
        bool_or(parts.is_last_mch) as has_last_mch,
        false as is_carried
    from {raw} as filed
    join parts on filed.period = parts.period
    where not filed.is_removed
    group by {", ".join(grouped)}
    """


def rolled_register(raw: str, table: Table) -> str:
    """The state of a register on the last day: the newest row of each key, carried forward.

    Where its rows stand for rounds of one exercise, only those of the latest round.
    """
    if table.rounds is None:
        return _register_state(raw, table)
    first = f"min(period_end) over (partition by {', '.join(table.key)}) as first_end"
    state = _register_state(f"(select *, {first} from {raw})", table)
    return f"""
    select * exclude (first_end, round_back)
    from (
        select *, row_number() over (
            partition by p, {", ".join(rounds.exercise(table))}
            order by {rounds.latest_first(table)}
        ) as round_back
        from ({state})
    )
    where round_back = 1
    """


def _register_state(raw: str, table: Table) -> str:
    keys = ", ".join(f"filed.{name}" for name in table.key)
    return f"""
    select
        wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
        filed.* exclude (period_start, period_end, period, replaced_end, is_removed),
        filed.period as filed_period, filed.period_end as filed_end,
        filed.period_start < wanted.last_part_start as is_carried
    from (
        select filed.*, lead(period_end) over (partition by {keys} order by period_end)
            as replaced_end
        from {raw} as filed
    ) as filed
    join wanted
        on
            filed.period_end <= wanted.p_end
            and coalesce(filed.replaced_end, date '9999-12-31') > wanted.p_end
    where not filed.is_removed
    """


def rolled_latest_filing(raw: str, table_id: str, *, heirs: bool) -> str:
    """Each unit's newest filing up to the last day, at most a year old.

    This is how a stock of another table serves as denominator: the population of the latest
    month up to the quarter's end. What a unit that is gone filed last counts until one that
    stands for it has filed; with heirs, some are gone.
    """
    newest = f"""
        select * exclude (is_removed, period, filed_end)
        from (
            select
                wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
                filed.* exclude (period_start, period_end),
                filed.period_end as filed_end,
                filed.period_start < wanted.last_part_start as is_carried,
                units.unit,
                max(filed.period_end) over (partition by wanted.p, units.unit) as newest_end
            from {raw} as filed
            join units on units.table_id = '{table_id}' and units.atom = {ATOM}
            join wanted
                on filed.period_end <= wanted.p_end and filed.period_end > wanted.p_end - 366
            where not filed.is_removed
        )
        where filed_end = newest_end
    """
    after = """
        anti join (
            select heirs.area, newer.p, max(newer.newest_end) as newest_end
            from newest as newer
            join heirs on heirs.heir = newer.unit
            group by heirs.area, newer.p
        ) as after
            on
                after.area = newest.unit and after.p = newest.p
                and after.newest_end > places.valid_to
    """
    return f"""
    with newest as ({newest})
    select newest.* exclude (unit, newest_end)
    from newest
    join places on places.id = newest.unit
    {after if heirs else ""}
    """


def _rolled(column: Column) -> str:
    """How one column's sub-periods become one value."""
    name = f"filed.{column.name}"
    if column.kind == "flow":
        return f"sum({name})"
    if column.kind == "opening":
        return f"max(case when parts.is_first then {name} end)"
    if column.kind == "ytd_mch":
        return f"max(case when parts.is_last_mch then {name} end)"
    return f"max(case when parts.is_last then {name} end)"


def filings() -> str:
    """One row per report that fell due: in which week, and whether it came in time.

    Reads   due (table_id, unit_code, period, due_on, p, p_start, p_end, ancestors) and
            first_filed (table_id, unit_code, period, first_imported).
    """
    return f"""
    select
        due.p, due.p_start as period_start, due.p_end as period_end,
        due.table_id, due.unit_code as area_code, due.unit_code as division_code,
        {", ".join(f"due.{name}" for name in ANCESTORS)},
        coalesce(first_filed.first_imported <= due.due_on, false) as on_time,
        false as is_carried
    from due
    left join first_filed using (table_id, unit_code, period)
    """


def wide(
    pairs: list[tuple[Indicator, Population]],
    source: str,
    *,
    dimension: str | None,
    rolled: Table | None = None,
) -> str:
    """Numerators and denominators of several indicators over one rolled table, side by side.

    One row per period and atom (and dimension value); columns n0, d0, e0, c0, n1, … where e
    counts the rows that entered and c those carried forward. A row enters only when both its
    parts are there; an indicator no row of which entered is not reported.

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
    distinct = next((measure for _, p in pairs for measure in _distinct(p)), None)
    area = _CELL[pairs[0][0].grain] if distinct and pairs[0][0].grain in _CELL else ATOM
    shown = f"cast({dimension} as varchar)" if dimension else "''"
    where = f"where {dimension} is not null" if dimension else ""
    grouped = ["p", area, *([shown] if dimension else [])]
    return f"""
    select p, {area} as atom, {shown} as dimension, {", ".join(columns)}
    from rolled
    {where}
    group by {", ".join(grouped)}
    """


def _distinct(population: Population) -> list[Measure]:
    return [
        measure
        for measure in (population.numerator, population.denominator)
        if measure is not None and measure.distinct
    ]


def sums_up(population: Population, table: Table) -> bool:
    """Whether a longer period needs each of its sub-periods: only flows are added up."""
    return "flow" in _kinds(population, table)


def _kinds(population: Population, table: Table) -> set[str]:
    """The kinds of a table's columns, but for its key, that a population's measures read."""
    measures = [
        measure
        for measure in (population.numerator, population.denominator)
        if measure is not None and measure.source == table.id
    ]
    return {
        table.by_name[name].kind
        for measure in measures
        for expression in (measure.sum, measure.where, measure.distinct)
        if expression is not None
        for name in expression.columns
        if name in table.by_name and name not in table.key
    }


def _complete(population: Population, source: str, rolled: Table | None) -> str:
    """True for a row none of whose wanted parts is null."""
    parts = []
    if rolled is not None:
        # Not even a condition can be judged on the state of a day that was not filed.
        parts += sorted({_STANDS_ON.get(kind, "has_last") for kind in _kinds(population, rolled)})
    for measure in (population.numerator, population.denominator):
        if measure is None or measure.source != source:
            continue
        kept = f"coalesce({measure.where.sql()}, false)" if measure.where else "true"
        for expression in (measure.sum, *([measure.distinct] if measure.distinct else [])):
            if expression.columns:
                parts.append(f"(not {kept} or ({expression.sql()}) is not null)")
    return f"({' and '.join(parts)})" if parts else "true"


# Which sub-period a column of a longer period stands on; the last one where nothing is said.
_STANDS_ON = {"flow": "true", "opening": "has_first", "ytd_mch": "has_last_mch"}


def _added(measure: Measure, complete: str) -> str:
    kept = f"{complete} and coalesce({measure.where.sql()}, false)" if measure.where else complete
    if measure.distinct:
        counted = f"count(distinct case when {kept} then {measure.distinct.sql()} end)"
    else:
        counted = f"coalesce(sum(case when {kept} then {measure.sum.sql()} end), 0)"
    return f"cast({counted} as decimal(18, 4))"


def filed_in(ordinal: str, start: int, bits: str = "filed.periods") -> str:
    """Whether a period is among those kept as bits, of which the first stands for `start`."""
    return f"coalesce(get_bit({bits}, cast({ordinal} - {start} as integer)) = 1, false)"


NO_FILINGS = (
    "select null::text as table_id, null::text as unit_code, null::text as period, "
    "null::date as first_imported where false"
)
