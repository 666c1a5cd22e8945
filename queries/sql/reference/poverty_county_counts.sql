-- title:    各省贫困县摘帽进度
-- question: How many counties of each province were on the list, by the year they left it?
-- grain:    one row per province and year with such counties, the province with most first
-- params:   none
-- reads:    reference_counties
-- returns:  province text, exit_year integer, counties bigint (个), province_total bigint (个)
-- nulls:    none

select
    province,
    exit_year,
    count(*) as counties,
    cast(sum(count(*)) over (partition by province) as bigint) as province_total
from reference_counties
group by province, exit_year
order by province_total desc, province asc, exit_year asc
