-- title:    逐周巡诊到村数
-- question: Where did rounds reach villages in the last twelve weeks, and where did none for weeks?
-- grain:    one row per area of that level and week; a week without a report is there too
-- params:   $parent area, $level level, $period period
-- reads:    t22, areas, periods
-- returns:  area_code text, area_name text, period text, villages_reached bigint (个),
--           sessions bigint (场), weeks_without bigint (周)
-- nulls:    villages_reached and sessions where nobody reported the week
-- relies:   weeks_without counts the reported weeks in which no village was reached; an area
--           without administrative villages owes no rounds and is left out

with

last_week as (

    select max(period_end) as last_day
    from t22
    where
        period_end <= (
            select periods.period_end
            from periods
            where periods.period = $period
        )

),

weeks as (

    select distinct
        t22.period,
        t22.period_end
    from t22
    inner join
        last_week
        on t22.period_end between last_week.last_day - interval 77 days and last_week.last_day

),

added as (

    select
        case $level
            when 'township' then t22.township_code
            when 'county' then t22.county_code
            when 'city' then t22.city_code
            else t22.province_code
        end as shown_code,
        t22.period,
        cast(sum(t22.villages_reached) as bigint) as villages_reached,
        cast(sum(t22.sessions) as bigint) as sessions
    from t22
    inner join weeks on t22.period = weeks.period
    where
        $parent in (
            t22.area_code, t22.township_code, t22.county_code, t22.city_code, t22.province_code
        )
    group by shown_code, t22.period
    having sum(t22.villages_due) > 0

),

quiet as (

    select
        shown_code,
        cast(sum(case when villages_reached = 0 then 1 else 0 end) as bigint) as weeks_without
    from added
    group by shown_code

)

select
    areas.area_code,
    areas.name as area_name,
    weeks.period,
    added.villages_reached,
    added.sessions,
    quiet.weeks_without
from quiet
inner join areas on quiet.shown_code = areas.area_code
cross join weeks
left join added on quiet.shown_code = added.shown_code and weeks.period = added.period
order by areas.order_no, weeks.period
