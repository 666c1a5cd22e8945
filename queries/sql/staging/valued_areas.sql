-- The areas of the register that have values; those of villages are not kept. Whichever side of
-- the comparison is put into memory, it is not the villages of a country.
-- reads: areas, derived_values

select * from areas
where
    level <> 'village'
    and area_code in (select derived_values.area_code from derived_values)
