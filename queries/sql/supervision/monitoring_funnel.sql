-- title:    监测帮扶链条
-- question: From alert to check, from risk to help to clearance: how far does it go?
-- grain:    one row per step
-- params:   $area area, $period period
-- reads:    as_of, t15
-- returns:  chain text, step_order integer, step text, count bigint, unit text, base_step text,
--           share double (%), period text
-- nulls:    count of a column that no unit filled in; share without a base
-- relies:   the first alerts of a week are those left open by the week before and the new ones

with

choice as (

    select period
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'alert_check_rate'
        and population = 'target'
        and not stale

),

added as (

    select
        t15.period,
        sum(t15.alerts_open_prev + t15.alerts_new) as due,
        sum(t15.alerts_checked) as checked,
        sum(t15.alerts_open_prev + t15.alerts_new - t15.alerts_checked) as unchecked,
        sum(t15.alerts_overdue) as overdue,
        sum(t15.monitored_households) as monitored,
        sum(t15.illness_risk_households) as at_risk,
        sum(t15.helped_households) as helped,
        sum(t15.cleared_households) as cleared
    from t15
    inner join choice on t15.period = choice.period
    where
        $area in (
            t15.area_code, t15.township_code, t15.county_code, t15.city_code, t15.province_code
        )
    group by t15.period

),

steps as (

    select
        named.chain,
        named.step_order,
        named.step,
        case named.step_order
            when 1 then added.due
            when 2 then added.checked
            when 3 then added.unchecked
            when 4 then added.overdue
            when 5 then added.monitored
            when 6 then added.at_risk
            when 7 then added.helped
            else added.cleared
        end as count,
        named.unit,
        named.base_step,
        case named.base_step
            when '待核查预警' then added.due
            when '监测户' then added.monitored
            when '因病风险户' then added.at_risk
        end as whole,
        added.period
    from added
    cross join (
        values
        ('预警', 1, '待核查预警', '人次', ''),
        ('预警', 2, '已核查', '人次', '待核查预警'),
        ('预警', 3, '未核查', '人次', '待核查预警'),
        ('预警', 4, '其中超时未核查', '人次', '待核查预警'),
        ('帮扶', 5, '监测户', '户', ''),
        ('帮扶', 6, '因病风险户', '户', '监测户'),
        ('帮扶', 7, '已落实帮扶', '户', '因病风险户'),
        ('帮扶', 8, '风险消除', '户', '因病风险户')
    ) as named (chain, step_order, step, unit, base_step)

)

select
    chain,
    step_order,
    step,
    cast(count as bigint) as count,
    unit,
    base_step,
    cast(printed_value(count, whole, 100, 2, false) as double) as share,
    period
from steps
order by step_order
