-- title:    各地参保人数
-- question: How many are due, insured, not insured, exempt and subsidised in each part of an area?
-- grain:    one row per area of that level with a report in the month shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t02, areas
-- returns:  area_code text, area_name text, period text, should_insure bigint (人),
--           insured_resident bigint (人), insured_employee bigint (人),
--           insured_elsewhere bigint (人), not_insured bigint (人), exempt_insure bigint (人),
--           subsidy_due bigint (人), subsidy_paid bigint (人), subsidy_share double (%)
-- nulls:    a column that no unit filled in; the share when nobody is due

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'insurance_enrolment_rate'
        and population = 'target'
        and not stale

),

placed as (

    select
        t02.*,
        case $level
            when 'township' then t02.township_code
            when 'county' then t02.county_code
            when 'city' then t02.city_code
            else t02.province_code
        end as shown_code
    from t02
    inner join choice on t02.period = choice.period
    where
        $parent in (
            t02.area_code, t02.township_code, t02.county_code, t02.city_code, t02.province_code
        )
        and t02.should_insure is not null
        and t02.insured_total is not null

),

added as (

    select
        shown_code,
        period,
        cast(sum(should_insure) as bigint) as should_insure,
        cast(sum(insured_resident) as bigint) as insured_resident,
        cast(sum(insured_employee) as bigint) as insured_employee,
        cast(sum(insured_elsewhere) as bigint) as insured_elsewhere,
        cast(sum(should_insure - insured_total) as bigint) as not_insured,
        cast(sum(exempt_insure) as bigint) as exempt_insure,
        cast(sum(subsidy_due) as bigint) as subsidy_due,
        cast(sum(subsidy_paid) as bigint) as subsidy_paid
    from placed
    group by shown_code, period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.should_insure,
    added.insured_resident,
    added.insured_employee,
    added.insured_elsewhere,
    added.not_insured,
    added.exempt_insure,
    added.subsidy_due,
    added.subsidy_paid,
    cast(
        printed_value(added.subsidy_paid, added.subsidy_due, 100, 2, false) as double
    ) as subsidy_share
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
