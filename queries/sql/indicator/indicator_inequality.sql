-- title:    地区间差距
-- question: How far apart do the areas under one area stand on one indicator, and did they move
--           apart or together over the year?
-- grain:    one row per own-frequency period, from the same one a year before to the one shown,
--           in which three areas or more count
-- params:   $indicator indicator, $parent area, $level level, $period period,
--           $population population = first
-- reads:    as_of, area_values, areas, periods
-- returns:  period text, period_end date, ordinal bigint, is_shown boolean, unit text,
--           decimals integer, direction text, areas_counted bigint (个), best_areas text,
--           best double (unit), worst_areas text, worst double (unit), value_range double (unit),
--           value_ratio double (倍), spread double (unit), common_areas bigint (个),
--           range_change double (unit), spread_change double (unit)
-- nulls:    value_ratio when the smaller figure is 0; the changes (from this period to the one
--           shown, over the areas that count in both) when fewer than three count in both.
--           No rows for counts and for what is information only.
-- relies:   who is not ranked does not count: masked, too few units, too small a base. The spread
--           is the mean of the distances from the whole of those that count, each weighted with
--           its denominator (weighted mean difference from mean).

with

choice as (

    select
        as_of.*,
        shown.last_year
    from as_of
    inner join periods as shown on as_of.period = shown.period
    where
        as_of.judged_at = $parent
        and as_of.requested_period = $period
        and as_of.indicator = $indicator
        and as_of.population = $population
        and not as_of.stale
        and not as_of.is_count
        and as_of.direction <> 'info'

),

year as (

    select
        choice.*,
        periods.period as in_period,
        periods.period_end as in_period_end,
        periods.ordinal as in_ordinal
    from choice
    left join periods as begun on choice.last_year = begun.period
    inner join periods
        on
            choice.frequency = periods.frequency
            and periods.ordinal between coalesce(begun.ordinal, choice.ordinal) and choice.ordinal

),

counted as (

    select
        year.in_period as period,
        year.in_period_end as period_end,
        year.in_ordinal as ordinal,
        year.in_ordinal = year.ordinal as is_shown,
        year.unit,
        year.decimals,
        year.direction,
        areas.area_code,
        areas.name as area_name,
        areas.order_no,
        cast(area_values.numerator as double) * year.multiplier as weighted_value,
        cast(area_values.denominator as double) as weight,
        printed_value(
            area_values.numerator,
            area_values.denominator,
            year.multiplier,
            year.decimals,
            false
        ) as printed
    from year
    inner join area_values
        on
            year.indicator = area_values.indicator
            and year.population = area_values.population
            and year.in_period = area_values.period
    inner join areas on area_values.area_code = areas.area_code
    where
        area_values.indicator = $indicator
        and area_values.population = $population
        and area_values.dimension = ''
        and not coalesce(area_values.masked, false)
        and area_values.numerator is not null
        and area_values.denominator > 0
        and area_values.denominator >= coalesce(year.rank_min_denominator, 0)
        and area_values.units_reported * 100 >= year.min_coverage * area_values.units_expected
        and areas.level = $level
        and $parent in (
            areas.township_code, areas.county_code, areas.city_code, areas.province_code
        )

),

-- Each period by itself; then the areas that count there and in the one shown, as they stood in
-- either.
sides as (

    select
        'own' as side,
        *
    from counted
    union all by name
    select
        'before' as side,
        counted.*
    from counted
    inner join counted as latest on counted.area_code = latest.area_code and latest.is_shown
    union all by name
    select
        'latest' as side,
        latest.* replace (counted.period as period)
    from counted
    inner join counted as latest on counted.area_code = latest.area_code and latest.is_shown

),

placed as (

    select
        *,
        max(printed) over (partition by period, side) as largest,
        min(printed) over (partition by period, side) as smallest,
        sum(weighted_value) over (partition by period, side)
        / sum(weight) over (partition by period, side) as mean
    from sides

),

measured as (

    select
        period,
        side,
        count(*) as areas_counted,
        max(largest) as largest,
        max(smallest) as smallest,
        string_agg(case when printed = largest then area_name end, '、' order by order_no)
            as largest_areas,
        string_agg(case when printed = smallest then area_name end, '、' order by order_no)
            as smallest_areas,
        max(largest) - max(smallest) as value_range,
        sum(abs(weighted_value - mean * weight)) / sum(weight) as spread
    from placed
    group by period, side
    having count(*) >= 3

),

named as (

    select distinct
        period,
        period_end,
        ordinal,
        is_shown,
        unit,
        decimals,
        direction
    from counted

)

select
    named.period,
    named.period_end,
    named.ordinal,
    named.is_shown,
    named.unit,
    named.decimals,
    named.direction,
    own.areas_counted,
    case when named.direction = 'lower_better' then own.smallest_areas else own.largest_areas end
        as best_areas,
    cast(
        case when named.direction = 'lower_better' then own.smallest else own.largest end as double
    ) as best,
    case when named.direction = 'lower_better' then own.largest_areas else own.smallest_areas end
        as worst_areas,
    cast(
        case when named.direction = 'lower_better' then own.largest else own.smallest end as double
    ) as worst,
    cast(own.value_range as double) as value_range,
    case
        when own.smallest > 0
            then cast(half_up_ratio(own.largest, own.smallest, 1, 2) as double)
    end as value_ratio,
    round(own.spread, 2) as spread,
    before.areas_counted as common_areas,
    cast(latest.value_range - before.value_range as double) as range_change,
    round(round(latest.spread, 2) - round(before.spread, 2), 2) as spread_change
from named
inner join measured as own on named.period = own.period and own.side = 'own'
left join measured as before on named.period = before.period and before.side = 'before'
left join measured as latest on named.period = latest.period and latest.side = 'latest'
order by named.ordinal
