-- What an area that is gone filed all the same (the last days of a week, a register that is carried
-- on) is its heir's, where that is one and filed as well; whoever files for the heir files it.
-- Reads    long, heirs, calendar, places, pairs
-- Leaves   long

create or replace temp table moved as
select
    calendar.ordinal,
    heirs.area,
    min(heirs.heir) as heir
from heirs
inner join calendar on calendar.period_end between heirs.since and heirs.until
inner join places on places.id = heirs.heir
group by calendar.ordinal, calendar.period_end, heirs.area
having count(*) = 1 and max(places.valid_from) <= calendar.period_end;

create or replace temp table late as
with moving as (
    select
        long.*,
        moved.heir,
        case filer.level
            when 'township' then heir.id
            when 'county' then heir.county_id
            when 'city' then heir.city_id
            else heir.province_id
        end as heirs_unit
    from long
    inner join moved on moved.area = long.atom and moved.ordinal = long.ordinal
    inner join places as heir on heir.id = moved.heir
    inner join places as filer on filer.id = long.unit
    semi join pairs on pairs.pair = long.pair and not pairs.by_report
)

select
    moving.pair,
    moving.ordinal,
    moving.atom,
    moving.heir,
    moving.heirs_unit as unit,
    moving.dimension,
    moving.n,
    moving.d,
    moving.is_complete
    and (moving.is_carried or moving.heirs_unit = moving.unit) as is_complete,
    moving.is_carried
from moving
where
    moving.is_carried
    or exists (
        select 1
        from long as own
        where
            own.pair = moving.pair
            and own.ordinal = moving.ordinal
            and own.atom = moving.heir
    );

create or replace temp table together as
select
    pair,
    ordinal,
    heir as atom,
    unit,
    dimension,
    n,
    d,
    is_complete,
    is_carried
from late
union all
select long.*
from long
semi join late
    on late.pair = long.pair and late.ordinal = long.ordinal and late.heir = long.atom;

delete from long
where (pair, ordinal, atom) in (
    select (pair, ordinal, atom) from late
    union
    select (pair, ordinal, heir) from late
);

insert into long by name
select
    pair,
    ordinal,
    atom,
    unit,
    dimension,
    sum(n) as n,
    sum(d) as d,
    bool_or(is_complete) as is_complete,
    bool_and(is_carried) as is_carried
from together
group by pair, ordinal, atom, unit, dimension;
