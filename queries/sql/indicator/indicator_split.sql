-- title:    变化来自哪一部分
-- question: Did the figure change because of its numerator or its denominator; of a share, because
--           of what it counts or of the rest?
-- grain:    one row
-- params:   $indicator indicator, $area area, $period period, $population population = first,
--           $against text = previous (previous, or year: the same period a year before)
-- reads:    as_of, area_values, indicators, periods
-- returns:  indicator text, population text, area_code text, period text, unit text,
--           part_inside text, part_outside text, numerator double, previous_numerator double,
--           numerator_growth double (%), denominator double, previous_denominator double,
--           denominator_growth double (%), rest double, previous_rest double,
--           rest_growth double (%), effect_numerator double (unit),
--           effect_denominator double (unit), effect_rest double (unit), change double (unit)
-- nulls:    everything previous, the growth and the effects, when there is no period to compare
--           with: in the first period of a year a year-to-date figure has none before it; the part
--           names, rest and effect_rest of a rate over a population; effect_denominator of a share,
--           whose denominator is only the sum of its parts; growth from nothing

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
        chosen.judged_at = $area
        and chosen.requested_period = $period
        and chosen.indicator = $indicator
        and chosen.population = $population
        and not chosen.stale

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
        and area_values.dimension = ''

),

compared as (

    select
        sides.indicator,
        sides.population,
        sides.period,
        sides.unit,
        sides.multiplier,
        sides.is_count,
        sides.area_code,
        indicators.part_inside,
        indicators.part_outside,
        cast(sides.numerator as double) as numerator,
        cast(sides.denominator as double) as denominator,
        cast(sides.previous_numerator as double) as previous_numerator,
        cast(sides.previous_denominator as double) as previous_denominator,
        -- What moves beside the numerator: the rest of a share, else the denominator.
        cast(
            case
                when indicators.part_inside is not null then sides.denominator - sides.numerator
            end as double
        ) as rest,
        cast(
            case
                when indicators.part_inside is not null
                    then sides.previous_denominator - sides.previous_numerator
            end as double
        ) as previous_rest
    from sides
    inner join indicators
        on sides.indicator = indicators.indicator and sides.population = indicators.population

),

-- First the numerator moves, with the rest of a share or the denominator of a rate as it was; then
-- the other one moves. Together they are the change.
halfway as (

    select
        *,
        coalesce(numerator + previous_rest, previous_denominator) as halfway_denominator,
        coalesce(
            is_count
            or (
                previous_denominator > 0
                and denominator > 0
                and coalesce(numerator + previous_rest, previous_denominator) > 0
            ),
            false
        ) as is_comparable
    from compared

),

moved as (

    select
        *,
        case
            when is_count then numerator - previous_numerator
            when is_comparable
                then
                    multiplier * (
                        numerator / halfway_denominator - previous_numerator / previous_denominator
                    )
        end as effect_first,
        case
            when is_count then 0
            when is_comparable
                then multiplier * (numerator / denominator - numerator / halfway_denominator)
        end as effect_second
    from halfway

)

select
    indicator,
    population,
    area_code,
    period,
    unit,
    part_inside,
    part_outside,
    numerator,
    previous_numerator,
    cast(printed_change(numerator, null, previous_numerator, null, 1, 0, true) as double)
        as numerator_growth,
    denominator,
    previous_denominator,
    cast(printed_change(denominator, null, previous_denominator, null, 1, 0, true) as double)
        as denominator_growth,
    rest,
    previous_rest,
    cast(printed_change(rest, null, previous_rest, null, 1, 0, true) as double) as rest_growth,
    effect_first as effect_numerator,
    case when part_inside is null then effect_second end as effect_denominator,
    case when part_inside is not null then effect_second end as effect_rest,
    effect_first + effect_second as change
from moved
