-- The judges whose readings at a chosen period may have changed: areas whose values up to then are
-- not what they were, and the areas right above them, under which they are compared.
with

ended as (

    select period_end as day
    from periods
    where period = $period

),

old_values_by_area as (

    select
        area_code,
        bit_xor(hash(old_values)) as fingerprint
    from old_values
    where period_end <= (select ended.day from ended)
    group by area_code

),

new_values_by_area as (

    select
        area_code,
        bit_xor(hash(new_values)) as fingerprint
    from new_values
    where period_end <= (select ended.day from ended)
    group by area_code

),

changed as (

    select coalesce(new_values_by_area.area_code, old_values_by_area.area_code) as area_code
    from new_values_by_area
    full outer join old_values_by_area
        on new_values_by_area.area_code = old_values_by_area.area_code
    where new_values_by_area.fingerprint is distinct from old_values_by_area.fingerprint

)

select area_code
from changed
union
select
    code_above(
        areas.level,
        areas.township_code,
        areas.county_code,
        areas.city_code,
        areas.province_code
    ) as area_code
from changed
inner join areas on changed.area_code = areas.area_code
where areas.level <> 'province';
