"""The SQL that adds what the units filed over areas, counts the units and compares periods.

Reads `long`, one row per indicator, period, place and dimension value; nothing is divided here.
"""

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
