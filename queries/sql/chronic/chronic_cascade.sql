-- title:    慢病管理链条
-- question: Of the people with a chronic disease, how many are found, managed and controlled?
-- grain:    one row per kind of chronic disease and step
-- params:   $area area, $period period, $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    as_of, t06
-- returns:  chronic_type text, step_order integer, step text, count bigint (人), period text
-- nulls:    count of a step that no unit filled in, or that is sensitive below the county

with

choice as (

    select period
    from as_of('htn_std_mgmt_rate', 'all', $area, $period, $cuts)
    where not stale

),

added as (

    select
        t06.chronic_type,
        t06.period,
        cast(sum(t06.estimated_patients) as bigint) as estimated_patients,
        cast(sum(t06.registered) as bigint) as registered,
        cast(sum(t06.managed) as bigint) as managed,
        cast(sum(t06.std_managed) as bigint) as std_managed,
        cast(sum(t06.controlled) as bigint) as controlled
    from t06
    inner join choice on t06.period = choice.period
    where
        list_contains($cuts, t06.cut)
        and $area in (
            t06.area_code, t06.township_code, t06.county_code, t06.city_code, t06.province_code
        )
    group by t06.chronic_type, t06.period

)

select
    chronic_type,
    1 as step_order,
    '估算患病' as step,
    estimated_patients as count,
    period
from added
union all
select
    chronic_type,
    2 as step_order,
    '登记在册' as step,
    registered as count,
    period
from added
union all
select
    chronic_type,
    3 as step_order,
    '在管' as step,
    managed as count,
    period
from added
union all
select
    chronic_type,
    4 as step_order,
    '规范管理' as step,
    std_managed as count,
    period
from added
union all
select
    chronic_type,
    5 as step_order,
    '最近随访达标' as step,
    controlled as count,
    period
from added
order by chronic_type, step_order
