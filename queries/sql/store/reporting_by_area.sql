-- title:    各地按时报送
-- question: Which areas file their reports, and in time, over all report tables?
-- grain:    one row per area of that level: the reports its units owe for the newest finished
--           period of each table; ledgers, filed on change, left out
-- params:   $parent area, $level level, $period period
-- reads:    obligations, report_tables, filed_units, areas, periods, t19
-- returns:  area_code text, area_name text, reports_owed bigint (份), reports_filed bigint (份),
--           reports_in_time bigint (份), reports_late bigint (份), reports_missing bigint (份),
--           complete_share double (%), on_time_share double (%), ledger_due bigint (人),
--           ledger_updated bigint (人), ledger_share double (%), period text
-- nulls:    the three of the ledgers where no unit filed T19 for the period

with

asked as (

    select
        period,
        period_end
    from periods
    where period = $period

),

own as (

    select
        periods.frequency,
        max(periods.ordinal) as ordinal
    from periods
    inner join asked on periods.period_end <= asked.period_end
    group by periods.frequency

),

due as (

    select
        obligations.table_id,
        periods.period,
        areas.level as unit_level,
        areas.area_code as unit_code,
        cast(periods.period_end + cast(obligations.due_days as integer) as date) as due_on,
        case $level
            when 'township' then coalesce(areas.township_code, areas.county_code)
            when 'county' then areas.county_code
            when 'city' then areas.city_code
            else areas.province_code
        end as shown_code
    from obligations
    inner join report_tables on obligations.table_id = report_tables.table_id
    inner join own on report_tables.frequency = own.frequency
    inner join periods
        on own.frequency = periods.frequency and own.ordinal = periods.ordinal
    inner join areas on obligations.unit_code = areas.area_code
    where
        not report_tables.is_register
        and (obligations.valid_from is null or obligations.valid_from <= periods.period_end)
        and (obligations.valid_to is null or obligations.valid_to >= periods.period_end)
        and $parent in (
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        )

),

filed as (

    select
        table_id,
        period,
        township_code,
        county_code,
        city_code,
        min(first_imported) as first_filed_on
    from filed_units
    group by table_id, period, township_code, county_code, city_code

),

met as (

    select
        due.table_id,
        due.unit_code,
        due.shown_code,
        due.due_on,
        min(filed.first_filed_on) as first_filed_on
    from due
    left join filed
        on
            due.table_id = filed.table_id
            and due.period = filed.period
            and due.unit_code = case due.unit_level
                when 'township' then filed.township_code
                when 'county' then filed.county_code
                else filed.city_code
            end
    group by due.table_id, due.unit_code, due.shown_code, due.due_on

),

counted as (

    select
        shown_code,
        count(*) as reports_owed,
        count(first_filed_on) as reports_filed,
        count(case when first_filed_on <= due_on then 1 end) as reports_in_time,
        count(case when first_filed_on > due_on then 1 end) as reports_late,
        count(case when first_filed_on is null then 1 end) as reports_missing
    from met
    group by shown_code

),

ledgers as (

    select
        case $level
            when 'township' then coalesce(t19.township_code, t19.county_code)
            when 'county' then t19.county_code
            when 'city' then t19.city_code
            else t19.province_code
        end as shown_code,
        t19.ledger_due,
        t19.ledger_updated
    from t19
    inner join report_tables on report_tables.table_id = 'T19'
    inner join own on report_tables.frequency = own.frequency
    inner join periods on own.frequency = periods.frequency and own.ordinal = periods.ordinal
    where t19.period = periods.period

),

updated as (

    select
        shown_code,
        cast(sum(ledger_due) as bigint) as ledger_due,
        cast(sum(ledger_updated) as bigint) as ledger_updated
    from ledgers
    group by shown_code

)

select
    areas.area_code,
    areas.name as area_name,
    counted.reports_owed,
    counted.reports_filed,
    counted.reports_in_time,
    counted.reports_late,
    counted.reports_missing,
    share_of(counted.reports_filed, counted.reports_owed) as complete_share,
    share_of(counted.reports_in_time, counted.reports_owed) as on_time_share,
    updated.ledger_due,
    updated.ledger_updated,
    share_of(updated.ledger_updated, updated.ledger_due) as ledger_share,
    $period as period
from counted
inner join areas on counted.shown_code = areas.area_code
left join updated on counted.shown_code = updated.shown_code
order by on_time_share asc, areas.order_no asc
