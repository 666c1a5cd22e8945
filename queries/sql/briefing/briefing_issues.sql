-- title:    简报整改情况
-- question: How many issues of an area and its parts are settled, open, kept up and overdue?
-- grain:    one row for the area with all issues in force; one per area of that level with any, and
--           one per area above that level with issues of its own (本级): these add up to the first
-- params:   $parent area, $level level, $period period
-- reads:    t16_at, areas, periods
-- returns:  area_code text, area_name text, is_parent boolean, issues bigint (件),
--           settled bigint (件), open bigint (件), kept_up bigint (件), overdue bigint (件)
-- nulls:    none; 长期坚持 is open, but has no day to be overdue on

with

asked as (

    select period_end
    from periods
    where period = $period

),

ledger as (

    select
        found.area_code as own_code,
        case $level
            when 'township' then found.township_code
            when 'county' then found.county_code
            when 'city' then found.city_code
            else found.province_code
        end as part_code,
        found.status,
        coalesce(
            found.due_on < asked.period_end and found.status not in ('已销号', '长期坚持'), false
        ) as is_overdue
    from t16_at($period) as found
    cross join asked
    where
        $parent in (
            found.area_code,
            found.township_code,
            found.county_code,
            found.city_code,
            found.province_code
        )
        and found.province_code = province_of($parent)

),

placed as (

    select
        $parent as shown_code,
        true as is_parent,
        status,
        is_overdue
    from ledger
    union all
    select
        coalesce(part_code, own_code) as shown_code,
        false as is_parent,
        status,
        is_overdue
    from ledger

)

select
    areas.area_code,
    case
        when placed.is_parent or areas.level = $level then areas.name else areas.name || '本级'
    end as area_name,
    placed.is_parent,
    count(*) as issues,
    count(case when placed.status = '已销号' then 1 end) as settled,
    count(case when placed.status <> '已销号' then 1 end) as open,
    count(case when placed.status = '长期坚持' then 1 end) as kept_up,
    count(case when placed.is_overdue then 1 end) as overdue
from placed
inner join areas on placed.shown_code = areas.area_code
group by areas.area_code, areas.name, areas.level, areas.order_no, placed.is_parent
order by placed.is_parent desc, areas.order_no asc
