-- All values, those of villages among them where a village is asked about.
-- reads: derived_values, village_values

select * from derived_values
union all
select
    indicator,
    population,
    period,
    area_code,
    'village' as level,
    '' as dimension,
    period_end,
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
from village_values
