-- title:    有数据的区划
-- question: Which areas have values in this snapshot?
-- grain:    one row per area at city, county or township level; a province only when several
--           of its cities have values
-- params:   none
-- reads:    valued_areas
-- returns:  area_code text, name text, full_name text, level text, parent_code text,
--           city_code text, county_code text, valid_from date, valid_to date
-- nulls:    city_code and county_code above those levels; validity where it is open

with

wide_provinces as (

    select province_code
    from valued_areas
    where level = 'city'
    group by province_code
    having count(*) > 1

)

-- An area stands right before what lies under it.
select
    valued_areas.area_code,
    valued_areas.name,
    valued_areas.full_name,
    valued_areas.level,
    valued_areas.parent_code,
    valued_areas.city_code,
    valued_areas.county_code,
    valued_areas.valid_from,
    valued_areas.valid_to
from valued_areas
left join wide_provinces
    on valued_areas.province_code = wide_provinces.province_code
where valued_areas.level != 'province' or wide_provinces.province_code is not null
order by
    valued_areas.province_code,
    valued_areas.city_code nulls first,
    valued_areas.county_code nulls first,
    case when valued_areas.level = 'township' then 1 else 0 end,
    valued_areas.order_no,
    valued_areas.area_code
