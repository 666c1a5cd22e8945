-- title:    指标透视
-- question: The same figures set out for a pivot, with what areas of one parent come to together?
-- grain:    one row per indicator, population, period and area, subtotal or total
-- params:   $indicators text (ids with commas), $parent area, $level level,
--           $period_from period, $period_to period,
--           $population text = '' (empty is each indicator's first; all is every one)
-- reads:    area_values, indicators, areas, periods, population_words
-- returns:  indicator text, indicator_name text, population text, population_name text,
--           period text, period_end date, row_order bigint, row_kind text, area_code text,
--           area_name text, printed double (unit), unit text, numerator double,
--           denominator double, units_expected bigint (个), units_reported bigint (个),
--           areas_counted bigint (个)
-- nulls:    the figures of an area without a report or masked; denominator of a count;
--           area_code of the total

with

span as (

    select
        min(period_start) as first_day,
        max(period_end) as last_day
    from periods
    where period in ($period_from, $period_to)

),

asked as (

    select *
    from indicators
    where
        strpos(',' || $indicators || ',', ',' || indicator || ',') > 0
        and (
            $population = 'all'
            or population = $population
            or ($population = '' and is_first_population)
        )

),

placed as (

    select
        *,
        case $level
            when 'village' then township_code
            when 'township' then county_code
            when 'county' then city_code
            else province_code
        end as above
    from areas
    where
        level = $level
        and $parent in (area_code, township_code, county_code, city_code, province_code)

),

figures as (

    select
        asked.indicator,
        asked.population,
        area_values.period,
        area_values.period_end,
        placed.area_code,
        placed.above,
        area_values.units_expected,
        area_values.units_reported,
        -- Only pairs add up: a part without its whole would bend every rate above it.
        case
            when asked.is_count or area_values.denominator is not null
                then area_values.numerator
        end as numerator,
        case when area_values.numerator is not null then area_values.denominator end
            as denominator
    from area_values
    cross join span
    inner join asked
        on
            area_values.indicator = asked.indicator
            and area_values.population = asked.population
    inner join placed on area_values.area_code = placed.area_code
    where
        area_values.level = $level
        and strpos(',' || $indicators || ',', ',' || area_values.indicator || ',') > 0
        and area_values.dimension = ''
        and area_values.period_end between span.first_day and span.last_day

),

parents as (

    select count(distinct above) as number_of
    from placed

),

added as (

    select
        '1区划' as kind,
        figures.indicator,
        figures.population,
        figures.period,
        figures.period_end,
        figures.above,
        figures.area_code,
        figures.numerator,
        figures.denominator,
        figures.units_expected,
        figures.units_reported,
        case when figures.numerator is null then 0 else 1 end as areas_counted
    from figures
    union all
    select
        '2小计' as kind,
        figures.indicator,
        figures.population,
        figures.period,
        figures.period_end,
        figures.above,
        figures.above as area_code,
        sum(figures.numerator) as numerator,
        sum(figures.denominator) as denominator,
        sum(figures.units_expected) as units_expected,
        sum(figures.units_reported) as units_reported,
        count(figures.numerator) as areas_counted
    from figures
    cross join parents
    where parents.number_of > 1
    group by
        figures.indicator,
        figures.population,
        figures.period,
        figures.period_end,
        figures.above
    union all
    select
        '3合计' as kind,
        figures.indicator,
        figures.population,
        figures.period,
        figures.period_end,
        null as above,
        null as area_code,
        sum(figures.numerator) as numerator,
        sum(figures.denominator) as denominator,
        sum(figures.units_expected) as units_expected,
        sum(figures.units_reported) as units_reported,
        count(figures.numerator) as areas_counted
    from figures
    group by figures.indicator, figures.population, figures.period, figures.period_end

)

select
    asked.indicator,
    asked.name as indicator_name,
    asked.population,
    coalesce(population_words.label, asked.population) as population_name,
    added.period,
    added.period_end,
    dense_rank() over (
        order by
            case when added.kind = '3合计' then 1 else 0 end,
            above.order_no,
            added.above,
            added.kind,
            areas.order_no,
            added.area_code
    ) as row_order,
    substr(added.kind, 2) as row_kind,
    added.area_code,
    case added.kind
        when '1区划' then areas.name
        when '2小计' then areas.name || '小计'
        else '合计'
    end as area_name,
    cast(
        printed_value(
            added.numerator,
            added.denominator,
            asked.multiplier,
            asked.decimals,
            asked.is_count
        ) as double
    ) as printed,
    asked.unit,
    cast(added.numerator as double) as numerator,
    cast(added.denominator as double) as denominator,
    cast(added.units_expected as bigint) as units_expected,
    cast(added.units_reported as bigint) as units_reported,
    cast(added.areas_counted as bigint) as areas_counted
from added
inner join asked
    on added.indicator = asked.indicator and added.population = asked.population
left join areas on added.area_code = areas.area_code
left join areas as above on added.above = above.area_code
left join population_words
    on
        added.population = population_words.population
        and year(added.period_end)
        between population_words.first_year and population_words.last_year
order by asked.catalogue_order, asked.population_order, added.period_end, row_order
