"""The SQL of the derived values, built from validated measures only.

Every report table is first rolled up to the wanted period by the kind of each column
(rules.md 3), then measured row by row, then added over areas; nothing is divided here.
"""

from collections.abc import Iterable

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
    """The state of a register on the last day: the newest row of each key, carried forward."""
    keys = ", ".join(f"filed.{name}" for name in table.key)
    return f"""
    select
        wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
        filed.* exclude (period_start, period_end, period, replaced_end, is_removed),
        filed.period as filed_period,
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


def rolled_latest_filing(raw: str, table_id: str) -> str:
    """Each unit's newest filing up to the last day, at most a year old.

    This is how a stock of another table serves as denominator: the population of the latest
    month up to the quarter's end.
    """
    return f"""
    select * exclude (newest_end, is_removed, period, filed_end)
    from (
        select
            wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
            filed.* exclude (period_start, period_end),
            filed.period_end as filed_end,
            filed.period_start < wanted.last_part_start as is_carried,
            max(filed.period_end) over (partition by wanted.p, units.unit_code) as newest_end
        from {raw} as filed
        join units on units.table_id = '{table_id}' and units.atom = {ATOM}
        join wanted
            on filed.period_end <= wanted.p_end and filed.period_end > wanted.p_end - 366
        where not filed.is_removed
    )
    where filed_end = newest_end
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


def clinic_state(area: int, exempt: int) -> str:
    """Status of each clinic on the last day of each wanted month (rules.md 7).

    area    Floor area that a clinic needs, square metres.
    exempt  People served by a village's clinics up to which nothing is demanded of it.
    Reads   rolled (T07 as a register) and villages (administrative villages of the register).
    """
    return f"""
    with in_use as (
        select
            *,
            coalesce(build_state, '已投用') as build,
            coalesce(floor_area >= {area}, false) as floor_area_ok,
            coalesce(
                has_consult and has_treatment and has_publichealth and has_pharmacy, false
            ) as rooms_ok,
            coalesce(qualified_doctors >= 1, false) as own_doctor_ok,
            coalesce(licence_until >= period_end, false) as licence_ok
        from rolled
        where coalesce(build_state, '已投用') <> '停用'
    ),
    judged as (
        select
            *,
            floor_area_ok and rooms_ok and own_doctor_ok and licence_ok as meets_rule,
            sum(service_pop) over (partition by p, village_code) <= {exempt} as exempt
        from in_use
    )
    select
        p, period_start, period_end, clinic_code, village_code, village_code as area_code,
        village_code as division_code, {", ".join(ANCESTORS)},
        coalesce(is_poor_village, false) as is_poor_village,
        case
            when build = '在建' then '在建'
            when service_mode <> '自有' then service_mode
            when coalesce(is_standard, meets_rule) then '达标'
            else '未达标'
        end as status,
        coalesce(exempt, false) as exempt, service_mode, service_pop, floor_area, floor_area_ok,
        rooms_ok, has_consult, has_treatment, has_publichealth, has_pharmacy, qualified_doctors,
        own_doctor_ok as doctor_ok, posting_days, licence_until, licence_ok,
        build <> '在建' and service_mode = '自有' and is_standard <> meets_rule as override,
        expected_open, is_carried, filed_period, source_id, source_sheet, source_row
    from judged
    where
        village_code in (select area_code from villages)
        or county_code not in (select county_code from villages)
    """


