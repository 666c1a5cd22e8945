-- Numerators and denominators of several indicators over one rolled table, side by side: one row
-- per period and place (and dimension value), columns n0, d0, e0, c0, n1, … where e counts the rows
-- that entered and c those carried forward.
-- Slots    place, dimension, measures (data/derive/measures.py)
-- Reads    rolled, wanted, units, partly_filed, $table_id
-- Leaves   wide
create or replace temp table wide as
with sums as (
    select
        p,
        ${place} as place,
        ${dimension} as dimension,
        ${measures}
    from rolled
    where ${dimension} is not null
    group by p, ${place}, ${dimension}
)

select
    sums.* exclude (p, place),
    wanted.ordinal,
    units.id,
    units.unit,
    units.level as filed_level,
    partly_filed.p is null as is_whole
from sums
inner join wanted on wanted.p = sums.p
inner join units on units.table_id = $table_id and units.atom = sums.place
left join partly_filed
    on partly_filed.p = sums.p and partly_filed.unit_code = units.unit_code;
