-- title:    两个报告期对照
-- question: How did the parts of an area stand on one indicator at two periods of one's choice?
-- grain:    one row per area of that level, the area itself first
-- params:   $indicator indicator, $parent area, $level level, $period period,
--           $other_period period, $population population = first
-- reads:    readings, indicators
-- returns:  area_code text, area_name text, kind text, is_parent boolean, unit text,
--           decimals integer, direction text, period text, numerator double,
--           denominator double, printed double (unit), units_expected bigint (个),
--           units_reported bigint (个), provisional boolean, state text, rank bigint (位),
--           other_period text, other_numerator double, other_denominator double,
--           other_printed double (unit), other_units_reported bigint (个),
--           other_provisional boolean, other_state text, other_rank bigint (位),
--           change double (change_unit), change_unit text, change_common_units boolean,
--           change_merged text, other_common_value double (unit)
-- nulls:    the figures of a period without a report; change unless both have a value;
--           change_common_units where the other period is neither the one before nor the same one
--           a year before, so that the difference is of what each printed; other_common_value
--           (of the units in both) unless the units differ

with

one as (

    select
        *,
        area_code = $parent as is_parent
    from readings
    where
        judged_at = $parent
        and requested_period = $period
        and ((is_compared and level = $level) or area_code = $parent)
        and indicator = $indicator
        and population = $population

),

other as (

    select *
    from readings
    where
        judged_at = $parent
        and requested_period = $other_period
        and ((is_compared and level = $level) or area_code = $parent)
        and indicator = $indicator
        and population = $population

),

-- What cards and rankings say of the same two periods is said here too, over the units in both.
known as (

    select
        one.*,
        other.period as other_period,
        other.numerator as other_numerator,
        other.denominator as other_denominator,
        other.printed as other_printed,
        other.units_reported as other_units_reported,
        coalesce(other.provisional, false) as other_provisional,
        other.state as other_state,
        case when not one.is_parent then other.rank end as other_rank,
        case
            when other.period = one.yoy_period and one.yoy_change is not null then 'year'
            when other.period = one.previous_period and one.change is not null then 'previous'
        end as said_as
    from one
    left join other on one.area_code = other.area_code

)

select
    one.area_code,
    one.area_name,
    one.kind,
    one.is_parent,
    one.unit,
    one.decimals,
    one.direction,
    one.period,
    one.numerator,
    one.denominator,
    one.printed,
    one.units_expected,
    one.units_reported,
    one.provisional,
    one.state,
    case when not one.is_parent then one.rank end as rank,
    one.other_period,
    one.other_numerator,
    one.other_denominator,
    one.other_printed,
    one.other_units_reported,
    one.other_provisional,
    one.other_state,
    one.other_rank,
    case
        when one.said_as = 'year' then one.yoy_change
        when one.said_as = 'previous' then one.change
        when not indicators.is_count
            then
                cast(
                    cast(one.printed as decimal(18, 4))
                    - cast(one.other_printed as decimal(18, 4)) as double
                )
        when one.other_printed > 0
            then
                cast(
                    half_up_ratio(one.printed - one.other_printed, one.other_printed, 100, 2)
                    as double
                )
    end as change,
    one.change_unit,
    case one.said_as
        when 'year' then one.yoy_common_units
        when 'previous' then one.change_common_units
    end as change_common_units,
    case one.said_as when 'year' then one.yoy_merged when 'previous' then one.change_merged end
        as change_merged,
    case
        when one.said_as = 'year' and one.yoy_common_units then one.yoy_value
        when one.said_as = 'previous' and one.change_common_units then one.previous_value
    end as other_common_value
from known as one
inner join indicators
    on one.indicator = indicators.indicator and one.population = indicators.population
order by one.is_parent desc, one.order_no
