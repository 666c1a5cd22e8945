-- title:    简报所用往期数
-- question: What do the indicators of an area and its parts show for past periods?
-- grain:    one row per indicator (its first population), area and own-frequency period with a
--           figure
-- params:   $parent area, $level level, $period period, $headline_only int = 1 (0 all of them),
--           $count int = 26 (how many periods back)
-- reads:    as_of, area_values, areas, periods
-- returns:  indicator text, indicator_name text, population text, unit text, decimals integer,
--           is_count boolean, catalogue_order bigint, area_code text, area_name text,
--           order_no bigint, is_parent boolean, period text, ordinal bigint, numerator double,
--           denominator double, printed double (unit), units_expected bigint (个),
--           units_reported bigint (个), masked boolean
-- nulls:    numerator, denominator and printed when masked; printed when nothing was to be counted

with

choice as (

    select *
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and is_first_population
        and ordinal is not null
        and ($headline_only = 0 or headline is not null)

),

inside as (

    select
        area_code,
        name,
        order_no
    from areas
    where
        area_code = $parent
        or (
            level = $level
            and $parent in (township_code, county_code, city_code, province_code)
        )

)

select
    choice.indicator,
    choice.name as indicator_name,
    choice.population,
    choice.unit,
    choice.decimals,
    choice.is_count,
    cast(choice.catalogue_order as bigint) as catalogue_order,
    inside.area_code,
    inside.name as area_name,
    inside.order_no,
    inside.area_code = $parent as is_parent,
    area_values.period,
    periods.ordinal,
    cast(area_values.numerator as double) as numerator,
    cast(area_values.denominator as double) as denominator,
    cast(
        printed_value(
            area_values.numerator,
            area_values.denominator,
            choice.multiplier,
            choice.decimals,
            choice.is_count
        ) as double
    ) as printed,
    cast(area_values.units_expected as bigint) as units_expected,
    cast(area_values.units_reported as bigint) as units_reported,
    coalesce(area_values.masked, false) as masked
from choice
inner join periods
    on
        choice.frequency = periods.frequency
        and periods.ordinal > choice.ordinal - $count
        and periods.ordinal <= choice.ordinal
inner join area_values
    on
        choice.indicator = area_values.indicator
        and choice.population = area_values.population
        and periods.period = area_values.period
        and area_values.level <> 'village'
        and area_values.dimension = ''
inner join inside on area_values.area_code = inside.area_code
where area_values.numerator is not null or area_values.masked
order by catalogue_order asc, is_parent desc, inside.order_no asc, periods.ordinal desc
