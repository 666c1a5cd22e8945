-- title:    疑点:偏离自身和同类
-- question: Which figures lie far from the own history, measured against the areas beside?
-- grain:    one row per indicator, population, area (county or township) and period: the distance
--           to the median of at least five areas beside is 10 points and eight times its usual
--           spread (median-based) away from what it usually is; strength 3 from 30 points on,
--           2 from 20, else 1
-- params:   $parent area, $period_from period, $period_to period
-- reads:    derived_values, indicators, population_words, periods, areas, report_tables
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    table_title where an indicator stands on several tables; county_name above the county

with

day as (

    select
        min(period_start) as first_day,
        max(period_end) as last_day
    from periods
    where period in ($period_from, $period_to)

),

figures as (

    select
        derived_values.indicator,
        derived_values.population,
        derived_values.area_code,
        derived_values.level,
        derived_values.period,
        areas.parent_code,
        indicators.table_id,
        indicators.name,
        100 * cast(derived_values.numerator as double)
        / cast(derived_values.denominator as double) as value
    from derived_values
    inner join indicators
        on
            derived_values.indicator = indicators.indicator
            and derived_values.population = indicators.population
    inner join areas on derived_values.area_code = areas.area_code
    cross join day
    where
        derived_values.dimension = ''
        and derived_values.level in ('township', 'county')
        and indicators.unit = '%'
        and derived_values.denominator >= 50
        and derived_values.units_reported >= derived_values.units_expected
        and derived_values.period_end between day.first_day and day.last_day
        and $parent in (
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        )

),

beside as (

    select
        indicator,
        population,
        parent_code,
        period,
        median(value) as value
    from figures
    group by indicator, population, parent_code, period
    having count(*) >= 5

),

distances as (

    select
        figures.*,
        beside.value as value_beside,
        figures.value - beside.value as distance
    from figures
    inner join beside
        on
            figures.indicator = beside.indicator
            and figures.population = beside.population
            and figures.parent_code = beside.parent_code
            and figures.period = beside.period

),

middle as (

    select
        indicator,
        population,
        area_code,
        median(distance) as distance
    from distances
    group by indicator, population, area_code
    having count(*) >= 8

),

spread as (

    select
        distances.indicator,
        distances.population,
        distances.area_code,
        max(middle.distance) as distance,
        1.4826 * median(abs(distances.distance - middle.distance)) as deviation
    from distances
    inner join middle
        on
            distances.indicator = middle.indicator
            and distances.population = middle.population
            and distances.area_code = middle.area_code
    group by distances.indicator, distances.population, distances.area_code

)

select
    distances.table_id,
    report_tables.title as table_title,
    distances.area_code as unit_code,
    areas.name as unit_name,
    counties.name as county_name,
    concat(distances.name, '(', coalesce(words.name, distances.population), ')') as measure,
    distances.period,
    cast(1 as bigint) as periods,
    concat(
        '本期',
        cast(cast(distances.value as decimal(18, 2)) as text),
        '%,同级中位数',
        cast(cast(distances.value_beside as decimal(18, 2)) as text),
        '%,平时相差',
        cast(cast(spread.distance as decimal(18, 2)) as text),
        '个百分点'
    ) as seen,
    cast(
        case
            when abs(distances.distance - spread.distance) >= 30 then 3
            when abs(distances.distance - spread.distance) >= 20 then 2
            else 1
        end as bigint
    ) as strength
from distances
inner join spread
    on
        distances.indicator = spread.indicator
        and distances.population = spread.population
        and distances.area_code = spread.area_code
        and abs(distances.distance - spread.distance) >= 10
        and abs(distances.distance - spread.distance) >= 8 * greatest(spread.deviation, 0.5)
inner join areas on distances.area_code = areas.area_code
left join areas as counties on areas.county_code = counties.area_code
left join report_tables on distances.table_id = report_tables.table_id
left join (
    select
        population,
        max(name) as name
    from population_words
    group by population
) as words
    on distances.population = words.population
order by
    strength desc,
    distances.table_id asc,
    distances.area_code asc,
    measure asc,
    distances.period asc
