-- title:    指标分组
-- question: How does one indicator of one area divide by its breakdown (disease, source ...)?
-- grain:    one row per value of the breakdown, at the period that the indicator shows
-- params:   $indicator indicator, $area area, $period period, $population population = first
-- reads:    as_of, derived_values
-- returns:  indicator text, population text, area_code text, period text, dimension text,
--           numerator double, denominator double, value double (unit), printed double (unit),
--           unit text, provisional boolean, masked boolean
-- nulls:    figures that are masked or not reported; value when the denominator is 0

with

choice as (

    select *
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = $indicator
        and population = $population
        and not stale

)

select
    choice.indicator,
    choice.population,
    derived_values.area_code,
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
    derived_values.provisional,
    derived_values.masked
from choice
inner join derived_values
    on
        choice.indicator = derived_values.indicator
        and choice.population = derived_values.population
        and choice.period = derived_values.period
where
    derived_values.indicator = $indicator
    and derived_values.population = $population
    and derived_values.area_code = $area
    and derived_values.dimension <> ''
order by derived_values.dimension
