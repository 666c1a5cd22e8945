-- All values at every level in one shape. The engine has made derived_values from the files of
-- the snapshot and village_values from the village measures of its catalogue.

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
    yoy_numerator,
    yoy_denominator,
    yoy_self_numerator,
    yoy_self_denominator,
    yoy_units
from derived_values;

create view area_values as
select * from kept_values
union all
select
    'village' as place,
    cut,
    indicator,
    population,
    period,
    period_end,
    area_code,
    'village' as level,
    '' as dimension,
    numerator,
    denominator,
    1 as units_expected,
    1 as units_reported,
    carried as units_carried,
    false as provisional,
    masked,
    null as prev_numerator,
    null as prev_denominator,
    null as prev_self_numerator,
    null as prev_self_denominator,
    null as prev_units,
    null as yoy_numerator,
    null as yoy_denominator,
    null as yoy_self_numerator,
    null as yoy_self_denominator,
    null as yoy_units
from village_values;

-- The areas of the register that have values.
create view valued_areas as
select areas.*
from areas
inner join (select distinct derived_values.area_code from derived_values) as valued
    on areas.area_code = valued.area_code;
