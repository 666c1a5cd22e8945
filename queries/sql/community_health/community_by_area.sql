-- title:    各地城市社区卫生服务数
-- question: How many community health centres and stations are there, and what do they do, in each part of an area?
-- grain:    one row per area of that level with a report in the month shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t25, areas
-- returns:  area_code text, area_name text, period text, centres bigint (个), stations bigint (个),
--           households bigint (户), households_filed bigint (户), chronic_due bigint (人次),
--           chronic_followed bigint (人次), elder_due bigint (人次), elder_followed bigint (人次),
--           vaccinations bigint (人次), lectures bigint (期), leaflets bigint (份)
-- nulls:    a column that no unit filled in

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'community_filing_rate'
        and population = 'all'
        and not stale

),

added as (

    select
        case $level
            when 'township' then t25.township_code
            when 'county' then t25.county_code
            when 'city' then t25.city_code
            else t25.province_code
        end as shown_code,
        t25.period,
        cast(sum(case when t25.org_type = '社区卫生服务中心' then 1 else 0 end) as bigint) as centres,
        cast(sum(case when t25.org_type = '社区卫生服务站' then 1 else 0 end) as bigint) as stations,
        cast(sum(t25.households) as bigint) as households,
        cast(sum(t25.households_filed) as bigint) as households_filed,
        cast(sum(t25.chronic_due) as bigint) as chronic_due,
        cast(sum(t25.chronic_followed) as bigint) as chronic_followed,
        cast(sum(t25.elder_due) as bigint) as elder_due,
        cast(sum(t25.elder_followed) as bigint) as elder_followed,
        cast(sum(t25.vaccinations) as bigint) as vaccinations,
        cast(sum(t25.lectures) as bigint) as lectures,
        cast(sum(t25.leaflets) as bigint) as leaflets
    from t25
    inner join choice on t25.period = choice.period
    where
        $parent in (
            t25.area_code,
            t25.township_code,
            t25.county_code,
            t25.city_code,
            t25.province_code
        )
    group by shown_code, t25.period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.centres,
    added.stations,
    added.households,
    added.households_filed,
    added.chronic_due,
    added.chronic_followed,
    added.elder_due,
    added.elder_followed,
    added.vaccinations,
    added.lectures,
    added.leaflets
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
