-- title:    变化来自哪些地区
-- question: Which parts of an area moved its figure, by their own rate or by their weight?
-- grain:    one row per part present in both periods
-- params:   $indicator indicator, $parent area, $level level, $period period,
--           $population population = first,
--           $against text = previous (previous, or year: the same period a year before)
-- reads:    as_of, area_values, areas, periods
-- returns:  area_code text, area_name text, period text, numerator double, denominator double,
--           previous_numerator double, previous_denominator double, value double (unit),
--           previous_value double (unit), effect_own double (unit), effect_mix double (unit)
-- nulls:    effects and values where a denominator is 0; a count has no effect_mix

with

choice as (

    select
        chosen.*,
        case chosen.cumulative
            when 'ytd' then periods.first_of_year
            when 'ytd_mch' then periods.first_of_mch_year
            else false
        end as starts_again
    from as_of as chosen
    inner join periods on chosen.period = periods.period
    where
        chosen.judged_at = $parent
        and chosen.requested_period = $period
        and chosen.indicator = $indicator
        and chosen.population = $population
        and not chosen.stale

),

sides as (

    select
        area_values.area_code,
        case
            when $against = 'year' then area_values.yoy_self_numerator
            else area_values.prev_self_numerator
        end as numerator,
        case
            when $against = 'year' then area_values.yoy_self_denominator
            else area_values.prev_self_denominator
        end as denominator,
        case
            when $against = 'year' then area_values.yoy_numerator
            when choice.starts_again then null
            else area_values.prev_numerator
        end as previous_numerator,
        case
            when $against = 'year' then area_values.yoy_denominator
            when choice.starts_again then null
            else area_values.prev_denominator
        end as previous_denominator
    from choice
    inner join area_values
        on
            choice.indicator = area_values.indicator
            and choice.population = area_values.population
            and choice.period = area_values.period
    where
        area_values.indicator = $indicator
        and area_values.population = $population
        and area_values.level = $level
        and area_values.dimension = ''

),

parts as (

    select
        areas.area_code,
        areas.name as area_name,
        areas.order_no,
        choice.period,
        choice.multiplier,
        choice.is_count,
        cast(sides.numerator as double) as numerator,
        cast(sides.denominator as double) as denominator,
        cast(sides.previous_numerator as double) as previous_numerator,
        cast(sides.previous_denominator as double) as previous_denominator
    from sides
    cross join choice
    inner join areas on sides.area_code = areas.area_code
    where
        sides.previous_numerator is not null
        and areas.level = $level
        and $parent in (
            areas.township_code, areas.county_code, areas.city_code, areas.province_code
        )

),

weighed as (

    select
        *,
        sum(numerator) over () as all_numerator,
        sum(denominator) over () as all_denominator,
        sum(previous_numerator) over () as all_previous_numerator,
        sum(previous_denominator) over () as all_previous_denominator
    from parts

)

-- Own: the change of the part's rate at its present weight. Mix: the change of its weight, by how
-- far its old rate lay from the old whole. Over all parts both add up to the whole's change.
select
    area_code,
    area_name,
    period,
    numerator,
    denominator,
    previous_numerator,
    previous_denominator,
    exact_value(numerator, denominator, multiplier, is_count) as value,
    exact_value(previous_numerator, previous_denominator, multiplier, is_count) as previous_value,
    case
        when is_count then numerator - previous_numerator
        when denominator > 0 and previous_denominator > 0 and all_denominator > 0
            then
                (numerator / denominator - previous_numerator / previous_denominator)
                * multiplier * denominator / all_denominator
    end as effect_own,
    case
        when
            not is_count
            and denominator > 0
            and previous_denominator > 0
            and all_denominator > 0
            and all_previous_denominator > 0
            then
                (denominator / all_denominator - previous_denominator / all_previous_denominator)
                * (
                    previous_numerator / previous_denominator
                    - all_previous_numerator / all_previous_denominator
                ) * multiplier
    end as effect_mix
from weighed
order by order_no
