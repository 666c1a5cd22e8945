"""The SQL of areas that come and go: who stands for whom in a period, and what is compared then.

Read only where the register knows of successors; every other store never gets here.

Between a base period and a later one, the areas that are gone and those that stand for them are
one group: it is in both periods when all its members that owe filed theirs. What the members
filed in the base period counts where those that stand now lie: at the one that took the others
in, or at the first area above that holds them all.
"""

from data.derive.sql import filed_in

# What a row lends to a comparison: the side it is on -> (amounts, units counted, units alone).
SIDES = {
    "previous": ("self_previous", "reported_before", "alone_before"),
    "next": ("base_next", "", "alone_next"),
    "last_year": ("self_year", "reported_last_year", "alone_last_year"),
    "next_year": ("base_year", "", "alone_next_year"),
}


def _above_both(one: str, other: str) -> str:
    """The lowest area that holds two places, themselves among them."""
    steps = "".join(
        f" when {one}.{level}_id = {other}.{level}_id then {one}.{level}_id"
        for level in ("county", "city", "province")
    )
    return f"case when {one}.id = {other}.id then {one}.id{steps} end"


# What an area that is gone filed all the same (the last days of a week, a register that is carried
# on) is its heir's, where that is one and filed as well; whoever files for the heir files it.
SETTLE = """
create or replace temp table moved as
select calendar.ordinal, heirs.area, min(heirs.heir) as heir
from heirs
join calendar on calendar.period_end between heirs.since and heirs.until
join places on places.id = heirs.heir
group by calendar.ordinal, calendar.period_end, heirs.area
having count(*) = 1 and coalesce(max(places.valid_from) <= calendar.period_end, true);

create or replace temp table late as
with moving as (
    select
        long.*, moved.heir,
        case filer.level
            when 'township' then heir.id
            when 'county' then heir.county_id
            when 'city' then heir.city_id
            else heir.province_id
        end as heirs_unit
    from long
    join moved on moved.area = long.atom and moved.ordinal = long.ordinal
    join places as heir on heir.id = moved.heir
    join places as filer on filer.id = long.unit
    semi join pairs on pairs.pair = long.pair and not pairs.by_report
)
select
    moving.pair, moving.ordinal, moving.atom, moving.heir, moving.heirs_unit as unit,
    moving.dimension, moving.n, moving.d,
    moving.is_complete
    and (moving.is_carried or moving.heirs_unit = moving.unit) as is_complete,
    moving.is_carried
from moving
where
    moving.is_carried
    or exists (
        select 1 from long as own
        where
            own.pair = moving.pair and own.ordinal = moving.ordinal
            and own.atom = moving.heir
    );

create or replace temp table together as
select pair, ordinal, heir as atom, unit, dimension, n, d, is_complete, is_carried from late
union all
select long.* from long
semi join late
    on late.pair = long.pair and late.ordinal = long.ordinal and late.heir = long.atom;

delete from long
where (pair, ordinal, atom) in (
    select (pair, ordinal, atom) from late union select (pair, ordinal, heir) from late
);
insert into long
select
    pair, ordinal, atom, unit, dimension, sum(n), sum(d), bool_or(is_complete),
    bool_and(is_carried)
from together
group by pair, ordinal, atom, unit, dimension
"""

