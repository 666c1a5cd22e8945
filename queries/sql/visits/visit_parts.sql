-- title:    县域内就诊构成
-- question: Of which parts is the share of visits inside the county made?
-- grain:    one row per area of that level with a report in the month shown; year to date
-- params:   $parent area, $level level, $period period
-- reads:    as_of, area_values, t09, areas
-- returns:  area_code text, area_name text, period text, provisional boolean,
--           op_in_county bigint (人次), op_out_county bigint (人次), op_primary bigint (人次),
--           ip_in_county bigint (人次), ip_out_county bigint (人次), poor_in_county bigint (人次),
--           poor_out_county bigint (人次), referral_out bigint (人次), rate double (%),
--           outpatient_rate double (%), inpatient_rate double (%), poor_rate double (%),
--           primary_share double (%)
-- nulls:    a part that no county filled in; a rate whose denominator is 0

with

choice as (

    select
        choice_of.period,
        coalesce(area_values.provisional, false) as provisional
    from as_of as choice_of
    left join area_values
        on
            choice_of.period = area_values.period
            and area_values.indicator = 'county_visit_rate'
            and area_values.population = 'all'
            and area_values.area_code = $parent
            and area_values.dimension = ''
    where
        choice_of.judged_at = $parent
        and choice_of.requested_period = $period
        and choice_of.indicator = 'county_visit_rate'
        and choice_of.population = 'all'
        and not choice_of.stale

),

placed as (

    select
        t09.*,
        choice.provisional,
        case $level
            when 'county' then t09.county_code
            when 'city' then t09.city_code
            when 'province' then t09.province_code
        end as shown_code
    from t09
    inner join choice on t09.period = choice.period
    where $parent in (t09.area_code, t09.county_code, t09.city_code, t09.province_code)

),

added as (

    select
        shown_code,
        period,
        provisional,
        cast(sum(op_in_county) as bigint) as op_in_county,
        cast(sum(op_out_county) as bigint) as op_out_county,
        cast(sum(op_primary) as bigint) as op_primary,
        cast(sum(ip_in_county) as bigint) as ip_in_county,
        cast(sum(ip_out_county) as bigint) as ip_out_county,
        cast(sum(poor_in_county) as bigint) as poor_in_county,
        cast(sum(poor_out_county) as bigint) as poor_out_county,
        cast(sum(referral_out) as bigint) as referral_out
    from placed
    group by shown_code, period, provisional

),

rated as (

    select
        *,
        cast(
            printed_value(
                op_in_county + ip_in_county,
                op_in_county + op_out_county + ip_in_county + ip_out_county,
                100,
                2,
                false
            ) as double
        ) as rate,
        cast(
            printed_value(op_in_county, op_in_county + op_out_county, 100, 2, false) as double
        ) as outpatient_rate,
        cast(
            printed_value(ip_in_county, ip_in_county + ip_out_county, 100, 2, false) as double
        ) as inpatient_rate,
        cast(
            printed_value(poor_in_county, poor_in_county + poor_out_county, 100, 2, false) as double
        ) as poor_rate,
        cast(printed_value(op_primary, op_in_county, 100, 2, false) as double) as primary_share
    from added

)

select
    areas.area_code,
    areas.name as area_name,
    rated.period,
    rated.provisional,
    rated.op_in_county,
    rated.op_out_county,
    rated.op_primary,
    rated.ip_in_county,
    rated.ip_out_county,
    rated.poor_in_county,
    rated.poor_out_county,
    rated.referral_out,
    rated.rate,
    rated.outpatient_rate,
    rated.inpatient_rate,
    rated.poor_rate,
    rated.primary_share
from rated
inner join areas on rated.shown_code = areas.area_code
order by areas.order_no
