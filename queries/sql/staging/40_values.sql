-- All values at every level in one shape. The engine has made derived_values from the files of
-- the snapshot.

create view kept_values as
select
    case when level = 'township' then 'township' else 'area' end as place,
    cast(null as varchar) as cut,
    indicator,
    population,
    period,
    period_end,
    area_code,
    level,
    dimension,
    numerator,
    denominator,
    units_expected,
    units_reported,
    units_carried,
    provisional,
    masked,
    prev_numerator,
    prev_denominator,
    prev_self_numerator,
    prev_self_denominator,
    prev_units,
    prev_units_differ,
    yoy_numerator,
    yoy_denominator,
    yoy_self_numerator,
    yoy_self_denominator,
    yoy_units,
    yoy_units_differ,
    missing_units,
    prev_merged,
    yoy_merged
from derived_values;

-- The areas of the register that have values; those of villages are not kept. Whichever side of
-- the comparison is put into memory, it is not the villages of a country.
create view valued_areas as
select * from areas
where
    level <> 'village'
    and area_code in (select derived_values.area_code from derived_values);
