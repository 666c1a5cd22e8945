-- title:    责任单位整改情况
-- question: Whose issues are overdue, open again or still open?
-- grain:    one row per owner with an issue in force, those with most overdue first
-- params:   $area area, $period period
-- reads:    t16_at, t16_filed, areas, periods
-- returns:  owner_unit text, county_name text, total bigint (件), not_begun bigint (件),
--           under_way bigint (件), to_be_closed bigint (件), kept_up bigint (件),
--           closed bigint (件), overdue bigint (件), longest_overdue bigint (天),
--           reopened bigint (件), period text
-- nulls:    longest_overdue without any; county_name above the county

with

closed_before as (

    select
        issue_no,
        min(period_end) as closed_on
    from t16_filed
    where status = '已销号' and province_code = province_of($area)
    group by issue_no

),

issues_now as (

    select
        ledger.owner_unit,
        ledger.status,
        ledger.county_code,
        case
            when ledger.due_on < asked.period_end and ledger.status not in ('已销号', '长期坚持')
                then cast(asked.period_end - ledger.due_on as bigint)
        end as days_overdue,
        case
            when ledger.status <> '已销号' and closed_before.closed_on < ledger.period_end then 1
        end as reopened
    from t16_at($period) as ledger
    inner join periods as asked on asked.period = $period
    left join closed_before on ledger.issue_no = closed_before.issue_no
    where
        $area in (
            ledger.area_code,
            ledger.township_code,
            ledger.county_code,
            ledger.city_code,
            ledger.province_code
        )
        and ledger.province_code = province_of($area)

)

select
    issues_now.owner_unit,
    counties.name as county_name,
    count(*) as total,
    count(case when issues_now.status = '未启动' then 1 end) as not_begun,
    count(case when issues_now.status = '整改中' then 1 end) as under_way,
    count(case when issues_now.status = '已整改待销号' then 1 end) as to_be_closed,
    count(case when issues_now.status = '长期坚持' then 1 end) as kept_up,
    count(case when issues_now.status = '已销号' then 1 end) as closed,
    count(issues_now.days_overdue) as overdue,
    max(issues_now.days_overdue) as longest_overdue,
    count(issues_now.reopened) as reopened,
    $period as period
from issues_now
left join areas as counties on issues_now.county_code = counties.area_code
group by issues_now.owner_unit, counties.name
order by overdue desc, reopened desc, total desc, issues_now.owner_unit asc, counties.name asc
