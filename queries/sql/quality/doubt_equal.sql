-- title:    疑点:各村相同
-- question: In which units did every village file the same figure of what was done in the period?
-- grain:    one row per column, unit and run of periods; six villages and a figure above 1 at least;
--           strength 3 from three periods on, 2 for two, 1 for one
-- params:   $parent area, $period_from period, $period_to period
-- reads:    filed_figures, periods, areas, report_tables
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    county_name above the county

with

same as (

    select
        filed.table_id,
        filed.unit_code,
        filed.header,
        filed.period,
        count(filed.value) as villages,
        max(filed.value) as value
    from
        filed_figures(
            'flow',
            $parent,
            (
                select min(first.period_start) from periods as first
                where first.period = $period_from
            ),
            (
                select max(last.period_end) from periods as last
                where last.period = $period_to
            )
        ) as filed
    where length(filed.area_code) = 12
    group by filed.table_id, filed.unit_code, filed.header, filed.period
    having count(filed.value) >= 6 and min(filed.value) = max(filed.value) and max(filed.value) > 1

),

numbered as (

    select
        same.table_id,
        same.unit_code,
        same.header,
        same.period,
        same.villages,
        same.value,
        periods.ordinal,
        periods.short_label,
        periods.ordinal - row_number() over (
            partition by same.table_id, same.unit_code, same.header order by periods.ordinal
        ) as run
    from same
    inner join periods on same.period = periods.period

),

runs as (

    select
        table_id,
        unit_code,
        header,
        count(*) as periods,
        arg_max(period, ordinal) as period,
        arg_min(short_label, ordinal) as first_label,
        arg_max(short_label, ordinal) as last_label,
        arg_max(villages, ordinal) as villages,
        cast(arg_max(value, ordinal) as bigint) as value
    from numbered
    group by table_id, unit_code, header, run

)

select
    runs.table_id,
    report_tables.title as table_title,
    runs.unit_code,
    areas.name as unit_name,
    counties.name as county_name,
    runs.header as measure,
    runs.period,
    runs.periods,
    concat(
        runs.first_label,
        case when runs.periods > 1 then concat('至', runs.last_label) else '' end,
        '：',
        runs.villages,
        '个村填的都是',
        runs.value
    ) as seen,
    cast(case when runs.periods >= 3 then 3 when runs.periods = 2 then 2 else 1 end as bigint)
        as strength
from runs
inner join report_tables on runs.table_id = report_tables.table_id
inner join areas on runs.unit_code = areas.area_code
left join areas as counties on areas.county_code = counties.area_code
order by strength desc, runs.table_id asc, runs.unit_code asc, runs.period asc