# Groups of areas between two compared periods. Whoever shares an heir is in one group, which is
# called by its first heir.
_GROUPS = """
create or replace temp table compared as
select 'previous' as kind, now.ordinal, now.period_end, base.ordinal as base,
    base.period_end as base_end
from calendar as now
join calendar as base on base.ordinal = now.ordinal - 1
union all
select 'last_year', now.ordinal, now.period_end, base.ordinal, base.period_end
from calendar as now
join calendar as base on base.ordinal = now.last_year;

create or replace temp table inherited as
select compared.kind, compared.ordinal, heirs.area, heirs.heir
from compared
join heirs on compared.period_end between heirs.since and heirs.until
join places
    on
        places.id = heirs.area
        and places.valid_to >= compared.base_end
        and coalesce(places.valid_from, compared.base_end) <= compared.base_end;

create or replace temp table grouped as
with recursive reached as (
    select kind, ordinal, area, heir from inherited
    union
    select reached.kind, reached.ordinal, reached.area, further.heir
    from reached
    join inherited as shared
        on
            shared.kind = reached.kind and shared.ordinal = reached.ordinal
            and shared.heir = reached.heir
    join inherited as further
        on
            further.kind = shared.kind and further.ordinal = shared.ordinal
            and further.area = shared.area
)
select kind, ordinal, area, min(heir) as party
from reached
group by kind, ordinal, area;

create or replace temp table members as
select kind, ordinal, party, area, true as was, false as stands from grouped
union
select
    grouped.kind, grouped.ordinal, grouped.party, inherited.heir as area,
    coalesce(places.valid_from <= compared.base_end, true) as was, true as stands
from grouped
join inherited
    on
        inherited.kind = grouped.kind and inherited.ordinal = grouped.ordinal
        and inherited.area = grouped.area
join places on places.id = inherited.heir
join compared on compared.kind = grouped.kind and compared.ordinal = grouped.ordinal;

create or replace temp table settled_at as
select
    members.kind, members.ordinal, members.party,
    case
        when count(*) = 1 then min(members.area)
        when count(distinct places.county_id) = 1 and count(places.county_id) = count(*)
            then min(places.county_id)
        when count(distinct places.city_id) = 1 and count(places.city_id) = count(*)
            then min(places.city_id)
        else min(places.province_id)
    end as place
from members
join places on places.id = members.area
where members.stands
group by members.kind, members.ordinal, members.party
"""


def turns(start: int) -> str:
    """Table `turns`: for each row of a group's member, whether its group is in both periods.

    One row per indicator, period and area, with <side>_whole and <side>_place: where it counts
    for the comparison; null where the area is in no group on that side. <side>_missed: where it
    would have counted, had its group been whole.
    """
    sides = ", ".join(
        f"bool_or(case when side = '{side}' then whole end) as {side}_whole, "
        f"max(case when side = '{side}' and whole then place end) as {side}_place, "
        f"max(case when side = '{side}' and not whole then place end) as {side}_missed"
        for side in SIDES
    )
    return f"""
    {_GROUPS};
    create or replace temp table filers as
    select distinct long.pair, long.atom, long.unit
    from long
    semi join members on members.area = long.atom;

    create or replace temp table wanting as
    -- Each member in each of the two periods that it was there in. What one that is gone filed
    -- for its last days beside its heirs is on neither side.
    with sides as (
        select members.*, compared.base as at, compared.base_end as day, 'then' as side
        from members
        join compared on compared.kind = members.kind and compared.ordinal = members.ordinal
        where members.was
        union all
        select
            members.*, members.ordinal, compared.period_end,
            case when members.stands then 'now' else 'not' end
        from members
        join compared on compared.kind = members.kind and compared.ordinal = members.ordinal
    )
    select pairs.pair, sides.kind, sides.ordinal, sides.party, sides.side, sides.at,
        sides.area as unit
    from sides
    join obliged
        on
            obliged.unit = sides.area and obliged.valid_from <= sides.day
            and coalesce(obliged.valid_to, date '9999-12-31') >= sides.day
    join pairs on pairs.family = obliged.family
    union
    select filers.pair, sides.kind, sides.ordinal, sides.party, sides.side, sides.at,
        filers.unit
    from sides
    join filers
        on filers.atom = sides.area and (filers.unit = sides.area or sides.side <> 'not');

    create or replace temp table parties as
    select
        wanting.pair, wanting.kind, wanting.ordinal, wanting.party,
        bool_and({filed_in("wanting.at", start)} = (wanting.side <> 'not'))
        and bool_or(wanting.side = 'then') and bool_or(wanting.side = 'now') as whole
    from wanting
    left join filed on filed.pair = wanting.pair and filed.unit = wanting.unit
    group by wanting.pair, wanting.kind, wanting.ordinal, wanting.party;

    create or replace temp table turns as
    with sided as (
        select
            parties.pair, members.area, settled_at.place, members.kind, members.ordinal,
            members.was, parties.whole, compared.base
        from parties
        join members
            on
                members.kind = parties.kind and members.ordinal = parties.ordinal
                and members.party = parties.party
        join settled_at
            on
                settled_at.kind = parties.kind and settled_at.ordinal = parties.ordinal
                and settled_at.party = parties.party
        join compared on compared.kind = parties.kind and compared.ordinal = parties.ordinal
    ),
    each_side as (
        select pair, area, place, ordinal, kind as side, whole from sided
        union all
        select
            pair, area, place, base,
            case kind when 'previous' then 'next' else 'next_year' end, whole
        from sided
        where was
    )
    select pair, ordinal, area, {sides}
    from each_side
    group by pair, ordinal, area
    """


