-- title:    各地巡回医疗与义诊数
-- question: How many rounds were made, whom did they serve, in each part of an area?
-- grain:    one row per area of that level with a report in the week shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t22, areas
-- returns:  area_code text, area_name text, period text, sessions bigint (场),
--           villages_due bigint (个), villages_reached bigint (个), served bigint (人次),
--           home_due bigint (人), home_visited bigint (人), free_drugs double (万元)
-- nulls:    a column that no unit filled in

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'outreach_village_rate'
        and population = 'all'
        and not stale

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
        cast(sum(t22.sessions) as bigint) as sessions,
        cast(sum(t22.villages_due) as bigint) as villages_due,
        cast(sum(t22.villages_reached) as bigint) as villages_reached,
        cast(sum(t22.served) as bigint) as served,
        cast(sum(t22.home_due) as bigint) as home_due,
        cast(sum(t22.home_visited) as bigint) as home_visited,
        cast(sum(t22.free_drugs) as double) as free_drugs
    from t22
    inner join choice on t22.period = choice.period
    where
        $parent in (
            t22.area_code,
            t22.township_code,
            t22.county_code,
            t22.city_code,
            t22.province_code
        )
    group by shown_code, t22.period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.sessions,
    added.villages_due,
    added.villages_reached,
    added.served,
    added.home_due,
    added.home_visited,
    added.free_drugs
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
