-- One part of one indicator, brought to the county.
-- Slots    place, measures (of one indicator)
-- Reads    rolled, areas, $part, $pair, $min_coverage
-- Leaves   cells
insert into cells by name
with sums as (
    select
        p,
        ${place} as place,
        ${measures}
    from rolled
    group by p, ${place}
),

placed as (
    select
        sums.p,
        finest_area(null, areas.county_code, areas.city_code, areas.province_code)
            as county_code,
        case when $part = 0 then sums.n0 else sums.d0 end as value,
        sums.c0 = sums.e0 as is_carried
    from sums
    inner join areas on areas.area_code = sums.place
    where sums.e0 > 0
)

select
    $part as part,
    $pair as pair,
    $min_coverage as min_coverage,
    p,
    county_code,
    sum(value) as value,
    bool_and(is_carried) as is_carried
from placed
group by p, county_code;
