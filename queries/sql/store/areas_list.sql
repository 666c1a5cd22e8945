-- title:    区划清单
-- question: Which areas does the register hold?
-- grain:    one row per area, in the order of the register
-- params:   $level level = null, $parent area = null (all below it)
-- reads:    areas
-- returns:  area_code text, name text, level text, parent_code text, kind text, full_name text,
--           order_no bigint, province_code text, city_code text, county_code text,
--           township_code text, valid_from date, valid_to date
-- nulls:    codes of levels above the area's own; validity where it is open

select
    area_code,
    name,
    level,
    parent_code,
    kind,
    full_name,
    order_no,
    province_code,
    city_code,
    county_code,
    township_code,
    valid_from,
    valid_to
from areas
where
    ($level is null or level = $level)
    and (
        $parent is null
        or (
            area_code <> $parent
            and (
                township_code = $parent
                or county_code = $parent
                or city_code = $parent
                or province_code = $parent
            )
        )
    )
order by order_no