def placed() -> str:
    """Table `placed`: what counts for a comparison elsewhere than where it was filed.

    Reads   flagged with <side>_place of each row.
    """
    steps = []
    for side, (amounts, counted, alone) in SIDES.items():
        away = f"flagged.{side}_place is not null and flagged.{side}_place <> flagged.area"
        own = "flagged.dimension = '' and flagged.unit = flagged.area"
        units = f", case when {own} then 1 end as {counted}" if counted else ""
        steps.append(f"""
        select
            flagged.pair, flagged.ordinal, flagged.{side}_place as area, there.level,
            flagged.dimension, flagged.n as {amounts}_n, flagged.d as {amounts}_d{units}
        from flagged
        join places as there on there.id = flagged.{side}_place
        where {away}
        """)
        # Who files lost it, which is no difference above both: there it is on either side. That a
        # place lost its own, its flags say.
        steps.append(f"""
        select
            flagged.pair, flagged.ordinal, lost.id as area, lost.level, '' as dimension,
            1 as {alone}
        from flagged
        join places as lost on lost.id = flagged.unit
        where {away} and flagged.unit <> flagged.area and flagged.dimension = ''
        """)
        steps.append(f"""
        select
            flagged.pair, flagged.ordinal, common.id as area, common.level, '' as dimension,
            -1 as {alone}
        from flagged
        join places as lost on lost.id = flagged.unit
        join places as there on there.id = flagged.{side}_place
        join places as common on common.id = {_above_both("lost", "there")}
        where {away} and flagged.dimension = ''
        """)
        # Where it does not count, though it would have, a unit is missing that was there.
        missed = f"""
        from flagged
        join places as there on there.id = flagged.{side}_missed
        join places as lost on lost.id = flagged.unit
        join places as common on common.id = {_above_both("lost", "there")}
        where flagged.{side}_missed <> flagged.area and flagged.dimension = ''
        """
        for place, count in (("there", 1), ("common", -1)):
            steps.append(f"""
            select
                flagged.pair, flagged.ordinal, {place}.id as area, {place}.level,
                '' as dimension, {count} as {alone}
            {missed}
            """)
    return f"""
    create or replace temp table placed as
    {" union all by name ".join(steps)}
    """


JOINED = f"""
insert into joined
with taken_in as (
    select
        flagged.pair, flagged.area as old, flagged.next_place as place, 'previous' as kind,
        flagged.ordinal + 1 as ordinal
    from flagged
    where flagged.next_place <> flagged.area and flagged.dimension = ''
    union all
    select
        flagged.pair, flagged.area, flagged.next_year_place, 'last_year', calendar.next_year
    from flagged
    join calendar on calendar.ordinal = flagged.ordinal
    where flagged.next_year_place <> flagged.area and flagged.dimension = ''
),
into_areas as (
    select taken_in.*, tree.area, tree.level
    from taken_in
    join tree on tree.atom = taken_in.place
    join places as here on here.id = taken_in.old
    join places as there on there.id = taken_in.place
    join places as common on common.id = {_above_both("here", "there")}
    where tree.level < common.level
),
-- Above it, a county that changed its code is named, not each of its townships.
called as (
    select
        into_areas.kind, into_areas.pair, into_areas.ordinal, into_areas.area, into_areas.old,
        max_by(tree.area, tree.level) as called
    from into_areas
    join tree on tree.atom = into_areas.old
    join members
        on
            members.kind = into_areas.kind and members.ordinal = into_areas.ordinal
            and members.area = tree.area and not members.stands
    join settled_at
        on
            settled_at.kind = members.kind and settled_at.ordinal = members.ordinal
            and settled_at.party = members.party
    join tree as within on within.atom = settled_at.place and within.area = into_areas.area
    group by into_areas.kind, into_areas.pair, into_areas.ordinal, into_areas.area, into_areas.old
),
once as (select distinct kind, pair, ordinal, area, called from called)
select
    once.kind, once.pair, once.ordinal, once.area,
    string_agg(named.name, '、' order by named.id)
from once
join areas as named on named.id = once.called
join areas as own on own.id = once.area
where named.name <> own.name
group by once.kind, once.pair, once.ordinal, once.area
"""
