-- Units that filed some but not all parts of a longer period. One that is new or gone files the
-- parts in which it is there.
-- Reads    filed, parts, units, wanted, places, $table_id
-- Leaves   partly_filed
insert into partly_filed
with there as (
    select
        parts.p,
        places.area_code as unit_code,
        count(*) as part_count
    from parts
    inner join places on parts.part_end between places.valid_from and places.valid_to
    where places.valid_from > date '0001-01-01' or places.valid_to < date '9999-12-31'
    group by parts.p, places.area_code
)

select
    parts.p,
    units.unit_code
from filed
inner join parts on parts.period = filed.period
inner join units on units.table_id = $table_id and units.atom = filed.atom
inner join wanted on wanted.p = parts.p
left join there on there.p = parts.p and there.unit_code = units.unit_code
group by parts.p, units.unit_code
having count(distinct filed.period) < coalesce(max(there.part_count), max(wanted.part_count));
