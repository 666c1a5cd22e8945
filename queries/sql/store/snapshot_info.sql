-- title:    快照信息
-- question: Which state of everything is this?
-- grain:    one row
-- params:   none
-- reads:    this_snapshot, report_tables, periods
-- returns:  number bigint, parent bigint, time text, who text, note text, kind text, demo boolean,
--           manifest_sha256 text, newest_period text, newest_day date, tables bigint (张),
--           files bigint (个), rows bigint (行)
-- nulls:    parent of the first snapshot; newest period and day of an empty one

with

newest as (

    select
        max(periods.period_end) as newest_day,
        arg_max(periods.period, periods.period_end) as newest_period,
        count(*) as tables
    from report_tables
    inner join periods on report_tables.last_filed = periods.period

)

select
    this_snapshot.number,
    this_snapshot.parent,
    this_snapshot.time,
    this_snapshot.who,
    this_snapshot.note,
    this_snapshot.kind,
    this_snapshot.demo,
    this_snapshot.sha256 as manifest_sha256,
    newest.newest_period,
    newest.newest_day,
    newest.tables,
    this_snapshot.files,
    this_snapshot.rows
from this_snapshot
cross join newest
