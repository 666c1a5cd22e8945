-- title:    疑点:恰好100%或恰好达到目标
-- question: Which townships came to stand at exactly 100 % or exactly on target at one stroke?
-- grain:    one row per indicator, population, township and run of at least two periods; 100 in the
--           denominator at least, the county below 99 % and so far from all that five more would
--           be missing here, a step of a point at least into the run; strength 3 from a step
--           of 5 points on, 2 from 2, else 1
-- params:   $parent area, $period_from period, $period_to period
-- reads:    percent_figures, targets, periods, areas, report_tables
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    table_title where an indicator stands on several tables

with

figures as (

    select
        *,
        numerator * multiplier as scaled
    from percent_figures($parent, $period_from, $period_to)
    where
        level in ('township', 'county')
        and denominator >= 100
        and direction = 'higher_better'

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
        figures.measure,
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
        figures.measure

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
        measure,
        count(*) as periods,
        arg_max(period, ordinal) as period,
        arg_min(previous, ordinal) as period_before,
        arg_min(short_label, ordinal) as first_label,
        arg_max(short_label, ordinal) as last_label,
        arg_max(coalesce(at_all, at_target), ordinal) as value
    from flagged
    group by indicator, population, area_code, table_id, measure, run
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
    stepped.measure,
    stepped.period,
    stepped.periods,
    concat(
        stepped.first_label,
        '由',
        cast(cast(stepped.value_before as decimal(18, 2)) as text),
        '%一步到恰好',
        cast(cast(stepped.value as integer) as text),
        '%，连续',
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
order by
    strength desc,
    stepped.table_id asc,
    stepped.area_code asc,
    stepped.measure asc,
    stepped.period asc
