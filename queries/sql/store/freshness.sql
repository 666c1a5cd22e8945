-- title:    数据截至
-- question: Up to when are there data?
-- grain:    one row per frequency of the report tables, and one for the newest of all
-- params:   none
-- reads:    report_tables, periods
-- returns:  frequency text, period text, period_end date, label text
-- nulls:    none: a frequency without any report is left out

with

filed as (

    select
        periods.frequency,
        periods.period,
        periods.period_end,
        periods.label,
        row_number() over (
            partition by periods.frequency order by periods.ordinal desc, report_tables.table_id asc
        ) as newest
    from report_tables
    inner join periods on report_tables.last_filed = periods.period

),

per_frequency as (

    select
        frequency,
        period,
        period_end,
        label,
        row_number() over (
            order by period_end desc, case frequency when 'weekly' then 1 else 2 end asc
        ) as newest_of_all
    from filed
    where newest = 1

)

select
    'all' as frequency,
    period,
    period_end,
    label
from per_frequency
where newest_of_all = 1
union all
select
    frequency,
    period,
    period_end,
    label
from per_frequency
order by frequency
