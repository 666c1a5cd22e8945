-- title:    疑点:凑整数
-- question: In which counties do nearly all figures of a column end in 0?
-- grain:    one row per column and county where 80 % of at least 8 figures (of 10 and more, five
--           different ones) end in 0; strength 3 from 30 figures on, 2 from 15, else 1
-- params:   $parent area, $period_from period, $period_to period
-- reads:    filed_endings, periods, areas, report_tables
-- returns:  table_id text, table_title text, unit_code text, unit_name text, county_name text,
--           measure text, period text, periods bigint (期), seen text, strength bigint
-- nulls:    county_name above the county

with

rounded as (

    select
        table_id,
        county_code,
        header,
        figures,
        tens
    from
        filed_endings(
            $parent,
            (
                select min(first.period_start) from periods as first
                where first.period = $period_from
            ),
            (
                select max(last.period_end) from periods as last
                where last.period = $period_to
            )
        )
    where figures >= 8 and different >= 5 and tens >= 0.8 * figures

)

select
    rounded.table_id,
    report_tables.title as table_title,
    rounded.county_code as unit_code,
    areas.name as unit_name,
    areas.name as county_name,
    rounded.header as measure,
    $period_to as period,
    cast(1 as bigint) as periods,
    concat(rounded.figures, '个数中有', rounded.tens, '个以0结尾（通常约一成）') as seen,
    cast(
        case when rounded.figures >= 30 then 3 when rounded.figures >= 15 then 2 else 1 end
        as bigint
    ) as strength
from rounded
inner join report_tables on rounded.table_id = report_tables.table_id
inner join areas on rounded.county_code = areas.area_code
order by strength desc, rounded.table_id asc, rounded.county_code asc, rounded.header asc
