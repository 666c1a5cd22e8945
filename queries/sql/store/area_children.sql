-- title:    下级区划
-- question: What lies right under an area?
-- grain:    one row per area whose parent it is
-- params:   $area area
-- reads:    areas
-- returns:  area_code text, name text, level text, parent_code text, kind text, full_name text,
--           order_no bigint, has_children boolean
-- nulls:    none

with

parents as (

    select distinct parent_code
    from areas
    where parent_code is not null

)

select
    areas.area_code,
    areas.name,
    areas.level,
    areas.parent_code,
    areas.kind,
    areas.full_name,
    areas.order_no,
    parents.parent_code is not null as has_children
from areas
left join parents on areas.area_code = parents.parent_code
where areas.parent_code = $area
order by areas.order_no
