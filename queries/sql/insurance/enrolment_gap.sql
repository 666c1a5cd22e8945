-- title:    参保缺口
-- question: How are those who should be insured insured, and why are the others not in the count?
-- grain:    one row per step, from those due over the kinds of insurance to the gap and the exempt
-- params:   $area area, $period period, $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    as_of, t02
-- returns:  step_order integer, step text, kind text, count bigint (人), period text
-- nulls:    count of a column that no unit filled in

with

choice as (

    select period
    from as_of('insurance_enrolment_rate', 'target', $area, $period, $cuts)
    where not stale

),

added as (

    select
        t02.period,
        cast(sum(t02.should_insure) as bigint) as should_insure,
        cast(sum(t02.insured_resident) as bigint) as insured_resident,
        cast(sum(t02.insured_employee) as bigint) as insured_employee,
        cast(sum(t02.insured_elsewhere) as bigint) as insured_elsewhere,
        cast(sum(t02.should_insure - t02.insured_total) as bigint) as gap,
        cast(sum(t02.dead) as bigint) as dead,
        cast(sum(t02.missing) as bigint) as missing,
        cast(sum(t02.army) as bigint) as army,
        cast(sum(t02.prison) as bigint) as prison
    from t02
    inner join choice on t02.period = choice.period
    where
        list_contains($cuts, t02.cut)
        and $area in (
            t02.area_code, t02.township_code, t02.county_code, t02.city_code, t02.province_code
        )
        and t02.should_insure is not null
        and t02.insured_total is not null
    group by t02.period

)

select
    1 as step_order,
    '应参保' as step,
    'due' as kind,
    should_insure as count,
    period
from added
union all
select
    2 as step_order,
    '居民医保' as step,
    'insured' as kind,
    insured_resident as count,
    period
from added
union all
select
    3 as step_order,
    '职工医保' as step,
    'insured' as kind,
    insured_employee as count,
    period
from added
union all
select
    4 as step_order,
    '异地参保' as step,
    'insured' as kind,
    insured_elsewhere as count,
    period
from added
union all
select
    5 as step_order,
    '未参保' as step,
    'gap' as kind,
    gap as count,
    period
from added
union all
select
    6 as step_order,
    '免参保:死亡' as step,
    'exempt' as kind,
    dead as count,
    period
from added
union all
select
    7 as step_order,
    '免参保:失踪' as step,
    'exempt' as kind,
    missing as count,
    period
from added
union all
select
    8 as step_order,
    '免参保:参军' as step,
    'exempt' as kind,
    army as count,
    period
from added
union all
select
    9 as step_order,
    '免参保:服刑' as step,
    'exempt' as kind,
    prison as count,
    period
from added
order by step_order
