-- title:    地区差异与波动范围
-- question: Which areas differ from the whole by more than their size explains?
-- grain:    one row per area with a rate, and the limits that chance allows around the whole
-- params:   $indicator indicator, $parent area, $level level, $period period,
--           $population population = first
-- reads:    readings, indicators
-- returns:  area_code text, area_name text, period text, numerator double, denominator double,
--           value double (unit), printed double (unit), interval_low double (unit),
--           interval_high double (unit), parent_value double (unit), parent_printed double (unit),
--           low_95 double (unit), high_95 double (unit), low_998 double (unit),
--           high_998 double (unit), outside text
-- nulls:    none: areas without a rate are left out, and all of them where the figure is no
--           share (a part may then exceed its whole, and chance has no such limits)

with

parts as (

    select
        readings.area_code,
        readings.area_name,
        readings.order_no,
        readings.period,
        readings.numerator,
        readings.denominator,
        readings.value,
        readings.printed,
        indicators.multiplier,
        indicators.decimals
    from
        readings
    inner join indicators
        on
            readings.indicator = indicators.indicator
            and readings.population = indicators.population
    where
        readings.judged_at = $parent
        and readings.requested_period = $period
        and readings.is_compared
        and readings.level = $level
        and readings.indicator = $indicator
        and readings.population = $population
        and readings.state = '正常'
        and readings.denominator > 0
        and not indicators.is_count
        and indicators.multiplier > 1

),

whole as (

    select
        *,
        numerator / denominator as own,
        sum(numerator) over () as all_numerator,
        sum(denominator) over () as all_denominator,
        sum(numerator) over () / sum(denominator) over () as share,
        max(numerator / denominator) over () as largest
    from parts

),

-- The limits around the whole and the interval around the part's own share say the same thing
-- (Wilson): the interval holds the whole exactly when the part lies within the limits of 95 %.
spread as (

    select
        *,
        sqrt(share * (1 - share) / denominator) as error,
        1 + 1.96 * 1.96 / denominator as widening,
        own + 1.96 * 1.96 / (2 * denominator) as middle,
        1.96 * sqrt(own * (1 - own) / denominator + 0.9604 / (denominator * denominator))
            as reach
    from whole
    where largest <= 1

),

limits as (

    select
        *,
        greatest((middle - reach) / widening, 0) * multiplier as interval_low,
        least((middle + reach) / widening, 1) * multiplier as interval_high,
        (share - 1.96 * error) * multiplier as low_95,
        (share + 1.96 * error) * multiplier as high_95,
        (share - 3.09 * error) * multiplier as low_998,
        (share + 3.09 * error) * multiplier as high_998
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
    interval_low,
    interval_high,
    share * multiplier as parent_value,
    cast(
        printed_value(
            cast(all_numerator as decimal(18, 4)),
            cast(all_denominator as decimal(18, 4)),
            multiplier,
            decimals,
            false
        ) as double
    ) as parent_printed,
    greatest(low_95, 0) as low_95,
    least(high_95, multiplier) as high_95,
    greatest(low_998, 0) as low_998,
    least(high_998, multiplier) as high_998,
    case
        when value < low_998 then '明显偏低'
        when value > high_998 then '明显偏高'
        when value < low_95 then '偏低'
        when value > high_95 then '偏高'
        else '正常波动'
    end as outside
from limits
order by order_no
