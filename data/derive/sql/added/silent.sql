-- Areas that expected a report and got none keep a row, so that silence stays visible.
-- Reads    summed, expected, pairs, places, asked, recent, $first and $last
-- Leaves   derived_rows

create or replace temp table shown as
select
    pair,
    area,
    bitstring_agg(ordinal, $first, $last) as periods
from summed
where n is not null
group by pair, area;

insert into derived_rows by name
select
    pairs.pair,
    expected.ordinal,
    expected.area,
    expected.level,
    '' as dimension,
    expected.units + coalesce(recent.units, 0) as units_expected,
    0 as units_reported,
    0 as units_carried,
    asked.periods_after < pairs.provisional_periods as provisional,
    false as masked,
    0 as prev_units,
    0 as yoy_units
from expected
inner join pairs
    on
        pairs.family = expected.family
        and pairs.lowest
        <= case expected.level when 'township' then 1 when 'county' then 2 else 3 end
inner join places on places.id = expected.area
inner join asked
    on
        asked.family = expected.family
        and asked.ordinal = expected.ordinal
        and asked.province = places.province_id
left join shown on shown.pair = pairs.pair and shown.area = expected.area
left join recent
    on
        recent.pair = pairs.pair
        and recent.ordinal = expected.ordinal
        and recent.area = expected.area
where not was_filed(shown.periods, expected.ordinal, $first);
