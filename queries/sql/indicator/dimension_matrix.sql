-- title:    指标分组与地区矩阵
-- question: How does one indicator stand by its breakdown in every part of an area?
-- grain:    one row per area of that level and value of the breakdown, at the period shown
-- params:   $indicator indicator, $parent area, $level level, $period period,
--           $population population = first
-- reads:    as_of, derived_values, areas
-- returns:  area_code text, area_name text, period text, dimension text, numerator double,
--           denominator double, value double (unit), printed double (unit), unit text,
--           masked boolean
-- nulls:    figures that are masked or not reported; value when the denominator is 0

with

choice as (

    select *
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = $indicator
        and population = $population
        and not stale

)

select
    areas.area_code,
    areas.name as area_name,
    choice.period,
    derived_values.dimension,
    cast(derived_values.numerator as double) as numerator,
    cast(derived_values.denominator as double) as denominator,
    exact_value(
        derived_values.numerator, derived_values.denominator, choice.multiplier, choice.is_count
    ) as value,
    cast(
        printed_value(
            derived_values.numerator,
            derived_values.denominator,
            choice.multiplier,
            choice.decimals,
            choice.is_count
        ) as double
    ) as printed,
    choice.unit,
    derived_values.masked
from choice
inner join derived_values
    on
        choice.indicator = derived_values.indicator
        and choice.population = derived_values.population
        and choice.period = derived_values.period
inner join areas on derived_values.area_code = areas.area_code
where
    derived_values.indicator = $indicator
    and derived_values.population = $population
    and derived_values.dimension <> ''
    and derived_values.level = $level
    and $parent in (areas.county_code, areas.city_code, areas.province_code)
order by areas.order_no, derived_values.dimension
