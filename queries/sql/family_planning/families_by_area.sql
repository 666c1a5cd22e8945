-- title:    各地计生帮扶数
-- question: How many people and families are supported, paid, filed and visited in each part of an area?
-- grain:    one row per area of that level with a report in the month shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t13, areas
-- returns:  area_code text, area_name text, period text, reward_people bigint (人),
--           special_people bigint (人), paid_on_time bigint (人), fund_due double (万元),
--           fund_paid double (万元), special_households bigint (户), special_filed bigint (户),
--           special_visited bigint (户), contact_assigned bigint (户)
-- nulls:    a column that no unit filled in

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'fp_fund_paid_rate'
        and population = 'all'
        and not stale

),

placed as (

    select
        t13.*,
        case $level
            when 'township' then t13.township_code
            when 'county' then t13.county_code
            when 'city' then t13.city_code
            else t13.province_code
        end as shown_code
    from t13
    inner join choice on t13.period = choice.period
    where
        $parent in (
            t13.area_code, t13.township_code, t13.county_code, t13.city_code, t13.province_code
        )

),

added as (

    select
        shown_code,
        period,
        cast(sum(reward_people) as bigint) as reward_people,
        cast(sum(special_people) as bigint) as special_people,
        cast(sum(paid_on_time) as bigint) as paid_on_time,
        cast(sum(fund_due) as double) as fund_due,
        cast(sum(fund_paid) as double) as fund_paid,
        cast(sum(special_households) as bigint) as special_households,
        cast(sum(special_filed) as bigint) as special_filed,
        cast(sum(special_visited) as bigint) as special_visited,
        cast(sum(contact_assigned) as bigint) as contact_assigned
    from placed
    group by shown_code, period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.reward_people,
    added.special_people,
    added.paid_on_time,
    added.fund_due,
    added.fund_paid,
    added.special_households,
    added.special_filed,
    added.special_visited,
    added.contact_assigned
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
