-- The areas of the register that have values; those of villages are not kept. Whichever side of
-- the comparison is put into memory, it is not the villages of a country. Before the first report
-- it is those that owe one, and the areas above them: a store begins with nothing else to show.
-- reads: areas, derived_values, obligations

with

owing as (

    select
        areas.area_code,
        areas.county_code,
        areas.city_code
    from obligations
    inner join areas on obligations.unit_code = areas.area_code
    where not exists (select 1 from derived_values)

),

shown as (

    select derived_values.area_code from derived_values
    union all
    select owing.area_code from owing
    union all
    select owing.county_code from owing
    union all
    select owing.city_code from owing

)

select * from areas
where level <> 'village' and area_code in (select shown.area_code from shown)
