-- title:    完整率和及时率
-- question: How many of the units that owe a report have filed it, and in time, table by table?
-- grain:    one row per report table, for its newest period finished by the chosen one; ledgers,
--           filed on change, left out
-- params:   $parent area, $period period
-- reads:    obligations, report_tables, filed_units, sources, areas, periods
-- returns:  table_id text, table_title text, frequency text, period text, label text, due_on date,
--           units_due bigint (个), units_filed bigint (个), units_on_time bigint (个),
--           units_late bigint (个), units_missing bigint (个), units_refiled bigint (个),
--           complete_share double (%), on_time_share double (%)
-- nulls:    none

with

asked as (

    select period_end
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
        report_tables.table_id,
        report_tables.title as table_title,
        report_tables.frequency,
        periods.period,
        periods.label,
        areas.level as unit_level,
        areas.area_code as unit_code,
        cast(periods.period_end + cast(obligations.due_days as integer) as date) as due_on
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
        filed_units.table_id,
        filed_units.period,
        filed_units.township_code,
        filed_units.county_code,
        filed_units.city_code,
        min(filed_units.first_imported) as first_filed_on,
        max(
            case
                when
                    cast(substr(sources.imported_at, 1, 10) as date)
                    > filed_units.first_imported
                    or filed_units.is_refiled
                    then 1
                else 0
            end
        ) as refiled
    from filed_units
    left join sources on filed_units.source_id = sources.source_id
    group by
        filed_units.table_id,
        filed_units.period,
        filed_units.township_code,
        filed_units.county_code,
        filed_units.city_code

),

met as (

    select
        due.table_id,
        due.table_title,
        due.frequency,
        due.period,
        due.label,
        due.unit_code,
        due.due_on,
        min(filed.first_filed_on) as first_filed_on,
        max(filed.refiled) as refiled
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
    group by
        due.table_id,
        due.table_title,
        due.frequency,
        due.period,
        due.label,
        due.unit_code,
        due.due_on

)

select
    table_id,
    table_title,
    frequency,
    period,
    label,
    max(due_on) as due_on,
    count(*) as units_due,
    count(first_filed_on) as units_filed,
    count(case when first_filed_on <= due_on then 1 end) as units_on_time,
    count(case when first_filed_on > due_on then 1 end) as units_late,
    count(case when first_filed_on is null then 1 end) as units_missing,
    count(case when refiled = 1 then 1 end) as units_refiled,
    share_of(count(first_filed_on), count(*)) as complete_share,
    share_of(count(case when first_filed_on <= due_on then 1 end), count(*)) as on_time_share
from met
group by table_id, table_title, frequency, period, label
order by table_id
