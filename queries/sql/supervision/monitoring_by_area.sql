-- title:    各地监测帮扶数
-- question: How many alerts and households at risk are open, checked, helped and cleared in each part?
-- grain:    one row per area of that level with a report in the week shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t15, areas
-- returns:  area_code text, area_name text, period text, alerts_open_prev bigint (人次),
--           alerts_new bigint (人次), alerts_checked bigint (人次), alerts_overdue bigint (人次),
--           monitored_households bigint (户), illness_risk_households bigint (户),
--           helped_households bigint (户), cleared_households bigint (户)
-- nulls:    a column that no unit filled in

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'alert_check_rate'
        and population = 'target'
        and not stale

),

placed as (

    select
        t15.*,
        case $level
            when 'township' then t15.township_code
            when 'county' then t15.county_code
            when 'city' then t15.city_code
            else t15.province_code
        end as shown_code
    from t15
    inner join choice on t15.period = choice.period
    where
        $parent in (
            t15.area_code, t15.township_code, t15.county_code, t15.city_code, t15.province_code
        )

),

added as (

    select
        shown_code,
        period,
        cast(sum(alerts_open_prev) as bigint) as alerts_open_prev,
        cast(sum(alerts_new) as bigint) as alerts_new,
        cast(sum(alerts_checked) as bigint) as alerts_checked,
        cast(sum(alerts_overdue) as bigint) as alerts_overdue,
        cast(sum(monitored_households) as bigint) as monitored_households,
        cast(sum(illness_risk_households) as bigint) as illness_risk_households,
        cast(sum(helped_households) as bigint) as helped_households,
        cast(sum(cleared_households) as bigint) as cleared_households
    from placed
    group by shown_code, period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.alerts_open_prev,
    added.alerts_new,
    added.alerts_checked,
    added.alerts_overdue,
    added.monitored_households,
    added.illness_risk_households,
    added.helped_households,
    added.cleared_households
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
