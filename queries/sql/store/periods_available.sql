-- title:    可选报告期
-- question: Which periods can be chosen?
-- grain:    one row per period of the frequency between the first and the last report, newest first
-- params:   $frequency text = weekly
-- reads:    report_tables, periods
-- returns:  period text, frequency text, ordinal bigint, period_start date, period_end date,
--           label text
-- nulls:    none

with

filed_frequencies as (

    select distinct frequency
    from report_tables

),

span as (

    select
        min(first_period.period_end) as first_day,
        max(last_period.period_end) as last_day
    from report_tables
    inner join periods as first_period on report_tables.first_filed = first_period.period
    inner join periods as last_period on report_tables.last_filed = last_period.period
    where
        report_tables.frequency = $frequency
        or $frequency not in (select filed_frequencies.frequency from filed_frequencies)

)

select
    periods.period,
    periods.frequency,
    periods.ordinal,
    periods.period_start,
    periods.period_end,
    periods.label
from periods
inner join span on periods.period_end between span.first_day and span.last_day
where periods.frequency = $frequency
order by periods.ordinal desc
