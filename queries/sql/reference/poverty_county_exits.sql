-- title:    每年摘帽县数
-- question: How many counties left the list each year, as published and as the list says?
-- grain:    one row per year
-- params:   none
-- reads:    reference_exits, reference_counties
-- returns:  exit_year integer, published bigint (个), basis text, listed bigint (个),
--           difference bigint (个, listed less published), source text
-- nulls:    none

with

counted as (

    select
        exit_year,
        count(*) as listed
    from reference_counties
    group by exit_year

)

select
    reference_exits.exit_year,
    reference_exits.published,
    reference_exits.basis,
    coalesce(counted.listed, 0) as listed,
    coalesce(counted.listed, 0) - reference_exits.published as difference,
    reference_exits.source
from reference_exits
left join counted on reference_exits.exit_year = counted.exit_year
order by reference_exits.exit_year
