"""The SQL of the derived rows: as they are computed, masked and stored."""

from data.derive.sql import filed_in

# More names than these are a number.
_NAMED_AT_MOST = 3

RESULT_TABLE = """
create table derived_rows (
    pair integer, ordinal bigint, area integer, level text, dimension text,
    numerator decimal(18, 4), denominator decimal(18, 4),
    units_expected integer, units_reported integer, units_carried integer,
    provisional boolean, masked boolean,
    prev_numerator decimal(18, 4), prev_denominator decimal(18, 4),
    prev_self_numerator decimal(18, 4), prev_self_denominator decimal(18, 4), prev_units integer,
    prev_units_differ boolean,
    yoy_numerator decimal(18, 4), yoy_denominator decimal(18, 4),
    yoy_self_numerator decimal(18, 4), yoy_self_denominator decimal(18, 4), yoy_units integer,
    yoy_units_differ boolean
);
-- The few units that an area's plain row misses, by name.
create table absent (pair integer, ordinal bigint, area integer, names text);
-- What merged into an area since the period that it is compared with, by name.
create table joined (kind text, pair integer, ordinal bigint, area integer, names text)
"""
# Numbers of pairs and areas follow the order of their names.
NAMED = """
from derived_rows
join pair_names on pair_names.pair = derived_rows.pair
join period_names
    on
        period_names.frequency = pair_names.frequency
        and period_names.ordinal = derived_rows.ordinal
join areas on areas.id = derived_rows.area
"""
# Below the county a small number could point at a person. Where only one township of a county
# would be hidden, the next smallest is hidden too: the total would give the first away.
MASK = """
create or replace temp table small as
with judged as (
    select
        rows.pair, rows.ordinal, rows.area, places.county_id as county,
        rows.numerator, rows.denominator,
        least(rows.numerator, coalesce(rows.denominator, rows.numerator)) < {limit} as is_small
    from derived_rows as rows
    join places on places.id = rows.area
    where rows.pair in ({pairs}) and rows.level = 'township' and rows.numerator is not null
),
ranked as (
    select
        pair, ordinal, area, is_small,
        sum(case when is_small then 1 else 0 end) over (
            partition by pair, ordinal, county
        ) as hidden,
        row_number() over (
            partition by pair, ordinal, county, is_small
            order by coalesce(denominator, numerator), area
        ) as place
    from judged
)
select pair, ordinal, area from ranked
where is_small or (hidden = 1 and place = 1);
update derived_rows set masked = true, numerator = null, denominator = null
from small
where
    derived_rows.pair = small.pair and derived_rows.level = 'township'
    and derived_rows.ordinal = small.ordinal and derived_rows.area = small.area;
-- A comparison would tell what the mask of another period hides.
update derived_rows set
    prev_numerator = null, prev_denominator = null,
    prev_self_numerator = null, prev_self_denominator = null,
    yoy_numerator = null, yoy_denominator = null,
    yoy_self_numerator = null, yoy_self_denominator = null,
    prev_units_differ = null, yoy_units_differ = null
where pair in ({pairs}) and level = 'township'
"""


def stored_rows(*, townships: bool, heirs: bool) -> str:
    """The rows as they are stored, those of townships or of the areas above them.

    heirs  Some area is gone, and others stand for it: they say what merged into them.
    """
    missing = "cast(null as text)" if townships else "absent.names"
    merged = (
        ("joined_since.names", "joined_in_year.names") if heirs else ("cast(null as text)",) * 2
    )
    joins = "" if townships else _told_in("absent", "absent")
    if heirs:
        joins += _told_in("joined", "joined_since", "joined_since.kind = 'previous'")
        joins += _told_in("joined", "joined_in_year", "joined_in_year.kind = 'last_year'")
    return f"""
    select
        pair_names.indicator, pair_names.population, period_names.period, areas.area_code,
        derived_rows.level, derived_rows.dimension, period_names.period_end,
        derived_rows.* exclude (pair, ordinal, area, level, dimension),
        {missing} as missing_units, {merged[0]} as prev_merged, {merged[1]} as yoy_merged
    {NAMED}
    {joins}
    where derived_rows.level {"=" if townships else "<>"} 'township'
    """


def _told_in(table: str, name: str, condition: str = "true") -> str:
    """What a table tells of a plain row, joined to it."""
    return f"""
    left join {table} as {name}
        on
            {condition} and {name}.pair = derived_rows.pair
            and {name}.ordinal = derived_rows.ordinal
            and {name}.area = derived_rows.area and derived_rows.dimension = ''
    """


