-- What the values moved by: against the period before, and against the same period a year before.

-- The shown period and the two before it: a light is lowered by two worsening periods. Also the
-- same period a year before: what all its units filed then is read beside the common basis.
create or replace temp table recent as
with

recent_periods as (

    select
        choices.ask,
        choices.judged_at,
        choices.pair,
        periods.ordinal,
        starts_again(
            wanted.cumulative, periods.first_of_year, periods.first_of_mch_year
        ) as starts_again,
        choices.ordinal - periods.ordinal as back,
        coalesce(periods.period = choices.year_before, false) as is_year_before
    from choices
    inner join wanted on choices.pair = wanted.pair
    inner join periods
        on
            choices.frequency = periods.frequency
            and (
                periods.ordinal between choices.ordinal - 2 and choices.ordinal
                or periods.period = choices.year_before
            )
    where not choices.stale

),

sought as (

    select
        recent_periods.*,
        beside.area_code
    from recent_periods
    inner join beside on recent_periods.judged_at = beside.judged_at

)

select
    figures.*,
    sought.ask,
    sought.starts_again,
    sought.back,
    sought.is_year_before
from figures
inner join sought
    on
        figures.pair = sought.pair
        and figures.ordinal = sought.ordinal
        and figures.area_code = sought.area_code;

-- The base of the change. The first period of a year of a year-to-date figure has none.
-- Villages keep no earlier figures in their rows: theirs are the rows of the period before.
create or replace temp table changes as
with

with_base as (

    select
        recent.ask,
        recent.pair,
        recent.area_code,
        recent.back,
        recent.numerator,
        recent.denominator,
        recent.units_expected,
        recent.units_reported,
        recent.units_carried,
        recent.provisional,
        recent.masked,
        recent.missing_units,
        recent.starts_again,
        -- Snapshots of before kept only how many units filed in both periods.
        coalesce(
            recent.prev_units_differ,
            recent.prev_units <> recent.units_reported
            or recent.prev_units <> earlier.units_reported,
            false
        ) as prev_units_differ,
        recent.prev_merged,
        earlier.numerator as earlier_numerator,
        earlier.denominator as earlier_denominator,
        recent.yoy_numerator,
        recent.yoy_denominator,
        recent.yoy_self_numerator,
        recent.yoy_self_denominator,
        coalesce(
            recent.yoy_units_differ, recent.yoy_units <> recent.units_reported, false
        ) as yoy_units_differ,
        recent.yoy_merged,
        year_before.numerator as year_before_numerator,
        year_before.denominator as year_before_denominator,
        case
            when recent.starts_again then null
            when recent.level = 'village' then earlier.numerator
            else recent.prev_numerator
        end as base_numerator,
        case
            when recent.starts_again then null
            when recent.level = 'village' then earlier.denominator
            else recent.prev_denominator
        end as base_denominator,
        case
            when recent.level = 'village' then recent.numerator else recent.prev_self_numerator
        end
            as same_numerator,
        case
            when recent.level = 'village' then recent.denominator
            else recent.prev_self_denominator
        end as same_denominator
    from recent
    left join recent as earlier
        on
            recent.ask = earlier.ask
            and recent.pair = earlier.pair
            and recent.area_code = earlier.area_code
            and recent.back + 1 = earlier.back
    left join recent as year_before
        on
            recent.ask = year_before.ask
            and recent.pair = year_before.pair
            and recent.area_code = year_before.area_code
            and recent.back = 0
            and year_before.is_year_before

)

select
    with_base.*,
    printed_change(
        with_base.same_numerator,
        with_base.same_denominator,
        with_base.base_numerator,
        with_base.base_denominator,
        wanted.multiplier,
        wanted.decimals,
        wanted.is_count
    ) as change
from with_base
inner join wanted on with_base.pair = wanted.pair;
