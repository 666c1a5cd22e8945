-- title:    变化来自分子还是分母
-- question: Did the figure change because of its numerator or of its denominator?
-- grain:    one row
-- params:   $indicator indicator, $area area, $period period, $population population = first,
--           $against text = previous (previous, or year: the same period a year before),
--           $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    as_of, area_values, periods
-- returns:  indicator text, population text, area_code text, period text, unit text,
--           numerator double, previous_numerator double, denominator double,
--           previous_denominator double, effect_numerator double (unit),
--           effect_denominator double (unit), change double (unit)
-- nulls:    everything previous, and the effects, when there is no period to compare with: in
--           the first period of a year a year-to-date figure has none before it

with

choice as (

    select
        chosen.*,
        case chosen.cumulative
            when 'ytd' then periods.first_of_year
            when 'ytd_mch' then periods.first_of_mch_year
            else false
        end as starts_again
    from as_of($indicator, $population, $area, $period, $cuts) as chosen
    inner join periods on chosen.period = periods.period
    where not chosen.stale

),

sides as (

    select
        choice.indicator,
        choice.population,
        choice.period,
        choice.unit,
        choice.multiplier,
        choice.is_count,
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
        and area_values.area_code = $area
        and area_values.place = place_of($area)
        and area_values.dimension = ''

),

compared as (

    select
        indicator,
        population,
        period,
        unit,
        multiplier,
        is_count,
        area_code,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(previous_numerator as double) as previous_numerator,
        cast(previous_denominator as double) as previous_denominator
    from sides

)

-- First the numerator moves over the old denominator, then the denominator; together the change.
select
    indicator,
    population,
    area_code,
    period,
    unit,
    numerator,
    previous_numerator,
    denominator,
    previous_denominator,
    case
        when is_count then numerator - previous_numerator
        when previous_denominator > 0
            then (numerator - previous_numerator) * multiplier / previous_denominator
    end as effect_numerator,
    case
        when is_count then 0
        when previous_denominator > 0 and denominator > 0
            then
                numerator * multiplier / denominator - numerator * multiplier / previous_denominator
    end as effect_denominator,
    case
        when is_count then numerator - previous_numerator
        when previous_denominator > 0 and denominator > 0
            then
                numerator * multiplier / denominator
                - previous_numerator * multiplier / previous_denominator
    end as change
from compared
