-- title:    区划路径
-- question: Under which areas does an area lie?
-- grain:    one row per area from the province down to the area itself
-- params:   $area area
-- reads:    areas, area_tree
-- returns:  area_code text, name text, level text, distance integer
-- nulls:    none

select
    areas.area_code,
    areas.name,
    areas.level,
    area_tree.distance
from area_tree
inner join areas on area_tree.ancestor_code = areas.area_code
where area_tree.area_code = $area
order by level_order(areas.level)
