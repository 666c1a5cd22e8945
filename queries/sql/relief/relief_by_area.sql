-- title:    各地济困减免和爱心基金数
-- question: What was waived, and what did the charity fund raise and pay, in each part of an area?
-- grain:    one row per area of that level with a report in the month shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t24, areas
-- returns:  area_code text, area_name text, period text, op_waived_visits bigint (人次),
--           op_waived double (万元), ip_waived_visits bigint (人次), ip_waived double (万元),
--           exam_cost double (万元), exam_waived double (万元), fund_raised double (万元),
--           fund_people bigint (人次), self_pay double (万元), fund_paid double (万元)
-- nulls:    a column that no unit filled in

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'charity_share_rate'
        and population = 'all'
        and not stale

),

added as (

    select
        case $level
            when 'township' then t24.township_code
            when 'county' then t24.county_code
            when 'city' then t24.city_code
            else t24.province_code
        end as shown_code,
        t24.period,
        cast(sum(t24.op_waived_visits) as bigint) as op_waived_visits,
        cast(sum(t24.op_waived) as double) as op_waived,
        cast(sum(t24.ip_waived_visits) as bigint) as ip_waived_visits,
        cast(sum(t24.ip_waived) as double) as ip_waived,
        cast(sum(t24.exam_cost) as double) as exam_cost,
        cast(sum(t24.exam_waived) as double) as exam_waived,
        cast(sum(t24.fund_raised) as double) as fund_raised,
        cast(sum(t24.fund_people) as bigint) as fund_people,
        cast(sum(t24.self_pay) as double) as self_pay,
        cast(sum(t24.fund_paid) as double) as fund_paid
    from t24
    inner join choice on t24.period = choice.period
    where
        $parent in (
            t24.area_code,
            t24.township_code,
            t24.county_code,
            t24.city_code,
            t24.province_code
        )
    group by shown_code, t24.period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.op_waived_visits,
    added.op_waived,
    added.ip_waived_visits,
    added.ip_waived,
    added.exam_cost,
    added.exam_waived,
    added.fund_raised,
    added.fund_people,
    added.self_pay,
    added.fund_paid
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
