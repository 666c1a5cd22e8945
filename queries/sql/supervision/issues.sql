-- title:    问题整改台账
-- question: Which issues are open, overdue or open again on the last day of a period?
-- grain:    one row per issue in force, overdue ones first
-- params:   $area area, $period period
-- reads:    t16_at, t16_filed, areas, periods
-- returns:  issue_no text, county_name text, source text, issue text, owner_unit text,
--           found_on date, due_on date, status text, done_on date, overdue boolean,
--           days_overdue bigint (天), reopened boolean, period text
-- nulls:    dates that the ledger leaves empty; days_overdue unless overdue

with

asked as (

    select period_end
    from periods
    where period = $period

),

closed_before as (

    select
        t16_filed.issue_no,
        min(t16_filed.period_end) as closed_on
    from t16_filed
    where t16_filed.status = '已销号' and t16_filed.province_code = province_of($area)
    group by t16_filed.issue_no

)

select
    ledger.issue_no,
    counties.name as county_name,
    ledger.source,
    ledger.issue,
    ledger.owner_unit,
    ledger.found_on,
    ledger.due_on,
    ledger.status,
    ledger.done_on,
    coalesce(ledger.due_on < asked.period_end and ledger.status not in ('已销号', '长期坚持'), false)
        as overdue,
    case
        when ledger.due_on < asked.period_end and ledger.status not in ('已销号', '长期坚持')
            then cast(asked.period_end - ledger.due_on as bigint)
    end as days_overdue,
    coalesce(ledger.status <> '已销号' and closed_before.closed_on < ledger.period_end, false)
        as reopened,
    ledger.period
from t16_at($period) as ledger
cross join asked
left join closed_before on ledger.issue_no = closed_before.issue_no
left join areas as counties on ledger.county_code = counties.area_code
where
    $area in (
        ledger.area_code,
        ledger.township_code,
        ledger.county_code,
        ledger.city_code,
        ledger.province_code
    )
    and ledger.province_code = province_of($area)
order by overdue desc, ledger.due_on asc, ledger.issue_no asc
