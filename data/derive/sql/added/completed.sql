-- The sums of the asked periods as they are kept, beside those they are compared with.
-- Reads    summed, pairs, places, asked, expected, recent
-- Leaves   derived_rows
insert into derived_rows by name
select
    here.pair,
    here.ordinal,
    here.area,
    here.level,
    here.dimension,
    here.n as numerator,
    here.d as denominator,
    case
        when expected.units is null and recent.units is null then 1
        else coalesce(expected.units, 0) + coalesce(recent.units, 0)
    end as units_expected,
    coalesce(here.reported, 1) as units_reported,
    coalesce(here.carried, 0) as units_carried,
    asked.periods_after < pairs.provisional_periods as provisional,
    false as masked,
    before.base_next_n as prev_numerator,
    before.base_next_d as prev_denominator,
    here.self_previous_n as prev_self_numerator,
    here.self_previous_d as prev_self_denominator,
    coalesce(here.reported_before, case when before.base_next_n is null then 0 else 1 end)
        as prev_units,
    case
        when before.base_next_n is not null
            then coalesce(here.alone_before > 0 or before.alone_next > 0, false)
    end as prev_units_differ,
    year_before.base_year_n as yoy_numerator,
    year_before.base_year_d as yoy_denominator,
    here.self_year_n as yoy_self_numerator,
    here.self_year_d as yoy_self_denominator,
    coalesce(
        here.reported_last_year, case when year_before.base_year_n is null then 0 else 1 end
    ) as yoy_units,
    case
        when year_before.base_year_n is not null
            then coalesce(here.alone_last_year > 0 or year_before.alone_next_year > 0, false)
    end as yoy_units_differ
from summed as here
inner join pairs
    on
        pairs.pair = here.pair
        and pairs.lowest <= case here.level when 'township' then 1 when 'county' then 2 else 4 end
inner join places on places.id = here.area
inner join asked
    on
        asked.family = pairs.family
        and asked.ordinal = here.ordinal
        and asked.province = places.province_id
left join expected
    on
        expected.family = pairs.family
        and expected.ordinal = here.ordinal
        and expected.area = here.area
left join recent
    on
        recent.pair = here.pair
        and recent.ordinal = here.ordinal
        and recent.area = here.area
left join summed as before
    on
        before.pair = here.pair
        and before.ordinal = here.ordinal - 1
        and before.area = here.area
        and before.dimension = here.dimension
left join summed as year_before
    on
        year_before.pair = here.pair
        and year_before.ordinal = asked.last_year
        and year_before.area = here.area
        and year_before.dimension = here.dimension
where here.n is not null;
