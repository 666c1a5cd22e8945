-- title:    监测帮扶链条
-- question: From alert to check, from risk to help to clearance: how far does it go?
-- grain:    one row per step
-- params:   $area area, $period period, $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    as_of, t15
-- returns:  chain text, step_order integer, step text, count bigint, unit text, period text
-- nulls:    count of a column that no unit filled in

with

choice as (

    select period
    from as_of('alert_check_rate', 'target', $area, $period, $cuts)
    where not stale

),

added as (

    select
        t15.period,
        cast(sum(t15.alerts_open_prev + t15.alerts_new) as bigint) as alerts_due,
        cast(sum(t15.alerts_checked) as bigint) as alerts_checked,
        cast(sum(t15.alerts_overdue) as bigint) as alerts_overdue,
        cast(sum(t15.monitored_households) as bigint) as monitored_households,
        cast(sum(t15.illness_risk_households) as bigint) as illness_risk_households,
        cast(sum(t15.helped_households) as bigint) as helped_households,
        cast(sum(t15.cleared_households) as bigint) as cleared_households
    from t15
    inner join choice on t15.period = choice.period
    where
        list_contains($cuts, t15.cut)
        and $area in (
            t15.area_code, t15.township_code, t15.county_code, t15.city_code, t15.province_code
        )
    group by t15.period

)

select
    '预警' as chain,
    1 as step_order,
    '待核查预警' as step,
    alerts_due as count,
    '人次' as unit,
    period
from added
union all
select
    '预警' as chain,
    2 as step_order,
    '已核查' as step,
    alerts_checked as count,
    '人次' as unit,
    period
from added
union all
select
    '预警' as chain,
    3 as step_order,
    '超时未核查' as step,
    alerts_overdue as count,
    '人次' as unit,
    period
from added
union all
select
    '帮扶' as chain,
    4 as step_order,
    '监测户' as step,
    monitored_households as count,
    '户' as unit,
    period
from added
union all
select
    '帮扶' as chain,
    5 as step_order,
    '因病风险户' as step,
    illness_risk_households as count,
    '户' as unit,
    period
from added
union all
select
    '帮扶' as chain,
    6 as step_order,
    '已落实帮扶' as step,
    helped_households as count,
    '户' as unit,
    period
from added
union all
select
    '帮扶' as chain,
    7 as step_order,
    '风险消除' as step,
    cleared_households as count,
    '户' as unit,
    period
from added
order by step_order
