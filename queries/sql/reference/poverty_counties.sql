-- title:    832个国家级贫困县
-- question: Which counties were on the list of 832, and when did each leave it?
-- grain:    one row per county of the list
-- params:   $province text = null, $exit_year int = null,
--           $search text = null (part of a county's or city's name, or of a code)
-- reads:    reference_counties
-- returns:  adcode_listed text, county_name text, city_name text, province text, region text,
--           exit_year integer, adcode_2023 text, county_name_2023 text, code_note text, source text
-- nulls:    adcode_2023 and county_name_2023 where the area no longer exists; code_note where the
--           codes agree

select
    adcode_listed,
    county_name,
    city_name,
    province,
    region,
    exit_year,
    adcode_2023,
    county_name_2023,
    code_note,
    source
from reference_counties
where
    ($province is null or province = $province)
    and ($exit_year is null or exit_year = $exit_year)
    and (
        $search is null
        or contains(
            concat_ws(
                ' ', adcode_listed, county_name, city_name, province, adcode_2023, county_name_2023
            ),
            $search
        )
    )
order by adcode_listed