def completed(rows: str, where: str) -> str:
    """The rows of one table of sums as they are kept, beside those they are compared with."""
    return f"""
    insert into derived_rows
    select
        now_row.pair, now_row.ordinal, now_row.area, now_row.level, now_row.dimension,
        now_row.n, now_row.d,
        case
            when expected.units is null and recent.units is null then 1
            else coalesce(expected.units, 0) + coalesce(recent.units, 0)
        end,
        coalesce(now_row.reported, 1), coalesce(now_row.carried, 0),
        asked.periods_after < pairs.provisional_periods, false,
        before.base_next_n, before.base_next_d, now_row.self_previous_n, now_row.self_previous_d,
        coalesce(now_row.reported_before, case when before.base_next_n is null then 0 else 1 end),
        case
            when before.base_next_n is not null
                then coalesce(now_row.alone_before > 0 or before.alone_next > 0, false)
        end,
        year_before.base_year_n, year_before.base_year_d,
        now_row.self_year_n, now_row.self_year_d,
        coalesce(
            now_row.reported_last_year,
            case when year_before.base_year_n is null then 0 else 1 end
        ),
        case
            when year_before.base_year_n is not null
                then
                    coalesce(
                        now_row.alone_last_year > 0 or year_before.alone_next_year > 0, false
                    )
        end
    from {rows} as now_row
    join pairs on pairs.pair = now_row.pair
    join places on places.id = now_row.area
    join asked
        on
            asked.family = pairs.family and asked.ordinal = now_row.ordinal
            and asked.province = places.province_id
    left join expected
        on
            expected.family = pairs.family and expected.ordinal = now_row.ordinal
            and expected.area = now_row.area
    left join recent
        on
            recent.pair = now_row.pair and recent.ordinal = now_row.ordinal
            and recent.area = now_row.area
    left join {rows} as before
        on
            before.pair = now_row.pair and before.ordinal = now_row.ordinal - 1
            and before.area = now_row.area and before.dimension = now_row.dimension
    left join {rows} as year_before
        on
            year_before.pair = now_row.pair and year_before.ordinal = asked.last_year
            and year_before.area = now_row.area and year_before.dimension = now_row.dimension
    where now_row.n is not null and ({where})
    """


def silent(start: int, end: int) -> str:
    """Areas that expected a report and got none keep a row, so that silence stays visible."""
    return f"""
    create or replace temp table shown as
    select pair, area, bitstring_agg(ordinal, {start}, {end}) as periods
    from (
        select pair, area, ordinal from summed_township where dimension = '' and n is not null
        union all
        select pair, area, ordinal from summed_above where n is not null
    )
    group by pair, area;

    insert into derived_rows by name
    select
        pairs.pair, expected.ordinal, expected.area, expected.level, '' as dimension,
        expected.units + coalesce(recent.units, 0) as units_expected, 0 as units_reported,
        0 as units_carried, asked.periods_after < pairs.provisional_periods as provisional,
        false as masked, 0 as prev_units, 0 as yoy_units
    from expected
    join pairs
        on
            pairs.family = expected.family
            and pairs.lowest
            <= case expected.level when 'township' then 1 when 'county' then 2 else 3 end
    join places on places.id = expected.area
    join asked
        on
            asked.family = expected.family and asked.ordinal = expected.ordinal
            and asked.province = places.province_id
    left join shown on shown.pair = pairs.pair and shown.area = expected.area
    left join recent
        on
            recent.pair = pairs.pair and recent.ordinal = expected.ordinal
            and recent.area = expected.area
    where not {filed_in("expected.ordinal", start, "shown.periods")}
    """


def absent(start: int) -> str:
    """Which units owe and did not file, where an area misses one to three of them.

    start  The period that the first bit of the filed ones stands for.
    """
    return f"""
    insert into absent
    with gaps as (
        select rows.pair, rows.ordinal, rows.area, pairs.family, calendar.period_end
        from derived_rows as rows
        join pairs on pairs.pair = rows.pair
        join calendar on calendar.ordinal = rows.ordinal
        where
            rows.dimension = '' and rows.level <> 'township'
            and rows.units_expected - rows.units_reported between 1 and {_NAMED_AT_MOST}
    ),
    owing as (
        select gaps.pair, gaps.ordinal, gaps.area, tree.atom as unit
        from gaps
        join tree on tree.area = gaps.area and tree.distance > 0
        join obliged on obliged.family = gaps.family and obliged.unit = tree.atom
        where
            obliged.valid_from <= gaps.period_end
            and coalesce(obliged.valid_to, date '9999-12-31') >= gaps.period_end
        union
        select gaps.pair, gaps.ordinal, gaps.area, recent_units.unit
        from gaps
        join recent_units
            on recent_units.pair = gaps.pair and recent_units.ordinal = gaps.ordinal
        join tree
            on
                tree.area = gaps.area and tree.atom = recent_units.unit and tree.distance > 0
    )
    select
        owing.pair, owing.ordinal, owing.area, string_agg(areas.name, '、' order by areas.id)
    from owing
    join areas on areas.id = owing.unit
    left join filed on filed.pair = owing.pair and filed.unit = owing.unit
    where not {filed_in("owing.ordinal", start, "filed.whole")}
    group by owing.pair, owing.ordinal, owing.area
    """
