-- What merged into an area since the period that it is compared with, by name.
-- Reads    moves, calendar, tree, places, members, settled_at, areas
-- Leaves   joined
insert into joined by name
with taken_in as (
    select
        'previous' as kind,
        pair,
        area as old,
        there as place,
        ordinal + 1 as ordinal
    from moves
    where side = 'next' and counts and dimension = ''
    union all
    select
        'last_year' as kind,
        moves.pair,
        moves.area,
        moves.there,
        calendar.next_year
    from moves
    inner join calendar on calendar.ordinal = moves.ordinal
    where moves.side = 'next_year' and moves.counts and moves.dimension = ''
),

into_areas as (
    select
        taken_in.*,
        tree.area
    from taken_in
    inner join tree on tree.atom = taken_in.place
    inner join places as here on here.id = taken_in.old
    inner join places as there on there.id = taken_in.place
    inner join places as common on common.id = above_both(here, there)
    where tree.level < common.level
),

-- Above it, a county that changed its code is named, not each of its townships.
called as (
    select
        into_areas.kind,
        into_areas.pair,
        into_areas.ordinal,
        into_areas.area,
        into_areas.old,
        max_by(tree.area, tree.level) as called
    from into_areas
    inner join tree on tree.atom = into_areas.old
    inner join members
        on
            members.kind = into_areas.kind
            and members.ordinal = into_areas.ordinal
            and members.area = tree.area
            and not members.stands
    inner join settled_at
        on
            settled_at.kind = members.kind
            and settled_at.ordinal = members.ordinal
            and settled_at.party = members.party
    inner join tree as within
        on within.atom = settled_at.place and within.area = into_areas.area
    group by
        into_areas.kind,
        into_areas.pair,
        into_areas.ordinal,
        into_areas.area,
        into_areas.old
),

once as (
    select distinct
        kind,
        pair,
        ordinal,
        area,
        called
    from called
)

select
    once.kind,
    once.pair,
    once.ordinal,
    once.area,
    string_agg(named.name, '、' order by named.id) as names
from once
inner join areas as named on named.id = once.called
inner join areas as own on own.id = once.area
where named.name <> own.name
group by once.kind, once.pair, once.ordinal, once.area;
