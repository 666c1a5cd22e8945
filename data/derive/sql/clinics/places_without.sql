-- Places with villages whose unit filed the register and that have no clinic: 0 of 0, not silence.
-- Reads    clinic_state, clinic_filers, clinic_pairs, wanted, units, places, village_places,
--          $table_id
-- Leaves   measured
insert into measured by name
select
    clinic_pairs.pair,
    wanted.ordinal,
    places.id as atom,
    units.unit,
    '' as dimension,
    0 as n,
    case when clinic_pairs.is_rate then 0 end as d,
    true as is_complete,
    clinic_filers.is_carried
from clinic_filers
inner join wanted on wanted.p = clinic_filers.p
inner join units
    on units.table_id = $table_id and units.unit_code = clinic_filers.unit_code
inner join places on places.id = units.id
inner join village_places
    on
        village_places.place = places.id
        and wanted.p_end between village_places.has_from and village_places.has_to
anti join clinic_state as held
    on held.p = clinic_filers.p and held.atom = units.atom
cross join clinic_pairs;
