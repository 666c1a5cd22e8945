-- title:    地区差异与波动范围
-- question: Which areas differ from the whole by more than their size explains?
-- grain:    one row per area with a rate, and the limits that chance allows around the whole
-- params:   $indicator indicator, $parent area, $level level, $period period,
--           $population population = first,
--           $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    readings
-- returns:  area_code text, area_name text, period text, numerator double, denominator double,
--           value double (unit), printed double (unit), parent_value double (unit),
--           low_95 double (unit), high_95 double (unit), low_998 double (unit),
--           high_998 double (unit), outside text
-- nulls:    none: areas without a rate are left out

with

parts as (

    select
        area_code,
        area_name,
        order_no,
        period,
        numerator,
        denominator,
        value,
        printed,
        decimals,
        value * denominator / nullif(numerator, 0) as multiplier
    from readings($indicator, $population, $parent, $period, $parent, $level, false, $cuts)
    where state = '正常' and denominator > 0

),

whole as (

    select
        *,
        sum(numerator) over () / sum(denominator) over () as share,
        max(multiplier) over () as scale
    from parts

),

spread as (

    select
        *,
        sqrt(case when share < 1 then share * (1 - share) else 0 end / denominator) as error
    from whole

),

limits as (

    select
        *,
        (share - 1.96 * error) * scale as low_95,
        (share + 1.96 * error) * scale as high_95,
        (share - 3.09 * error) * scale as low_998,
        (share + 3.09 * error) * scale as high_998
    from spread

)

select
    area_code,
    area_name,
    period,
    numerator,
    denominator,
    value,
    printed,
    share * scale as parent_value,
    greatest(low_95, 0) as low_95,
    least(high_95, scale) as high_95,
    greatest(low_998, 0) as low_998,
    least(high_998, scale) as high_998,
    case
        when value < low_998 then '明显偏低'
        when value > high_998 then '明显偏高'
        when value < low_95 then '偏低'
        when value > high_95 then '偏高'
        else '正常波动'
    end as outside
from limits
order by order_no
