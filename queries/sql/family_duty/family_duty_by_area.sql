-- title:    各地计生责任制和流动人口数
-- question: How many villages, households and people have somebody responsible, and which migrants are on record, in each part of an area?
-- grain:    one row per area of that level with a report in the month shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t23, areas
-- returns:  area_code text, area_name text, period text, duty_villages bigint (个),
--           duty_villages_done bigint (个), duty_households bigint (户),
--           duty_households_done bigint (户), childbearing bigint (人), contacted bigint (人),
--           grids bigint (个), grids_collected bigint (个), migrants bigint (人),
--           migrants_entered bigint (人), system_due bigint (件), system_done bigint (件)
-- nulls:    a column that no unit filled in

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'village_duty_rate'
        and population = 'all'
        and not stale

),

added as (

    select
        case $level
            when 'township' then t23.township_code
            when 'county' then t23.county_code
            when 'city' then t23.city_code
            else t23.province_code
        end as shown_code,
        t23.period,
        cast(sum(t23.duty_villages) as bigint) as duty_villages,
        cast(sum(t23.duty_villages_done) as bigint) as duty_villages_done,
        cast(sum(t23.duty_households) as bigint) as duty_households,
        cast(sum(t23.duty_households_done) as bigint) as duty_households_done,
        cast(sum(t23.childbearing) as bigint) as childbearing,
        cast(sum(t23.contacted) as bigint) as contacted,
        cast(sum(t23.grids) as bigint) as grids,
        cast(sum(t23.grids_collected) as bigint) as grids_collected,
        cast(sum(t23.migrants) as bigint) as migrants,
        cast(sum(t23.migrants_entered) as bigint) as migrants_entered,
        cast(sum(t23.system_due) as bigint) as system_due,
        cast(sum(t23.system_done) as bigint) as system_done
    from t23
    inner join choice on t23.period = choice.period
    where
        $parent in (
            t23.area_code,
            t23.township_code,
            t23.county_code,
            t23.city_code,
            t23.province_code
        )
    group by shown_code, t23.period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.duty_villages,
    added.duty_villages_done,
    added.duty_households,
    added.duty_households_done,
    added.childbearing,
    added.contacted,
    added.grids,
    added.grids_collected,
    added.migrants,
    added.migrants_entered,
    added.system_due,
    added.system_done
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
