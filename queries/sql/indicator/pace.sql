-- title:    进度速度
-- question: How fast must each headline indicator of an area move, how fast did it, and how fast
--           did it move over the same periods last year?
-- grain:    one row per headline indicator (its first population) with a value
-- params:   $area area, $period period, $back int = 4 (over how many periods it is measured)
-- reads:    readings, area_values, periods, indicators
-- returns:  indicator text, population text, unit text, frequency text, direction text,
--           period text, periods_back bigint (期), printed double (unit),
--           achieved_pace double (change_unit per period),
--           last_year_pace double (change_unit per period),
--           required_pace double (unit per period), periods_left bigint (期),
--           target_valid_to date
-- nulls:    achieved_pace and last_year_pace unless each of the periods has a change (units that
--           filed in both, no year-to-date figure that started again); required_pace unless
--           something is short and a period is left

with

shown as (

    select
        readings.indicator,
        readings.population,
        readings.headline,
        readings.unit,
        readings.frequency,
        readings.direction,
        readings.period,
        readings.printed,
        readings.required_pace,
        readings.periods_left,
        readings.target_valid_to,
        indicators.multiplier,
        indicators.decimals,
        indicators.is_count,
        indicators.cumulative,
        periods.ordinal
    from readings
    inner join indicators
        on
            readings.indicator = indicators.indicator
            and readings.population = indicators.population
    inner join periods on readings.period = periods.period
    where
        readings.judged_at = $area
        and readings.requested_period = $period
        and readings.area_code = $area
        and readings.headline is not null
        and readings.is_first_population
        and readings.printed is not null

),

-- Each period of the stretch, and the same period a year before.
wanted as (

    select
        shown.*,
        either.period as in_period,
        either.period <> this_year.period as a_year_before,
        starts_again(
            shown.cumulative, either.first_of_year, either.first_of_mch_year
        ) as starts_again
    from shown
    inner join periods as this_year
        on
            shown.frequency = this_year.frequency
            and this_year.ordinal > shown.ordinal - $back
            and this_year.ordinal <= shown.ordinal
    inner join periods as either
        on either.period in (this_year.period, this_year.last_year)

),

-- The changes are those of the units in both periods; one after the other they add up.
moved as (

    select
        wanted.indicator,
        wanted.population,
        wanted.a_year_before,
        case
            when not wanted.starts_again
                then
                    printed_change(
                        area_values.prev_self_numerator,
                        area_values.prev_self_denominator,
                        area_values.prev_numerator,
                        area_values.prev_denominator,
                        wanted.multiplier,
                        wanted.decimals,
                        wanted.is_count
                    )
        end as change
    from wanted
    inner join area_values
        on
            wanted.indicator = area_values.indicator
            and wanted.population = area_values.population
            and wanted.in_period = area_values.period
    where
        area_values.area_code = $area
        and area_values.dimension = ''

),

speeds as (

    select
        indicator,
        population,
        a_year_before,
        case when count(change) = $back then cast(sum(change) as double) / $back end as pace
    from moved
    group by indicator, population, a_year_before

)

select
    shown.indicator,
    shown.population,
    shown.unit,
    shown.frequency,
    shown.direction,
    shown.period,
    cast($back as bigint) as periods_back,
    shown.printed,
    this_year.pace as achieved_pace,
    last_year.pace as last_year_pace,
    shown.required_pace,
    shown.periods_left,
    shown.target_valid_to
from shown
left join speeds as this_year
    on
        shown.indicator = this_year.indicator
        and shown.population = this_year.population
        and not this_year.a_year_before
left join speeds as last_year
    on
        shown.indicator = last_year.indicator
        and shown.population = last_year.population
        and last_year.a_year_before
order by shown.headline
