-- What was filed, and whether its unit filed in the compared periods too. A comparison is taken
-- over the units that filed in both: each period's row also sums the parts that its neighbours will
-- need as their base. A row of a group of areas that is compared as one counts where that lies.
-- Reads    long, unit_periods, calendar, places, turns, $first
-- Leaves   flagged
create or replace temp table flagged as
with noted as (
    select
        long.pair,
        long.ordinal,
        long.atom as area,
        long.unit,
        places.level,
        long.dimension,
        long.n,
        long.d,
        long.is_complete,
        long.is_carried,
        coalesce(turns.previous_whole, was_filed(unit_periods.periods, long.ordinal - 1, $first))
            as in_previous,
        coalesce(turns.next_whole, was_filed(unit_periods.periods, long.ordinal + 1, $first))
            as in_next,
        coalesce(turns.last_year_whole, was_filed(unit_periods.periods, calendar.last_year, $first))
            as in_last_year,
        coalesce(turns.next_year_whole, was_filed(unit_periods.periods, calendar.next_year, $first))
            as in_next_year,
        coalesce(turns.previous_place = long.atom, true) as previous_here,
        coalesce(turns.next_place = long.atom, true) as next_here,
        coalesce(turns.last_year_place = long.atom, true) as last_year_here,
        coalesce(turns.next_year_place = long.atom, true) as next_year_here
    from long
    inner join unit_periods on unit_periods.pair = long.pair and unit_periods.unit = long.unit
    inner join calendar on calendar.ordinal = long.ordinal
    inner join places on places.id = long.atom
    left join turns
        on
            turns.pair = long.pair
            and turns.ordinal = long.ordinal
            and turns.area = long.atom
)

select
    pair,
    ordinal,
    area,
    unit,
    level,
    dimension,
    n,
    d,
    case when in_previous and previous_here then n end as self_previous_n,
    case when in_previous and previous_here then d end as self_previous_d,
    case when in_next and next_here then n end as base_next_n,
    case when in_next and next_here then d end as base_next_d,
    case when in_last_year and last_year_here then n end as self_year_n,
    case when in_last_year and last_year_here then d end as self_year_d,
    case when in_next_year and next_year_here then n end as base_year_n,
    case when in_next_year and next_year_here then d end as base_year_d,
    is_complete,
    is_carried,
    in_previous and (previous_here or unit <> area) as in_previous,
    in_next and (next_here or unit <> area) as in_next,
    in_last_year and (last_year_here or unit <> area) as in_last_year,
    in_next_year and (next_year_here or unit <> area) as in_next_year
from noted;
