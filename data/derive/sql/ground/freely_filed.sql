-- The tables that some unit files without an obligation.
select distinct units.table_id
from units
inner join usual_units on usual_units.table_id = units.table_id
inner join places on places.id = units.id and places.level = usual_units.unit_level
anti join obligations
    on obligations.table_id = units.table_id and obligations.unit = units.unit
