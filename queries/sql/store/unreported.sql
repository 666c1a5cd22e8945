-- title:    未报清单
-- question: Which units have not filed which reports for the newest finished period?
-- grain:    one row per report table and unit that owes it; ledgers, filed on change, left out
-- params:   $parent area, $period period, $table_id table_id = null,
--           $closed date = null (what was due by that day is overdue; null: before the period ended)
-- reads:    obligations, report_tables, filed_units, derived_values, indicators, areas, periods
-- returns:  table_id text, table_title text, frequency text, unit_code text, unit_name text,
--           unit_label text, unit_level text, county_code text, county_name text, period text,
--           due_on date, last_filed_period text, state text
-- nulls:    county_code and county_name above the county; last_filed_period when the unit never
--           filed, or when no indicator reads the table

with

asked as (

    select period_end
    from periods
    where period = $period

),

own as (

    select
        frequency,
        max(ordinal) as ordinal
    from periods
    inner join asked on periods.period_end <= asked.period_end
    group by frequency

),

due as (

    select
        report_tables.table_id,
        report_tables.title as table_title,
        report_tables.frequency,
        periods.period,
        periods.period_end,
        obligations.unit_code,
        areas.name as unit_name,
        areas.level as unit_level,
        areas.county_code,
        areas.order_no,
        cast(periods.period_end + cast(obligations.due_days as integer) as date) as due_on
    from obligations
    inner join report_tables on obligations.table_id = report_tables.table_id
    inner join own on report_tables.frequency = own.frequency
    inner join periods
        on own.frequency = periods.frequency and own.ordinal = periods.ordinal
    inner join areas on obligations.unit_code = areas.area_code
    where
        not report_tables.is_register
        and ($table_id is null or obligations.table_id = $table_id)
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

    select distinct
        table_id,
        period,
        township_code,
        county_code,
        city_code
    from filed_units
    where ($table_id is null or table_id = $table_id)

),

not_filed as (

    select due.*
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
    where filed.table_id is null

),

sought as (

    select
        not_filed.table_id,
        not_filed.unit_code,
        not_filed.period_end,
        indicators.indicator,
        indicators.population
    from not_filed
    inner join indicators
        on
            not_filed.table_id = indicators.table_id
            and not_filed.frequency = indicators.frequency

),

last_filed as (

    select
        sought.table_id,
        sought.unit_code,
        max(derived_values.period_end) as period_end
    from derived_values
    inner join sought
        on
            derived_values.area_code = sought.unit_code
            and derived_values.indicator = sought.indicator
            and derived_values.population = sought.population
            and derived_values.period_end < sought.period_end
    where derived_values.dimension = '' and derived_values.units_reported > 0
    group by sought.table_id, sought.unit_code

)

select
    not_filed.table_id,
    not_filed.table_title,
    not_filed.frequency,
    not_filed.unit_code,
    not_filed.unit_name,
    -- A township is named with its county, unless the whole list is of that county.
    case
        when not_filed.unit_level = 'township' and not_filed.county_code <> $parent
            then concat(counties.name, not_filed.unit_name)
        else not_filed.unit_name
    end as unit_label,
    not_filed.unit_level,
    not_filed.county_code,
    counties.name as county_name,
    not_filed.period,
    not_filed.due_on,
    periods.period as last_filed_period,
    case
        when not_filed.due_on <= coalesce($closed, asked.period_end - interval 1 day)
            then '逾期未报'
        else '未报'
    end as state
from not_filed
cross join asked
left join areas as counties on not_filed.county_code = counties.area_code
left join last_filed
    on
        not_filed.table_id = last_filed.table_id
        and not_filed.unit_code = last_filed.unit_code
left join periods
    on
        last_filed.period_end = periods.period_end
        and not_filed.frequency = periods.frequency
order by not_filed.table_id, not_filed.order_no