def village_clinic_state() -> str:
    """Status of each administrative village on the last day of each wanted month.

    Only villages of units whose register has been filed by then: the rest is not reported.
    Reads   clinic_state, villages, units, rolled.
    """
    return f"""
    with filing_units as (
        select distinct rolled.p, units.unit_code
        from rolled
        join units on units.table_id = 'T07' and units.atom = {ATOM}
    ),
    expected as (
        select
            wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
            villages.area_code as village_code, villages.area_code,
            villages.area_code as division_code,
            {", ".join(f"villages.{name}" for name in ANCESTORS)}
        from villages
        join units
            on units.table_id = 'T07' and units.atom = {ATOM}
        join filing_units on filing_units.unit_code = units.unit_code
        join wanted
            on
                wanted.p = filing_units.p
                and (villages.valid_from is null or villages.valid_from <= wanted.p_end)
                and (villages.valid_to is null or villages.valid_to >= wanted.p_end)
    ),
    by_village as (
        select
            p, village_code,
            bool_or(status = '达标') as has_standard,
            bool_or(status = '未达标') as has_own,
            bool_or(status = '派驻') as has_posting,
            bool_or(status = '巡诊') as has_tour,
            bool_or(status = '邻村延伸') as has_neighbour,
            bool_or(status = '在建') as has_building,
            bool_or(
                doctor_ok
                or (status in ('派驻', '巡诊') and coalesce(posting_days, 0) > 0)
                or status = '邻村延伸'
            ) as doctor_ok,
            bool_or(exempt) as exempt,
            bool_or(is_poor_village) as is_poor_village,
            bool_and(is_carried) as is_carried
        from clinic_state
        group by p, village_code
    )
    select
        expected.*,
        case
            when has_standard then '达标'
            when has_own then '未达标'
            when has_posting then '派驻'
            when has_tour then '巡诊'
            when has_neighbour then '邻村延伸'
            when has_building then '在建'
            else '未设置'
        end as status,
        coalesce(doctor_ok, false) as doctor_ok,
        coalesce(exempt, false) as exempt,
        coalesce(is_poor_village, false) as is_poor_village,
        coalesce(is_carried, false) as is_carried
    from expected
    left join by_village using (p, village_code)
    """


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
        columns.append(f"sum(case when {complete} then 1 else 0 end) as e{index}")
        columns.append(f"sum(case when {complete} and is_carried then 1 else 0 end) as c{index}")
    distinct = next((measure for _, p in pairs for measure in _distinct(p)), None)
    area = _CELL[pairs[0][0].grain] if distinct and pairs[0][0].grain in _CELL else ATOM
    shown = f"cast({dimension} as varchar)" if dimension else "''"
    where = f"where {dimension} is not null" if dimension else ""
    return f"""
    select p, {area} as atom, {shown} as dimension, {", ".join(columns)}
    from rolled
    {where}
    group by p, {area}, {shown}
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


NO_FILINGS = (
    "select null::text as table_id, null::text as unit_code, null::text as period, "
    "null::date as first_imported where false"
)

# Areas, indicators and periods are numbers while the sums are made: text is put back at the end.
LONG_TABLE = """
create or replace temp table long (
    pair integer, ordinal bigint, atom integer, unit integer, dimension text,
    n decimal(18, 4), d decimal(18, 4), is_complete boolean, is_carried boolean
)
"""
EXPECTED_TABLE = """
create or replace temp table expected (
    filer text, ordinal bigint, area integer, level text, units bigint
);
create or replace temp table obliged (
    filer text, unit integer, valid_from date, valid_to date
)
"""
RESULT_TABLE = """
create table derived_rows (
    pair integer, ordinal bigint, area integer, level text, dimension text,
    numerator decimal(18, 4), denominator decimal(18, 4),
    units_expected integer, units_reported integer, units_carried integer,
    provisional boolean, masked boolean,
    prev_numerator decimal(18, 4), prev_denominator decimal(18, 4),
    prev_self_numerator decimal(18, 4), prev_self_denominator decimal(18, 4), prev_units integer,
    yoy_numerator decimal(18, 4), yoy_denominator decimal(18, 4),
    yoy_self_numerator decimal(18, 4), yoy_self_denominator decimal(18, 4), yoy_units integer
)
"""
# The rows as they are stored. Numbers of pairs and areas follow the order of their names.
STORED_ROWS = """
select
    pair_names.indicator, pair_names.population, period_names.period, areas.area_code,
    derived_rows.level, derived_rows.dimension, period_names.period_end,
    derived_rows.* exclude (pair, ordinal, area, level, dimension)
from derived_rows
join pair_names on pair_names.pair = derived_rows.pair
join period_names
    on
        period_names.frequency = pair_names.frequency
        and period_names.ordinal = derived_rows.ordinal
join areas on areas.id = derived_rows.area
"""
# A comparison is taken over the units that filed in both periods: each period's row also sums
# the parts that its neighbours will need as their base.
FLAGGED = """
create or replace temp table present as
select
    pair, ordinal, unit,
    bool_or(is_complete) as is_complete, bool_or(is_carried) as is_carried
from long
where dimension = ''
group by pair, ordinal, unit;

