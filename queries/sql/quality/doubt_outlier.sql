-- title:    疑点:偏离自身和同类
-- question: Which figures lie far from the own history, measured against the areas beside?
-- grain:    one row per indicator, population, area (county or township) and period: the distance
--           to the median of at least five areas beside is 10 points and eight times its usual
--           spread (median-based) away from what it usually is; strength 3 from 30 points on,
--           2 from 20, else 1
-- params:   $parent area, $period_from period, $period_to period
-- reads:    percent_figures
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    table_title where an indicator stands on several tables; county_name above the county

with

figures as (

    select
        *,
        100 * cast(numerator as double) / cast(denominator as double) as value
    from percent_figures($parent, $period_from, $period_to)
    where
        level in ('township', 'county')
        and denominator >= 50
        and units_reported >= units_expected

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
    distances.table_title,
    distances.area_code as unit_code,
    distances.unit_name,
    distances.county_name,
    distances.measure,
    distances.period,
    cast(1 as bigint) as periods,
    concat(
        '本期',
        cast(cast(distances.value as decimal(18, 2)) as text),
        '%，同级中位数',
        cast(cast(distances.value_beside as decimal(18, 2)) as text),
        '%，平时相差',
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
order by
    strength desc,
    distances.table_id asc,
    distances.area_code asc,
    distances.measure asc,
    distances.period asc
