-- The files that the derived rows go to: province by province, for a publish writes little and a
-- page reads little.
-- Reads    derived_rows, pair_names, period_names, areas
select
    case when derived_rows.level = 'township' then 'township' else 'area' end as kind,
    pair_names.frequency,
    period_names.year,
    areas.province_code as province,
    min(derived_rows.ordinal) as first,
    max(derived_rows.ordinal) as last,
    min(derived_rows.area) as lowest,
    max(derived_rows.area) as highest
from derived_rows
inner join pair_names on pair_names.pair = derived_rows.pair
inner join period_names
    on
        period_names.frequency = pair_names.frequency
        and period_names.ordinal = derived_rows.ordinal
inner join areas on areas.id = derived_rows.area
group by 1, 2, 3, 4
order by 1, 2, 3, 4
