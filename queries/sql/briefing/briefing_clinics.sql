-- title:    简报村卫生室情况
-- question: How many clinics of an area and its parts meet the standard, and what fails?
-- grain:    one row per area of that level, and one for the area itself, where there are clinics
-- params:   $parent area, $level level, $period period
-- reads:    as_of, clinics, clinic_villages, areas
-- returns:  area_code text, area_name text, is_parent boolean, period text, period_end date,
--           met bigint (个（卫生室）), unmet bigint (个（卫生室）), posted bigint (个（卫生室）),
--           visited bigint (个（卫生室）), extended bigint (个（卫生室）),
--           building bigint (个（卫生室）), exempt bigint (个（卫生室）),
--           failed_area bigint (个（卫生室）), failed_rooms bigint (个（卫生室）),
--           failed_doctor bigint (个（卫生室）), failed_licence bigint (个（卫生室）),
--           overridden bigint (个（卫生室）), villages bigint (个（行政村）),
--           villages_without bigint (个（行政村）), villages_building bigint (个（行政村）)
-- nulls:    none; a clinic has one state and may fail in several ways

with

choice as (

    select
        period,
        period_end
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'village_clinic_standard_rate'
        and population = 'all'
        and not stale

),

inside as (

    select
        area_code,
        name,
        order_no
    from areas
    where
        area_code = $parent
        or (
            level = $level
            and $parent in (township_code, county_code, city_code, province_code)
        )

),

standing as (

    select
        inside.area_code,
        inside.name,
        inside.order_no,
        clinics.status,
        clinics.override,
        clinics.status = '未达标' as failed,
        clinics.floor_area_ok,
        clinics.rooms_ok,
        clinics.doctor_ok,
        clinics.licence_ok
    from clinics
    inner join choice on clinics.period = choice.period
    inner join inside
        on inside.area_code in (
            clinics.township_code,
            clinics.county_code,
            clinics.city_code,
            clinics.province_code
        )

),

clinic_counts as (

    select
        area_code,
        name,
        order_no,
        sum(case when status = '达标' then 1 else 0 end) as met,
        sum(case when failed then 1 else 0 end) as unmet,
        sum(case when status = '派驻' then 1 else 0 end) as posted,
        sum(case when status = '巡诊' then 1 else 0 end) as visited,
        sum(case when status = '邻村延伸' then 1 else 0 end) as extended,
        sum(case when status = '在建' then 1 else 0 end) as building,
        sum(case when status = '不作要求' then 1 else 0 end) as exempt,
        sum(case when failed and not floor_area_ok then 1 else 0 end) as failed_area,
        sum(case when failed and not rooms_ok then 1 else 0 end) as failed_rooms,
        sum(case when failed and not doctor_ok then 1 else 0 end) as failed_doctor,
        sum(case when failed and not licence_ok then 1 else 0 end) as failed_licence,
        sum(case when coalesce(override, false) then 1 else 0 end) as overridden
    from standing
    group by area_code, name, order_no

),

village_counts as (

    select
        inside.area_code,
        count(*) as villages,
        sum(case when clinic_villages.status = '未设置' then 1 else 0 end) as without_any,
        sum(
            case
                when clinic_villages.status <> '未设置' and not clinic_villages.clinic_ok then 1
                else 0
            end
        ) as only_building
    from clinic_villages
    inner join choice on clinic_villages.period = choice.period
    inner join inside
        on inside.area_code in (
            clinic_villages.township_code,
            clinic_villages.county_code,
            clinic_villages.city_code,
            clinic_villages.province_code
        )
    group by inside.area_code

)

select
    clinic_counts.area_code,
    clinic_counts.name as area_name,
    clinic_counts.area_code = $parent as is_parent,
    choice.period,
    choice.period_end,
    cast(clinic_counts.met as bigint) as met,
    cast(clinic_counts.unmet as bigint) as unmet,
    cast(clinic_counts.posted as bigint) as posted,
    cast(clinic_counts.visited as bigint) as visited,
    cast(clinic_counts.extended as bigint) as extended,
    cast(clinic_counts.building as bigint) as building,
    cast(clinic_counts.exempt as bigint) as exempt,
    cast(clinic_counts.failed_area as bigint) as failed_area,
    cast(clinic_counts.failed_rooms as bigint) as failed_rooms,
    cast(clinic_counts.failed_doctor as bigint) as failed_doctor,
    cast(clinic_counts.failed_licence as bigint) as failed_licence,
    cast(clinic_counts.overridden as bigint) as overridden,
    cast(coalesce(village_counts.villages, 0) as bigint) as villages,
    cast(coalesce(village_counts.without_any, 0) as bigint) as villages_without,
    cast(coalesce(village_counts.only_building, 0) as bigint) as villages_building
from clinic_counts
cross join choice
left join village_counts on clinic_counts.area_code = village_counts.area_code
order by is_parent desc, clinic_counts.order_no asc
