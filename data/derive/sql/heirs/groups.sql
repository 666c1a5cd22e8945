-- Groups of areas between two compared periods. Between a base period and a later one, the areas
-- that are gone and those that stand for them are one group: it is in both periods when all its
-- members that owe filed theirs. What the members filed in the base period counts where those that
-- stand now lie: at the one that took the others in, or at the first area above that holds them all.
-- Reads    calendar, heirs, places
-- Leaves   compared, members (was: there in the base period; stands: there now), settled_at

create or replace temp table compared as
select
    'previous' as kind,
    now.ordinal,
    now.period_end,
    base.ordinal as base,
    base.period_end as base_end
from calendar as now
inner join calendar as base on base.ordinal = now.ordinal - 1
union all
select
    'last_year' as kind,
    now.ordinal,
    now.period_end,
    base.ordinal as base,
    base.period_end as base_end
from calendar as now
inner join calendar as base on base.ordinal = now.last_year;

create or replace temp table inherited as
select
    compared.kind,
    compared.ordinal,
    heirs.area,
    heirs.heir
from compared
inner join heirs on compared.period_end between heirs.since and heirs.until
inner join places
    on
        places.id = heirs.area
        and compared.base_end between places.valid_from and places.valid_to;

-- Whoever shares an heir is in one group, which is called by its first heir.
create or replace temp table grouped as
with recursive reached as (
    select
        kind,
        ordinal,
        area,
        heir
    from inherited
    union
    select
        reached.kind,
        reached.ordinal,
        reached.area,
        further.heir
    from reached
    inner join inherited as shared
        on
            shared.kind = reached.kind
            and shared.ordinal = reached.ordinal
            and shared.heir = reached.heir
    inner join inherited as further
        on
            further.kind = shared.kind
            and further.ordinal = shared.ordinal
            and further.area = shared.area
)

select
    kind,
    ordinal,
    area,
    min(heir) as party
from reached
group by kind, ordinal, area;

create or replace temp table members as
select
    kind,
    ordinal,
    party,
    area,
    true as was,
    false as stands
from grouped
union
select
    grouped.kind,
    grouped.ordinal,
    grouped.party,
    inherited.heir as area,
    places.valid_from <= compared.base_end as was,
    true as stands
from grouped
inner join inherited
    on
        inherited.kind = grouped.kind
        and inherited.ordinal = grouped.ordinal
        and inherited.area = grouped.area
inner join places on places.id = inherited.heir
inner join compared on compared.kind = grouped.kind and compared.ordinal = grouped.ordinal;

create or replace temp table settled_at as
select
    members.kind,
    members.ordinal,
    members.party,
    case
        when count(*) = 1 then min(members.area)
        when count(distinct places.county_id) = 1 and count(places.county_id) = count(*)
            then min(places.county_id)
        when count(distinct places.city_id) = 1 and count(places.city_id) = count(*)
            then min(places.city_id)
        else min(places.province_id)
    end as place
from members
inner join places on places.id = members.area
where members.stands
group by members.kind, members.ordinal, members.party;
