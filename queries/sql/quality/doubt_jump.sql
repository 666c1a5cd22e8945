-- title:    疑点:期限前突增
-- question: Where did a rate leap just before its deadline, more than it or its neighbours move?
-- grain:    one row per indicator, population, area (county or township) and period within 62 days
--           of the end of its adopted target, or of the year: 5 points more than the areas beside
--           and six times the usual spread of its own steps (median-based); strength 3 from
--           20 points on, 2 from 10, else 1
-- params:   $parent area, $period_from period, $period_to period
-- reads:    percent_figures, targets
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    table_title where an indicator stands on several tables; county_name above the county

with

steps as (

    select
        *,
        100 * cast(prev_numerator as double) / cast(prev_denominator as double) as before,
        100 * cast(prev_self_numerator as double) / cast(prev_self_denominator as double) as after
    from percent_figures($parent, $period_from, $period_to)
    where
        level in ('township', 'county')
        and direction = 'higher_better'
        and prev_denominator >= 30
        and prev_self_denominator >= 30

),

middle as (

    select
        indicator,
        population,
        area_code,
        median(after - before) as step
    from steps
    group by indicator, population, area_code
    having count(*) >= 6

),

spread as (

    select
        steps.indicator,
        steps.population,
        steps.area_code,
        max(middle.step) as step,
        1.4826 * median(abs(steps.after - steps.before - middle.step)) as deviation
    from steps
    inner join middle
        on
            steps.indicator = middle.indicator
            and steps.population = middle.population
            and steps.area_code = middle.area_code
    group by steps.indicator, steps.population, steps.area_code

),

beside as (

    select
        indicator,
        population,
        parent_code,
        period,
        median(after - before) as step
    from steps
    group by indicator, population, parent_code, period

),

deadlines as (

    select
        steps.indicator,
        steps.population,
        steps.area_code,
        steps.period,
        coalesce(
            min(targets.valid_to), cast(concat(year(steps.period_end), '-12-31') as date)
        ) as deadline
    from steps
    left join targets
        on
            steps.indicator = targets.indicator
            and steps.population = targets.population
            and targets.status = '采用'
            and targets.valid_to >= steps.period_end
            and targets.scope_code in (
                steps.area_code,
                steps.county_code,
                steps.city_code,
                steps.province_code,
                '000000'
            )
    group by
        steps.indicator, steps.population, steps.area_code, steps.period, steps.period_end

)

select
    steps.table_id,
    steps.table_title,
    steps.area_code as unit_code,
    steps.unit_name,
    steps.county_name,
    steps.measure,
    steps.period,
    cast(1 as bigint) as periods,
    concat(
        '期限前由',
        cast(cast(steps.before as decimal(18, 2)) as text),
        '%一步升到',
        cast(cast(steps.after as decimal(18, 2)) as text),
        '%，平时每期约',
        cast(cast(spread.step as decimal(18, 2)) as text),
        '个百分点，本期同级约',
        cast(cast(beside.step as decimal(18, 2)) as text),
        '个百分点'
    ) as seen,
    cast(
        case
            when steps.after - steps.before >= 20 then 3
            when steps.after - steps.before >= 10 then 2
            else 1
        end as bigint
    ) as strength
from steps
inner join spread
    on
        steps.indicator = spread.indicator
        and steps.population = spread.population
        and steps.area_code = spread.area_code
        and steps.after - steps.before - spread.step >= 6 * greatest(spread.deviation, 0.5)
inner join beside
    on
        steps.indicator = beside.indicator
        and steps.population = beside.population
        and steps.parent_code = beside.parent_code
        and steps.period = beside.period
        and steps.after - steps.before - greatest(beside.step, 0) >= 5
inner join deadlines
    on
        steps.indicator = deadlines.indicator
        and steps.population = deadlines.population
        and steps.area_code = deadlines.area_code
        and steps.period = deadlines.period
        and deadlines.deadline - steps.period_end <= 62
order by strength desc, steps.table_id asc, steps.area_code asc, steps.measure asc, steps.period asc
