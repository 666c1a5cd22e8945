-- For each row of a group's member, side by side: whether its group is in both periods (whole), and
-- where it counts for the comparison, or would, had its group been whole. A row is on four sides:
-- compared with the period before (previous) and a year before, and as the base of the next one and
-- of the year after.
-- Reads    long, unit_periods, members, compared, settled_at, obliged, pairs, $first
-- Leaves   group_sides; turns (the same, all sides in one row)

create or replace temp table group_filers as
select distinct
    long.pair,
    long.atom,
    long.unit
from long
semi join members on members.area = long.atom;

-- Each member in each of the two periods that it was there in. What one that is gone filed for its
-- last days beside its heirs is on neither side.
create or replace temp table wanting as
with sides as (
    select
        members.*,
        compared.base as at,
        compared.base_end as day,
        'then' as side
    from members
    inner join compared on compared.kind = members.kind and compared.ordinal = members.ordinal
    where members.was
    union all
    select
        members.*,
        members.ordinal,
        compared.period_end,
        case when members.stands then 'now' else 'not' end as side
    from members
    inner join compared on compared.kind = members.kind and compared.ordinal = members.ordinal
)

select
    pairs.pair,
    sides.kind,
    sides.ordinal,
    sides.party,
    sides.side,
    sides.at,
    sides.area as unit
from sides
inner join obliged
    on
        obliged.unit = sides.area
        and sides.day between obliged.valid_from and obliged.valid_to
inner join pairs on pairs.family = obliged.family
union
select
    group_filers.pair,
    sides.kind,
    sides.ordinal,
    sides.party,
    sides.side,
    sides.at,
    group_filers.unit
from sides
inner join group_filers
    on group_filers.atom = sides.area and (group_filers.unit = sides.area or sides.side <> 'not');

create or replace temp table parties as
select
    wanting.pair,
    wanting.kind,
    wanting.ordinal,
    wanting.party,
    bool_and(was_filed(unit_periods.periods, wanting.at, $first) = (wanting.side <> 'not'))
    and bool_or(wanting.side = 'then')
    and bool_or(wanting.side = 'now') as whole
from wanting
left join unit_periods on unit_periods.pair = wanting.pair and unit_periods.unit = wanting.unit
group by wanting.pair, wanting.kind, wanting.ordinal, wanting.party;

create or replace temp table group_sides as
with sided as (
    select
        parties.pair,
        members.area,
        settled_at.place,
        members.kind,
        members.ordinal,
        members.was,
        parties.whole,
        compared.base
    from parties
    inner join members
        on
            members.kind = parties.kind
            and members.ordinal = parties.ordinal
            and members.party = parties.party
    inner join settled_at
        on
            settled_at.kind = parties.kind
            and settled_at.ordinal = parties.ordinal
            and settled_at.party = parties.party
    inner join compared on compared.kind = parties.kind and compared.ordinal = parties.ordinal
),

each_side as (
    select
        pair,
        area,
        place,
        ordinal,
        kind as side,
        whole
    from sided
    union all
    select
        pair,
        area,
        place,
        base,
        case kind when 'previous' then 'next' else 'next_year' end as side,
        whole
    from sided
    where was
)

select
    pair,
    ordinal,
    area,
    side,
    whole,
    max(place) as place
from each_side
group by pair, ordinal, area, side, whole;

insert into turns by name
select
    pair,
    ordinal,
    area,
    bool_or(case when side = 'previous' then whole end) as previous_whole,
    bool_or(case when side = 'next' then whole end) as next_whole,
    bool_or(case when side = 'last_year' then whole end) as last_year_whole,
    bool_or(case when side = 'next_year' then whole end) as next_year_whole,
    max(case when side = 'previous' and whole then place end) as previous_place,
    max(case when side = 'next' and whole then place end) as next_place,
    max(case when side = 'last_year' and whole then place end) as last_year_place,
    max(case when side = 'next_year' and whole then place end) as next_year_place
from group_sides
group by pair, ordinal, area;
