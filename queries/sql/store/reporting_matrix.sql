-- title:    报送情况
-- question: Which units filed one report table in which of the last periods, and in time?
-- grain:    one row per unit that owes the table and period
-- params:   $parent area, $period period, $table_id table_id, $count int = 8 (how many periods)
-- reads:    obligations, report_tables, filings, sources, areas, periods
-- returns:  table_id text, unit_code text, unit_name text, unit_level text, county_code text,
--           county_name text, period text, period_end date, label text, due_on date,
--           first_filed_on date, refiled_on date, on_time boolean, state text
-- nulls:    first_filed_on and on_time of a report that was not filed; refiled_on unless rows were
--           replaced on a later day or by another file; the county above the county

with

asked as (

    select period_end
    from periods
    where period = $period

),

own as (

    select max(periods.ordinal) as ordinal
    from periods
    inner join report_tables on periods.frequency = report_tables.frequency
    inner join asked on periods.period_end <= asked.period_end
    where report_tables.table_id = $table_id

),

due as (

    select
        report_tables.table_id,
        periods.period,
        periods.period_end,
        periods.ordinal,
        periods.label,
        areas.area_code as unit_code,
        areas.name as unit_name,
        areas.level as unit_level,
        areas.county_code,
        areas.order_no,
        cast(periods.period_end + cast(obligations.due_days as integer) as date) as due_on
    from obligations
    inner join report_tables on obligations.table_id = report_tables.table_id
    cross join own
    inner join periods
        on
            report_tables.frequency = periods.frequency
            and periods.ordinal > own.ordinal - $count
            and periods.ordinal <= own.ordinal
    inner join areas on obligations.unit_code = areas.area_code
    where
        obligations.table_id = $table_id
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
        filings.period,
        filings.township_code,
        filings.county_code,
        filings.city_code,
        min(filings.first_imported) as first_filed_on,
        max(
            case
                when
                    cast(substr(sources.imported_at, 1, 10) as date) > filings.first_imported
                    or filings.source_first <> filings.source_id
                    then cast(substr(sources.imported_at, 1, 10) as date)
            end
        ) as refiled_on
    from filings
    left join sources on filings.source_id = sources.source_id
    where filings.table_id = $table_id
    group by filings.period, filings.township_code, filings.county_code, filings.city_code

),

met as (

    select
        due.table_id,
        due.unit_code,
        due.unit_name,
        due.unit_level,
        due.county_code,
        due.order_no,
        due.period,
        due.period_end,
        due.ordinal,
        due.label,
        due.due_on,
        min(filed.first_filed_on) as first_filed_on,
        max(filed.refiled_on) as refiled_on
    from due
    left join filed
        on
            due.period = filed.period
            and due.unit_code = case due.unit_level
                when 'township' then filed.township_code
                when 'county' then filed.county_code
                else filed.city_code
            end
    group by
        due.table_id,
        due.unit_code,
        due.unit_name,
        due.unit_level,
        due.county_code,
        due.order_no,
        due.period,
        due.period_end,
        due.ordinal,
        due.label,
        due.due_on

)

select
    met.table_id,
    met.unit_code,
    met.unit_name,
    met.unit_level,
    met.county_code,
    counties.name as county_name,
    met.period,
    met.period_end,
    met.label,
    met.due_on,
    met.first_filed_on,
    met.refiled_on,
    met.first_filed_on <= met.due_on as on_time,
    case
        when met.refiled_on is not null then '退回重报'
        when met.first_filed_on <= met.due_on then '按时'
        when met.first_filed_on is not null then '迟报'
        else '未报'
    end as state
from met
left join areas as counties on met.county_code = counties.area_code
order by met.order_no, met.ordinal
