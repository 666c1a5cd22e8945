-- The judges whose readings at chosen periods may have changed: areas whose values up to then are
-- not what they were, and the areas right above them, under which they are compared.
--   judged_at, requested_period
with

-- What an area's values of one day come to, old against new: equal fingerprints cancel out.
by_day as (

    select
        area_code,
        period_end,
        bit_xor(hash(old_values)) as fingerprint
    from old_values
    group by area_code, period_end
    union all
    select
        area_code,
        period_end,
        bit_xor(hash(new_values)) as fingerprint
    from new_values
    group by area_code, period_end

),

changed as (

    select
        by_day.area_code,
        periods.period
    from by_day
    inner join periods on by_day.period_end <= periods.period_end
    where periods.period in (select unnest($periods))
    group by by_day.area_code, periods.period
    having bit_xor(by_day.fingerprint) <> 0

)

select
    area_code as judged_at,
    period as requested_period
from changed
union
select
    code_above(
        areas.level,
        areas.township_code,
        areas.county_code,
        areas.city_code,
        areas.province_code
    ) as judged_at,
    changed.period as requested_period
from changed
inner join areas on changed.area_code = areas.area_code
where areas.level <> 'province';
