-- title:    村卫生室状态
-- question: How many clinics, and how many villages, are in which state?
-- grain:    one row per area of that level, unit counted and state; zero counts left out
-- params:   $parent area, $level level, $period period
-- reads:    as_of, clinic_counted, areas
-- returns:  area_code text, area_name text, period text, unit text, status_order integer,
--           status text, count bigint (unit), in_poor_villages bigint (unit),
--           overridden bigint (unit)
-- nulls:    none

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'village_clinic_standard_rate'
        and population = 'all'
        and not stale

),

placed as (

    select
        clinic_counted.*,
        case $level
            when 'village' then clinic_counted.area_code
            when 'township' then clinic_counted.township_code
            when 'county' then clinic_counted.county_code
            when 'city' then clinic_counted.city_code
            else clinic_counted.province_code
        end as shown_code
    from clinic_counted
    inner join choice on clinic_counted.period = choice.period
    where $parent in (
        clinic_counted.area_code,
        clinic_counted.township_code,
        clinic_counted.county_code,
        clinic_counted.city_code,
        clinic_counted.province_code
    )

)

select
    areas.area_code,
    areas.name as area_name,
    placed.period,
    placed.unit,
    placed.status_order,
    placed.status,
    count(*) as count,
    cast(sum(case when placed.is_poor_village then 1 else 0 end) as bigint) as in_poor_villages,
    cast(sum(case when placed.override then 1 else 0 end) as bigint) as overridden
from placed
inner join areas on placed.shown_code = areas.area_code
group by
    areas.area_code,
    areas.name,
    areas.order_no,
    placed.period,
    placed.unit,
    placed.status_order,
    placed.status
order by areas.order_no asc, placed.unit desc, placed.status_order asc
