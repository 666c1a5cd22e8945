-- title:    疑点:照抄上期
-- question: Which units filed the same figures as in the period before, row for row?
-- grain:    one row per report table, unit and run of periods that each repeat the one before;
--           strength 3 from three periods on, 2 for two, 1 for one
-- params:   $parent area, $period_from period, $period_to period
-- reads:    filed_prints, periods, areas, report_tables
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    county_name above the county

with

prints as (

    select
        filed.table_id,
        filed.unit_code,
        filed.row_key,
        filed.print,
        filed.moving,
        periods.period,
        periods.previous,
        periods.ordinal,
        periods.short_label
    from
        filed_prints(
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
    inner join periods on filed.period = periods.period

),

repeated as (

    select
        prints.table_id,
        prints.unit_code,
        prints.period,
        prints.ordinal,
        prints.short_label,
        count(*) as rows
    from prints
    left join prints as before
        on
            prints.table_id = before.table_id
            and prints.unit_code = before.unit_code
            and prints.row_key = before.row_key
            and prints.previous = before.period
    group by
        prints.table_id,
        prints.unit_code,
        prints.period,
        prints.ordinal,
        prints.short_label
    having
        count(*) = count(case when prints.print = before.print then 1 end)
        and sum(prints.moving) >= 3

),

numbered as (

    select
        *,
        ordinal - row_number() over (partition by table_id, unit_code order by ordinal) as run
    from repeated

),

runs as (

    select
        table_id,
        unit_code,
        max(rows) as rows,
        count(*) as periods,
        arg_max(period, ordinal) as period,
        arg_min(short_label, ordinal) as first_label,
        arg_max(short_label, ordinal) as last_label
    from numbered
    group by table_id, unit_code, run

)

select
    runs.table_id,
    report_tables.title as table_title,
    runs.unit_code,
    areas.name as unit_name,
    counties.name as county_name,
    '整张报表' as measure,
    runs.period,
    runs.periods,
    concat(
        runs.first_label,
        case when runs.periods > 1 then concat('至', runs.last_label) else '' end,
        '的数字与上一期完全相同（',
        runs.rows,
        '行）'
    ) as seen,
    cast(case when runs.periods >= 3 then 3 when runs.periods = 2 then 2 else 1 end as bigint)
        as strength
from runs
inner join report_tables on runs.table_id = report_tables.table_id
inner join areas on runs.unit_code = areas.area_code
left join areas as counties on areas.county_code = counties.area_code
order by strength desc, runs.table_id asc, runs.unit_code asc, runs.period asc
