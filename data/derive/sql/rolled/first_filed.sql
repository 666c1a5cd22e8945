-- When each unit's report about a period came first.
-- Reads    filed, units, $table_id
-- Leaves   first_filed
insert into first_filed by name
select
    $table_id as table_id,
    units.unit,
    filed.period,
    min(filed.first_imported) as first_imported
from filed
inner join units on units.table_id = $table_id and units.atom = filed.atom
group by units.unit, filed.period;
