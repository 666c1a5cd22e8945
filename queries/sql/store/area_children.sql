-- title:    下级区划
-- question: What lies right under an area?
-- grain:    one row per area whose parent it is
-- params:   $area area
-- reads:    areas
-- returns:  area_code text, name text, level text, parent_code text, kind text, full_name text,
--           order_no bigint, has_children boolean
-- nulls:    none

select
    area_code,
    name,
    level,
    parent_code,
    kind,
    full_name,
    order_no,
    area_code in (select parent_code from areas where parent_code is not null) as has_children
from areas
where parent_code = $area
order by order_no
