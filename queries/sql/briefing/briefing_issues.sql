-- title:    简报整改情况
-- question: How many issues of an area and its parts are settled, open and overdue?
-- grain:    one row per area of that level with an issue in force, and one for the area itself
-- params:   $parent area, $level level, $period period
-- reads:    t16_at, areas, periods
-- returns:  area_code text, area_name text, is_parent boolean, issues bigint (件),
--           settled bigint (件), open bigint (件), overdue bigint (件)
-- nulls:    none; 长期坚持 counts as settled

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
        ledger.status in ('已销号', '长期坚持') as is_settled,
        coalesce(ledger.due_on < asked.period_end, false) as is_past_due
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

)

select
    area_code,
    name as area_name,
    area_code = $parent as is_parent,
    count(*) as issues,
    cast(sum(case when is_settled then 1 else 0 end) as bigint) as settled,
    cast(sum(case when not is_settled then 1 else 0 end) as bigint) as open,
    cast(sum(case when not is_settled and is_past_due then 1 else 0 end) as bigint) as overdue
from placed
group by area_code, name, order_no
order by is_parent desc, order_no asc
