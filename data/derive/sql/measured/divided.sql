-- Both parts side by side: a county counts as reported when its units filed the numerator's table,
-- and enough of them the denominator's.
-- Reads    cells, presence, needed, wanted, places
-- Leaves   measured
insert into measured by name
select
    above.pair,
    wanted.ordinal,
    places.id as atom,
    places.id as unit,
    '' as dimension,
    above.value as n,
    below.value as d,
    true as is_complete,
    above.is_carried
from cells as above
inner join cells as below
    on
        below.part = 1
        and below.pair = above.pair
        and below.p = above.p
        and below.county_code = above.county_code
inner join wanted on wanted.p = above.p
inner join places on places.area_code = above.county_code
inner join presence as filed_above
    on filed_above.part = 0 and filed_above.p = above.p and filed_above.area = places.id
inner join presence as filed_below
    on filed_below.part = 1 and filed_below.p = above.p and filed_below.area = places.id
left join needed
    on needed.part = 1 and needed.p = above.p and needed.area = places.id
where
    above.part = 0
    and filed_below.reported * 100 >= above.min_coverage * coalesce(needed.expected, 0);
