-- title:    村卫生室状态
-- question: How many clinics, and how many villages, are in which state?
-- grain:    one row per area of that level, unit counted and state; zero counts left out
-- params:   $parent area, $level level, $period period,
--           $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    as_of, clinic_state, village_clinic_state, areas
-- returns:  area_code text, area_name text, period text, unit text, status_order integer,
--           status text, count bigint (unit), exempt bigint (个), poor_villages bigint (个)
-- nulls:    none

with

choice as (

    select period
    from as_of('village_clinic_standard_rate', 'all', $parent, $period, $cuts)
    where not stale

),

counted as (

    select
        '个(卫生室)' as unit,
        period,
        status,
        exempt,
        is_poor_village,
        area_code,
        township_code,
        county_code,
        city_code,
        province_code
    from clinic_state
    union all
    select
        '个(行政村)' as unit,
        period,
        status,
        exempt,
        is_poor_village,
        area_code,
        township_code,
        county_code,
        city_code,
        province_code
    from village_clinic_state

),

placed as (

    select
        counted.*,
        case $level
            when 'village' then counted.area_code
            when 'township' then counted.township_code
            when 'county' then counted.county_code
            when 'city' then counted.city_code
            else counted.province_code
        end as shown_code
    from counted
    inner join choice on counted.period = choice.period
    where $parent in (
        counted.area_code,
        counted.township_code,
        counted.county_code,
        counted.city_code,
        counted.province_code
    )

)

select
    areas.area_code,
    areas.name as area_name,
    placed.period,
    placed.unit,
    case placed.status
        when '达标' then 1
        when '未达标' then 2
        when '派驻' then 3
        when '巡诊' then 4
        when '邻村延伸' then 5
        when '在建' then 6
        else 7
    end as status_order,
    placed.status,
    count(*) as count,
    cast(sum(case when placed.exempt then 1 else 0 end) as bigint) as exempt,
    cast(sum(case when placed.is_poor_village then 1 else 0 end) as bigint) as poor_villages
from placed
inner join areas on placed.shown_code = areas.area_code
group by
    areas.area_code, areas.name, areas.order_no, placed.period, placed.unit, placed.status
order by areas.order_no asc, placed.unit desc, status_order asc
