-- Which units owe and did not file, where an area misses few of them. Where there are several
-- counties, a township is named with its own.
-- Reads    derived_rows, pairs, calendar, tree, obliged, recent_units, areas, places, unit_periods,
--          $first, $named_at_most
-- Leaves   absent
insert into absent by name
with gaps as (
    select
        derived_rows.pair,
        derived_rows.ordinal,
        derived_rows.area,
        pairs.family,
        calendar.period_end
    from derived_rows
    inner join pairs on pairs.pair = derived_rows.pair
    inner join calendar on calendar.ordinal = derived_rows.ordinal
    where
        derived_rows.dimension = ''
        and derived_rows.level <> 'township'
        and derived_rows.units_expected - derived_rows.units_reported
        between 1 and $named_at_most
),

owing as (
    select
        gaps.pair,
        gaps.ordinal,
        gaps.area,
        tree.atom as unit
    from gaps
    inner join tree on tree.area = gaps.area and tree.distance > 0
    inner join obliged on obliged.family = gaps.family and obliged.unit = tree.atom
    where gaps.period_end between obliged.valid_from and obliged.valid_to
    union
    select
        gaps.pair,
        gaps.ordinal,
        gaps.area,
        recent_units.unit
    from gaps
    inner join recent_units
        on recent_units.pair = gaps.pair and recent_units.ordinal = gaps.ordinal
    inner join tree
        on tree.area = gaps.area and tree.atom = recent_units.unit and tree.distance > 0
)

select
    owing.pair,
    owing.ordinal,
    owing.area,
    string_agg(concat(county.name, areas.name), '、' order by areas.id) as names
from owing
inner join areas on areas.id = owing.unit
inner join places as missing_at on missing_at.id = owing.area
inner join places as unit on unit.id = owing.unit
left join areas as county
    on
        county.id = unit.county_id
        and unit.level = 'township'
        and missing_at.level in ('city', 'province')
left join unit_periods on unit_periods.pair = owing.pair and unit_periods.unit = owing.unit
where not was_filed(unit_periods.whole, owing.ordinal, $first)
group by owing.pair, owing.ordinal, owing.area;