create or replace temp table neighbours as
with beside as (
    select
        *,
        coalesce(lag(ordinal) over by_unit = ordinal - 1, false) as in_previous,
        coalesce(lead(ordinal) over by_unit = ordinal + 1, false) as in_next
    from present
    window by_unit as (partition by pair, unit order by ordinal)
)
select
    beside.*,
    year_before.unit is not null as in_last_year,
    year_after.unit is not null as in_next_year
from beside
join wanted on wanted.ordinal = beside.ordinal
left join wanted as next_year on next_year.last_year = beside.ordinal
left join present as year_before
    on
        year_before.pair = beside.pair and year_before.unit = beside.unit
        and year_before.ordinal = wanted.last_year
left join present as year_after
    on
        year_after.pair = beside.pair and year_after.unit = beside.unit
        and year_after.ordinal = next_year.ordinal;

create or replace temp table flagged as
select
    long.pair, long.ordinal, long.atom as area, long.dimension, long.n, long.d,
    case when in_previous then long.n end as self_previous_n,
    case when in_previous then long.d end as self_previous_d,
    case when in_next then long.n end as base_next_n,
    case when in_next then long.d end as base_next_d,
    case when in_last_year then long.n end as self_year_n,
    case when in_last_year then long.d end as self_year_d,
    case when in_next_year then long.n end as base_year_n,
    case when in_next_year then long.d end as base_year_d
from long
join neighbours
    on
        neighbours.pair = long.pair and neighbours.ordinal = long.ordinal
        and neighbours.unit = long.unit;
"""
_SUMMED = (
    "n",
    "d",
    "self_previous_n",
    "self_previous_d",
    "base_next_n",
    "base_next_d",
    "self_year_n",
    "self_year_d",
    "base_year_n",
    "base_year_d",
)


def summed_over_areas() -> str:
    """Table `summed`: each level is the sum of the level below and of rows of its own."""
    sums = ", ".join(f"cast(sum({name}) as decimal(18, 4)) as {name}" for name in _SUMMED)
    names = ", ".join(_SUMMED)
    steps = [
        f"""
        create or replace temp table summed_township as
        select pair, ordinal, area, dimension, {names}
        from flagged
        where area in (select id from areas where level = 'township')
        """
    ]
    below = "summed_township"
    for level in ("county", "city", "province"):
        steps.append(f"""
        create or replace temp table summed_{level} as
        select rows.pair, rows.ordinal, up.{level}_id as area, rows.dimension, {sums}
        from (
            from {below}
            union all
            select pair, ordinal, area, dimension, {names}
            from flagged
            where area in (select id from areas where level = '{level}')
        ) as rows
        join places as up on up.id = rows.area and up.{level}_id is not null
        group by rows.pair, rows.ordinal, up.{level}_id, rows.dimension
        """)
        below = f"summed_{level}"
    steps.append("""
    create or replace temp table summed as
    select summed_township.*, 'township' as level
    from summed_township
    join pairs on pairs.pair = summed_township.pair and pairs.lowest = 1
    where dimension = ''
    union all
    select summed_county.*, 'county'
    from summed_county
    join pairs on pairs.pair = summed_county.pair and pairs.lowest <= 2
    union all
    select *, 'city' from summed_city
    union all
    select *, 'province' from summed_province
    """)
    return ";\n".join(steps)


# How many units of each area reported; an area below its unit has the one that files for it.
COUNTED = """
create or replace temp table counted as
select
    neighbours.pair, neighbours.ordinal, tree.area,
    count(case when is_complete then 1 end) as reported,
    count(case when is_carried then 1 end) as carried,
    count(case when in_previous then 1 end) as in_previous,
    count(case when in_last_year then 1 end) as in_last_year
from neighbours
join tree on tree.atom = neighbours.unit
group by neighbours.pair, neighbours.ordinal, tree.area;

create or replace temp table recent as
select
    here.pair, here.ordinal, tree.area, count(distinct there.unit) as units
from (select pairs.pair, wanted.ordinal from pairs cross join wanted) as here
join (
    select present.pair, present.ordinal, present.unit
    from present
    join pairs on pairs.pair = present.pair
    anti join obliged
        on obliged.filer = pairs.filer and obliged.unit = present.unit
) as there
    on there.pair = here.pair and there.ordinal between here.ordinal - 2 and here.ordinal
