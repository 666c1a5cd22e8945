-- title:    简报整改情况
-- question: How many issues of an area and its parts are settled, open, kept up and overdue?
-- grain:    one row per area of that level with an issue in force, and one for the area itself
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

inside as (

    select
        area_code,
        name,
        order_no
    from areas
    where
        area_code = $parent
        or (
            level = $level
            and $parent in (township_code, county_code, city_code, province_code)
        )

),

placed as (

    select
        inside.area_code,
        inside.name,
        inside.order_no,
        ledger.status,
        coalesce(
            ledger.due_on < asked.period_end and ledger.status not in ('已销号', '长期坚持'), false
        ) as is_overdue
    from t16_at($period) as ledger
    cross join asked
    inner join inside
        on inside.area_code in (
            ledger.area_code,
            ledger.township_code,
            ledger.county_code,
            ledger.city_code,
            ledger.province_code
        )
    where ledger.province_code = province_of($parent)

)

select
    area_code,
    name as area_name,
    area_code = $parent as is_parent,
    count(*) as issues,
    count(case when status = '已销号' then 1 end) as settled,
    count(case when status <> '已销号' then 1 end) as open,
    count(case when status = '长期坚持' then 1 end) as kept_up,
    count(case when is_overdue then 1 end) as overdue
from placed
group by area_code, name, order_no
order by is_parent desc, order_no asc
