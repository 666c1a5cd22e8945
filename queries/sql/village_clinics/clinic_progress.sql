-- title:    村卫生室建设进度
-- question: How have the states of clinics and villages moved by month?
-- grain:    one row per month, unit counted and state; zero counts left out
-- params:   $area area, $period_from period, $period_to period
-- reads:    clinic_state, village_clinic_state, periods
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

),

counted as (

    select
        '个(卫生室)' as unit,
        period,
        period_end,
        status
    from clinic_state
    where $area in (area_code, township_code, county_code, city_code, province_code)
    union all
    select
        '个(行政村)' as unit,
        period,
        period_end,
        status
    from village_clinic_state
    where $area in (area_code, township_code, county_code, city_code, province_code)

)

select
    counted.period,
    counted.period_end,
    counted.unit,
    case counted.status
        when '达标' then 1
        when '未达标' then 2
        when '派驻' then 3
        when '巡诊' then 4
        when '邻村延伸' then 5
        when '在建' then 6
        else 7
    end as status_order,
    counted.status,
    count(*) as count
from counted
inner join span on counted.period_end between span.first_day and span.last_day
group by counted.period, counted.period_end, counted.unit, counted.status
order by counted.period_end asc, counted.unit desc, status_order asc
