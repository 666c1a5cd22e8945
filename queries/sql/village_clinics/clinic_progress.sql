-- title:    村卫生室建设进度
-- question: How have the states of clinics and villages moved by month?
-- grain:    one row per month, unit counted and state; zero counts left out
-- params:   $area area, $period_from period, $period_to period
-- reads:    clinic_counted, periods
-- returns:  period text, period_end date, unit text, status_order integer, status text,
--           count bigint (unit)
-- nulls:    none

with

span as (

    select
        min(period_start) as first_day,
        max(period_end) as last_day
    from periods
    where period in ($period_from, $period_to)

)

select
    clinic_counted.period,
    clinic_counted.period_end,
    clinic_counted.unit,
    clinic_counted.status_order,
    clinic_counted.status,
    count(*) as count
from clinic_counted
inner join span on clinic_counted.period_end between span.first_day and span.last_day
where
    $area in (
        clinic_counted.area_code,
        clinic_counted.township_code,
        clinic_counted.county_code,
        clinic_counted.city_code,
        clinic_counted.province_code
    )
group by
    clinic_counted.period,
    clinic_counted.period_end,
    clinic_counted.unit,
    clinic_counted.status_order,
    clinic_counted.status
order by clinic_counted.period_end asc, clinic_counted.unit desc, clinic_counted.status_order asc
