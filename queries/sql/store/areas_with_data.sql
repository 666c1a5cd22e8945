-- title:    有数据的区划
-- question: Which areas have values in this snapshot?
-- grain:    one row per area at city, county or township level; a province only when several
--           of its cities have values
-- params:   none
-- reads:    areas, derived_values
-- returns:  area_code text, name text, full_name text, level text, parent_code text,
--           city_code text, county_code text
-- nulls:    city_code and county_code above those levels

with

reported as (

    select distinct area_code
    from derived_values

),

listed as (

    select
        areas.area_code,
        areas.name,
        areas.full_name,
        areas.level,
        areas.parent_code,
        areas.province_code,
        areas.city_code,
        areas.county_code,
        areas.order_no
    from areas
    inner join reported on areas.area_code = reported.area_code

),

wide_provinces as (

    select province_code
    from listed
    where level = 'city'
    group by province_code
    having count(*) > 1

)

-- An area stands right before what lies under it.
select
    listed.area_code,
    listed.name,
    listed.full_name,
    listed.level,
    listed.parent_code,
    listed.city_code,
    listed.county_code
from listed
left join wide_provinces
    on listed.province_code = wide_provinces.province_code
where listed.level != 'province' or wide_provinces.province_code is not null
order by
    listed.province_code,
    listed.city_code nulls first,
    listed.county_code nulls first,
    case when listed.level = 'township' then 1 else 0 end,
    listed.order_no,
    listed.area_code