join tree on tree.atom = there.unit
group by here.pair, here.ordinal, tree.area;
"""
COMPLETE_ROWS = """
insert into derived_rows
select
    now_row.pair, now_row.ordinal, now_row.area, now_row.level, now_row.dimension,
    now_row.n, now_row.d,
    case
        when expected.units is null and recent.units is null then 1
        else coalesce(expected.units, 0) + coalesce(recent.units, 0)
    end,
    coalesce(counted.reported, 1), coalesce(counted.carried, 0), false, false,
    before.base_next_n, before.base_next_d, now_row.self_previous_n, now_row.self_previous_d,
    coalesce(counted.in_previous, case when before.base_next_n is null then 0 else 1 end),
    year_before.base_year_n, year_before.base_year_d, now_row.self_year_n, now_row.self_year_d,
    coalesce(counted.in_last_year, case when year_before.base_year_n is null then 0 else 1 end)
from summed as now_row
join pairs on pairs.pair = now_row.pair
join wanted on wanted.ordinal = now_row.ordinal and wanted.asked
join areas on areas.id = now_row.area
join spans
    on
        spans.province_code = areas.province_code
        and wanted.ordinal between spans.first_ordinal and spans.last_ordinal
left join summed as before
    on
        before.pair = now_row.pair and before.ordinal = now_row.ordinal - 1
        and before.area = now_row.area and before.dimension = now_row.dimension
left join summed as year_before
    on
        year_before.pair = now_row.pair and year_before.ordinal = wanted.last_year
        and year_before.area = now_row.area and year_before.dimension = now_row.dimension
left join counted
    on
        counted.pair = now_row.pair and counted.ordinal = now_row.ordinal
        and counted.area = now_row.area
left join expected
    on
        expected.filer = pairs.filer and expected.ordinal = now_row.ordinal
        and expected.area = now_row.area
left join recent
    on
        recent.pair = now_row.pair and recent.ordinal = now_row.ordinal
        and recent.area = now_row.area;

-- Areas that expected a report and got none keep a row, so that silence stays visible.
insert into derived_rows by name
select
    pairs.pair, expected.ordinal, expected.area, expected.level, '' as dimension,
    expected.units + coalesce(recent.units, 0) as units_expected, 0 as units_reported,
    0 as units_carried, false as provisional, false as masked, 0 as prev_units, 0 as yoy_units
from expected
join pairs on pairs.filer = expected.filer
join wanted on wanted.ordinal = expected.ordinal and wanted.asked
join areas on areas.id = expected.area
join spans
    on
        spans.province_code = areas.province_code
        and wanted.ordinal between spans.first_ordinal and spans.last_ordinal
left join recent
    on
        recent.pair = pairs.pair and recent.ordinal = expected.ordinal
        and recent.area = expected.area
anti join summed
    on
        summed.pair = pairs.pair and summed.ordinal = expected.ordinal
        and summed.area = expected.area
where pairs.lowest <= case expected.level when 'township' then 1 when 'county' then 2 else 3 end;
"""
# Below the county a small number could point at a person. Where only one township of a county
# would be hidden, the next smallest is hidden too: the total would give the first away.
MASK = """
create or replace temp table small as
with judged as (
    select
        rows.ordinal, rows.area, places.county_id as county, rows.numerator, rows.denominator,
        least(rows.numerator, coalesce(rows.denominator, rows.numerator)) < {limit} as is_small
    from derived_rows as rows
    join places on places.id = rows.area
    where rows.pair = {pair} and rows.level = 'township' and rows.numerator is not null
),
ranked as (
    select
        ordinal, area, is_small,
        sum(case when is_small then 1 else 0 end) over (partition by ordinal, county) as hidden,
        row_number() over (
            partition by ordinal, county, is_small order by coalesce(denominator, numerator), area
        ) as place
    from judged
)
select ordinal, area from ranked
where is_small or (hidden = 1 and place = 1);
update derived_rows set masked = true, numerator = null, denominator = null
from small
where
    pair = {pair} and level = 'township'
    and derived_rows.ordinal = small.ordinal and derived_rows.area = small.area;
-- A comparison would tell what the mask of another period hides.
update derived_rows set
    prev_numerator = null, prev_denominator = null,
    prev_self_numerator = null, prev_self_denominator = null,
    yoy_numerator = null, yoy_denominator = null,
    yoy_self_numerator = null, yoy_self_denominator = null
where pair = {pair} and level = 'township'
"""
