-- The rows of one report table as they stand in its files, with their finest area. The files may be
-- of several versions: a column that came later is null before.
-- Slots    files, columns (of the table as it is now, each as a typed null)
-- Leaves   filed
create or replace temp view filed as
with every_row as (
    select ${columns}
    where false
    union all by name
    select *
    from read_parquet(${files}, union_by_name = true)
)

select
    *,
    finest_area(township_code, county_code, city_code, province_code) as atom
from every_row;
