-- The rows of one file as they are stored, with the names of what the numbers stand for, and what
-- was missing or merged told in the plain row of an area.
-- Reads    derived_rows, absent, joined, pair_names, period_names, areas, $kind ('township' or
--          'area': those above), $frequency, $year, $province; $first, $last, $lowest and $highest:
--          the same in numbers, before anything is joined
select
    pair_names.indicator,
    pair_names.population,
    period_names.period,
    areas.area_code,
    cast(derived_rows.level as text) as level,
    derived_rows.dimension,
    period_names.period_end,
    derived_rows.* exclude (pair, ordinal, area, level, dimension),
    absent.names as missing_units,
    joined_since.names as prev_merged,
    joined_in_year.names as yoy_merged
from derived_rows
inner join pair_names on pair_names.pair = derived_rows.pair
inner join period_names
    on
        period_names.frequency = pair_names.frequency
        and period_names.ordinal = derived_rows.ordinal
inner join areas on areas.id = derived_rows.area
left join absent
    on
        absent.pair = derived_rows.pair
        and absent.ordinal = derived_rows.ordinal
        and absent.area = derived_rows.area
        and derived_rows.dimension = ''
left join joined as joined_since
    on
        joined_since.kind = 'previous'
        and joined_since.pair = derived_rows.pair
        and joined_since.ordinal = derived_rows.ordinal
        and joined_since.area = derived_rows.area
        and derived_rows.dimension = ''
left join joined as joined_in_year
    on
        joined_in_year.kind = 'last_year'
        and joined_in_year.pair = derived_rows.pair
        and joined_in_year.ordinal = derived_rows.ordinal
        and joined_in_year.area = derived_rows.area
        and derived_rows.dimension = ''
where
    (derived_rows.level = 'township') = ($kind = 'township')
    and pair_names.frequency = $frequency
    and period_names.year = $year
    and areas.province_code = $province
    and derived_rows.ordinal between $first and $last
    and derived_rows.area between $lowest and $highest
