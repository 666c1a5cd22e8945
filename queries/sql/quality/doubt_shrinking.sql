-- title:    疑点:分母减少而比率上升
-- question: Where did the denominator shrink in one step while the rate rose?
-- grain:    one row per indicator, population, township and period: at least 4 % and six times the
--           usual movement fewer of 100 people or more, the rate half a point higher;
--           strength 3 from 10 % on, 2 from 6 %, else 1
-- params:   $parent area, $period_from period, $period_to period
-- reads:    percent_figures
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    table_title where an indicator stands on several tables; county_name above the county

with

steps as (

    select
        *,
        cast(prev_denominator as double) as before,
        cast(prev_self_denominator as double) as after,
        1 - cast(prev_self_denominator as double) / cast(prev_denominator as double) as fall,
        100 * (
            cast(prev_self_numerator as double) / cast(prev_self_denominator as double)
            - cast(prev_numerator as double) / cast(prev_denominator as double)
        ) as rise
    from percent_figures($parent, $period_from, $period_to)
    where
        level = 'township'
        and direction = 'higher_better'
        and cumulative in ('', 'itd')
        and prev_denominator >= 100
        and prev_self_denominator > 0

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
    steps.table_title,
    steps.area_code as unit_code,
    steps.unit_name,
    steps.county_name,
    steps.measure,
    steps.period,
    cast(1 as bigint) as periods,
    concat(
        '分母由',
        cast(cast(steps.before as bigint) as text),
        '减到',
        cast(cast(steps.after as bigint) as text),
        '（少',
        cast(cast(100 * steps.fall as decimal(18, 1)) as text),
        '%），比率升',
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
order by strength desc, steps.table_id asc, steps.area_code asc, steps.measure asc, steps.period asc
