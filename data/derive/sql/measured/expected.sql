-- Where an indicator of a family can have a value, and how many units should report for each area.
-- Reads    owing, wanted, spans, areas, places, tree, village_places, $family,
--          $of_clinics (only places with villages owe)
-- Leaves   asked, obliged, expected
insert into asked by name
select
    $family as family,
    areas.id as province,
    wanted.ordinal,
    wanted.last_year,
    spans.last_ordinal - wanted.ordinal as periods_after
from wanted
inner join spans on wanted.ordinal between spans.first_ordinal and spans.last_ordinal
inner join areas on areas.area_code = spans.province_code
where wanted.asked;

insert into obliged by name
select
    $family as family,
    owing.unit,
    owing.valid_from,
    owing.valid_to
from owing
where not $of_clinics
union all
select
    $family as family,
    owing.unit,
    greatest(owing.valid_from, village_places.has_from) as valid_from,
    least(owing.valid_to, village_places.has_to) as valid_to
from owing
inner join village_places on village_places.place = owing.unit
where $of_clinics;

insert into expected by name
with counted as (
    select
        wanted.ordinal,
        wanted.p_end,
        tree.area,
        tree.level,
        count(distinct obliged.unit) as units
    from obliged
    inner join wanted
        on
            wanted.asked
            and wanted.p_end between obliged.valid_from and obliged.valid_to
    inner join tree on tree.atom = obliged.unit
    where obliged.family = $family
    group by wanted.ordinal, wanted.p_end, tree.area, tree.level
),

-- A township whose county files for it expects that one report.
below as (
    select distinct
        counted.ordinal,
        places.id as area
    from counted
    inner join (
        select distinct unit from obliged
        where family = $family
    ) as filers
        on filers.unit = counted.area
    inner join tree on tree.area = counted.area and tree.distance > 0
    inner join places
        on
            places.id = tree.atom
            and places.level = 'township'
            and counted.p_end between places.valid_from and places.valid_to
    left join village_places
        on
            village_places.place = places.id
            and counted.p_end between village_places.has_from and village_places.has_to
    anti join counted as same
        on same.ordinal = counted.ordinal and same.area = places.id
    where not $of_clinics or village_places.place is not null
)

select
    $family as family,
    ordinal,
    area,
    level,
    units
from counted
union all
select
    $family as family,
    ordinal,
    area,
    cast('township' as place_level) as level,
    1 as units
from below;
