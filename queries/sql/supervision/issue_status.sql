-- title:    各地问题整改状态
-- question: How many issues stand where, area by area, and how many are overdue or open again?
-- grain:    one row per area of that level and status in which it has an issue, and the same for
--           an area above that level with issues of its own (本级), so that the rows are all issues
-- params:   $parent area, $level level, $period period
-- reads:    t16_at, t16_filed, areas, periods
-- returns:  area_code text, area_name text, status_order integer, status text, unit text,
--           count bigint (件), overdue bigint (件), reopened bigint (件), period text
-- nulls:    none

with

closed_before as (

    select
        issue_no,
        min(period_end) as closed_on
    from t16_filed
    where status = '已销号' and province_code = province_of($parent)
    group by issue_no

),

placed as (

    select
        ledger.status,
        coalesce(
            case $level
                when 'township' then ledger.township_code
                when 'county' then ledger.county_code
                when 'city' then ledger.city_code
                else ledger.province_code
            end,
            ledger.area_code
        ) as shown_code,
        coalesce(
            ledger.due_on < asked.period_end and ledger.status not in ('已销号', '长期坚持'), false
        ) as is_overdue,
        coalesce(ledger.status <> '已销号' and closed_before.closed_on < ledger.period_end, false)
            as is_reopened
    from t16_at($period) as ledger
    inner join periods as asked on asked.period = $period
    left join closed_before on ledger.issue_no = closed_before.issue_no
    where
        $parent in (
            ledger.area_code,
            ledger.township_code,
            ledger.county_code,
            ledger.city_code,
            ledger.province_code
        )
        and ledger.province_code = province_of($parent)

)

select
    areas.area_code,
    case when areas.level = $level then areas.name else areas.name || '本级' end as area_name,
    case placed.status
        when '未启动' then 1
        when '整改中' then 2
        when '已整改待销号' then 3
        when '长期坚持' then 4
        else 5
    end as status_order,
    placed.status,
    '件' as unit,
    count(*) as count,
    count(case when placed.is_overdue then 1 end) as overdue,
    count(case when placed.is_reopened then 1 end) as reopened,
    $period as period
from placed
inner join areas on placed.shown_code = areas.area_code
group by areas.area_code, areas.name, areas.level, areas.order_no, placed.status
order by areas.order_no, status_order
