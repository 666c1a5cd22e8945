-- title:    疑点:分母减少而比率上升
-- question: Where did the denominator shrink in one step while the rate rose?
-- grain:    one row per indicator, population, township and period: at least 4 % and six times the
--           usual movement fewer of 100 people or more, the rate half a point higher;
--           strength 3 from 10 % on, 2 from 6 %, else 1
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

steps as (

    select
        derived_values.indicator,
        derived_values.population,
        derived_values.area_code,
        derived_values.period,
        indicators.table_id,
        indicators.name,
        cast(derived_values.prev_denominator as double) as before,
        cast(derived_values.prev_self_denominator as double) as after,
        1 - cast(derived_values.prev_self_denominator as double)
        / cast(derived_values.prev_denominator as double) as fall,
        100 * (
            cast(derived_values.prev_self_numerator as double)
            / cast(derived_values.prev_self_denominator as double)
            - cast(derived_values.prev_numerator as double)
            / cast(derived_values.prev_denominator as double)
        ) as rise
    from derived_values
    inner join indicators
        on
            derived_values.indicator = indicators.indicator
            and derived_values.population = indicators.population
    inner join areas on derived_values.area_code = areas.area_code
    cross join day
    where
        derived_values.dimension = ''
        and derived_values.level = 'township'
        and indicators.unit = '%'
        and indicators.direction = 'higher_better'
        and indicators.cumulative = ''
        and derived_values.prev_denominator >= 100
        and derived_values.prev_self_denominator > 0
        and derived_values.period_end between day.first_day and day.last_day
        and $parent in (
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        )

),

usual as (

    select
        indicator,
        population,
        area_code,
        median(abs(fall)) as movement
    from steps
    group by indicator, population, area_code
    having count(*) >= 6

)

select
    steps.table_id,
    report_tables.title as table_title,
    steps.area_code as unit_code,
    areas.name as unit_name,
    counties.name as county_name,
    concat(steps.name, '(', coalesce(words.name, steps.population), ')') as measure,
    steps.period,
    cast(1 as bigint) as periods,
    concat(
        '分母由',
        cast(cast(steps.before as bigint) as text),
        '减到',
        cast(cast(steps.after as bigint) as text),
        '(少',
        cast(cast(100 * steps.fall as decimal(18, 1)) as text),
        '%),比率升',
        cast(cast(steps.rise as decimal(18, 2)) as text),
        '个百分点'
    ) as seen,
    cast(case when steps.fall >= 0.1 then 3 when steps.fall >= 0.06 then 2 else 1 end as bigint)
        as strength
from steps
inner join usual
    on
        steps.indicator = usual.indicator
        and steps.population = usual.population
        and steps.area_code = usual.area_code
        and steps.fall >= greatest(0.04, 6 * usual.movement)
        and steps.rise >= 0.5
inner join areas on steps.area_code = areas.area_code
left join areas as counties on areas.county_code = counties.area_code
left join report_tables on steps.table_id = report_tables.table_id
left join (
    select
        population,
        max(name) as name
    from population_words
    group by population
) as words
    on steps.population = words.population
order by strength desc, steps.table_id asc, steps.area_code asc, measure asc, steps.period asc
