-- title:    本系统中的贫困县
-- question: Which counties with values in this snapshot were on the list of 832?
-- grain:    one row per county
-- params:   none
-- reads:    reference_counties, areas, derived_values
-- returns:  area_code text, full_name text, city_name text, exit_year integer, source text
-- nulls:    city_name for a county right under its province

with

reported as (

    select distinct area_code
    from derived_values
    where level = 'county'

)

select
    areas.area_code,
    areas.full_name,
    cities.name as city_name,
    reference_counties.exit_year,
    reference_counties.source
from areas
inner join reported on areas.area_code = reported.area_code
-- By the present code; by the code on the list only under the same name, since a listed code may
-- be wrong or may since have passed to another area.
inner join reference_counties
    on
        areas.area_code = reference_counties.adcode_2023
        or (
            areas.area_code = reference_counties.adcode_listed
            and areas.name = reference_counties.county_name
        )
left join areas as cities on areas.city_code = cities.area_code
where areas.level = 'county'
order by areas.order_no
