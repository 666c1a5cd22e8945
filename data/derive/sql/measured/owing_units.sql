-- Who owes an indicator: the units that owe its table, of that level where it says one.
-- Reads    obligations, $table_id, $filer ('all', 'county', or 'township': all but counties)
-- Leaves   owing
create or replace temp table owing as
select distinct
    unit,
    valid_from,
    valid_to
from obligations
where
    table_id = $table_id
    and ($filer = 'all' or (level = 'county') = ($filer = 'county'));
