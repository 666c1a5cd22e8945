-- Who owes an indicator whose parts stand in two tables: the counties of those who owe the first.
-- Reads    obligations, places, $table_id
-- Leaves   owing
create or replace temp table owing as
select distinct
    coalesce(places.county_id, places.id) as unit,
    obligations.valid_from,
    obligations.valid_to
from obligations
inner join places on places.id = obligations.unit
where obligations.table_id = $table_id and places.county_id is not null;
