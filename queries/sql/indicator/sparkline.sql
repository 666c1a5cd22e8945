-- title:    指标近期走势线
-- question: What is the recent line of each headline indicator, or of each one of some domains?
-- grain:    one row per indicator (its first population) and own-frequency period
-- params:   $area area, $period period, $count int = 13 (how many periods),
--           $domains text = '' (their indicators, by comma, instead of the headline ones),
--           $parent area = null (whose coverage decides which period is the last; else its own)
-- reads:    as_of, area_values, periods
-- returns:  indicator text, population text, period text, period_end date, ordinal bigint,
--           value double (unit), printed double (unit), yoy_value double (unit)
-- nulls:    value and printed of a period without a report or with too few units; yoy_value
--           (the same period a year before) where nobody had filed then

with

choice as (

    select *
    from as_of
    where
        judged_at = coalesce($parent, $area)
        and requested_period = $period
        and is_first_population
        and ordinal is not null
        and case
            when $domains = '' then headline is not null
            else list_contains(string_split($domains, ','), domain)
        end

)

select
    choice.indicator,
    choice.population,
    periods.period,
    periods.period_end,
    periods.ordinal,
    exact_value(
        area_values.numerator, area_values.denominator, choice.multiplier, choice.is_count
    ) as value,
    cast(
        printed_value(
            area_values.numerator,
            area_values.denominator,
            choice.multiplier,
            choice.decimals,
            choice.is_count
        ) as double
    ) as printed,
    cast(
        printed_value(
            area_values.yoy_numerator,
            area_values.yoy_denominator,
            choice.multiplier,
            choice.decimals,
            choice.is_count
        ) as double
    ) as yoy_value
from choice
inner join periods
    on
        choice.frequency = periods.frequency
        and periods.ordinal > choice.ordinal - $count
        and periods.ordinal <= choice.ordinal
left join area_values
    on
        choice.indicator = area_values.indicator
        and choice.population = area_values.population
        and periods.period = area_values.period
        and area_values.area_code = $area
        and area_values.dimension = ''
        and area_values.units_reported * 100
        >= choice.min_coverage * area_values.units_expected
order by choice.catalogue_order, periods.ordinal
