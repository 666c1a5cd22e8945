-- All values with those of villages. The engine has made village_values from the village measures of
-- the snapshot's catalogue.

create or replace view area_values as
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
    null as prev_units_differ,
    null as yoy_numerator,
    null as yoy_denominator,
    null as yoy_self_numerator,
    null as yoy_self_denominator,
    null as yoy_units,
    null as yoy_units_differ,
    null as missing_units,
    null as prev_merged,
    null as yoy_merged
from village_values;
