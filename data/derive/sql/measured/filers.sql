-- Which units filed one of the two tables, and how many of each county filed and owed it.
-- Reads    rolled, units, tree, wanted, places, obligations, $part, $table_id
-- Leaves   filers, presence, needed
insert into filers by name
select distinct
    $part as part,
    rolled.p,
    units.unit
from rolled
inner join units on units.table_id = $table_id and units.atom = rolled.atom;

insert into presence by name
select
    $part as part,
    filers.p,
    tree.area,
    count(distinct filers.unit) as reported
from filers
inner join tree on tree.atom = filers.unit and tree.level = 'county'
inner join wanted on wanted.p = filers.p
inner join places on places.id = filers.unit
where filers.part = $part and places.valid_to >= wanted.p_end
group by filers.p, tree.area;

insert into needed by name
select
    $part as part,
    wanted.p,
    tree.area,
    count(distinct obligations.unit) as expected
from obligations
inner join wanted on wanted.p_end between obligations.valid_from and obligations.valid_to
inner join tree on tree.atom = obligations.unit and tree.level = 'county'
where obligations.table_id = $table_id
group by wanted.p, tree.area;
