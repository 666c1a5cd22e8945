-- What counts for a comparison elsewhere than where it was filed.
-- Reads    flagged, group_sides, places
-- Leaves   moves, placed

-- The rows that their group moves on a side (counts), or would have moved, had it been whole: to
-- `there`; who files them, and the lowest area above both.
create or replace temp table moves as
select
    group_sides.side,
    group_sides.whole as counts,
    flagged.pair,
    flagged.ordinal,
    flagged.area,
    flagged.unit,
    flagged.dimension,
    flagged.n,
    flagged.d,
    filer.level as unit_level,
    there.id as there,
    there.level as there_level,
    above_both(filer, there) as common
from flagged
inner join group_sides
    on
        group_sides.pair = flagged.pair
        and group_sides.ordinal = flagged.ordinal
        and group_sides.area = flagged.area
inner join places as there on there.id = group_sides.place
inner join places as filer on filer.id = flagged.unit
where there.id <> flagged.area;

insert into placed by name
with lone_units as (
    -- Who files lost it. That a place lost its own, its flags say.
    select
        side,
        pair,
        ordinal,
        unit as area,
        unit_level as level,
        1 as units
    from moves
    where counts and unit <> area and dimension = ''
    union all
    -- Where it does not count, though it would have, a unit is missing that was there.
    select
        side,
        pair,
        ordinal,
        there,
        there_level,
        1 as units
    from moves
    where not counts and common is not null and dimension = ''
    union all
    -- Neither is a difference above both: there it is on either side.
    select
        moves.side,
        moves.pair,
        moves.ordinal,
        places.id,
        places.level,
        -1 as units
    from moves
    inner join places on places.id = moves.common
    where moves.dimension = ''
)

select
    pair,
    ordinal,
    there as area,
    there_level as level,
    dimension,
    case when side = 'previous' then n end as self_previous_n,
    case when side = 'previous' then d end as self_previous_d,
    case when side = 'next' then n end as base_next_n,
    case when side = 'next' then d end as base_next_d,
    case when side = 'last_year' then n end as self_year_n,
    case when side = 'last_year' then d end as self_year_d,
    case when side = 'next_year' then n end as base_year_n,
    case when side = 'next_year' then d end as base_year_d,
    case when side = 'previous' and dimension = '' and unit = area then 1 end
        as reported_before,
    case when side = 'last_year' and dimension = '' and unit = area then 1 end
        as reported_last_year
from moves
where counts
union all by name
select
    pair,
    ordinal,
    area,
    level,
    '' as dimension,
    case when side = 'previous' then units end as alone_before,
    case when side = 'next' then units end as alone_next,
    case when side = 'last_year' then units end as alone_last_year,
    case when side = 'next_year' then units end as alone_next_year
from lone_units;
