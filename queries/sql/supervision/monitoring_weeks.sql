-- title:    逐周预警核查
-- question: Week by week, how many alerts were checked, left open, left open for too long?
-- grain:    one row per week of the range that any unit reported
-- params:   $area area, $period_from period, $period_to period
-- reads:    t15, periods
-- returns:  period text, period_end date, alerts_new bigint (人次), due bigint (人次),
--           checked bigint (人次), waiting bigint (人次), overdue bigint (人次), units bigint (个)
-- nulls:    a column that no unit filled in
-- relies:   waiting are those not checked that are still within their time

with

span as (

    select
        min(period_start) as first_day,
        max(period_end) as last_day
    from periods
    where period in ($period_from, $period_to)

)

select
    t15.period,
    t15.period_end,
    cast(sum(t15.alerts_new) as bigint) as alerts_new,
    cast(sum(t15.alerts_open_prev + t15.alerts_new) as bigint) as due,
    cast(sum(t15.alerts_checked) as bigint) as checked,
    cast(
        sum(t15.alerts_open_prev + t15.alerts_new - t15.alerts_checked - t15.alerts_overdue)
        as bigint
    ) as waiting,
    cast(sum(t15.alerts_overdue) as bigint) as overdue,
    count(*) as units
from t15
inner join span on t15.period_end between span.first_day and span.last_day
where
    $area in (
        t15.area_code, t15.township_code, t15.county_code, t15.city_code, t15.province_code
    )
group by t15.period, t15.period_end
order by t15.period_end
