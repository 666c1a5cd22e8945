-- title:    简报所用走势
-- question: How has every indicator of an area moved over the year up to the period it shows?
-- grain:    one row per indicator (its first population) and own-frequency period of the year
-- params:   $parent area, $period period, $headline_only int = 1 (0 all of them)
-- reads:    as_of, area_values, areas, periods, targets
-- returns:  indicator text, period text, ordinal bigint, printed double (unit),
--           yoy_value double (unit), provisional boolean, units_differ boolean,
--           target double (unit), target_status text
-- nulls:    every figure of a period without a report, or when masked; target without one in force

with

span as (

    select
        as_of.*,
        periods.period as own_period,
        periods.period_end as own_end,
        periods.ordinal as own_ordinal
    from as_of
    inner join periods
        on
            as_of.frequency = periods.frequency
            and periods.period_end > as_of.period_end - interval 1 year
            and periods.period_end <= as_of.period_end
    where
        as_of.judged_at = $parent
        and as_of.requested_period = $period
        and as_of.is_first_population
        and ($headline_only = 0 or as_of.headline is not null)

),

aimed as (

    select
        span.indicator,
        span.own_period,
        targets.value as target,
        targets.status,
        row_number() over (
            partition by span.indicator, span.own_period
            order by
                precedence(
                    targets.status,
                    scope_distance(
                        targets.scope_code,
                        areas.area_code,
                        areas.township_code,
                        areas.county_code,
                        areas.city_code,
                        areas.province_code
                    ),
                    targets.valid_from,
                    targets.document_rank
                )
        ) as choice_no
    from span
    inner join areas on areas.area_code = $parent
    inner join targets
        on
            span.indicator = targets.indicator
            and span.population = targets.population
            and in_force(targets.condition, targets.valid_from, targets.valid_to, span.own_end)
    where
        scope_distance(
            targets.scope_code,
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        ) is not null

)

select
    span.indicator,
    span.own_period as period,
    cast(span.own_ordinal as bigint) as ordinal,
    cast(
        case
            when not area_values.masked
                then
                    printed_value(
                        area_values.numerator,
                        area_values.denominator,
                        span.multiplier,
                        span.decimals,
                        span.is_count
                    )
        end as double
    ) as printed,
    cast(
        case
            when not area_values.masked
                then
                    printed_value(
                        area_values.yoy_numerator,
                        area_values.yoy_denominator,
                        span.multiplier,
                        span.decimals,
                        span.is_count
                    )
        end as double
    ) as yoy_value,
    coalesce(area_values.provisional, false) as provisional,
    coalesce(area_values.prev_units_differ, false) as units_differ,
    cast(aimed.target as double) as target,
    aimed.status as target_status
from span
left join area_values
    on
        span.indicator = area_values.indicator
        and span.population = area_values.population
        and span.own_period = area_values.period
        and area_values.area_code = $parent
        and area_values.dimension = ''
left join aimed
    on
        span.indicator = aimed.indicator
        and span.own_period = aimed.own_period
        and aimed.choice_no = 1
order by span.indicator, span.own_ordinal
