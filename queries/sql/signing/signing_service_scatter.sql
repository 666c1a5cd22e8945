-- title:    签约与履约对照
-- question: Where is signing not followed by service?
-- grain:    one row per area of that level that has both rates
-- params:   $parent area, $level level, $period period
-- reads:    readings
-- returns:  area_code text, area_name text, period text, signed_pop double (人),
--           should_sign double (人), signing_value double (%), signing_printed double (%),
--           fulfilment_value double (%), fulfilment_printed double (%), small_base boolean,
--           signing_parent double (%), fulfilment_parent double (%), quadrant text
-- nulls:    the parent's rates when it has none; quadrant then

with

signing as (

    select *
    from readings
    where
        judged_at = $parent
        and requested_period = $period
        and ((is_compared and level = $level) or area_code = $parent)
        and indicator = 'signing_rate'
        and population = 'target'

),

fulfilment as (

    select *
    from readings
    where
        judged_at = $parent
        and requested_period = $period
        and ((is_compared and level = $level) or area_code = $parent)
        and indicator = 'signing_fulfilment_rate'
        and population = 'target'

),

paired as (

    select
        signing.area_code,
        signing.area_name,
        signing.order_no,
        signing.period,
        signing.numerator as signed_pop,
        signing.denominator as should_sign,
        signing.value as signing_value,
        signing.printed as signing_printed,
        fulfilment.value as fulfilment_value,
        fulfilment.printed as fulfilment_printed,
        fulfilment.small_base,
        max(case when signing.area_code = $parent then signing.value end) over ()
            as signing_parent,
        max(case when signing.area_code = $parent then fulfilment.value end) over ()
            as fulfilment_parent
    from signing
    inner join fulfilment on signing.area_code = fulfilment.area_code
    where signing.state in ('正常', '填报不全') and fulfilment.state in ('正常', '填报不全')

)

select
    area_code,
    area_name,
    period,
    signed_pop,
    should_sign,
    signing_value,
    signing_printed,
    fulfilment_value,
    fulfilment_printed,
    small_base,
    signing_parent,
    fulfilment_parent,
    case
        when signing_parent is null or fulfilment_parent is null then null
        when signing_value >= signing_parent and fulfilment_value >= fulfilment_parent
            then '签约高履约高'
        when signing_value >= signing_parent then '签约高履约低'
        when fulfilment_value >= fulfilment_parent then '签约低履约高'
        else '签约低履约低'
    end as quadrant
from paired
where area_code <> $parent
order by order_no
