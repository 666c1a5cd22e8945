-- title:    疑点:恰好100%或恰好达到目标
-- question: Which townships came to stand at exactly 100 % or exactly on target at one stroke?
-- grain:    one row per indicator, population, township and run of at least two periods; 100 in the
--           denominator at least, the county below 99 % and so far from all that five more would
--           be missing here, a step of a point at least into the run; strength 3 from a step
--           of 5 points on, 2 from 2, else 1
-- params:   $parent area, $period_from period, $period_to period
-- reads:    derived_values, indicators, population_words, targets, periods, areas, report_tables
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    table_title where an indicator stands on several tables

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
        derived_values.period,
        derived_values.period_end,
        derived_values.area_code,
        derived_values.level,
        derived_values.denominator,
        areas.county_code,
        areas.city_code,
        areas.province_code,
        indicators.table_id,
        indicators.name,
        derived_values.numerator * indicators.multiplier as scaled
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
        and derived_values.denominator >= 100
        and indicators.unit = '%'
        and indicators.direction = 'higher_better'
        and derived_values.period_end between day.first_day and day.last_day
        and $parent in (
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        )

),

exact as (

    select
        figures.indicator,
        figures.population,
        figures.period,
        figures.area_code,
        figures.county_code,
        figures.level,
        figures.table_id,
        figures.name,
        max(case when figures.scaled = 100 * figures.denominator then 100 end) as at_all,
        max(case when figures.scaled = targets.value * figures.denominator then targets.value end)
            as at_target,
        max(cast(figures.scaled as double) / cast(figures.denominator as double)) as value,
        max(figures.denominator) as denominator
    from figures
    left join targets
        on
            figures.indicator = targets.indicator
            and figures.population = targets.population
            and targets.status = '采用'
            and targets.condition = ''
            and targets.scope_code in (
                figures.area_code,
                figures.county_code,
                figures.city_code,
                figures.province_code,
                '000000'
            )
            and (targets.valid_from is null or targets.valid_from <= figures.period_end)
            and (targets.valid_to is null or targets.valid_to >= figures.period_end)
    group by
        figures.indicator,
        figures.population,
        figures.period,
        figures.area_code,
        figures.county_code,
        figures.level,
        figures.table_id,
        figures.name

),

flagged as (

    select
        exact.*,
        periods.ordinal,
        periods.short_label,
        periods.previous,
        periods.ordinal - row_number() over (
            partition by exact.indicator, exact.population, exact.area_code
            order by periods.ordinal
        ) as run
    from exact
    inner join exact as county
        on
            exact.county_code = county.area_code
            and exact.indicator = county.indicator
            and exact.population = county.population
            and exact.period = county.period
    inner join periods on exact.period = periods.period
    where
        exact.level = 'township'
        and coalesce(exact.at_all, exact.at_target) is not null
        and coalesce(county.at_all, county.at_target) is null
        and county.value < 99
        and exact.denominator * (100 - county.value) / 100 >= 5

),

runs as (

    select
        indicator,
        population,
        area_code,
        table_id,
        name,
        count(*) as periods,
        arg_max(period, ordinal) as period,
        arg_min(previous, ordinal) as period_before,
        arg_min(short_label, ordinal) as first_label,
        arg_max(short_label, ordinal) as last_label,
        arg_max(coalesce(at_all, at_target), ordinal) as value
    from flagged
    group by indicator, population, area_code, table_id, name, run
    having count(*) >= 2

),

stepped as (

    select
        runs.*,
        exact.value as value_before,
        runs.value - exact.value as step
    from runs
    inner join exact
        on
            runs.indicator = exact.indicator
            and runs.population = exact.population
            and runs.area_code = exact.area_code
            and runs.period_before = exact.period
    where abs(runs.value - exact.value) >= 1

)

select
    stepped.table_id,
    report_tables.title as table_title,
    stepped.area_code as unit_code,
    areas.name as unit_name,
    counties.name as county_name,
    concat(stepped.name, '(', coalesce(words.name, stepped.population), ')') as measure,
    stepped.period,
    stepped.periods,
    concat(
        stepped.first_label,
        '由',
        cast(cast(stepped.value_before as decimal(18, 2)) as text),
        '%一步到恰好',
        cast(cast(stepped.value as integer) as text),
        '%,连续',
        stepped.periods,
        '期'
    ) as seen,
    cast(
        case when abs(stepped.step) >= 5 then 3 when abs(stepped.step) >= 2 then 2 else 1 end
        as bigint
    ) as strength
from stepped
inner join areas on stepped.area_code = areas.area_code
left join areas as counties on areas.county_code = counties.area_code
left join report_tables on stepped.table_id = report_tables.table_id
left join (
    select
        population,
        max(name) as name
    from population_words
    group by population
) as words
    on stepped.population = words.population
order by strength desc, stepped.table_id asc, stepped.area_code asc, measure asc, stepped.period asc
