-- title:    本系统中的贫困县
-- question: Which counties with values in this snapshot were on the list of 832?
-- grain:    one row per county
-- params:   none
-- reads:    reference_counties, areas, valued_areas
-- returns:  area_code text, full_name text, city_name text, exit_year integer, source text
-- nulls:    city_name for a county right under its province

with

-- By the present code; by the code on the list only under the same name, since a listed code may
-- be wrong or may since have passed to another area.
coded as (

    select
        adcode_2023 as area_code,
        null as only_name,
        exit_year,
        source
    from reference_counties
    union all
    select
        adcode_listed as area_code,
        county_name as only_name,
        exit_year,
        source
    from reference_counties
    where adcode_2023 is null or adcode_listed <> adcode_2023

)

select
    valued_areas.area_code,
    valued_areas.full_name,
    cities.name as city_name,
    coded.exit_year,
    coded.source
from valued_areas
inner join coded
    on
        valued_areas.area_code = coded.area_code
        and (coded.only_name is null or valued_areas.name = coded.only_name)
left join areas as cities on valued_areas.city_code = cities.area_code and cities.level = 'city'
where valued_areas.level = 'county'
order by valued_areas.order_no
